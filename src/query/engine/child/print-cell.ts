// SPDX-License-Identifier: Apache-2.0
import {
  type DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  type DuckDBListType,
  DuckDBListValue,
  type DuckDBMapType,
  DuckDBMapValue,
  type DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Cell } from '../../query-engine.js';
import { printDecimal, printDouble, printReal } from './print-number.js';
import {
  printDate,
  printDaysInterval,
  printMonthsInterval,
  printTime,
  printTimestamp,
} from './print-time.js';

type Printer = (value: DuckDBValue) => string;

/**
 * How the cells of a column are printed: as Athena prints them in its CSV files and GetQueryResults. Arrays as `[a, b]`, maps
 * and rows as `{k=v}`, NULL within them as `null`, no quotes anywhere; bytes as `68 65 6c`.
 * Source: Athena User Guide, "Data types in Amazon Athena", examples of "Query arrays with complex types and nested structures";
 * bytes and times as clients of Athena read them (PyAthena's converters).
 * @param athenaType tells apart what is one type to the engine
 */
export function cellPrinter(type: DuckDBType, athenaType: string): (value: DuckDBValue) => Cell {
  const print = athenaType.startsWith('interval year') ? printYears : printerOf(type);
  return (value) => (value === null ? null : print(value));
}

function printerOf(type: DuckDBType): Printer {
  switch (type.typeId) {
    case DuckDBTypeId.DOUBLE:
      return (value) => printDouble(value as number);
    case DuckDBTypeId.FLOAT:
      return (value) => printReal(value as number);
    case DuckDBTypeId.LIST:
      return listPrinter(printerOf((type as DuckDBListType).valueType));
    case DuckDBTypeId.ARRAY:
      return listPrinter(printerOf((type as DuckDBArrayType).valueType));
    case DuckDBTypeId.MAP:
      return mapPrinter(type as DuckDBMapType);
    case DuckDBTypeId.STRUCT:
      return rowPrinter(type as DuckDBStructType);
    default:
      return printScalar;
  }
}

function printYears(value: DuckDBValue): string {
  return value instanceof DuckDBIntervalValue ? printMonthsInterval(value.months) : String(value);
}

function printScalar(value: DuckDBValue): string {
  if (typeof value !== 'object') return String(value);
  if (value instanceof DuckDBDecimalValue) return printDecimal(value.value, value.scale);
  if (value instanceof DuckDBTimestampValue) return printTimestamp(value.micros);
  if (value instanceof DuckDBTimestampTZValue) return `${printTimestamp(value.micros)} UTC`;
  if (value instanceof DuckDBDateValue) return printDate(value.days);
  if (value instanceof DuckDBTimeValue) return printTime(value.micros);
  if (value instanceof DuckDBBlobValue) return printBytes(value.bytes);
  if (value instanceof DuckDBIntervalValue)
    return value.months === 0
      ? printDaysInterval(BigInt(value.days) * 86_400_000_000n + value.micros)
      : printMonthsInterval(value.months);
  return String(value);
}

function printBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').match(/../g)?.join(' ') ?? '';
}

function orNull(print: Printer): Printer {
  return (value) => (value === null || value === undefined ? 'null' : print(value));
}

function listPrinter(printItem: Printer): Printer {
  const print = orNull(printItem);
  return (value) => {
    const items =
      value instanceof DuckDBListValue || value instanceof DuckDBArrayValue ? value.items : [value];
    return `[${items.map(print).join(', ')}]`;
  };
}

function mapPrinter({ keyType, valueType }: DuckDBMapType): Printer {
  const printKey = orNull(printerOf(keyType));
  const printValue = orNull(printerOf(valueType));
  return (value) =>
    value instanceof DuckDBMapValue
      ? `{${value.entries.map(({ key, value }) => `${printKey(key)}=${printValue(value)}`).join(', ')}}`
      : String(value);
}

function rowPrinter(type: DuckDBStructType): Printer {
  const fields = type.entryNames.map(
    (name, index) => [name, orNull(printerOf(type.entryTypes[index]!))] as const,
  );
  return (value) =>
    value instanceof DuckDBStructValue
      ? `{${fields.map(([name, print]) => `${name}=${print(value.entries[name] ?? null)}`).join(', ')}}`
      : String(value);
}
