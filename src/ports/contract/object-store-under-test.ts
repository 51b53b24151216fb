// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Clock, ManualClock } from '../clock.js';
import { type ObjectStore, ObjectStoreError, type ObjectStoreErrorCode } from '../object-store.js';
import { testTimeMs } from './stores-under-test.js';

/** For adapters that keep bytes under a key of their own. */
export const testStoreKey: Uint8Array = Buffer.alloc(32, 7);

/** Opens the store named by `place` (a folder of its own): the same place again is the same store. */
export type OpenObjectStore = (place: string, options: { readonly clock: Clock }) => Promise<ObjectStore>;

export interface OpenedObjectStore {
  readonly store: ObjectStore;
  readonly clock: ManualClock;
  readonly place: string;
  reopen(): Promise<void>;
}

/** Runs `check` on a fresh store and cleans up. */
export async function withObjectStore(
  open: OpenObjectStore,
  check: (at: OpenedObjectStore) => Promise<void>,
): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), 'cairn-objects-'));
  const clock = new ManualClock(testTimeMs);
  let store = await open(place, { clock });
  const at = {
    get store() {
      return store;
    },
    clock,
    place,
    async reopen() {
      await store.close();
      store = await open(place, { clock });
    },
  };
  try {
    await check(at);
  } finally {
    await store.close();
    await rm(place, { recursive: true, force: true });
  }
}

/** Bytes that no codec makes smaller, the same in every run. */
export function noise(bytes: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < bytes; i++) blocks.push(createHash('sha256').update(String(i)).digest());
  return Buffer.concat(blocks).subarray(0, bytes);
}

export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

export async function readBody(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function isCode(code: ObjectStoreErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof ObjectStoreError && error.code === code;
}

/** The current keys of a bucket, by one page. */
export async function keysOf(store: ObjectStore, bucket: string, prefix = ''): Promise<string[]> {
  return (await store.list(bucket, { prefix, limit: 100_000 })).objects.map(({ key }) => key);
}
