// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { type Position, START } from '../../../ports/event-log.js';
import { loadDuckdb } from '../../duckdb/load-duckdb.js';
import type { Drop } from './drops.js';
import type { Place } from './parsed-batch.js';
import { isRebuildUnfinished } from './rebuild-mark.js';
import { listRecordFiles } from './record-file-list.js';
import { EventStoreFormatError, EventStoreLockedError, isDamagedIndex } from './store-errors.js';
import { duckdbWalBytesMax } from './store-limits.js';

/** Of a new store. Raised when the meaning of anything stored changes: tables, hashes, ordinals, blocks, page tokens. */
export const formatVersion = 2;

/** Of a store with packed record files, which older programs would take for lost ones. */
const packedFormatVersion = 3;

/** Of older formats these can be read: format 1 only lacks the newer kinds of blocks. */
const readableVersions: readonly unknown[] = [1, formatVersion, packedFormatVersion];

/** The columns that an event has in the index, in order. Hashes are those of term-hash.ts, 0 where there is no value. */
export const eventColumns = {
  ordinal: 'BIGINT',
  event_time_ms: 'BIGINT',
  entered_at_ms: 'BIGINT',
  event_id_high: 'BIGINT',
  event_id_low: 'BIGINT',
  place: 'INTEGER',
  category: 'TINYINT',
  read_only: 'TINYINT',
  name: 'INTEGER',
  source: 'INTEGER',
  username: 'INTEGER',
  access_key: 'INTEGER',
} as const;

/** One row a type and a name of each resource of an event; the times and place again, so that no join is needed. */
export const resourceColumns = {
  term: 'INTEGER',
  ordinal: 'BIGINT',
  event_time_ms: 'BIGINT',
  entered_at_ms: 'BIGINT',
  place: 'INTEGER',
  category: 'TINYINT',
} as const;

/** What look-ups ask about: rows of new events whose IDs may be there already. */
export const candidateColumns = {
  row_number: 'INTEGER',
  event_id_high: 'BIGINT',
  event_id_low: 'BIGINT',
  place: 'INTEGER',
} as const;

const schema = [
  'CREATE TABLE store_facts (format_version INTEGER NOT NULL, hash_seed INTEGER NOT NULL, token_key BLOB NOT NULL)',
  'CREATE TABLE progress (position VARCHAR NOT NULL, records_end BIGINT NOT NULL)',
  'CREATE TABLE places (id INTEGER NOT NULL, account_id VARCHAR NOT NULL, region VARCHAR NOT NULL)',
  `CREATE TABLE events (${columnList(eventColumns)})`,
  `CREATE TABLE resource_terms (${columnList(resourceColumns)})`,
];

/** Came later; older programs do not look at it. */
const laterSchema = [
  'CREATE TABLE IF NOT EXISTS drops (entered_before_ms BIGINT NOT NULL, ordinal_max BIGINT NOT NULL)',
  // Addresses of record bytes that a rebuild found damaged: nothing in the index points there.
  'CREATE TABLE IF NOT EXISTS lost_records (first BIGINT NOT NULL, behind BIGINT NOT NULL)',
];

const candidates = `CREATE TEMP TABLE candidates (${columnList(candidateColumns)})`;

export interface StoredFacts {
  readonly hashSeed: number;
  readonly tokenKey: Buffer;
  readonly position: Position;
  readonly recordsEnd: number;
  readonly places: readonly Place[];
  readonly eventCount: number;
  /** Infinite when there is none. */
  readonly firstOrdinal: number;
  readonly lastOrdinal: number;
  readonly drops: readonly Drop[];
}

