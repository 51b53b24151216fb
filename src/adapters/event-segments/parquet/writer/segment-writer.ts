// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { noJson, selectRecordColumns } from '../../../../record/record-columns-sql.js';
import { loadDuckdb } from '../../../duckdb/load-duckdb.js';
import { writerMemoryBytes } from '../segment-limits.js';
import type { KnownFile, WriterTask, WrittenFile } from '../writer-protocol.js';
import { inHalves } from './in-halves.js';
import { copyTo, factsOf, readRows, selectFrom, text } from './segment-sql.js';
import { type RowScratch, type Rows, toRows } from './to-rows.js';

type WriteTask = Extract<WriterTask, { readonly kind: 'write' }>;
type MergeTask = Extract<WriterTask, { readonly kind: 'merge' }>;

/** Writes segments with DuckDB, one at a time. */
export class SegmentWriter {
  readonly #folder: string;
  readonly #connection: DuckDBConnection;
  readonly #scratch: RowScratch = {};

  private constructor(folder: string, connection: DuckDBConnection) {
    this.#folder = folder;
    this.#connection = connection;
  }

  static async open(folder: string): Promise<SegmentWriter> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const instance = await loadDuckdb().DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: `${writerMemoryBytes / 1024 ** 2}MiB`,
      temp_directory: join(folder, 'engine'),
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new SegmentWriter(folder, connection);
  }

  async run(task: WriterTask): Promise<WrittenFile | undefined> {
    try {
      await (task.kind === 'write' ? this.#write(task) : this.#merge(task));
      const written = await this.#facts(task.path);
      if (written === undefined) await rm(task.path, { force: true });
      return written;
    } catch (error) {
      await rm(task.path, { force: true });
      throw error;
    }
  }

  async #write({ path, records, lines, known }: WriteTask): Promise<void> {
    const rows = toRows(lines, this.#scratch);
    if (known !== undefined) {
      await this.#withRows(rows.bytes, (file) =>
        this.#writeUnknown(path, records, readRows(file, rows.longest), rows, known),
      );
      return;
    }
    let pieces = 0;
    const piece = (json?: string) => async (bytes: Buffer) => {
      const made = this.#piece(++pieces);
      await this.#withRows(bytes, (file) =>
        this.#connection.run(copyTo(selectRecordColumns(records, readRows(file, rows.longest), json), made)),
      );
      return made;
    };
    // A record that the engine fails on has its text alone; it must not keep the others, or all that come later, out.
    const made = await inHalves(rows.bytes, piece(), piece(noJson));
    if (made.length === 1) await rename(made[0] as string, path);
    else await this.#connection.run(copyTo(selectFrom(made), path));
    for (let n = 1; n <= pieces; n++) await rm(this.#piece(n), { force: true });
  }

  #piece(n: number): string {
    return join(this.#folder, `piece-${n}.parquet`);
  }

  async #withRows(bytes: Buffer, work: (file: string) => Promise<unknown>): Promise<void> {
    const file = join(this.#folder, 'rows');
    await writeFile(file, bytes, { mode: 0o600 });
    try {
      await work(file);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Who comes twice has the same eventTime too: only files of the time are asked, and of them only the stretch. */
  async #writeUnknown(
    path: string,
    records: WriteTask['records'],
    read: string,
    { count }: Rows,
    known: readonly KnownFile[],
  ): Promise<void> {
    const run = (sql: string) => this.#connection.run(sql);
    await run(
      `CREATE OR REPLACE TEMP TABLE ids AS SELECT line, try_cast(record AS JSON) ->> '$.eventID' AS id, ` +
        `coalesce(try_cast(try_cast(record AS JSON) ->> '$.eventTime' AS TIMESTAMPTZ)::TIMESTAMP, make_timestamp(entered * 1000)) AS happened FROM ${read}`,
    );
    const [bounds] = await this.#rows(
      'SELECT epoch_ms(min(happened))::DOUBLE, epoch_ms(max(happened))::DOUBLE FROM ids',
    );
    const [fromMs = 0, toMs = 0] = (bounds ?? []) as number[];
    const files = known.filter((file) => file.fromMs <= toMs && file.toMs >= fromMs);
    if (count > 0 && files.length > 0)
      await run(
        'DELETE FROM ids WHERE id IN (SELECT eventid FROM read_parquet(' +
          `[${files.map((file) => text(file.path)).join(', ')}], hive_partitioning = false) ` +
          'WHERE happened BETWEEN (SELECT min(happened) FROM ids) AND (SELECT max(happened) FROM ids))',
      );
    await run(
      "CREATE OR REPLACE TEMP TABLE kept AS SELECT min(line) AS line FROM ids GROUP BY coalesce(id, 'line ' || line)",
    );
    const left = `(SELECT * FROM ${read} WHERE line IN (SELECT line FROM kept))`;
    await run(copyTo(`${selectRecordColumns(records, left)} ORDER BY happened`, path));
    await run('DROP TABLE ids; DROP TABLE kept');
  }

  async #merge({ path, from, isSorted, happenedSinceMs }: MergeTask): Promise<void> {
    const since =
      happenedSinceMs === undefined
        ? ''
        : ` WHERE happened >= make_timestamp(${Math.trunc(happenedSinceMs)} * 1000)`;
    await this.#connection.run(
      copyTo(`${selectFrom(from)}${since}${isSorted ? ' ORDER BY happened' : ''}`, path),
    );
  }

  /** Durable when it resolves. */
  async #facts(path: string): Promise<WrittenFile | undefined> {
    const [facts] = await this.#rows(factsOf(path));
    const [rows = 0, fromMs = 0, toMs = 0, enteredFromMs = 0, enteredToMs = 0] = (facts ?? []) as number[];
    if (rows === 0) return undefined;
    const file = await open(path, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    const hash = createHash('sha256');
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
    const { size } = await stat(path);
    return { rows, bytes: size, sha256: hash.digest('hex'), fromMs, toMs, enteredFromMs, enteredToMs };
  }

  async #rows(sql: string): Promise<readonly unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRowsJS();
  }
}
