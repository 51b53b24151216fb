// SPDX-License-Identifier: Apache-2.0
// Oracle: the port's contract suite; for the cache, its own bounds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testStateStoreContract } from '../../../ports/contract/state-store-contract.js';
import type { Revision } from '../../../ports/state-store.js';
import { openLmdbStores } from '../../event-log/lmdb/open-lmdb-stores.js';
import { ParsedValues, parsedLimits } from './parsed-values.js';

testStateStoreContract('lmdb', openLmdbStores);

function entryOf(key: string) {
  return { key, value: 1, revision: 'r' as Revision };
}

test('the cache keeps at most its number of entries and forgets the least recently used first', () => {
  const cache = new ParsedValues();
  for (let i = 0; i < parsedLimits.entriesMax; i++) cache.set(`k${i}`, entryOf(`k${i}`), 1);
  assert.ok(cache.get('k0'));
  cache.set('one more', undefined, 0);
  assert.ok(cache.get('k0'));
  assert.equal(cache.get('k1'), undefined);
  assert.deepEqual(cache.get('one more')?.entry, undefined);
});

test('the cache keeps at most its number of bytes', () => {
  const cache = new ParsedValues();
  const bytes = parsedLimits.bytesMax / 4;
  for (const key of ['a', 'b', 'c', 'd', 'e']) cache.set(key, entryOf(key), bytes);
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e'].map((key) => cache.get(key) !== undefined),
    [false, false, true, true, true],
  );
  cache.set('too large', entryOf('too large'), parsedLimits.bytesMax + 1);
  assert.equal(cache.get('too large'), undefined);
});
