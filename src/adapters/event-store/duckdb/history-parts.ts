// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { ConnectionPool } from './connection-pool.js';
import type { HistoryOptions } from './history-options.js';
import { IndexDatabase, type StoredFacts } from './index-database.js';
import { ReadConnection } from './read-connection.js';
import { RecordFiles, RecordFilesError, usualFileSizes } from './record-files.js';
import { EventStoreFormatError } from './store-errors.js';
import { lookupConnections } from './store-limits.js';

/** What a history stands on, opened. */
export interface HistoryParts {
  readonly database: IndexDatabase;
  readonly files: RecordFiles;
  readonly readers: ConnectionPool;
  readonly guideReader: DuckDBConnection;
  /** For scans and reads of places, one at a time. */
  readonly scanner: DuckDBConnection;
  /** For filling the term index. */
  readonly termReaders: readonly [DuckDBConnection, DuckDBConnection];
  readonly facts: StoredFacts;
  readonly options: HistoryOptions;
}

/** Throws EventStoreLockedError, EventStoreFormatError. */
export async function openParts(options: HistoryOptions): Promise<HistoryParts> {
  const { database, facts } = await IndexDatabase.open(options.dir, options.memoryBytesMax);
  try {
    return {
      database,
      files: openRecordFiles(options, facts.recordsEnd),
      readers: new ConnectionPool(await connectTimes(database, lookupConnections)),
      guideReader: await database.connect(),
      scanner: await database.connect(),
      termReaders: [await database.connect(), await database.connect()],
      facts,
      options,
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function openRecordFiles({ dir, log, packing }: HistoryOptions, end: number): RecordFiles {
  try {
    const { files, cutBytes } = RecordFiles.open(join(dir, 'records'), end, {
      ...usualFileSizes,
      ...packing,
    });
    if (cutBytes > 0) log.warn({ cutBytes }, 'an unfinished write was cut from the history');
    return files;
  } catch (error) {
    if (error instanceof RecordFilesError) throw new EventStoreFormatError(error.message, { cause: error });
    throw error;
  }
}

async function connectTimes(database: IndexDatabase, count: number): Promise<ReadConnection[]> {
  const connections: ReadConnection[] = [];
  while (connections.length < count) connections.push(new ReadConnection(await database.connect()));
  return connections;
}
