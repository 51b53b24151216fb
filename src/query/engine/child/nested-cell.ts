// SPDX-License-Identifier: Apache-2.0
import {
  type DuckDBArrayType,
  DuckDBArrayValue,
  type DuckDBListType,
  DuckDBListValue,
  type DuckDBMapType,
  DuckDBMapValue,
  type DuckDBStructType,
  DuckDBStructValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';

/** Never given NULL. */
export type CellWriter = (value: DuckDBValue) => string;

/** What tells one way of writing arrays, maps and rows from another; NULL within them is `null` in all. */
export interface NestedForm {
  /** Between parts. */
  readonly comma: string;
  /** For what has no parts. */
  scalar(type: DuckDBType): CellWriter;
  /** A map's key, up to its value. */
  key(type: DuckDBType): CellWriter;
  /** A field's name, up to its value. */
  name(name: string): string;
}

export function isNested({ typeId }: DuckDBType): boolean {
  return (
    typeId === DuckDBTypeId.LIST ||
    typeId === DuckDBTypeId.ARRAY ||
    typeId === DuckDBTypeId.MAP ||
    typeId === DuckDBTypeId.STRUCT
  );
}

/** The type is walked once for a column, not for each of its cells. */
export function cellWriter(type: DuckDBType, form: NestedForm): CellWriter {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return listWriter((type as DuckDBListType).valueType, form);
    case DuckDBTypeId.ARRAY:
      return listWriter((type as DuckDBArrayType).valueType, form);
    case DuckDBTypeId.MAP:
      return mapWriter(type as DuckDBMapType, form);
    case DuckDBTypeId.STRUCT:
      return rowWriter(type as DuckDBStructType, form);
    default:
      return form.scalar(type);
  }
}

export function orNull(write: CellWriter): CellWriter {
  return (value) => (value === null || value === undefined ? 'null' : write(value));
}

function listWriter(itemType: DuckDBType, form: NestedForm): CellWriter {
  const write = orNull(cellWriter(itemType, form));
  return (value) => {
    if (!(value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)) throw notOfItsType(value);
    let text = '[';
    let before = '';
    for (const item of value.items) {
      text += before + write(item);
      before = form.comma;
    }
    return `${text}]`;
  };
}

function mapWriter({ keyType, valueType }: DuckDBMapType, form: NestedForm): CellWriter {
  const writeKey = form.key(keyType);
  const write = orNull(cellWriter(valueType, form));
  return (value) => {
    if (!(value instanceof DuckDBMapValue)) throw notOfItsType(value);
    let text = '{';
    let before = '';
    for (const entry of value.entries) {
      text += before + writeKey(entry.key) + write(entry.value);
      before = form.comma;
    }
    return `${text}}`;
  };
}

function rowWriter({ entryNames, entryTypes }: DuckDBStructType, form: NestedForm): CellWriter {
  const fields = entryNames.map((name, index) => ({
    name,
    before: `${index === 0 ? '' : form.comma}${form.name(name)}`,
    write: orNull(cellWriter(entryTypes[index]!, form)),
  }));
  return (value) => {
    if (!(value instanceof DuckDBStructValue)) throw notOfItsType(value);
    let text = '{';
    for (const { name, before, write } of fields) text += before + write(value.entries[name] ?? null);
    return `${text}}`;
  };
}

function notOfItsType(value: DuckDBValue): Error {
  return new Error(`a cell is not of its column's type: ${String(value).slice(0, 100)}`);
}
