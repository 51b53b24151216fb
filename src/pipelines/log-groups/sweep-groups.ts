// SPDX-License-Identifier: Apache-2.0
import {
  groupIdOfStreamKey,
  type LogGroupDocument,
  type LogStreamDocument,
  logGroupPrefix,
  logStreamPrefix,
  logStreamsOf,
} from '../../log-groups/log-group.js';
import { expiredBeforeMs } from '../../log-groups/retention.js';
import type { Clock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import type { LogEventStore } from '../../ports/log-event-store.js';
import type { StateStore } from '../../ports/state-store.js';
import { streamsPerEntryMax } from './limits.js';
import { waitingPrefix } from './trail-writer.js';

export interface SweepDependencies {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly logEventStore: LogEventStore;
  readonly clock: Clock;
}

/**
 * Clears away what hangs on groups and streams that are no more: deleting one removes its document only, however much
 * there was in it. Everything found is gone from every reader already, so any part of this can be done again.
 */
export async function sweepGroups({ eventLog, stateStore, logEventStore }: SweepDependencies): Promise<void> {
  // What the store holds is listed first: a group that is made meanwhile must not look like one that is gone.
  const stored = (await logEventStore.groups()).filter(({ groupId }) => !groupId.startsWith(waitingPrefix));
  const streams = await Promise.all(stored.map(({ groupId }) => logEventStore.stats(groupId)));
  const documented = groupIdsOfStreams(stateStore);
  const present = new Set(stateStore.list<LogGroupDocument>(logGroupPrefix).map(({ value }) => value.id));
  for (const [at, { groupId }] of stored.entries()) {
    if (!present.has(groupId)) await logEventStore.dropGroup(groupId);
    else
      await dropStreams(
        groupId,
        streams[at]?.map(({ streamId }) => streamId) ?? [],
        stateStore,
        logEventStore,
      );
  }
  for (const groupId of documented)
    if (!present.has(groupId)) await removeStreamDocuments(groupId, eventLog, stateStore);
}

async function dropStreams(
  groupId: string,
  streamIds: readonly string[],
  stateStore: StateStore,
  logEventStore: LogEventStore,
): Promise<void> {
  const known = new Set(
    stateStore.list<LogStreamDocument>(logStreamsOf(groupId)).map(({ value }) => value.id),
  );
  for (const streamId of streamIds)
    if (!known.has(streamId)) await logEventStore.dropStream(groupId, streamId);
}

/** Every group that some stream's document names, one look-up each. */
function groupIdsOfStreams(stateStore: StateStore): string[] {
  const groupIds: string[] = [];
  for (let after = logStreamPrefix; ; ) {
    const [found] = stateStore.list(logStreamPrefix, { after, limit: 1 });
    if (found === undefined) return groupIds;
    const groupId = groupIdOfStreamKey(found.key);
    groupIds.push(groupId);
    // `0` is the character behind `/`: the next key is another group's.
    after = `${logStreamPrefix}${groupId}0`;
  }
}

async function removeStreamDocuments(
  groupId: string,
  eventLog: EventLog,
  stateStore: StateStore,
): Promise<void> {
  for (;;) {
    const entries = stateStore.list(logStreamsOf(groupId), { limit: streamsPerEntryMax });
    if (entries.length === 0) return;
    const changes = entries.map(({ key, revision }) => ({ key, value: null, expected: revision }));
    await eventLog.append({ kind: 'call', records: [], changes });
  }
}

/** Removes what is older than its group keeps. */
export async function removeExpired({ stateStore, logEventStore, clock }: SweepDependencies): Promise<void> {
  const stored = new Set((await logEventStore.groups()).map(({ groupId }) => groupId));
  for (const { value: group } of stateStore.list<LogGroupDocument>(logGroupPrefix)) {
    const beforeMs = expiredBeforeMs(group, clock.now());
    if (beforeMs > 0 && stored.has(group.id)) await logEventStore.trim(group.id, beforeMs);
  }
}
