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
import type { Cell } from '../../query-engine.js';
import { cellPrinter } from './print-cell.js';

type Writer = (value: DuckDBValue) => string;

/** Types that JSON writes without quotes, where their text is a number of JSON's. */
const bare: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
]);
const nested: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.MAP,
  DuckDBTypeId.STRUCT,
]);

/**
 * For who reads cells by a program: arrays, maps (their keys as texts) and rows as JSON documents; what has no other form in
 * JSON is a text within them, as it is printed. All other cells are printed as Athena prints them.
 */
export function jsonCellPrinter(type: DuckDBType, athenaType: string): (value: DuckDBValue) => Cell {
  if (!nested.has(type.typeId)) return cellPrinter(type, athenaType);
  const write = writerOf(type);
  return (value) => (value === null ? null : write(value));
}

function writerOf(type: DuckDBType): Writer {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return listWriter(writerOf((type as DuckDBListType).valueType));
    case DuckDBTypeId.ARRAY:
      return listWriter(writerOf((type as DuckDBArrayType).valueType));
    case DuckDBTypeId.MAP:
      return mapWriter(type as DuckDBMapType);
    case DuckDBTypeId.STRUCT:
      return rowWriter(type as DuckDBStructType);
    default:
      return scalarWriter(type);
  }
}

function scalarWriter(type: DuckDBType): Writer {
  const print = cellPrinter(type, '');
  if (type.alias === 'JSON') return (value) => print(value) ?? 'null';
  const isBare = bare.has(type.typeId);
  return (value) => {
    const text = print(value) ?? '';
    return isBare && /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:E-?\d+)?)$/.test(text)
      ? text
      : JSON.stringify(text);
  };
}

function orNull(write: Writer): Writer {
  return (value) => (value === null || value === undefined ? 'null' : write(value));
}

function listWriter(writeItem: Writer): Writer {
  const write = orNull(writeItem);
  return (value) => {
    const items =
      value instanceof DuckDBListValue || value instanceof DuckDBArrayValue ? value.items : [value];
    return `[${items.map(write).join(',')}]`;
  };
}

function mapWriter({ keyType, valueType }: DuckDBMapType): Writer {
  const printKey = nested.has(keyType.typeId) ? writerOf(keyType) : cellPrinter(keyType, '');
  const write = orNull(writerOf(valueType));
  return (value) => {
    if (!(value instanceof DuckDBMapValue)) return JSON.stringify(String(value));
    return `{${value.entries.map(({ key, value }) => `${JSON.stringify(printKey(key) ?? '')}:${write(value)}`).join(',')}}`;
  };
}

function rowWriter(type: DuckDBStructType): Writer {
  const fields = type.entryNames.map(
    (name, index) => [name, JSON.stringify(name), orNull(writerOf(type.entryTypes[index]!))] as const,
  );
  return (value) => {
    if (!(value instanceof DuckDBStructValue)) return JSON.stringify(String(value));
    return `{${fields.map(([name, quoted, write]) => `${quoted}:${write(value.entries[name] ?? null)}`).join(',')}}`;
  };
}
