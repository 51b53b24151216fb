// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { SegmentKind } from '../../../../ports/event-segments.js';
import { noJson, selectRecordColumns } from '../../../../record/record-columns-sql.js';
import { loadDuckdb } from '../../../duckdb/load-duckdb.js';
import { batchRowGroupRows, rowGroupRows, sortedRowsMax, writerMemoryBytes } from '../segment-limits.js';
import type { KnownFile, WriterTask, WrittenFile } from '../writer-protocol.js';
import { addRecordBlocks, takeRecordBlocks } from './add-record-blocks.js';
import {
  type Cluster,
  clustersOf,
  type NameCount,
  nameColumns,
  selectCluster,
  whereAll,
} from './clusters.js';
import { inHalves } from './in-halves.js';
import { loadRows } from './rows-in-memory.js';
import { openSealedEngine } from './sealed-engine.js';
import {
  copyTo,
  factsOf,
  type KeyNames,
  noKeys,
  parquet,
  readRows,
  selectFrom,
  selectLines,
} from './segment-sql.js';
import { type RowScratch, type Rows, toRows } from './to-rows.js';
import { verifyNonces } from './verify-nonces.js';

type WriteTask = Extract<WriterTask, { readonly kind: 'write' }>;
type MergeTask = Extract<WriterTask, { readonly kind: 'merge' }>;

/** Writes segments with DuckDB, one at a time. */
export class SegmentWriter {
  readonly #folder: string;
  readonly #connection: DuckDBConnection;
  readonly #scratch: RowScratch = {};
  /** Of an engine for encrypted files. */
  readonly #keyNames: KeyNames;

  private constructor(folder: string, connection: DuckDBConnection, keyNames: KeyNames = noKeys) {
    this.#folder = folder;
    this.#connection = connection;
    this.#keyNames = keyNames;
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
    if (task.keys === undefined) return this.#run(task);
    const engine = await openSealedEngine(task.keys);
    try {
      return await new SegmentWriter(this.#folder, engine.connection, engine.keyNames).#run(task);
    } finally {
      engine.close();
    }
  }

  async #run(task: WriterTask): Promise<WrittenFile | undefined> {
    try {
      let isInOrder = false;
      if (task.kind === 'write') await this.#write(task);
      else isInOrder = await this.#merge(task);
      const facts = await this.#facts(task.path);
      if (facts === undefined) {
        await rm(task.path, { force: true });
        return undefined;
      }
      const { placed, ...written } = facts;
      // Record blocks are in the clear.
      if (this.#keyNames.has(task.path)) verifyNonces(task.path);
      else if (placed === 0) await this.#addRecordBlocks(task, written.rows, isInOrder);
      return { ...written, ...(await sealed(task.path)) };
    } catch (error) {
      await rm(task.path, { force: true });
      throw error;
    }
  }

  async #write({ path, records, lines, known }: WriteTask): Promise<void> {
    const rows = toRows(lines, this.#scratch);
    if (known !== undefined) {
      await this.#withRows(rows.bytes, rows.longest, (read) =>
        this.#writeUnknown(path, records, read, rows, known),
      );
      return;
    }
    let pieces = 0;
    const key = this.#keyNames.get(path);
    const keyNames = new Map(this.#keyNames);
    const piece = (json?: string) => async (bytes: Buffer) => {
      const made = this.#piece(++pieces);
      if (key !== undefined) keyNames.set(made, key);
      await this.#withRows(bytes, rows.longest, (read) =>
        this.#connection.run(
          copyTo(selectRecordColumns(records, read, json), made, batchRowGroupRows, keyNames),
        ),
      );
      return made;
    };
    // A record that the engine fails on has its text alone; it must not keep the others, or all that come later, out.
    const made = await inHalves(rows.bytes, piece(), piece(noJson));
    if (made.length === 1) await rename(made[0] as string, path);
    else await this.#connection.run(copyTo(selectFrom(made, keyNames), path, batchRowGroupRows, keyNames));
    for (let n = 1; n <= pieces; n++) await rm(this.#piece(n), { force: true });
  }

  #piece(n: number): string {
    return join(this.#folder, `piece-${n}.parquet`);
  }

