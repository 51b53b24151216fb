// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Position } from '../../../ports/event-log.js';
import type { IngestResult, LookupPage, LookupQuery, ReadAhead } from '../../../ports/event-store.js';
import type { OperatorLog } from '../../../ports/operator-log.js';
import { ConnectionPool } from './connection-pool.js';
import { DayCounts, dayMs } from './day-counts.js';
import { IdGuide } from './id-guide.js';
import { IndexDatabase, rowsOf, type StoredFacts } from './index-database.js';
import { type Ingested, ingestBatches } from './ingest.js';
import { lookupPage } from './lookup.js';
import { OneAtATime } from './one-at-a-time.js';
import { blockAddressOf } from './ordinal.js';
import { PageTokens } from './page-token.js';
import type { ArrivedEntry } from './parse-entries.js';
import { ParsePool } from './parse-pool.js';
import type { ParsedBatch } from './parsed-batch.js';
import { Places } from './places.js';
import { ReadAheadFiles } from './read-ahead-files.js';
import { ReadConnection } from './read-connection.js';
import { RecordFiles, RecordFilesError } from './record-files.js';
import { EventStoreFormatError } from './store-errors.js';
import { lookupConnections } from './store-limits.js';
import { TermHasher } from './term-hash.js';

export interface PlacedEntry extends ArrivedEntry {
  readonly position: Position;
}

export interface HistoryOptions {
  readonly dir: string;
  readonly memoryBytesMax: number;
  readonly log: OperatorLog;
}

interface Parts {
  readonly database: IndexDatabase;
  readonly files: RecordFiles;
  readonly readers: ConnectionPool;
  readonly guideReader: DuckDBConnection;
  readonly facts: StoredFacts;
  readonly log: OperatorLog;
  readonly dir: string;
}

/**
 * The store itself, as it lives in its worker thread.
 *
 * Invariants:
 * - One transaction holds the rows of a batch, the position behind it, and where the good record bytes end.
 * - Everything kept in memory beside (filter, day counts) is a guide: losing it costs time, never truth.
 */
export class History {
  readonly #parts: Parts;
  readonly #hasher: TermHasher;
  readonly #tokens: PageTokens;
  readonly #places: Places;
  readonly #days = new DayCounts();
  readonly #ids: IdGuide;
  readonly #parsers: ParsePool;
  readonly #readAhead = new ReadAheadFiles();
  readonly #writing = new OneAtATime();
  #position: Position;
  #count: number;
  #lastOrdinal: number;
  /** A batch failed: those sent behind it must not be taken before it has come again. */
  #isBroken = false;
  #guides: Promise<void> = Promise.resolve();

  private constructor(parts: Parts) {
    this.#parts = parts;
    const { hashSeed, tokenKey, places, position, eventCount, lastOrdinal } = parts.facts;
    this.#hasher = new TermHasher(hashSeed);
    this.#tokens = new PageTokens(tokenKey);
    this.#places = new Places(places);
    this.#ids = new IdGuide(join(parts.dir, 'ids.filter'), hashSeed);
    this.#parsers = new ParsePool(hashSeed);
    this.#position = position;
    this.#count = eventCount;
    this.#lastOrdinal = lastOrdinal;
  }

  /** Throws EventStoreLockedError, EventStoreFormatError. */
  static async open({ dir, memoryBytesMax, log }: HistoryOptions): Promise<History> {
    const { database, facts } = await IndexDatabase.open(dir, memoryBytesMax);
    try {
      const files = openRecordFiles(join(dir, 'records'), facts.recordsEnd, log);
      const readers = new ConnectionPool(await connectTimes(database, lookupConnections));
      const history = new History({
        database,
        files,
        readers,
        guideReader: await database.connect(),
        facts,
        log,
        dir,
      });
      history.#startGuides();
      return history;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  get ingestedUpTo(): Position {
    return this.#position;
  }

  get count(): number {
    return this.#count;
  }

  /** `isFirst`: the first batch of a call. The others are refused when one before them failed. */
  async ingest(entries: readonly PlacedEntry[], isFirst: boolean): Promise<IngestResult> {
    const fresh = entries.filter(({ position }) => position > this.#position);
    const last = fresh.at(-1);
    const parsed = this.#parse(fresh);
    parsed.catch(() => {});
    return this.#writing.run(async () => {
      if (isFirst) this.#isBroken = false;
      if (this.#isBroken) throw new Error('the batch before this one failed');
      if (last === undefined) return { added: 0, duplicates: 0 };
      try {
        return await this.#write(await parsed, last.position);
      } catch (error) {
        this.#isBroken = true;
        throw error;
      }
    });
  }

  /** Parses a file whose import is still to come. Takes the buffer of its bytes over. Rejects with LogFileError. */
  async readAhead(file: Uint8Array): Promise<ReadAhead> {
    const name = ReadAheadFiles.nameOf(file);
    const { summary, batch } = await this.#parsers.parseAhead(file);
    if (summary.rejectedCount === 0 && summary.recordCount > 0) this.#readAhead.keep(name, batch);
    return summary;
  }

  lookup(query: LookupQuery): Promise<LookupPage> {
    return this.#parts.readers.use((connection) => {
      const { files } = this.#parts;
      const source = {
        files,
        places: this.#places,
        days: this.#days,
        hasher: this.#hasher,
        tokens: this.#tokens,
        lastOrdinal: this.#lastOrdinal,
      };
      return lookupPage(source, connection, query);
    });
  }

