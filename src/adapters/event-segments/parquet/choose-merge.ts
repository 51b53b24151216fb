// SPDX-License-Identifier: Apache-2.0
import type { BookedFile } from './books.js';
import {
  firstTierRows,
  fullFileRowsMin,
  lastTierRows,
  mergedRowsMax,
  mergeFilesMax,
  mergeFilesMin,
  tierFactor,
} from './segment-limits.js';

type Sized = Pick<BookedFile, 'rows' | 'fromMs'>;

/**
 * The files that are best made into one: neighbours in time of the lowest tier of sizes that has enough of them. In order of
 * time; none when there is nothing to merge.
 */
export function chooseMerge<T extends Sized>(files: readonly T[]): readonly T[] {
  const byTier = new Map<number, T[]>();
  for (const file of files) {
    if (file.rows >= fullFileRowsMin) continue;
    const tier = tierOf(file.rows);
    const same = byTier.get(tier);
    if (same === undefined) byTier.set(tier, [file]);
    else same.push(file);
  }
  for (const tier of [...byTier.keys()].sort((a, b) => a - b)) {
    const same = byTier.get(tier) as T[];
    if (isEnough(tier, same)) return atMost(same.sort((a, b) => a.fromMs - b.fromMs));
  }
  return [];
}

function isEnough(tier: number, files: readonly Sized[]): boolean {
  if (tier < tierOf(lastTierRows)) return files.length >= mergeFilesMin;
  return files.length >= mergeFilesMax || files.reduce((sum, { rows }) => sum + rows, 0) >= fullFileRowsMin;
}

function tierOf(rows: number): number {
  let tier = 0;
  for (let rowsMax = firstTierRows; rows >= rowsMax && rowsMax <= lastTierRows; rowsMax *= tierFactor) tier++;
  return tier;
}

function atMost<T extends Sized>(files: readonly T[]): T[] {
  let rows = 0;
  return files.slice(0, mergeFilesMax).filter((file, place) => {
    rows += file.rows;
    return place < 2 || rows <= mergedRowsMax;
  });
}