/** The index of the history: one DuckDB file that holds everything but the records' texts. */
export class IndexDatabase {
  readonly #instance: DuckDBInstance;
  /** For writing, one at a time. */
  readonly writer: DuckDBConnection;
  readonly #connections: DuckDBConnection[];

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection) {
    this.#instance = instance;
    this.writer = writer;
    this.#connections = [writer];
  }

  /** Throws EventStoreLockedError, EventStoreFormatError. */
  static async open(
    dir: string,
    memoryBytesMax: number,
    isForUpkeep = false,
  ): Promise<{ database: IndexDatabase; facts: StoredFacts }> {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if (!isForUpkeep) refuseUnfinishedRebuild(dir);
    refuseLostIndex(dir);
    const instance = await openInstance(dir, memoryBytesMax);
    try {
      const writer = await instance.connect();
      const facts = await readOrCreate(writer, dir);
      await writer.run(candidates);
      return { database: new IndexDatabase(instance, writer), facts };
    } catch (error) {
      instance.closeSync();
      throw isDamagedIndex(error) ? cannotBeOpened(dir, error) : error;
    }
  }

  /** A further connection, closed with the database. */
  async connect(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect();
    this.#connections.push(connection);
    return connection;
  }

  /** Runs statements on the writer as one transaction. */
  async transaction(work: (writer: DuckDBConnection) => Promise<void>): Promise<void> {
    await this.writer.run('BEGIN TRANSACTION');
    try {
      await work(this.writer);
      await this.writer.run('COMMIT');
    } catch (error) {
      await this.writer.run('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  /** To be called before a record file is packed. */
  async notePacking(): Promise<void> {
    await this.writer.run('UPDATE store_facts SET format_version = ?', [packedFormatVersion]);
  }

  /** Folds the write-ahead log into the file. */
  async checkpoint(): Promise<void> {
    await this.writer.run('CHECKPOINT');
  }

  close(): void {
    for (const connection of this.#connections) connection.closeSync();
    this.#instance.closeSync();
  }
}

/** The rows of a query as arrays of values. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<DuckDBValue[][]> {
  const result = await connection.run(sql, values);
  return result.getRows();
}

function refuseUnfinishedRebuild(dir: string): void {
  if (isRebuildUnfinished(dir))
    throw new EventStoreFormatError(
      `the history in ${dir} was being rebuilt and that did not end: start the server, which ends it, or run "cairn store rebuild" again`,
    );
}

/** A new index would call all records unfinished and cut them. */
function refuseLostIndex(dir: string): void {
  const records = join(dir, 'records');
  if (existsSync(join(dir, 'index.duckdb')) || !existsSync(records)) return;
  if (listRecordFiles(records).length > 0)
    throw new EventStoreFormatError(
      `the history in ${dir} has records, but its index is gone: stop here and run "cairn store rebuild"`,
    );
}

async function openInstance(dir: string, memoryBytesMax: number): Promise<DuckDBInstance> {
  try {
    return await loadDuckdb().DuckDBInstance.create(join(dir, 'index.duckdb'), {
      threads: '2',
      memory_limit: `${Math.floor(memoryBytesMax / 1024)}KiB`,
      temp_directory: join(dir, 'spill'),
      checkpoint_threshold: `${duckdbWalBytesMax / 1024}KiB`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/Could not set lock|Conflicting lock/i.test(message)) {
      throw new EventStoreLockedError(
        `the history in ${dir} is open in another process; a data directory has one owner at a time`,
        { cause },
      );
    }
    throw cannotBeOpened(dir, cause);
  }
}

function cannotBeOpened(dir: string, cause: unknown): EventStoreFormatError {
  if (cause instanceof EventStoreFormatError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new EventStoreFormatError(`the history in ${dir} cannot be opened: ${message}`, { cause });
}

async function readOrCreate(writer: DuckDBConnection, dir: string): Promise<StoredFacts> {
  const tables = await rowsOf(
    writer,
    "SELECT table_name FROM information_schema.tables WHERE table_name = 'store_facts'",
  );
  if (tables.length === 0) await create(writer);
  const [version] = (await rowsOf(writer, 'SELECT format_version FROM store_facts'))[0] ?? [];
  if (!readableVersions.includes(version)) {
    throw new EventStoreFormatError(
      `the history in ${dir} has format ${String(version)}; this version of the program reads format ${packedFormatVersion}`,
    );
  }
  for (const sql of laterSchema) await writer.run(sql);
  // From here on blocks are written that older programs cannot read: they say so.
  if (version === 1) await writer.run('UPDATE store_facts SET format_version = ?', [formatVersion]);
  return readFacts(writer);
}

async function create(writer: DuckDBConnection): Promise<void> {
  await writer.run('BEGIN TRANSACTION');
  for (const sql of schema) await writer.run(sql);
  const random = randomBytes(36);
  const key = random.subarray(4).toString('hex');
  await writer.run('INSERT INTO store_facts SELECT ?::INTEGER, ?::INTEGER, unhex(?)', [
    formatVersion,
    random.readInt32LE(0),
    key,
  ]);
  await writer.run('INSERT INTO progress VALUES (?, 0)', [START]);
  await writer.run('COMMIT');
}

async function readFacts(writer: DuckDBConnection): Promise<StoredFacts> {
  const [facts] = await rowsOf(writer, 'SELECT hash_seed, hex(token_key) FROM store_facts');
  const [progress] = await rowsOf(writer, 'SELECT position, records_end FROM progress');
  const places = await rowsOf(writer, 'SELECT account_id, region FROM places ORDER BY id');
  const [totals] = await rowsOf(writer, 'SELECT count(*), min(ordinal), max(ordinal) FROM events');
  const drops = await rowsOf(writer, 'SELECT entered_before_ms, ordinal_max FROM drops');
  return {
    hashSeed: Number(facts![0]),
    tokenKey: Buffer.from(String(facts![1]), 'hex'),
    position: String(progress![0]) as Position,
    recordsEnd: Number(progress![1]),
    places: places.map(([accountId, region]) => ({ accountId: String(accountId), region: String(region) })),
    eventCount: Number(totals![0]),
    firstOrdinal: Number(totals![1] ?? Number.POSITIVE_INFINITY),
    lastOrdinal: Number(totals![2] ?? -1),
    drops: drops.map(([enteredBeforeMs, ordinalMax]) => ({
      enteredBeforeMs: Number(enteredBeforeMs),
      ordinalMax: Number(ordinalMax),
    })),
  };
}

function columnList(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, type]) => `${name} ${type} NOT NULL`)
    .join(', ');
}
