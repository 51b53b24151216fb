// SPDX-License-Identifier: Apache-2.0
import {
  BIGINT,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  INTEGER,
  TINYINT,
} from '@duckdb/node-api';

/** DuckDB's vectors hold this many values. */
const chunkRows = 2048;

/** Chunks between two breaths: look-ups share this thread, and 8,000 rows take about 10 ms. */
const chunksPerTurn = 4;

const types = { BIGINT, INTEGER, TINYINT } as const;

export type Columns = Readonly<Record<string, keyof typeof types>>;

/** The values of one column, row by row: bigint for BIGINT, number for the others. None is NULL. */
export type ColumnSource = (row: number) => bigint | number;

/** Appends rows to a table, within the transaction of its connection: much faster than INSERT with parameters. */
export class TableAppender {
  readonly #appender: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;
  #chunks = 0;

  private constructor(appender: DuckDBAppender, columns: Columns) {
    this.#appender = appender;
    this.#chunk = DuckDBDataChunk.create(Object.values(columns).map((name) => types[name]));
  }

  /** Runs `work` with an appender, and closes it. */
  static async use(
    connection: DuckDBConnection,
    table: { readonly name: string; readonly catalog?: 'temp'; readonly columns: Columns },
    work: (appender: TableAppender) => Promise<void>,
  ): Promise<void> {
    const appender = await connection.createAppender(table.name, null, table.catalog ?? null);
    try {
      await work(new TableAppender(appender, table.columns));
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
  }

  async append(count: number, sources: readonly ColumnSource[]): Promise<void> {
    for (let start = 0; start < count; start += chunkRows) {
      this.#chunk.reset();
      this.#chunk.rowCount = Math.min(chunkRows, count - start);
      for (const [column, source] of sources.entries()) fill(this.#chunk, column, start, source);
      this.#appender.appendDataChunk(this.#chunk);
      if (++this.#chunks % chunksPerTurn === 0) {
        this.#appender.flushSync();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
}

function fill(chunk: DuckDBDataChunk, column: number, start: number, source: ColumnSource): void {
  const vector = chunk.getColumnVector(column);
  const count = vector.itemCount;
  for (let row = 0; row < count; row++) vector.setItem(row, source(start + row));
  vector.flush();
}
