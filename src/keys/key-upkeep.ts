// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { type EventLog, StaleRevisionError } from '../ports/event-log.js';
import type { StateChange, StateEntry, StateStore } from '../ports/state-store.js';
import { type AliasDocument, aliasPrefix } from './alias.js';
import { keyGrantsPrefix } from './grant.js';
import { isDeleted, type KeyDocument, keyPrefix } from './key.js';
import type { KeyMaterials } from './key-material.js';
import { keyServiceRecord } from './key-service-record.js';
import { isRotationDue, nextRotationAtMs, rotatedKey } from './rotate-key.js';

export interface KeyUpkeepDependencies {
  readonly stateStore: StateStore;
  readonly eventLog: EventLog;
  readonly materials: KeyMaterials;
}

export interface KeyUpkeepCounts {
  readonly deleted: number;
  readonly rotated: number;
}

/** So many grants go with one entry of the log. A key can have 50,000. */
const grantsPerEntry = 1_000;

/**
 * Does what the calendar of keys says: removes those whose waiting period is over, with their secrets, aliases and grants,
 * and rotates those whose time has come. Each is one entry with its record. What changed meanwhile is left to the next run.
 */
export async function runKeyUpkeep(
  nowMs: number,
  deps: KeyUpkeepDependencies,
  signal?: AbortSignal,
): Promise<KeyUpkeepCounts> {
  let [deleted, rotated] = [0, 0];
  for (const entry of deps.stateStore.list<KeyDocument>(keyPrefix)) {
    if (signal?.aborted === true) break;
    if (isDeleted(entry.value, nowMs)) deleted += await unlessStale(() => deleteKey(entry, nowMs, deps));
    else if (isRotationDue(entry.value, nowMs))
      rotated += await unlessStale(() => rotate(entry, nowMs, deps));
  }
  return { deleted, rotated };
}

async function unlessStale(change: () => Promise<void>): Promise<0 | 1> {
  try {
    await change();
    return 1;
  } catch (error) {
    if (error instanceof StaleRevisionError) return 0;
    throw error;
  }
}

/**
 * Grants go first: until the key itself goes, which makes it final, a run that was cut short is done again. The waiting
 * period is over, so that nobody can call the deletion off in between.
 */
async function deleteKey(
  { key: stateKey, value: key, revision }: StateEntry<KeyDocument>,
  nowMs: number,
  { stateStore, eventLog }: KeyUpkeepDependencies,
): Promise<void> {
  for (;;) {
    const grants = stateStore.list(keyGrantsPrefix(key), { limit: grantsPerEntry });
    if (grants.length === 0) break;
    await eventLog.append({ kind: 'call', records: [], changes: grants.map(removal) });
  }
  const aliases = stateStore
    .list<AliasDocument>(aliasPrefix(key.accountId, key.region))
    .filter(({ value }) => value.targetKeyId === key.id);
  await eventLog.append({
    kind: 'call',
    records: [keyServiceRecord(key, { eventId: randomUUID(), nowMs, eventName: 'DeleteKey' })],
    changes: [{ key: stateKey, value: null, expected: revision }, ...aliases.map(removal)],
  });
}

function removal({ key, revision }: StateEntry): StateChange {
  return { key, value: null, expected: revision };
}

async function rotate(
  { key: stateKey, value: key, revision }: StateEntry<KeyDocument>,
  nowMs: number,
  { eventLog, materials }: KeyUpkeepDependencies,
): Promise<void> {
  const { rotation } = key;
  if (rotation === undefined) return;
  const rotated = await rotatedKey(key, 'AUTOMATIC', nowMs, materials);
  const value = {
    ...rotated,
    rotation: { ...rotation, nextRotationAtMs: nextRotationAtMs(rotation, nowMs) },
  };
  const facts = { eventId: randomUUID(), nowMs, eventName: 'RotateKey' } as const;
  await eventLog.append({
    kind: 'call',
    records: [keyServiceRecord(key, { ...facts, details: { rotationType: 'AUTOMATIC' } })],
    changes: [{ key: stateKey, value, expected: revision }],
  });
}
