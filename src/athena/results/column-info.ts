// SPDX-License-Identifier: Apache-2.0
import type { TableColumn } from '../../query/table-source.js';
import { hasNoColumns, type StatementKind, writesCsv } from '../statement-kind.js';

/** `ColumnInfo` of GetQueryResults; `sets` tells which of the numbers the engine states at all. */
export interface ResultColumn {
  readonly name: string;
  readonly type: string;
  readonly precision?: number;
  readonly scale?: number;
  readonly caseSensitive?: boolean;
}

/** The length that Athena states for a varchar without one. */
const unboundedLength = 2_147_483_647;

/** Source: answers of Athena, engine version 3: precision by type; absent where its `.metadata` leaves the field out. */
const fixed: Readonly<Record<string, Omit<ResultColumn, 'name' | 'type'>>> = {
  tinyint: { precision: 3, scale: 0, caseSensitive: false },
  smallint: { precision: 5, scale: 0, caseSensitive: false },
  integer: { precision: 10, scale: 0, caseSensitive: false },
  bigint: { precision: 19, scale: 0, caseSensitive: false },
  float: { precision: 17, scale: 0, caseSensitive: false },
  double: { precision: 17, scale: 0, caseSensitive: false },
  varbinary: { precision: 1_073_741_824, scale: 0, caseSensitive: false },
  timestamp: { precision: 3, scale: 0, caseSensitive: false },
  'timestamp with time zone': { precision: 3, scale: 0, caseSensitive: false },
  time: { precision: 3, scale: 0, caseSensitive: false },
  'time with time zone': { precision: 3, scale: 0, caseSensitive: false },
  boolean: { caseSensitive: false },
  date: { scale: 0, caseSensitive: false },
  'interval day to second': { caseSensitive: false },
  'interval year to month': { caseSensitive: false },
};

/** The columns of a statement's answer. What the catalog answers has types, and no numbers to them. */
export function resultColumns(kind: StatementKind, columns: readonly TableColumn[]): ResultColumn[] {
  if (hasNoColumns(kind)) return [];
  return kind.type === 'UTILITY' && !writesCsv(kind)
    ? columns.map(({ name, type }) => ({ name, type }))
    : columns.map(toResultColumn);
}

/** @param type in Athena's words, with its arguments: `decimal(10, 2)`, `varchar`, `row(a varchar)` */
export function toResultColumn({ name, type }: TableColumn): ResultColumn {
  const match = /^\s*([a-z]+)\s*(?:\(([^()]*)\))?\s*(with(?:out)? time zone)?/i.exec(type);
  const word = match?.[1]?.toLowerCase() ?? type.toLowerCase();
  const numbers = (match?.[2] ?? '').split(',').map((part) => Number.parseInt(part, 10));
  switch (word) {
    case 'varchar':
    case 'char': {
      const [length = Number.NaN] = numbers;
      const precision = Number.isNaN(length) ? unboundedLength : length;
      return { name, type: word, precision, scale: 0, caseSensitive: true };
    }
    case 'decimal': {
      const [precision = 38, scale = 0] = numbers;
      return { name, type: word, precision, scale: Number.isNaN(scale) ? 0 : scale, caseSensitive: false };
    }
    case 'int':
      return { name, type: 'integer', ...fixed.integer };
    case 'real':
    case 'float':
      return { name, type: 'float', ...fixed.float };
    case 'timestamp':
    case 'time': {
      const isZoned = /with time zone/i.test(type);
      const full = isZoned ? `${word} with time zone` : word;
      return { name, type: full, ...fixed[full] };
    }
    case 'interval': {
      const full = /month/i.test(type) ? 'interval year to month' : 'interval day to second';
      return { name, type: full, ...fixed[full] };
    }
    default:
      return { name, type: word, ...fixed[word] };
  }
}
