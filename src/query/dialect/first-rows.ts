// SPDX-License-Identifier: Apache-2.0
import type { Expression, SelectBody, SortItem } from './ast.js';
import type { NumberedRows } from './numbered-rows.js';
import { type Scope, sqlOfColumn } from './scope.js';
import type { QueryTranslator } from './translate-query.js';
import { isOrdered, quoteName } from './trino-type.js';
import type { Typed } from './typed.js';

export interface TranslatedFrom {
  readonly sql: string;
  readonly scope: Scope;
}

export interface FirstRows {
  /** A query of WITH that `from` asks. */
  readonly withSql: string;
  readonly from: string;
}

/**
 * The FROM of a SELECT that numbers its rows within groups, with few rows but those that are numbered 1. What is numbered
 * first has the greatest (or least) value of the first sort key in its group: that value is had by reading the groups' columns
 * and the key alone, and then only rows that have it are read whole, where the engine would read all rows of all groups.
 *
 * @returns undefined where this does not hold, or is no faster
 */
export function firstRows(
  translator: QueryTranslator,
  body: SelectBody,
  { window, lastNumber }: NumberedRows,
  { scope }: TranslatedFrom,
): FirstRows | undefined {
  const [first] = window.orderBy;
  const relation = scope.relations[0]?.columns[0]?.relation;
  if (lastNumber !== 1 || !first || scope.outer || relation === undefined || !isOfColumns(translator, body))
    return undefined;
  const asked = read(translator, body, [...window.partitionBy, first.by]);
  if (![...asked.groups, asked.key].every(({ type }) => isOrdered(type))) return undefined;
  const found = read(translator, body, [...window.partitionBy, first.by]);
  const best = quoteName(translator.nextName('m'));
  const pieces = piecesOf(found, best);
  return {
    withSql: `${best} AS MATERIALIZED (${bestOf(asked, first)})`,
    from: ` FROM (${pieces.join(' UNION ALL ')}) AS ${quoteName(relation)}`,
  };
}

/** Of one table whose columns are had each for itself: to read it twice is cheap. */
function isOfColumns(translator: QueryTranslator, { from: [relation] }: SelectBody): boolean {
  if (relation?.kind !== 'table' || relation.sample) return false;
  return Object.keys(translator.table(relation.table).schema.faster).length > 0;
}

/** The table once more, under a name of its own. */
interface Reading {
  readonly relation: string;
  readonly from: string;
  readonly where: string;
  readonly groups: readonly Typed[];
  /** The first sort key: the time, where it is the text of one. */
  readonly key: Typed;
  /** Of a text of times. */
  readonly texts?: TimeTexts;
}

interface TimeTexts {
  /** The column's name. */
  readonly name: string;
  /** A column that is NULL where the text is the time in the usual form: then the order of the texts is that of the times. */
  readonly odd: string;
}

/** More rows than there can be. Nothing that is asked of all rows goes below a LIMIT: what few rows have is looked for first. */
const noLimit = '9223372036854775807';

function read(translator: QueryTranslator, body: SelectBody, keys: readonly Expression[]): Reading {
  const { expressions } = translator;
  const { sql, scope } = translator.from(body, undefined);
  const values = keys.map((key) => expressions.translate(key, scope));
  const key = values.at(-1) as Typed;
  const { timestamp, odd } = key.column?.faster ?? {};
  const relation = scope.relations[0]?.columns[0]?.relation as string;
  return {
    relation: quoteName(relation),
    from: sql,
    where: body.where ? expressions.filter(body.where, scope) : 'true',
    groups: values.slice(0, -1),
    ...(timestamp !== undefined && odd !== undefined
      ? {
          key: { ...key, sql: sqlOfColumn(relation, timestamp) },
          texts: { name: key.sql.slice(quoteName(relation).length + 1), odd: sqlOfColumn(relation, odd) },
        }
      : { key }),
  };
}

/** What is first of the first sort key in each group: NULL where NULL is, or where there is nothing else. */
function bestOf({ from, where, groups, key, texts }: Reading, { descending, nullsFirst }: SortItem): string {
  const names = groups.map((_, index) => nameOf(index));
  const of = nameOf(groups.length);
  const greatest = `${descending ? 'max' : 'min'}(${of})`;
  const wanted =
    nullsFirst && texts === undefined ? `CASE WHEN count(*) = count(${of}) THEN ${greatest} END` : greatest;
  const columns = [...groups, key].map(({ sql }, index) => `${sql} AS ${nameOf(index)}`);
  const plain = texts === undefined ? '' : ` AND ${texts.odd} IS NULL`;
  return (
    `SELECT ${[...names, `${wanted} AS ${of}`].join(', ')} FROM (SELECT ${columns.join(', ')}${from} WHERE ${where}${plain}) AS "b"` +
    (names.length > 0 ? ` GROUP BY ${names.join(', ')}` : '')
  );
}

/**
 * Rows that may be first, each in one piece. They are joined by `=` for the engine to skip what cannot have such a value, which
 * NULLs are not found by. Of texts of times that are oddly written nothing is known: all of them may be first.
 */
function piecesOf({ relation, from, groups, key, texts }: Reading, best: string): readonly string[] {
  const same = groups.map(({ sql }, index) => `${sql} IS NOT DISTINCT FROM ${best}.${nameOf(index)}`);
  const value = `${best}.${nameOf(groups.length)}`;
  const joined = (rows: string, on: string, shown = `${relation}.*`): string =>
    `SELECT ${shown}${from} JOIN ${rows} ON ${[...same, on].join(' AND ')}`;
  if (texts !== undefined) {
    // Made of the time: nobody has to read the texts of whole row groups for some rows.
    const text = `strftime(${key.sql}, '%Y-%m-%dT%H:%M:%SZ') AS ${texts.name}`;
    const usual = joined(best, `${key.sql} = ${value}`, `${relation}.* REPLACE (${text})`);
    return [
      `${usual} WHERE ${texts.odd} IS NULL`,
      `(SELECT ${relation}.*${from} WHERE ${texts.odd} IS NOT NULL LIMIT ${noLimit})`,
    ];
  }
  const equal = joined(best, `${key.sql} = ${value}`);
  // Not by a condition of its own, which the engine would look for in all rows even where there is no such group.
  const none = `(SELECT * FROM ${best} WHERE ${value} IS NULL) AS ${best}`;
  return [equal, joined(none, `${key.sql} IS NOT DISTINCT FROM ${value}`)];
}

function nameOf(index: number): string {
  return quoteName(`k${index + 1}`);
}
