// SPDX-License-Identifier: Apache-2.0
import type { SearchAnswer } from '../../query/search/run-search.js';
import { shownTime } from '../event-table.js';
import { plainText } from '../plain-text.js';

const barLengthMax = 40;

/** A count beside others as a bar; nothing for none, and something for everything else. */
function bar(count: number, most: number): string {
  return '█'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * barLengthMax)));
}

/** Lines of the commonest values, field by field; no word of fields without any. */
export function facetLines(facets: NonNullable<SearchAnswer['facets']>): string[] {
  return Object.entries(facets).flatMap(([field, values]) => {
    if (values.length === 0) return [];
    const most = Math.max(1, ...values.map(({ count }) => count));
    const width = String(most).length;
    const lines = values.map(
      ({ value, count }) =>
        `  ${String(count).padStart(width)}  ${bar(count, most).padEnd(barLengthMax)}  ${plainText(value ?? '(none)')}`,
    );
    return [field, ...lines, ''];
  });
}

/** One line a bucket, from the first with events to the last, those without between them too. */
export function histogramLines(
  { bucketMs, buckets }: NonNullable<SearchAnswer['histogram']>,
  utc: boolean,
): string[] {
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return [];
  const counts = new Map(buckets.map(({ startMs, count }) => [startMs, count]));
  const most = Math.max(...counts.values());
  const width = String(most).length;
  const lines: string[] = [];
  for (let startMs = first.startMs; startMs <= last.startMs; startMs += bucketMs) {
    const count = counts.get(startMs) ?? 0;
    lines.push(`${shownTime(startMs, utc)}  ${String(count).padStart(width)}  ${bar(count, most)}`.trimEnd());
  }
  return [...lines, ''];
}
