// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import {
  type LogGroupDocument,
  type LogStreamDocument,
  logGroupKey,
  parseLogGroupArn,
} from '../../log-groups/log-group.js';
import { logStreamKey } from '../../log-groups/log-stream-key.js';
import type { Clock } from '../../ports/clock.js';
import { type EventLog, StaleRevisionError } from '../../ports/event-log.js';
import type { StateStore } from '../../ports/state-store.js';

export interface GroupStreamsDependencies {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly clock: Clock;
}

/** The group that an ARN names now; undefined when there is none. */
export function groupOfArn(arn: string, stateStore: StateStore): LogGroupDocument | undefined {
  const parts = parseLogGroupArn(arn);
  if (parts === undefined) return undefined;
  return stateStore.get<LogGroupDocument>(logGroupKey(parts.accountId, parts.region, parts.name))?.value;
}

/**
 * The id of a group's stream, made when it is not there (the owner may have deleted it). It comes to be by an entry with
 * no record: what Cairn does for a trail is nobody's call, and must not make events that would have to be delivered.
 */
export async function ensureStream(
  group: LogGroupDocument,
  name: string,
  { eventLog, stateStore, clock }: GroupStreamsDependencies,
): Promise<string> {
  const key = logStreamKey(group.id, name);
  const known = stateStore.get<LogStreamDocument>(key);
  if (known !== undefined) return known.value.id;
  const stream: LogStreamDocument = { id: randomUUID(), name, createdAtMs: clock.now() };
  try {
    await eventLog.append({ kind: 'call', records: [], changes: [{ key, value: stream, expected: null }] });
    return stream.id;
  } catch (error) {
    const faster = stateStore.get<LogStreamDocument>(key);
    if (error instanceof StaleRevisionError && faster !== undefined) return faster.value.id;
    throw error;
  }
}