  /** Returns how many events went. */
  dropEnteredBefore(timeMs: number): Promise<number> {
    return this.#writing.run(async () => {
      const { database, files, log } = this.#parts;
      const bound = BigInt(Math.ceil(timeMs));
      const [[dropped] = []] = await rowsOf(
        database.writer,
        'SELECT count(*) FROM events WHERE entered_at_ms < ?',
        [bound],
      );
      if (Number(dropped) === 0) return 0;
      await database.transaction(async (writer) => {
        await writer.run('DELETE FROM resource_terms WHERE entered_at_ms < ?', [bound]);
        await writer.run('DELETE FROM events WHERE entered_at_ms < ?', [bound]);
      });
      this.#count -= Number(dropped);
      const [[firstOrdinal] = []] = await rowsOf(database.writer, 'SELECT min(ordinal) FROM events');
      const recordBytes = files.dropBefore(
        firstOrdinal == null ? files.end : blockAddressOf(Number(firstOrdinal)),
      );
      // Gives the rows' space back to the file. A look-up that is under way may forbid it: the next one does it.
      await database
        .checkpoint()
        .catch((error: unknown) => log.warn({ err: error }, 'the history was not compacted'));
      await this.#loadDays(database.writer);
      log.info({ events: Number(dropped), recordBytes }, 'events left the history');
      return Number(dropped);
    });
  }

  async close(): Promise<void> {
    await this.#writing.run(async () => {
      await this.#guides;
      const { database, files, readers } = this.#parts;
      await readers.close();
      await this.#parsers.close();
      this.#ids.save(this.#lastOrdinal);
      await database.checkpoint();
      database.close();
      files.close();
    });
  }

  /** The batches of the entries in their order: those read ahead as they are, what stands between them parsed now. */
  async #parse(entries: readonly PlacedEntry[]): Promise<ParsedBatch[]> {
    const parts: Promise<ParsedBatch[]>[] = [];
    let unread: PlacedEntry[] = [];
    const parseUnread = (): void => {
      if (unread.length > 0) parts.push(this.#parsers.parse(unread));
      unread = [];
    };
    for (const placed of entries) {
      const { entry, enteredAtMs } = placed;
      const batch = entry.kind === 'import' ? this.#readAhead.take(entry, enteredAtMs) : undefined;
      if (batch === undefined) {
        unread.push(placed);
      } else {
        parseUnread();
        parts.push(Promise.resolve([batch]));
      }
    }
    parseUnread();
    return (await Promise.all(parts)).flat();
  }

  async #write(batches: readonly ParsedBatch[], position: Position): Promise<IngestResult> {
    const { database, files, log } = this.#parts;
    for (const fault of batches.flatMap(({ faults }) => faults))
      log.error({ fault }, 'left out of the history: not readable');
    const target = {
      database,
      files,
      places: this.#places,
      days: this.#days,
      ids: this.#ids,
      hashSeed: this.#parts.facts.hashSeed,
    };
    const result: Ingested = await ingestBatches(
      target,
      batches,
      position > this.#position ? position : this.#position,
    );
    if (position > this.#position) this.#position = position;
    this.#count += result.added;
    if (result.lastOrdinal !== undefined) this.#lastOrdinal = result.lastOrdinal;
    this.#inBackground(() => this.#ids.tend(this.#parts.guideReader, this.#count, this.#lastOrdinal));
    return { added: result.added, duplicates: result.duplicates };
  }

  #startGuides(): void {
    const { guideReader, facts } = this.#parts;
    this.#inBackground(async () => {
      await this.#loadDays(guideReader);
      await this.#ids.start(guideReader, facts.eventCount, facts.lastOrdinal);
    });
  }

  #inBackground(work: () => Promise<void>): void {
    this.#guides = this.#guides
      .then(work)
      .catch((error: unknown) =>
        this.#parts.log.error({ err: error }, 'a guide of the history failed; it is slower now'),
      );
  }

  async #loadDays(connection: DuckDBConnection): Promise<void> {
    const rows = await rowsOf(
      connection,
      `SELECT place, category, event_time_ms // ${dayMs} AS day, count(*), max(event_time_ms) FROM events GROUP BY ALL`,
    );
    this.#days.clear();
    for (const [place, category, day, count, newestMs] of rows)
      this.#days.add(Number(place), Number(category), Number(day), Number(count), Number(newestMs));
  }
}

function openRecordFiles(dir: string, end: number, log: OperatorLog): RecordFiles {
  try {
    const { files, cutBytes } = RecordFiles.open(dir, end);
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
