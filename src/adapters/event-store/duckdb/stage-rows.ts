// SPDX-License-Identifier: Apache-2.0
import { BIGINT, type DuckDBConnection, DuckDBDataChunk, INTEGER, TINYINT } from '@duckdb/node-api';

/** DuckDB's vectors hold this many values. */
const chunkRows = 2048;

/** Chunks between two breaths: look-ups share this thread, and 16,000 rows take about 10 ms. */
const chunksPerTurn = 8;

const types = { BIGINT, INTEGER, TINYINT } as const;

/** The values of one column, row by row: bigint for BIGINT, number for the others. */
export type ColumnSource = (row: number) => bigint | number;

/**
 * Appends rows to a temporary table of the connection. Only JavaScript's part of an insert happens here; what costs
 * more (comparing, compressing, committing) follows as SQL, which DuckDB runs in threads of its own.
 */
export async function stageRows(
  connection: DuckDBConnection,
  table: string,
  columns: Readonly<Record<string, keyof typeof types>>,
  count: number,
  sources: readonly ColumnSource[],
): Promise<void> {
  const columnTypes = Object.values(columns).map((name) => types[name]);
  const appender = await connection.createAppender(table, null, 'temp');
  try {
    const chunk = DuckDBDataChunk.create(columnTypes);
    for (let start = 0, chunks = 1; start < count; start += chunkRows, chunks++) {
      chunk.reset();
      chunk.rowCount = Math.min(chunkRows, count - start);
      sources.forEach((source, column) => fill(chunk, column, start, source));
      appender.appendDataChunk(chunk);
      if (chunks % chunksPerTurn === 0) {
        appender.flushSync();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

function fill(chunk: DuckDBDataChunk, column: number, start: number, source: ColumnSource): void {
  const vector = chunk.getColumnVector(column);
  const count = chunk.rowCount;
  for (let row = 0; row < count; row++) vector.setItem(row, source(start + row));
  vector.flush();
}