  /** @param work is given what stands in FROM for the rows */
  async #withRows(bytes: Buffer, longest: number, work: (read: string) => Promise<unknown>): Promise<void> {
    if (this.#keyNames.size > 0) {
      await work(await loadRows(this.#connection, bytes));
      return;
    }
    const file = join(this.#folder, 'rows');
    await writeFile(file, bytes, { mode: 0o600 });
    try {
      await work(readRows(file, longest));
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
        `DELETE FROM ids WHERE id IN (SELECT eventid FROM ${this.#from(files)} ` +
          'WHERE happened BETWEEN (SELECT min(happened) FROM ids) AND (SELECT max(happened) FROM ids))',
      );
    await run(
      "CREATE OR REPLACE TEMP TABLE kept AS SELECT min(line) AS line FROM ids GROUP BY coalesce(id, 'line ' || line)",
    );
    const left = `(SELECT * FROM ${read} WHERE line IN (SELECT line FROM kept))`;
    const order = `${nameColumns(records).join(', ')}, happened`;
    await run(
      copyTo(
        `${selectRecordColumns(records, left)} ORDER BY ${order}`,
        path,
        batchRowGroupRows,
        this.#keyNames,
      ),
    );
    await run('DROP TABLE ids; DROP TABLE kept');
  }

  /** @returns whether the rows are in the order of the files, one after the other */
  async #merge(task: MergeTask): Promise<boolean> {
    const { path, records, from, isRemade } = task;
    const files = parquet(from, this.#keyNames);
    const rows = isRemade ? `(${selectRecordColumns(records, recordsOf(files))})` : files;
    const conditions = this.#keptBy(task);
    const copy = (select: string) => this.#connection.run(copyTo(select, path, rowGroupRows, this.#keyNames));
    if (from.length > 1) {
      const parts = (await this.#clusters(files, records)).map((cluster) =>
        selectCluster(rows, cluster, conditions, records),
      );
      try {
        await copy(parts.join(' UNION ALL '));
        return false;
      } catch (error) {
        if (!(error instanceof Error) || !/^Out of Memory Error/.test(error.message)) throw error;
        // Larger rows than most: in the order of the files they take no memory.
        await rm(path, { force: true });
      }
    }
    await copy(`SELECT * FROM ${rows}${whereAll(conditions)}`);
    return true;
  }

  #keptBy({ happenedSinceMs, known = [] }: MergeTask): readonly string[] {
    return [
      ...(happenedSinceMs === undefined
        ? []
        : [`happened >= make_timestamp(${Math.trunc(happenedSinceMs)} * 1000)`]),
      ...(known.length === 0
        ? []
        : [
            `(eventid IS NULL OR eventid NOT IN (SELECT eventid FROM ${this.#from(known)} WHERE eventid IS NOT NULL))`,
          ]),
    ];
  }

  async #clusters(files: string, records: SegmentKind): Promise<readonly Cluster[]> {
    const [source, name] = nameColumns(records);
    const counts = await this.#rows(
      `SELECT ${source}, ${name}, count(*)::DOUBLE FROM ${files} GROUP BY ALL ORDER BY ALL NULLS FIRST`,
    );
    return clustersOf(counts as unknown as NameCount[], records, sortedRowsMax);
  }

  #from(files: readonly KnownFile[]): string {
    const paths = files.map(({ path }) => path);
    return parquet(paths, this.#keyNames);
  }

  /** The history has the records of rows with a place; of all others the file itself has them at hand. */
  async #addRecordBlocks(task: WriterTask, rows: number, isInOrder: boolean): Promise<void> {
    const { path } = task;
    if (task.kind === 'merge' && isInOrder && takeRecordBlocks(path, rows, task.from)) return;
    const scratch = join(this.#folder, 'blocks');
    try {
      await addRecordBlocks(path, this.#lines(path), scratch);
    } finally {
      await rm(scratch, { force: true });
    }
  }

  async *#lines(path: string): AsyncGenerator<readonly string[]> {
    const result = await this.#connection.stream(selectLines(path));
    for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
      if (chunk.rowCount === 0) return;
      yield chunk.getColumnValues(0).map(String);
    }
  }

  async #facts(path: string) {
    const [facts] = await this.#rows(factsOf(path, this.#keyNames));
    const [rows = 0, fromMs = 0, toMs = 0, enteredFromMs = 0, enteredToMs = 0, placed = 0] = (facts ??
      []) as number[];
    return rows === 0 ? undefined : { rows, fromMs, toMs, enteredFromMs, enteredToMs, placed };
  }

  async #rows(sql: string): Promise<readonly unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRowsJS();
  }
}

function recordsOf(files: string): string {
  return `(SELECT place, account, region, category, entered, record FROM ${files})`;
}

/** Durable when it resolves. */
async function sealed(path: string): Promise<Pick<WrittenFile, 'bytes' | 'sha256'>> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  const { size } = await stat(path);
  return { bytes: size, sha256: hash.digest('hex') };
}
