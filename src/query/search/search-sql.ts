// SPDX-License-Identifier: Apache-2.0
import { fieldSql, type SearchField } from './search-fields.js';
import type { SearchCondition, SearchPlace, SearchRequest } from './search-request.js';

/** Statements of a search in the Athena dialect over the table `events`. Values get in by `text` and `number` alone. */

export function pageSql(search: SearchRequest, lastPlace: string): string {
  const { after } = search;
  const conditions = [...conditionsOf(search, lastPlace), ...(after === undefined ? [] : [behind(after)])];
  // One more than is shown tells whether a page follows.
  return `SELECT ${millis('happened')} AS ms, place, record FROM events${whereOf(conditions)} ORDER BY happened DESC, place DESC LIMIT ${number(search.limit + 1)}`;
}

/** How many there are, from when to when, and the last place that there is. */
export function totalSql(search: SearchRequest): string {
  const found = andOf(conditionsOf(search, undefined));
  const times = `min(CASE WHEN ${found} THEN ${millis('happened')} END) AS first, max(CASE WHEN ${found} THEN ${millis('happened')} END) AS last`;
  return `SELECT sum(CASE WHEN ${found} THEN 1 ELSE 0 END) AS total, ${times}, max(place) AS place FROM events`;
}

export function facetsSql(search: SearchRequest, lastPlace: string): string {
  const where = whereOf(conditionsOf(search, lastPlace));
  return search.facets
    .map((field) => {
      const value = fieldSql(field);
      const counted = `SELECT ${text(field)} AS facet, ${value} AS value, count(*) AS n FROM events${where} GROUP BY ${value}`;
      return `SELECT * FROM (${counted} ORDER BY n DESC, value LIMIT ${number(search.facetLimit)})`;
    })
    .join(' UNION ALL ');
}

export function histogramSql(search: SearchRequest, lastPlace: string, bucketMs: number): string {
  const bucket = `CAST(floor(${millis('happened')} / ${number(bucketMs)}.0) AS bigint)`;
  return `SELECT ${bucket} AS bucket, count(*) AS n FROM events${whereOf(conditionsOf(search, lastPlace))} GROUP BY ${bucket} ORDER BY 1`;
}

function conditionsOf(
  { fromMs, toMs, where, text: texts }: SearchRequest,
  lastPlace: string | undefined,
): string[] {
  return [
    ...(fromMs === undefined ? [] : [`happened >= ${time(fromMs)}`]),
    ...(toMs === undefined ? [] : [`happened < ${time(toMs)}`]),
    ...(lastPlace === undefined ? [] : [`place <= ${number(lastPlace)}`]),
    ...where.flatMap(conditionSql),
    ...texts.map((each) => `strpos(lower(record), ${text(each.toLowerCase())}) > 0`),
  ];
}

function conditionSql({ field, equals, not, prefix, contains, cidr, exists }: SearchCondition): string[] {
  const column = fieldSql(field);
  const anyOf = (values: readonly string[] | undefined, test: (value: string) => string) =>
    values === undefined ? [] : [values.length === 0 ? 'false' : `(${values.map(test).join(' OR ')})`];
  return [
    ...anyOf(equals, (value) => `${column} = ${text(value)}`),
    // What has no value at all is none of them.
    ...(not ?? []).map((value) => `coalesce(${column} <> ${text(value)}, true)`),
    ...anyOf(prefix, (value) => `starts_with(${column}, ${text(value)})`),
    ...anyOf(contains, (value) => `strpos(lower(${column}), ${text(value.toLowerCase())}) > 0`),
    ...anyOf(cidr, (block) => `regexp_like(${column}, ${text(blockPattern(block))})`),
    ...(exists === undefined ? [] : [`${column} IS ${exists ? 'NOT ' : ''}NULL`]),
  ];
}

/** Newest first: what happened earlier, or at the same time and came earlier. */
function behind({ happenedMs, place }: SearchPlace): string {
  const at = time(happenedMs);
  return `(happened < ${at} OR (happened = ${at} AND place < ${number(place)}))`;
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

function andOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : `(${conditions.join(' AND ')})`;
}

function millis(column: string): string {
  return `CAST(to_unixtime(${column}) * 1000 AS bigint)`;
}

function time(ms: number): string {
  return `TIMESTAMP '${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')}'`;
}

function text(value: string | SearchField): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function number(value: number | string): string {
  if (!/^\d{1,20}$/.test(String(value))) throw new TypeError(`${value} is no number`);
  return String(value);
}

/** An IPv4 block as a pattern of its addresses: whole octets, and the values that the octet in which the block ends may have. */
export function blockPattern(block: string): string {
  const [address = '', bits = '0'] = block.split('/');
  const octets = address.split('.').map(Number);
  const patterns = octets.map((octet, at) => {
    const fixed = Math.min(8, Math.max(0, Number(bits) - at * 8));
    const size = 2 ** (8 - fixed);
    const first = Math.floor(octet / size) * size;
    if (fixed === 0) return '[0-9]+';
    return `(${Array.from({ length: size }, (_, step) => first + step).join('|')})`;
  });
  return `^${patterns.join('[.]')}$`;
}
