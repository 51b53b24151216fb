// SPDX-License-Identifier: Apache-2.0
import type { Run } from './run.js';

/** So many neighbours of about one size become one run: each event is written again three times in 30 million. */
export const mergeWidth = 8;

/** Larger runs are not merged further: they would take long, and 100 million events are 25 of them. */
const mergedRowsMax = 4_500_000;

/** Terms are kept in memory while merging, 16 bytes each. */
const mergedTermBytesMax = 64 * 1024 * 1024;

/** The neighbours to merge next, the smallest ones first; undefined when there are none. */
export function nextMerge(runs: readonly Run[], rowsPerRun: number): Run[] | undefined {
  const levels = runs.map(({ rows }) => levelOf(rows, rowsPerRun));
  for (let level = 0; level <= Math.max(0, ...levels); level++) {
    for (let start = 0; start + mergeWidth <= runs.length; start++) {
      const group = runs.slice(start, start + mergeWidth);
      if (levels.slice(start, start + mergeWidth).every((of) => of === level) && isAllowed(group))
        return group;
    }
  }
  return undefined;
}

function levelOf(rows: number, rowsPerRun: number): number {
  return Math.max(0, Math.round(Math.log(rows / rowsPerRun) / Math.log(mergeWidth)));
}

function isAllowed(group: readonly Run[]): boolean {
  const rows = group.reduce((sum, run) => sum + run.rows, 0);
  const termBytes = group.reduce((sum, { header }) => sum + header.sections.terms.bytes, 0);
  return rows <= mergedRowsMax && termBytes <= mergedTermBytesMax;
}
