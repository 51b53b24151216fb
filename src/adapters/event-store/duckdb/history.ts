// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Position } from '../../../ports/event-log.js';
import type {
  EventPlace,
  IngestResult,
  LookupPage,
  LookupQuery,
  ReadAhead,
  ScannedEvents,
  StoredEvent,
} from '../../../ports/event-store.js';
import type { OperatorLog } from '../../../ports/operator-log.js';
import { ConnectionPool } from './connection-pool.js';
import { DayCounts, dayMs } from './day-counts.js';
import { Drops } from './drops.js';
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
import { readPlaces } from './read-places.js';
import { RecordFiles, RecordFilesError } from './record-files.js';
import { fillTerms } from './runs/fill-terms.js';
import { TermIndex } from './runs/term-index.js';
import { type ScanLimits, scanEvents } from './scan.js';
import { EventStoreFormatError } from './store-errors.js';
import { lookupConnections } from './store-limits.js';
import { TermHasher } from './term-hash.js';

/** A term index that was lost is made anew after so long. */
const refillMs = 10_000;

/** What arrives while the term index is filled is caught up with so often; fewer rows are added while ingest waits. */
const fillRoundsMax = 5;
const rowsFilledInOneGo = 50_000;

export interface PlacedEntry extends ArrivedEntry {
  readonly position: Position;
}

export interface HistoryOptions {
  readonly dir: string;
  readonly memoryBytesMax: number;
  readonly log: OperatorLog;
  readonly termIndex?: TermIndexSizes | undefined;
}

/** How the term index works in tests: small runs, merged at once. */
export interface TermIndexSizes {
  readonly rowsPerRun?: number;
  readonly quietMsBeforeMerge?: number;
}

/** How look-ups are answered. */
export interface IndexFacts {
  readonly isReady: boolean;
  readonly runs: number;
  /** Rows in runs: the others are in memory. */
  readonly rows: number;
  readonly pagesOfTerms: number;
  readonly pagesOfColumns: number;
}

