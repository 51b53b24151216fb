// SPDX-License-Identifier: Apache-2.0
import type { SegmentKind } from '../../../../ports/event-segments.js';
import {
  type MemberPath,
  recordColumns,
  recordParts,
  resourceMembers,
} from '../../../../record/record-columns.js';

import { columnEnd, noValue } from './to-rows.js';

/** Rows as `toRows` made them. */
export function readRows(path: string, longest: number): string {
  const columns =
    "{'line':'BIGINT','place':'UBIGINT','account':'VARCHAR','region':'VARCHAR','category':'VARCHAR','entered':'BIGINT','record':'VARCHAR'}";
  const lineMax = Math.max(longest + 1024, 2 * 1024 ** 2);
  return (
    `read_csv(${text(path)}, delim = ${text(String.fromCharCode(columnEnd))}, quote = '', escape = '', header = false, auto_detect = false, ` +
    `columns = ${columns}, nullstr = ${text(noValue)}, max_line_size = ${lineMax}, buffer_size = ${Math.max(16 * lineMax, 32 * 1024 ** 2)}, ` +
    "parallel = false, new_line = '\\n')"
  );
}

/**
 * The columns of segments (`query/views/segment-columns.ts` reads them) from rows.
 *
 * A member that is not of its usual form is kept as its JSON text, and what cannot be read is NULL; a record that is no
 * JSON at all has only its text, as a JSON string. Whatever a record is, it makes a row.
 *
 * @param json the record as JSON; `noJson` leaves all of them with their text alone
 */
export function selectColumns(kind: SegmentKind, rows: string, json = 'try_cast(record AS JSON)'): string {
  const parts = recordParts[kind].map((path, place) => `if(${below(path)} IS NULL, 0, ${1 << place})`);
  const columns = recordColumns[kind].map(({ name, path }) => `${below(path)}::VARCHAR AS "${name}"`);
  const resources =
    kind === 'cloudtrail'
      ? `list_transform(t.resources, lambda x: if(x IS NULL, NULL, struct_pack(${resourceMembers.map((name) => `"${name.toLowerCase()}" := x."${name}"`).join(', ')})))`
      : 'NULL::STRUCT(arn VARCHAR, accountid VARCHAR, "type" VARCHAR, arnprefix VARCHAR)[]';
  return (
    'SELECT place, account, region, category, entered, ' +
    'coalesce(try_cast(t."eventTime" AS TIMESTAMPTZ)::TIMESTAMP, make_timestamp(entered * 1000)) AS happened, ' +
    `(${parts.join(' + ')})::USMALLINT AS parts, ${resources} AS resources, ${columns.join(', ')}, ` +
    'if(j IS NULL, to_json(record)::VARCHAR, record) AS record ' +
    `FROM (SELECT *, json_transform(j, ${text(JSON.stringify(shapeOf(kind)))}) AS t FROM (SELECT *, ${json} AS j FROM ${rows}))`
  );
}

export const noJson = 'NULL::JSON';

/** Bounds and counts of a file. */
export function factsOf(path: string): string {
  return (
    'SELECT count(*)::DOUBLE, epoch_ms(min(happened))::DOUBLE, epoch_ms(max(happened))::DOUBLE, ' +
    `min(entered)::DOUBLE, max(entered)::DOUBLE FROM read_parquet(${text(path)})`
  );
}

/**
 * Names (file-wide, before they are written) go into dictionaries where they repeat. ZSTD: a third of the size of the
 * faster codes, at the same speed of writing.
 */
export function copyTo(select: string, path: string): string {
  return `COPY (${select}) TO ${text(path)} (FORMAT parquet, COMPRESSION zstd)`;
}

/** In the order of the files, which is that of time. */
export function selectFrom(paths: readonly string[]): string {
  return `SELECT * FROM read_parquet([${paths.map(text).join(', ')}], hive_partitioning = false)`;
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

type Shape = { [name: string]: Shape | string | readonly Shape[] };

function shapeOf(kind: SegmentKind): Shape {
  const shape: Shape = { eventTime: 'VARCHAR' };
  for (const { path, form } of recordColumns[kind]) {
    let at = shape;
    for (const name of path.slice(0, -1)) {
      const next = (at[name] ?? {}) as Shape;
      at[name] = next;
      at = next;
    }
    at[path.at(-1) as string] = form === 'json' ? 'JSON' : 'VARCHAR';
  }
  if (kind === 'cloudtrail')
    shape['resources'] = [Object.fromEntries(resourceMembers.map((name) => [name, 'VARCHAR']))];
  return shape;
}

function below(path: MemberPath): string {
  return `t.${path.map((name) => `"${name}"`).join('.')}`;
}
