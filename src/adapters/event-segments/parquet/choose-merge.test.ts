// SPDX-License-Identifier: Apache-2.0
// Oracle: the bounds that segment-limits.ts names, for any files.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { chooseMerge } from './choose-merge.js';
import { fullFileRowsMin, mergedRowsMax, mergeFilesMax, mergeFilesMin } from './segment-limits.js';

describe('choosing files to merge', () => {
  test('few files are left alone, and full ones always', () => {
    const small = { rows: 10, fromMs: 0 };
    assert.deepEqual(chooseMerge(Array(mergeFilesMin - 1).fill(small)), []);
    assert.deepEqual(chooseMerge(Array(50).fill({ rows: fullFileRowsMin, fromMs: 0 })), []);
    assert.equal(chooseMerge(Array(mergeFilesMin).fill(small)).length, mergeFilesMin);
  });

  test('large batches wait for a full file, and are rewritten once', () => {
    const batch = { rows: 35_000, fromMs: 0 };
    const enough = Math.ceil(fullFileRowsMin / batch.rows);
    assert.deepEqual(chooseMerge(Array(enough - 1).fill(batch)), []);
    assert.equal(chooseMerge(Array(enough).fill(batch)).length, enough);
  });

  test('merging comes to an end, keeps every row, and leaves few files', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ rows: fc.integer({ min: 1, max: 60_000 }), fromMs: fc.nat() }), {
          maxLength: 300,
        }),
        (given) => {
          const total = given.reduce((sum, { rows }) => sum + rows, 0);
          let files: readonly { readonly rows: number; readonly fromMs: number }[] = given;
          for (let merges = 0, chosen = chooseMerge(files); chosen.length > 0; chosen = chooseMerge(files)) {
            assert.ok(chosen.length >= 2 && chosen.length <= mergeFilesMax);
            const rows = chosen.reduce((sum, file) => sum + file.rows, 0);
            assert.ok(rows <= mergedRowsMax || chosen.length === 2);
            assert.ok(chosen.every((file, n) => n === 0 || file.fromMs >= (chosen[n - 1]?.fromMs ?? 0)));
            const gone = new Set(chosen);
            files = [...files.filter((file) => !gone.has(file)), { rows, fromMs: chosen[0]?.fromMs ?? 0 }];
            assert.ok(++merges <= given.length);
          }
          assert.equal(
            files.reduce((sum, { rows }) => sum + rows, 0),
            total,
          );
          const small = files.filter(({ rows }) => rows < fullFileRowsMin);
          assert.ok(small.length < mergeFilesMax + 2 * mergeFilesMin, `${small.length} small files are left`);
        },
      ),
    );
  });
});
