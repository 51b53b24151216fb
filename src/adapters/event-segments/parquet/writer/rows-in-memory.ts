// SPDX-License-Identifier: Apache-2.0
import type { DuckDBConnection } from '@duckdb/node-api';
import { columnEnd } from '../../../../record/clean-lines.js';
import { text } from './segment-sql.js';
import { noValue } from './to-rows.js';

/** Rows as `toRows` made them, as a table of the engine: what is to be encrypted is not written to a file first. */
export async function loadRows(connection: DuckDBConnection, bytes: Buffer): Promise<string> {
  const column = (at: number, type: string): string => `nullif(cells[${at}], ${text(noValue)})::${type}`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE sealed_rows AS SELECT ${column(1, 'BIGINT')} AS line, ${column(2, 'UBIGINT')} AS place, ` +
      `${column(3, 'VARCHAR')} AS account, ${column(4, 'VARCHAR')} AS region, ${column(5, 'VARCHAR')} AS category, ` +
      `${column(6, 'BIGINT')} AS entered, ${column(7, 'VARCHAR')} AS record FROM (SELECT string_split(row, ` +
      `${text(String.fromCharCode(columnEnd))}) AS cells FROM (SELECT unnest(string_split($1, chr(10))) AS row) WHERE row <> '')`,
    [bytes.toString('utf8')],
  );
  return 'sealed_rows';
}
