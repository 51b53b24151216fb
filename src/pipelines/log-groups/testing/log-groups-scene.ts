// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbStores } from '../../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { openLmdbLogEventStore } from '../../../adapters/log-event-store/lmdb/open-lmdb-log-event-store.js';
import { roleKey } from '../../../identity/iam-documents.js';
import { trailRole } from '../../../identity/testing/role-document.js';
import {
  type LogGroupDocument,
  type LogStreamDocument,
  logGroupArn,
  logGroupKey,
  logStreamsOf,
} from '../../../log-groups/log-group.js';
import { ManualClock } from '../../../ports/clock.js';
import type { EventLog, LoggedRecord } from '../../../ports/event-log.js';
import type { LogEventStore } from '../../../ports/log-event-store.js';
import { silentLog } from '../../../ports/operator-log.js';
import type { StateChange, StateStore } from '../../../ports/state-store.js';
import { type TrailDocument, trailArn } from '../../../trails/trail.js';
import { LogGroupReader } from '../log-group-reader.js';

export const accountId = '111122223333';
export const region = 'us-east-1';
export const startMs = Date.UTC(2026, 10, 21, 10);

export interface Scene {
  eventLog: EventLog;
  stateStore: StateStore;
  logEventStore: LogEventStore;
  readonly clock: ManualClock;
  reopen(): Promise<void>;
  reader(overrides?: { waitingBytesMax?: number; logEventStore?: LogEventStore }): Promise<LogGroupReader>;
  append(records: readonly LoggedRecord[], changes?: readonly StateChange[]): Promise<unknown>;
  set(key: string, value: unknown): Promise<unknown>;
}

export async function within(check: (scene: Scene) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-log-groups-'));
  const clock = new ManualClock(startMs);
  const open = async () => ({
    ...(await openLmdbStores(join(dir, 'log'), { clock })),
    logEventStore: await openLmdbLogEventStore(join(dir, 'groups')),
  });
  let stores = await open();
  const closeAll = async () => {
    await stores.logEventStore.close();
    await stores.eventLog.close();
  };
  const scene: Scene = {
    ...stores,
    clock,
    async reopen() {
      await closeAll();
      stores = await open();
      Object.assign(scene, stores);
    },
    async reader(overrides = {}) {
      const reader = new LogGroupReader({ ...scene, log: silentLog, ...overrides });
      await reader.load();
      return reader;
    },
    append: (records, changes = []) => scene.eventLog.append({ kind: 'call', records, changes }),
    set: (key, value) => scene.append([], [{ key, value }]),
  };
  try {
    await scene.set(roleKey(accountId, 'r'), trailRole(accountId, 'r'));
    await check(scene);
  } finally {
    await closeAll();
    await rm(dir, { recursive: true, force: true });
  }
}

let groupsMade = 0;
export function newGroup(name = 'CloudTrail/logs', rest: Partial<LogGroupDocument> = {}): LogGroupDocument {
  return {
    id: `id-${++groupsMade}`,
    name,
    accountId,
    region,
    createdAtMs: startMs,
    logGroupClass: 'STANDARD',
    tags: {},
    ...rest,
  };
}
export const keyOf = (group: LogGroupDocument) => logGroupKey(accountId, region, group.name);

export function trail(
  name: string,
  group: LogGroupDocument | undefined,
  rest: Partial<TrailDocument> = {},
): TrailDocument {
  return {
    name,
    arn: trailArn(accountId, region, name),
    accountId,
    homeRegion: region,
    s3BucketName: 'bucket',
    includeGlobalServiceEvents: true,
    isMultiRegionTrail: true,
    isOrganizationTrail: false,
    logFileValidationEnabled: false,
    isLogging: true,
    createdAtMs: startMs,
    tags: {},
    ...(group && {
      cloudWatchLogsLogGroupArn: `${logGroupArn(group)}:*`,
      cloudWatchLogsRoleArn: 'arn:aws:iam::111122223333:role/r',
    }),
    ...rest,
  };
}

export function record(
  eventID: string,
  rest: Partial<LoggedRecord> & { padding?: number } = {},
): LoggedRecord {
  const { padding = 0, ...own } = rest;
  const json = JSON.stringify({ eventTime: '2026-11-21T09:59:58Z', eventID, padding: 'x'.repeat(padding) });
  return { accountId, region, category: 'Management', json, ...own };
}

/** eventIDs in a group by the names of its streams. */
export async function inGroup(
  { logEventStore, stateStore }: Scene,
  group: LogGroupDocument,
): Promise<Record<string, string[]>> {
  const names = new Map(
    stateStore.list<LogStreamDocument>(logStreamsOf(group.id)).map(({ value }) => [value.id, value.name]),
  );
  const found: Record<string, string[]> = {};
  const { events, next } = await logEventStore.read({
    groupId: group.id,
    order: 'oldestFirst',
    eventsMax: 10_000,
    bytesMax: 10 ** 8,
  });
  assert.equal(next, undefined);
  for (const { streamId, message } of events) {
    const name = names.get(streamId) ?? 'no stream';
    found[name] = [...(found[name] ?? []), (JSON.parse(message) as { eventID: string }).eventID];
  }
  return found;
}

export const stream = `${accountId}_CloudTrail_${region}`;
export const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `e${from + i}`);
