// SPDX-License-Identifier: Apache-2.0
import type { TranslateOptions } from './dialect.js';
import type { TranslatedQuery } from './translate-query.js';
import { quoteName } from './trino-type.js';
import { toLocal } from './zones.js';

/** Athena shows names in lower case, and columns without one as _col0, _col1, …. */
export function shownName(name: string | undefined, index: number, { dialect }: TranslateOptions): string {
  if (name === undefined) return `_col${index}`;
  return dialect === 'athena' ? name.toLowerCase() : name;
}

/** An instant in a zone of its own is printed in it: DuckDB's values know none. */
export function printed({ sql, columns }: TranslatedQuery): string {
  if (!columns.some(({ type }) => type.kind === 'timestampTz' && type.zone !== undefined)) return sql;
  const items = columns.map(({ type }, index) => {
    const name = quoteName(`c${index + 1}`);
    if (type.kind !== 'timestampTz' || type.zone === undefined) return name;
    return `strftime(${toLocal({ sql: name, type })}, '%Y-%m-%d %H:%M:%S.%g ${type.zone.replaceAll("'", '')}') AS ${name}`;
  });
  return `SELECT ${items.join(', ')} FROM (${sql}) AS "q0"`;
}
