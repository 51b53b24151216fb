// SPDX-License-Identifier: Apache-2.0
import {
  type MemberPath,
  markedMark,
  marksEnd,
  nestedMark,
  parameterColumn,
  parameterMembers,
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
  return (
    'SELECT place, account, region, category, entered, happened, ' +
    `(${parts.join(' + ')})::USMALLINT AS parts, ${columns.join(', ')}, ` +
    `${kind === 'cloudtrail' ? fasterColumns : `${noResources} AS resources`}, ${oddTime} AS oddtime, ` +
    'if(j IS NULL, to_json(record)::VARCHAR, record) AS record ' +
    `FROM (SELECT *, coalesce(if(isfinite(h), h, NULL), make_timestamp(entered * 1000)) AS happened${kind === 'cloudtrail' ? `, ${resources} AS r, ${members} AS m` : ''} ` +
    'FROM (SELECT *, try_cast(t."eventTime" AS TIMESTAMPTZ)::TIMESTAMP AS h ' +
    `FROM (SELECT *, json_transform(j, ${text(JSON.stringify(shapeOf(kind)))}) AS t FROM (SELECT *, ${json} AS j FROM ${rows}))))`
  );
}

const noResources = 'NULL::STRUCT(arn VARCHAR, accountid VARCHAR, "type" VARCHAR, arnprefix VARCHAR)[]';
const resources = `list_transform(t.resources, lambda x: if(x IS NULL, NULL, struct_pack(${resourceMembers.map((name) => `"${name.toLowerCase()}" := x."${name}"`).join(', ')})))`;
/** All of them at once: the JSON is read one time. */
const members = `json_extract_string(t."requestParameters", [${parameterMembers.map((name) => text(`$.${name}`)).join(', ')}])`;

/** What stands in lists and in JSON once more, in columns that are read in a fraction of the time. */
const fasterColumns = [
  'r AS resources',
  'len(r)::UINTEGER AS resources_count',
  ...resourceMembers.map((name) => `r[1]."${name.toLowerCase()}" AS "resources_first_${name.toLowerCase()}"`),
  ...parameterMembers.map(
    (name, place) => `${marked(name, `m[${place + 1}]`)} AS "${parameterColumn(name)}"`,
  ),
].join(', ');

/** Objects and arrays are told from texts that look like them. */
function marked(name: string, member: string): string {
  const isNested = `json_type(t."requestParameters", ${text(`$.${name}`)}) IN ('OBJECT', 'ARRAY')`;
  return (
    `CASE WHEN ${member} < ${text(marksEnd)} AND ${member} <> '' THEN ${text(markedMark)} || ${member} ` +
    `WHEN starts_with(${member}, '{') OR starts_with(${member}, '[') THEN if(${isNested}, ${text(nestedMark)} || ${member}, ${member}) ` +
    `ELSE ${member} END`
  );
}

/**
 * NULL where eventTime is `happened` written as 2026-11-01T10:00:00Z, which is nearly always: then the order of the texts is that of the
 * times. Empty where there is no eventTime; else its text, behind a `~` where it is a time, and behind a `=` where it is none.
 */
const oddTime =
  `CASE WHEN length(t."eventTime") = 20 AND t."eventTime" >= '0' AND strftime(h, '%Y-%m-%dT%H:%M:%SZ') = t."eventTime" THEN NULL ` +
  `WHEN isfinite(h) THEN '~' || t."eventTime" ELSE coalesce('=' || t."eventTime", '') END`;

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
