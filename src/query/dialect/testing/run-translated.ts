// SPDX-License-Identifier: Apache-2.0
import { DuckDBInstance } from '@duckdb/node-api';
import { cellPrinter } from '../../engine/child/print-cell.js';
import type { Cell, SqlDialect } from '../../query-engine.js';
import type { TableName } from '../../table-source.js';
import { DIALECT_MACROS, explainFailure, type ResolvedTable, readStatement, translate } from '../dialect.js';

export const CASES_NOW_MS = Date.parse('2026-11-21T10:00:00.123Z');

export interface RunOptions {
  readonly dialect?: SqlDialect;
  readonly parameters?: readonly string[];
  readonly table?: (name: TableName) => ResolvedTable;
}

/** DuckDB in memory with the dialect's macros: what a translation answers, printed as Athena prints. */
export async function openTranslated(setup: readonly string[] = []) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  for (const statement of [...DIALECT_MACROS, ...setup]) await connection.run(statement);

  async function run(sql: string, { dialect = 'athena', parameters, table }: RunOptions = {}) {
    const parsed = readStatement(sql, dialect);
    const noTable = (): never => {
      throw new Error('no tables here');
    };
    const translated = translate(parsed, table ?? noTable, {
      dialect,
      nowMs: CASES_NOW_MS,
      ...(parameters && { parameters }),
    });
    const result = await connection.runAndReadAll(translated.sql).catch((error: unknown) => {
      throw explainFailure(error instanceof Error ? error.message : String(error));
    });
    const printers = result
      .columnTypes()
      .map((type, index) => cellPrinter(type, translated.columns[index]?.type ?? 'unknown'));
    const rows = result
      .getRows()
      .map((row) => row.map((value, index): Cell => printers[index]?.(value) ?? null));
    return { ...translated, rows };
  }

  return {
    run,
    all: async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson(),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
