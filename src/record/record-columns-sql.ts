// SPDX-License-Identifier: Apache-2.0
import {
  type MemberPath,
  type RecordColumnKind,
  recordColumns,
  recordParts,
  resourceMembers,
} from './record-columns.js';

/**
 * The columns of segments (`query/views/segment-columns.ts` reads them) from rows of `place`, `account`, `region`, `category`,
 * `entered` and `record` (`cleanLines`), as a SELECT in DuckDB's words. Where segments are written and where a query reads
 * records themselves, it is the same one: the same record makes the same row.
 *
 * A member that is not of its usual form is kept as its JSON text, and what cannot be read is NULL; a record that is no
 * JSON at all has only its text, as a JSON string. Whatever a record is, it makes a row.
 *
 * @param json the record as JSON; `noJson` leaves all of them with their text alone
 */
export function selectRecordColumns(
  kind: RecordColumnKind,
  rows: string,
  json = 'try_cast(record AS JSON)',
): string {
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

type Shape = { [name: string]: Shape | string | readonly Shape[] };

function shapeOf(kind: RecordColumnKind): Shape {
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
    shape.resources = [Object.fromEntries(resourceMembers.map((name) => [name, 'VARCHAR']))];
  return shape;
}

function below(path: MemberPath): string {
  return `t.${path.map((name) => `"${name}"`).join('.')}`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
