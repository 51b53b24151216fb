// SPDX-License-Identifier: Apache-2.0
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  arrayOf,
  mapOf,
  parseTrinoType,
  type TrinoType,
  toDuckdbType,
  VARCHAR,
} from '../../query/dialect/trino-type.js';
import type { Row } from '../../query/query-engine.js';
import type { TableColumn } from '../../query/table-source.js';
import { isNested, type RowWriter } from './row-writer.js';

/** Columns of these types, and nested ones, are written as what they are, all others as the text that they are printed as. */
const types: readonly (readonly [form: RegExp, type: string])[] = [
  [/^(tinyint|smallint|integer|int|bigint)$/, 'BIGINT'],
  [/^(double|real|float)$/, 'DOUBLE'],
  [/^boolean$/, 'BOOLEAN'],
  [/^date$/, 'DATE'],
  [/^timestamp(\(\d+\))?$/, 'TIMESTAMP'],
];

/** A Parquet file of the rows; nested cells have to come as JSON documents. They lie in memory, compressed, until the last one has come. */
export class ParquetWriter implements RowWriter {
  readonly #path: string;
  #connection: DuckDBConnection | undefined;
  #appender: DuckDBAppender | undefined;
  #columns: readonly TableColumn[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  async columns(columns: readonly TableColumn[]): Promise<void> {
    this.#columns = columns;
    this.#connection = await (await DuckDBInstance.create(':memory:')).connect();
    const list = columns.map((_, at) => `c${at} VARCHAR`).join(', ');
    await this.#connection.run(`CREATE TABLE result (${list})`);
    this.#appender = await this.#connection.createAppender('result');
  }

  rows(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      for (const cell of row) {
        if (cell === null) this.#appender?.appendNull();
        else this.#appender?.appendVarchar(cell);
      }
      this.#appender?.endRow();
    }
    return Promise.resolve();
  }

  async end(): Promise<void> {
    this.#appender?.closeSync();
    const list = this.#columns
      .map(({ name, type }, at) => `${castOf(type, `c${at}`)} AS ${identifier(name)}`)
      .join(', ');
    await this.#connection?.run(
      `COPY (SELECT ${list} FROM result) TO ${literal(this.#path)} (FORMAT parquet)`,
    );
    this.#connection?.closeSync();
  }
}

function castOf(type: string, column: string): string {
  if (isNested(type)) return `TRY_CAST(${column}::JSON AS ${toDuckdbType(readable(parseTrinoType(type)))})`;
  if (/^decimal\(\d+, ?\d+\)$/.test(type)) return `TRY_CAST(${column} AS ${type})`;
  const found = types.find(([form]) => form.test(type));
  return found === undefined ? column : `TRY_CAST(${column} AS ${found[1]})`;
}

/** What JSON has as a text of ours only stays a text. */
function readable(type: TrinoType): TrinoType {
  switch (type.kind) {
    case 'array':
      return arrayOf(readable(type.element));
    case 'map':
      return mapOf(readable(type.key), readable(type.value));
    case 'row':
      return { kind: 'row', fields: type.fields.map((field) => ({ ...field, type: readable(field.type) })) };
    case 'varbinary':
    case 'intervalDay':
    case 'intervalMonth':
      return VARCHAR;
    default:
      return type;
  }
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
