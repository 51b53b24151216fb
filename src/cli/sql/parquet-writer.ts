// SPDX-License-Identifier: Apache-2.0
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Row } from '../../query/query-engine.js';
import type { TableColumn } from '../../query/table-source.js';
import type { RowWriter } from './row-writer.js';

/** Columns of these types are written as what they are, all others as the text that they are printed as. */
const types: readonly (readonly [form: RegExp, type: string])[] = [
  [/^(tinyint|smallint|integer|int|bigint)$/, 'BIGINT'],
  [/^(double|real|float)$/, 'DOUBLE'],
  [/^boolean$/, 'BOOLEAN'],
  [/^date$/, 'DATE'],
  [/^timestamp(\(\d+\))?$/, 'TIMESTAMP'],
];

/** A Parquet file of the rows. They lie in memory, compressed, until the last one has come. */
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
  const found = types.find(([form]) => form.test(type));
  return found === undefined ? column : `TRY_CAST(${column} AS ${found[1]})`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
