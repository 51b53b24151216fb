// SPDX-License-Identifier: Apache-2.0
import { type DuckDBType, DuckDBTypeId, type DuckDBValue } from '@duckdb/node-api';
import type { Cell } from '../../query-engine.js';
import { type CellWriter, cellWriter, isNested, type NestedForm } from './nested-cell.js';
import { cellPrinter } from './print-cell.js';

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

const jsonForm: NestedForm = {
  comma: ',',
  scalar: scalarWriter,
  // A member's name is a text, whatever the key.
  key: (type) => {
    const print = isNested(type) ? cellWriter(type, jsonForm) : cellPrinter(type, '');
    return (key) => `${JSON.stringify(print(key) ?? '')}:`;
  },
  name: (name) => `${JSON.stringify(name)}:`,
};

/**
 * For who reads cells by a program: arrays, maps (their keys as texts) and rows as JSON documents; what has no other form in
 * JSON is a text within them, as it is printed. All other cells are printed as Athena prints them.
 */
export function jsonCellPrinter(type: DuckDBType, athenaType: string): (value: DuckDBValue) => Cell {
  if (!isNested(type)) return cellPrinter(type, athenaType);
  const write = cellWriter(type, jsonForm);
  return (value) => (value === null ? null : write(value));
}

function scalarWriter(type: DuckDBType): CellWriter {
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
