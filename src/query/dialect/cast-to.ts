// SPDX-License-Identifier: Apache-2.0
import { fieldName, quoteName, quoteText, sameType, type TrinoType, toDuckdbType } from './trino-type.js';
import type { Typed } from './typed.js';
import { fromLocal } from './zones.js';

/** A value as a type that it becomes by itself or by a cast that needs no words: a wider number, a timestamp for a date. */
export function castTo(value: Typed, wanted: TrinoType): string {
  const { sql, type } = value;
  if (type.kind === 'unknown') return `CAST(${sql} AS ${toDuckdbType(wanted)})`;
  if (sameType(type, wanted)) return sql;
  if (wanted.kind === 'timestampTz') return fromLocal(`CAST(${sql} AS TIMESTAMP)`, undefined);
  return byPlace(sql, type, wanted, 0);
}

/** Rows become rows field by field, by their places: DuckDB would go by their names. */
function byPlace(sql: string, type: TrinoType, wanted: TrinoType, depth: number): string {
  if (sameType(type, wanted)) return sql;
  if (type.kind === 'array' && wanted.kind === 'array' && holdsRow(wanted)) {
    const item = `r${depth}`;
    return `list_transform(${sql}, lambda ${item}: ${byPlace(item, type.element, wanted.element, depth + 1)})`;
  }
  if (type.kind !== 'row' || wanted.kind !== 'row') return `CAST(${sql} AS ${toDuckdbType(wanted)})`;
  const fields = wanted.fields.map((field, index) => {
    const own = type.fields[index] ?? field;
    return `${quoteName(fieldName(field, index))} := ${byPlace(`struct_extract(${sql}, ${quoteText(fieldName(own, index))})`, own.type, field.type, depth)}`;
  });
  return `(CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END)`;
}

function holdsRow(type: TrinoType): boolean {
  return type.kind === 'row' || (type.kind === 'array' && holdsRow(type.element));
}
