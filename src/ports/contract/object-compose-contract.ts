// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations of `compose` in ports/object-store.ts; node:crypto for the checksums; the bytes of the parts put.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isCode,
  keysOf,
  md5,
  noise,
  type OpenObjectStore,
  readBody,
  withObjectStore,
} from './object-store-under-test.js';

/** Registers what an ObjectStore owes to who makes one object of several. */
export function testObjectComposeContract(open: OpenObjectStore): void {
  for (const partSizes of [
    [5, 6, 7],
    [100_000, 200_000, 10],
    [10, 100_000, 20, 30, 70_000],
    [0, 100_000, 0],
    [70_000],
    [],
  ]) {
    test(`parts of ${partSizes.join(', ') || 'nothing'} bytes become one object that outlives them`, () =>
      withObjectStore(open, async (at) => {
        const parts = partSizes.map((size, i) => Buffer.from(noise(size + i).subarray(i)));
        const sources = parts.map((_, i) => ({ bucket: '.parts.logs', key: `u/${i}` }));
        for (const [i, part] of parts.entries()) await at.store.put('.parts.logs', `u/${i}`, part);
        const whole = Buffer.concat(parts);
        let facts: unknown;
        const info = await at.store.compose('logs', 'k', sources, {
          etag: 'abc-3',
          attributes: { partSizes },
          beforeCommit: (given) => {
            facts = given;
            return undefined;
          },
        });
        const sha256 = createHash('sha256').update(whole).digest('hex');
        assert.deepEqual(facts, { size: whole.length, md5: md5(whole), sha256 });
        assert.equal(info.etag, 'abc-3');
        assert.equal(info.sha256, sha256);
        for (const source of sources)
          assert.ok(await at.store.head(source.bucket, source.key), 'the sources stay');
        for (const source of sources) await at.store.delete(source.bucket, source.key);
        await at.reopen();
        await sleep(20);
        assert.ok((await readBody((await at.store.get('logs', 'k')).body)).equals(whole));
        for (const [start, end] of rangesAround(partSizes)) {
          const { body } = await at.store.get('logs', 'k', { start, end });
          assert.ok((await readBody(body)).equals(whole.subarray(start, end + 1)), `bytes ${start}-${end}`);
        }
      }));
  }

  test('a composed object that goes leaves the parts readable', () =>
    withObjectStore(open, async (at) => {
      await at.store.put('p', '1', Buffer.alloc(100_000, 1));
      await at.store.compose('logs', 'k', [
        { bucket: 'p', key: '1' },
        { bucket: 'p', key: '1' },
      ]);
      await at.store.delete('logs', 'k');
      await at.reopen();
      await sleep(20);
      assert.ok((await readBody((await at.store.get('p', '1')).body)).equals(Buffer.alloc(100_000, 1)));
    }));

  test('conditions, missing parts and a refusal leave nothing', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('p', '1', noise(100_000));
      const source = [{ bucket: 'p', key: '1' }];
      await assert.rejects(
        store.compose('logs', 'k', [...source, { bucket: 'p', key: '2' }]),
        isCode('NoSuchKey'),
      );
      const refusal = new Error('checksum');
      const refused = store.compose('logs', 'k', source, {
        beforeCommit: () => {
          throw refusal;
        },
      });
      await assert.rejects(refused, refusal);
      await assert.rejects(store.compose('logs', 'k', source, { ifMatch: 'x' }), isCode('NoSuchKey'));
      assert.deepEqual(await keysOf(store, 'logs'), []);
      await store.compose('logs', 'k', source, { ifNoneMatch: '*' });
      await assert.rejects(
        store.compose('logs', 'k', source, { ifNoneMatch: '*' }),
        isCode('PreconditionFailed'),
      );
    }));
}

/** Ranges that begin, end and lie on both sides of each border between parts. */
function rangesAround(partSizes: readonly number[]): [start: number, end: number][] {
  const size = partSizes.reduce((sum, bytes) => sum + bytes, 0);
  const ranges: [number, number][] = [];
  let border = 0;
  for (const bytes of partSizes) {
    border += bytes;
    ranges.push(
      [border - 2, border + 1],
      [border - 1, border - 1],
      [border, border],
      [0, border],
      [border, size - 1],
    );
  }
  return ranges.filter(([start, end]) => start >= 0 && start <= end && end < size);
}
