// SPDX-License-Identifier: Apache-2.0
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Cell } from '../../query-engine.js';
import { type CellWriter, cellWriter, type NestedForm, orNull } from './nested-cell.js';
import { printDecimal, printDouble, printReal } from './print-number.js';
import {
  printDate,
  printDaysInterval,
  printMonthsInterval,
  printTime,
  printTimestamp,
} from './print-time.js';

/** `[a, b]`, `{k=v}` */
const athenaForm: NestedForm = {
  comma: ', ',
  scalar: scalarPrinter,
  key: (type) => {
    const print = orNull(cellWriter(type, athenaForm));
    return (key) => `${print(key)}=`;
  },
  name: (name) => `${name}=`,
};

/**
 * How the cells of a column are printed: as Athena prints them in its CSV files and GetQueryResults. Arrays as `[a, b]`, maps
 * and rows as `{k=v}`, NULL within them as `null`, no quotes anywhere; bytes as `68 65 6c`.
 * Source: Athena User Guide, "Data types in Amazon Athena", examples of "Query arrays with complex types and nested structures";
 * bytes and times as clients of Athena read them (PyAthena's converters).
 * @param athenaType tells apart what is one type to the engine
 */
export function cellPrinter(type: DuckDBType, athenaType: string): (value: DuckDBValue) => Cell {
  const print = athenaType.startsWith('interval year') ? printYears : cellWriter(type, athenaForm);
  return (value) => (value === null ? null : print(value));
}

function scalarPrinter({ typeId }: DuckDBType): CellWriter {
  if (typeId === DuckDBTypeId.DOUBLE) return (value) => printDouble(value as number);
  if (typeId === DuckDBTypeId.FLOAT) return (value) => printReal(value as number);
  return printScalar;
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
