// SPDX-License-Identifier: Apache-2.0
// Oracle: a Set of the same IDs.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../../../testing/random.js';
import { BatchIds } from './batch-ids.js';
import { eventIdBits, wordsPerEventId, writeEventIdBits } from './event-id-bits.js';
import { IdFilter } from './id-filter.js';
import { loadIdFilter, saveIdFilter } from './id-filter-file.js';

const randomIds = (count: number): Int32Array =>
  new Int32Array(new Uint8Array(randomBytes(count * 16)).buffer);

test('a UUID in lower case is its own bits; other texts are not taken for one', () => {
  const words = new Int32Array(4);
  writeEventIdBits('00112233-4455-6677-8899-aabbccddeeff', words, 0);
  assert.deepEqual([...words], [0x00112233, 0x44556677, 0x8899aabb | 0, 0xccddeeff | 0]);
  const texts = [
    '00112233-4455-6677-8899-aabbccddeefF',
    '00112233-4455-6677-8899-aabbccddeef',
    '00112233445566778899aabbccddeeff----',
    '0011223g-4455-6677-8899-aabbccddeeff',
    '',
  ];
  for (const text of texts)
    assert.notDeepEqual(eventIdBits(text), eventIdBits('00112233-4455-6677-8899-aabbccddeeff'), text);
  assert.equal(new Set(texts.map((text) => eventIdBits(text).join())).size, texts.length);
});

test('the IDs of a batch: each is new once', () => {
  const seed = seedOfRun();
  const events = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(events, fc.integer(), (list, secret) => {
      const ids = new Int32Array(list.flatMap(([a, b]) => [a, 0, b, 0]));
      const batch = new BatchIds(list.length, secret);
      const seen = new Set<string>();
      list.forEach(([a, b, place], row) => {
        const key = `${a} ${b} ${place}`;
        assert.equal(batch.add(ids, row, place), !seen.has(key), `seed ${seed}`);
        seen.add(key);
      });
    }),
    { seed },
  );
});

test('the filter never says no to what it has, and seldom maybe to what it has not', () => {
  const filter = new IdFilter(1_000_000);
  const known = randomIds(500_000);
  for (let row = 0; row < 500_000; row++) filter.add(known, row, row % 14);
  for (let row = 0; row < 500_000; row++) assert.ok(filter.maybeHas(known, row, row % 14));
  const strange = randomIds(200_000);
  let maybes = 0;
  for (let row = 0; row < 200_000; row++) if (filter.maybeHas(strange, row, row % 14)) maybes++;
  assert.ok(maybes < 200_000 * 0.005, `${maybes} of 200,000`);
  let elsewhere = 0;
  for (let row = 0; row < 200_000; row++) if (filter.maybeHas(known, row, 20)) elsewhere++;
  assert.ok(elsewhere < 200_000 * 0.005, `${elsewhere} of 200,000 in another Region`);
});

test('a saved filter is the same again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-filter-'));
  try {
    const path = join(dir, 'ids.filter');
    const filter = new IdFilter(2_000_000);
    const ids = randomIds(1000);
    for (let row = 0; row < 1000; row++) filter.add(ids, row, 3);
    saveIdFilter(path, { filter, coveredOrdinal: 2 ** 52 + 1, hashSeed: -5 });
    const saved = loadIdFilter(path, -5);
    assert.deepEqual(saved?.filter.words, filter.words);
    assert.deepEqual(
      [saved?.filter.capacity, saved?.filter.count, saved?.coveredOrdinal],
      [2_000_000, 1000, 2 ** 52 + 1],
    );
    assert.equal(loadIdFilter(path, 5), undefined);
    assert.equal(ids.length, 1000 * wordsPerEventId);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