interface Parts {
  readonly database: IndexDatabase;
  readonly files: RecordFiles;
  readonly readers: ConnectionPool;
  readonly guideReader: DuckDBConnection;
  /** For scans and reads of places, one at a time. */
  readonly scanner: DuckDBConnection;
  /** For filling the term index. */
  readonly termReaders: readonly [DuckDBConnection, DuckDBConnection];
  readonly facts: StoredFacts;
  readonly log: OperatorLog;
  readonly dir: string;
  readonly termIndex: TermIndexSizes | undefined;
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
  readonly #terms: TermIndex;
  readonly #drops: Drops;
  readonly #parsers: ParsePool;
  readonly #readAhead = new ReadAheadFiles();
  readonly #writing = new OneAtATime();
  readonly #scanning = new OneAtATime();
  #position: Position;
  #count: number;
  #lastOrdinal: number;
  /** A batch failed: those sent behind it must not be taken before it has come again. */
  #isBroken = false;
  #guides: Promise<void> = Promise.resolve();
  readonly #pages = { pagesOfTerms: 0, pagesOfColumns: 0 };
  #filling: Promise<void> = Promise.resolve();
  #fillTimer: NodeJS.Timeout | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    const { hashSeed, tokenKey, places, position, eventCount, lastOrdinal } = parts.facts;
    this.#hasher = new TermHasher(hashSeed);
    this.#tokens = new PageTokens(tokenKey);
    this.#places = new Places(places);
    this.#ids = new IdGuide(join(parts.dir, 'ids.filter'), hashSeed);
    this.#drops = new Drops(parts.facts.drops);
    this.#terms = new TermIndex(join(parts.dir, 'terms'), {
      hashSeed,
      log: parts.log,
      onLost: () => this.#fillAgainLater(),
      ...parts.termIndex,
    });
    this.#parsers = new ParsePool(hashSeed);
    this.#position = position;
    this.#count = eventCount;
    this.#lastOrdinal = lastOrdinal;
  }

  /** Throws EventStoreLockedError, EventStoreFormatError. */
  static async open({ dir, memoryBytesMax, log, termIndex }: HistoryOptions): Promise<History> {
    const { database, facts } = await IndexDatabase.open(dir, memoryBytesMax);
    try {
      const files = openRecordFiles(join(dir, 'records'), facts.recordsEnd, log);
      const readers = new ConnectionPool(await connectTimes(database, lookupConnections));
      const history = new History({
        database,
        files,
        readers,
        guideReader: await database.connect(),
        scanner: await database.connect(),
        termReaders: [await database.connect(), await database.connect()],
        facts,
        log,
        dir,
        termIndex,
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
    const { files, readers, facts } = this.#parts;
    const source = {
      files,
      readers,
      pages: this.#pages,
      terms: this.#terms,
      drops: this.#drops,
      places: this.#places,
      days: this.#days,
      hasher: this.#hasher,
      hashSeed: facts.hashSeed,
      tokens: this.#tokens,
      lastOrdinal: this.#lastOrdinal,
    };
    return lookupPage(source, query);
  }

  /** Once everything that was ingested before is answered by the term index. */
  async indexFacts(): Promise<IndexFacts> {
    await this.#filling;
    return { isReady: this.#terms.isReady, ...this.#terms.facts, ...this.#pages };
  }

  scan(after: string, limits: ScanLimits): Promise<ScannedEvents> {
    const { files, scanner, log } = this.#parts;
    const source = { files, places: this.#places, lastOrdinal: this.#lastOrdinal, log };
    return this.#scanning.run(() => scanEvents(source, scanner, after, limits));
  }

  read(places: readonly EventPlace[]): Promise<(StoredEvent | undefined)[]> {
    const { files, scanner } = this.#parts;
    return this.#scanning.run(() => readPlaces({ files, places: this.#places }, scanner, places));
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
      const drop = { enteredBeforeMs: Math.ceil(timeMs), ordinalMax: this.#lastOrdinal };
      await database.transaction(async (writer) => {
        await writer.run('INSERT INTO drops VALUES (?, ?)', [bound, BigInt(drop.ordinalMax)]);
        await writer.run(
          'DELETE FROM drops WHERE entered_before_ms <= ? AND ordinal_max <= ? AND NOT (entered_before_ms = ? AND ordinal_max = ?)',
          [bound, BigInt(drop.ordinalMax), bound, BigInt(drop.ordinalMax)],
        );
        await writer.run('DELETE FROM resource_terms WHERE entered_at_ms < ?', [bound]);
        await writer.run('DELETE FROM events WHERE entered_at_ms < ?', [bound]);
      });
      this.#drops.add(drop);
      this.#count -= Number(dropped);
      const [[firstOrdinal] = []] = await rowsOf(database.writer, 'SELECT min(ordinal) FROM events');
      const recordBytes = files.dropBefore(
        firstOrdinal == null ? files.end : blockAddressOf(Number(firstOrdinal)),
      );
      this.#terms.dropBefore(drop.enteredBeforeMs, Number(firstOrdinal ?? Number.POSITIVE_INFINITY));
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
    clearTimeout(this.#fillTimer);
    await this.#terms.close();
    await this.#filling;
    await this.#writing.run(async () => {
      await this.#guides;
      await this.#scanning.run(() => Promise.resolve());
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
      terms: this.#terms,
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
    this.#startFilling();
  }

  /**
   * Completes the term index from the index of columns: first without holding up ingest, the rest between two ingests.
   * From then on every ingest adds to it.
   */
  async #fillTerms(): Promise<void> {
    const fill = (): Promise<void> =>
      fillTerms(this.#terms, this.#parts.termReaders, this.#lastOrdinal, this.#parts.facts.hashSeed);
    await this.#writing.run(async () => {
      const [[first] = []] = await rowsOf(this.#parts.termReaders[0], 'SELECT min(ordinal) FROM events');
      this.#terms.open(Number(first ?? Number.POSITIVE_INFINITY), this.#lastOrdinal);
    });
    for (let round = 0; round < fillRoundsMax; round++) {
      const count = this.#count;
      await fill();
      if (this.#count - count < rowsFilledInOneGo) break;
    }
    await this.#writing.run(async () => {
      await fill();
      this.#terms.ready();
    });
  }

  #startFilling(): void {
    this.#filling = this.#fillTerms().catch((error: unknown) =>
      this.#parts.log.error({ err: error }, 'the term index of the history failed; look-ups are slower now'),
    );
  }

  #fillAgainLater(): void {
    this.#fillTimer = setTimeout(() => this.#startFilling(), refillMs).unref();
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
