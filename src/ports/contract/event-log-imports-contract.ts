// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations of `ImportEntry` in ports/event-log.ts; the bytes that were given to `append`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ImportEntry, START } from '../event-log.js';
import { noise } from './object-store-under-test.js';
import { call, eventIds, importEntry, type OpenStores, readAll, withStores } from './stores-under-test.js';

export function testImports(open: OpenStores, importBytesMax: number): void {
  for (const bytes of [0, 1, 300_000, 3_000_000]) {
    test(`an import of ${bytes} bytes comes back, between other entries and after reopening`, () =>
      withStores(open, async (at) => {
        const entry = importEntry('s3://logs/one.json.gz', noise(bytes));
        await Promise.all([
          at.eventLog.append(call('a')),
          at.eventLog.append(entry),
          at.eventLog.append(call('b')),
        ]);
        await at.reopen();
        const all = await readAll(at.eventLog);
        const found = all[1]?.entry as ImportEntry;
        assert.deepEqual({ ...found, bytes: null }, { ...entry, bytes: null });
        assert.ok(Buffer.from(found.bytes).equals(entry.bytes));
        assert.deepEqual(eventIds(all), ['a', 'b']);
      }));
  }

  test('the bytes of an import count for bytesMax', () =>
    withStores(open, async ({ eventLog }) => {
      for (const source of ['1', '2', '3']) await eventLog.append(importEntry(source, noise(100_000)));
      assert.equal((await eventLog.read(START, { bytesMax: 150_000 })).length, 2);
    }));

  test('an import larger than the limit is refused', () =>
    withStores(open, async ({ eventLog }) => {
      await assert.rejects(
        eventLog.append(importEntry('large', Buffer.alloc(importBytesMax + 1))),
        RangeError,
      );
      assert.deepEqual(await eventLog.read(START), []);
    }));
}
