// SPDX-License-Identifier: Apache-2.0
import type { QueryEngine, QueryLimits, Row } from '../query-engine.js';
import type { TableFile, TableSource } from '../table-source.js';
import { searchColumns } from './search-fields.js';
import { type SearchRequest, toToken } from './search-request.js';
import { facetsSql, histogramSql, pageSql, totalSql } from './search-sql.js';

export interface SearchAnswer {
  /** Newest first; records as they came in. */
  readonly events: readonly unknown[];
  /** Opaque; undefined on the last page. Pages show what was there at the first one. */
  readonly next?: string;
  /** Of all pages; on the first page only, as all that follows. */
  readonly total?: number;
  /** The commonest values by field, the most frequent first; null: records without the field. */
  readonly facets?: Readonly<
    Record<string, readonly { readonly value: string | null; readonly count: number }[]>
  >;
  readonly histogram?: {
    readonly bucketMs: number;
    /** Buckets with events, in order of time. */
    readonly buckets: readonly { readonly startMs: number; readonly count: number }[];
  };
}

const limits: QueryLimits = {
  runMsMax: 60_000,
  rowsMax: 10_000,
  resultBytesMax: 256 * 1024 * 1024,
  memoryBytesMax: 1024 * 1024 * 1024,
};

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const widths = [
  1_000,
  5_000,
  15_000,
  minute,
  5 * minute,
  15 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  7 * day,
  30 * day,
  365 * day,
];
/** As many bars as a chart shows side by side. */
const bucketsMax = 60;

/** Searches segments. Rejects with QueryError. */
export async function runSearch(
  engine: QueryEngine,
  files: readonly TableFile[],
  search: SearchRequest,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const ask = (sql: string) => rowsOf(engine, files, sql, signal);
  if (search.after !== undefined) return pageOf(search, search.after.lastPlace, ask);
  const [[total = null, first = null, last = null, place = null] = []] = await ask(totalSql(search));
  // Without a place there is not one event.
  if (place === null)
    return {
      events: [],
      total: 0,
      ...(search.histogram ? { histogram: { bucketMs: minute, buckets: [] } } : {}),
    };
  const page = await pageOf(search, place, ask);
  const facets =
    search.facets.length === 0 ? undefined : facetsOf(search, await ask(facetsSql(search, place)));
  const span = { firstMs: search.fromMs ?? Number(first), lastMs: search.toMs ?? Number(last) };
  const histogram = search.histogram ? await histogramOf(search, place, span, ask) : undefined;
  return {
    ...page,
    total: Number(total),
    ...(facets === undefined ? {} : { facets }),
    ...(histogram === undefined ? {} : { histogram }),
  };
}

type Ask = (sql: string) => Promise<readonly Row[]>;

async function rowsOf(
  engine: QueryEngine,
  files: readonly TableFile[],
  sql: string,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  signal.throwIfAborted();
  const source: TableSource = {
    kind: 'files',
    files,
    columns: [
      { name: 'place', type: 'bigint' },
      { name: 'happened', type: 'timestamp(3)' },
      ...searchColumns,
    ],
  };
  const found: Row[] = [];
  const run = engine.run({
    sql,
    dialect: 'athena',
    limits,
    resolve: (names) => Promise.resolve(names.map(() => source)),
    onColumns: () => undefined,
    onRows: (rows) => {
      found.push(...rows);
    },
  });
  const cancel = () => run.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    await run.done;
    return found;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function pageOf(search: SearchRequest, lastPlace: string, ask: Ask): Promise<SearchAnswer> {
  if (search.limit === 0) return { events: [] };
  const rows = await ask(pageSql(search, lastPlace));
  const shown = rows.slice(0, search.limit);
  const events = shown.map(([, , record]) => JSON.parse(record ?? 'null') as unknown);
  const [ms, place] = shown.at(-1) ?? [];
  if (rows.length <= search.limit || typeof place !== 'string') return { events };
  return { events, next: toToken({ happenedMs: Number(ms), place, lastPlace }) };
}

function facetsOf({ facets }: SearchRequest, rows: readonly Row[]): SearchAnswer['facets'] {
  return Object.fromEntries(
    facets.map((field) => [
      field,
      rows
        .filter(([facet]) => facet === field)
        .map(([, value = null, count]) => ({ value, count: Number(count) })),
    ]),
  );
}

async function histogramOf(
  search: SearchRequest,
  lastPlace: string,
  { firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number },
  ask: Ask,
): Promise<SearchAnswer['histogram']> {
  const bucketMs =
    widths.find((width) => (lastMs - firstMs) / width < bucketsMax) ?? (widths.at(-1) as number);
  const rows = await ask(histogramSql(search, lastPlace, bucketMs));
  return {
    bucketMs,
    buckets: rows.map(([bucket, count]) => ({ startMs: Number(bucket) * bucketMs, count: Number(count) })),
  };
}
