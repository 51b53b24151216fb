// SPDX-License-Identifier: Apache-2.0
import type { RecordColumnKind } from '../../record/record-columns.js';
import { quoteName, type RowField, type TrinoType } from '../dialect/trino-type.js';
import { columnOf, recordValue } from './record-value.js';
import { partBit } from './segment-columns.js';
import type { FasterColumn } from './table-view.js';

/** Hidden columns, and which of a view's columns they are a faster way to. */
export interface FasterColumns {
  readonly hidden: ReadonlyMap<string, string>;
  readonly faster: Readonly<Record<string, FasterColumn>>;
}

/** Names that no table can declare: Hive's have no `$`. */
function hiddenName(name: string): string {
  return `$${name}`;
}

export function fasterColumns(
  kind: RecordColumnKind,
  columns: readonly { readonly name: string; readonly type: TrinoType }[],
): FasterColumns {
  const hidden = new Map<string, string>();
  const faster: Record<string, FasterColumn> = {};
  for (const { name, type } of columns) {
    const lower = name.toLowerCase();
    if (lower === 'eventtime' && type.kind === 'varchar') {
      hidden.set(hiddenName('happened'), 'happened');
      hidden.set(hiddenName('entered'), 'make_timestamp(entered * 1000)');
      faster[lower] = { timestamp: hiddenName('happened'), fallback: hiddenName('entered') };
    } else if (isMapOfTexts(type) && columnOf(kind, lower)?.form === 'json') {
      hidden.set(hiddenName(lower), quoteName(lower));
      faster[lower] = { json: hiddenName(lower) };
    } else if (type.kind === 'row' && partBit(kind, lower) !== undefined) {
      const fields = Object.fromEntries(leavesOf(kind, [lower], type.fields, hidden));
      if (Object.keys(fields).length > 0) faster[lower] = { fields };
    }
  }
  return { hidden, faster };
}

function isMapOfTexts(type: TrinoType): boolean {
  return type.kind === 'map' && type.key.kind === 'varchar' && type.value.kind === 'varchar';
}

/** The fields below a row that have columns of their own, by path. */
function leavesOf(
  kind: RecordColumnKind,
  path: readonly string[],
  fields: readonly RowField[],
  hidden: Map<string, string>,
): [string, string][] {
  return fields.flatMap(({ name = '', type }): [string, string][] => {
    const below = [...path, name.toLowerCase()];
    const column = below.join('_');
    if (type.kind === 'row')
      return partBit(kind, column) === undefined ? [] : leavesOf(kind, below, type.fields, hidden);
    if (type.kind === 'map' || type.kind === 'array' || columnOf(kind, column) === undefined) return [];
    hidden.set(hiddenName(column), recordValue(kind, below, type));
    return [[below.slice(1).join('.'), hiddenName(column)]];
  });
}
