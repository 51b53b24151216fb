// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Position } from '../../../ports/event-log.js';
import type {
  EventPlace,
  IngestResult,
  LookupQuery,
  ReadAhead,
  RecordTexts,
  ScannedEvents,
} from '../../../ports/event-store.js';
import { DayCounts, dayMs } from './day-counts.js';
import { dropEvents } from './drop-events.js';
import { Drops } from './drops.js';
import { EntryParser, type PlacedEntry } from './entry-parser.js';
import type { HistoryOptions, IndexFacts } from './history-options.js';
import { type HistoryParts, openParts } from './history-parts.js';
import { IdGuide } from './id-guide.js';
import { rowsOf } from './index-database.js';
import { type Ingested, ingestBatches } from './ingest.js';
import { type FoundPage, lookupPage } from './lookup.js';
import { LookupTurns } from './lookup-turns.js';
import { OneAtATime } from './one-at-a-time.js';
import { blockAddressOf } from './ordinal.js';
import { Packer } from './packing/packer.js';
import { PageTokens } from './page-token.js';
import type { ParsedBatch } from './parsed-batch.js';
import { Places } from './places.js';
import { ordinalOfPlace, ownedBy } from './read-places.js';
import { EventReaders } from './reading/event-readers.js';
import { sentTexts } from './reading/event-texts.js';
import { RecordingLoad } from './recording-load.js';
import { TermFilling } from './runs/term-filling.js';
import { TermIndex } from './runs/term-index.js';
import { type ScanLimits, scanEvents } from './scan.js';
import { ingestShareMax, recordedPerSecondMax, recordingWindowMs, recordsAtOnceMax } from './store-limits.js';
import { TermHasher } from './term-hash.js';

/**
 * The store itself, as it lives in its worker thread.
 *
 * Invariants:
 * - One transaction holds the rows of a batch, the position behind it, and where the good record bytes end.
 * - Everything kept in memory beside (filter, day counts) is a guide: losing it costs time, never truth.
 */
export class History {
  readonly #parts: HistoryParts;
  readonly #hasher: TermHasher;
  readonly #tokens: PageTokens;
  readonly #places: Places;
  readonly #days = new DayCounts();
  readonly #ids: IdGuide;
  readonly #terms: TermIndex;
  readonly #filling: TermFilling;
  readonly #drops: Drops;
  readonly #parser: EntryParser;
  readonly #packer: Packer;
  readonly #events: EventReaders;
  /** Of what is recorded now. Files are parsed in other threads, and look-ups hardly slow them down. */
  readonly #recording = new RecordingLoad(recordingWindowMs);
  readonly #lookups = new LookupTurns(
    () => this.#recording.eventsPerSecond > recordedPerSecondMax || this.#recording.share > ingestShareMax,
  );
  readonly #writing = new OneAtATime();
  readonly #scanning = new OneAtATime();
  #position: Position;
  #count: number;
  #lastOrdinal: number;
  /** A batch failed: those sent behind it must not be taken before it has come again. */
  #isBroken = false;
  #guides: Promise<void> = Promise.resolve();
  readonly #pages = { pagesOfTerms: 0, pagesOfColumns: 0 };

  private constructor(parts: HistoryParts) {
    this.#parts = parts;
    const { facts, options, files, database } = parts;
    const { hashSeed } = facts;
    this.#hasher = new TermHasher(hashSeed);
    this.#tokens = new PageTokens(facts.tokenKey);
    this.#places = new Places(facts.places);
    this.#ids = new IdGuide(join(options.dir, 'ids.filter'), hashSeed);
    this.#drops = new Drops(facts.drops);
    this.#terms = new TermIndex(join(options.dir, 'terms'), {
      hashSeed,
      log: options.log,
      onLost: () => this.#filling.startLater(),
      ...options.termIndex,
    });
    this.#filling = new TermFilling({
      terms: this.#terms,
      connections: parts.termReaders,
      writing: this.#writing,
      hashSeed,
      log: options.log,
      count: () => this.#count,
      lastOrdinal: () => this.#lastOrdinal,
    });
    this.#parser = new EntryParser(hashSeed);
    this.#events = new EventReaders(files);
    this.#packer = new Packer({
      files,
      log: options.log,
      exclusively: (work) => this.#writing.run(work),
      onFirstPacked: () => database.notePacking(),
      ...options.packing,
    });
    this.#position = facts.position;
    this.#count = facts.eventCount;
    this.#lastOrdinal = facts.lastOrdinal;
  }

  /** Throws EventStoreLockedError, EventStoreFormatError. */
  static async open(options: HistoryOptions): Promise<History> {
    const history = new History(await openParts(options));
    history.#startGuides();
    return history;
  }

  get ingestedUpTo(): Position {
    return this.#position;
  }

  get count(): number {
    return this.#count;
  }

  /** `isFirst`: the first batch of a call. The others are refused when one before them failed. */
  ingest(entries: readonly PlacedEntry[], isFirst: boolean): Promise<IngestResult> {
    const ingest = () => this.#ingest(entries, isFirst);
    const events = entries.reduce(
      (sum, { entry }) => sum + (entry.kind === 'call' ? entry.records.length : 0),
      0,
    );
    return events > 0 ? this.#recording.during(events, ingest) : ingest();
  }

  async #ingest(entries: readonly PlacedEntry[], isFirst: boolean): Promise<IngestResult> {
    const fresh = entries.filter(({ position }) => position > this.#position);
    const last = fresh.at(-1);
    const parsed = this.#parser.parse(fresh);
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

  /** As `EntryParser.readAhead`. */
  readAhead(file: Uint8Array): Promise<ReadAhead> {
    return this.#parser.readAhead(file);
  }

  lookup(query: LookupQuery): Promise<FoundPage> {
    return this.#lookups.run(() => {
      this.#recording.lookedUp();
      return this.#lookup(query);
    });
  }

  #lookup(query: LookupQuery): Promise<FoundPage> {
    const { readers, facts } = this.#parts;
    const source = {
      events: this.#events,
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
    await this.#filling.settled;
    return { isReady: this.#terms.isReady, ...this.#terms.facts, ...this.#pages };
  }

  scan(after: string, limits: ScanLimits): Promise<ScannedEvents> {
    const { files, scanner, options } = this.#parts;
    const source = { files, places: this.#places, lastOrdinal: this.#lastOrdinal, log: options.log };
    return this.#scanning.run(() => scanEvents(source, scanner, after, limits));
  }

  async records(accountId: string, places: readonly EventPlace[], bytesMax: number): Promise<RecordTexts> {
    const texts: (Buffer | undefined)[] = [];
    let left = bytesMax;
    for (let from = 0; from < places.length && left >= 0; from += recordsAtOnceMax) {
      const ordinals = places.slice(from, from + recordsAtOnceMax).map(ordinalOfPlace);
      for (const text of await this.#recordsAt(accountId, ordinals)) {
        left -= text?.length ?? 0;
        texts.push(left < 0 ? undefined : text);
      }
    }
    const leftOut = Array.from({ length: places.length - texts.length }, () => undefined);
    return sentTexts([...texts, ...leftOut]);
  }

  async #recordsAt(
    accountId: string,
    ordinals: readonly (number | undefined)[],
  ): Promise<readonly (Buffer | undefined)[]> {
    const known = ordinals.filter((ordinal) => ordinal !== undefined);
    const owned = await this.#scanning.run(() =>
      ownedBy(accountId, this.#places, this.#parts.scanner, known),
    );
    const read = await this.#events.readRecords(known.filter((ordinal) => owned.has(ordinal)));
    let next = 0;
    return ordinals.map((ordinal) =>
      ordinal !== undefined && owned.has(ordinal) ? read[next++] : undefined,
    );
  }

  /** Returns how many events went. */
  dropEnteredBefore(timeMs: number): Promise<number> {
    return this.#writing.run(async () => {
      const { database, files, options } = this.#parts;
      const dropped = await dropEvents(database, timeMs, this.#lastOrdinal);
      if (dropped === undefined) return 0;
      const { count, drop, firstOrdinal } = dropped;
      this.#drops.add(drop);
      this.#count -= count;
      const recordBytes = files.dropBefore(
        firstOrdinal === undefined ? files.end : blockAddressOf(firstOrdinal),
      );
      this.#terms.dropBefore(drop.enteredBeforeMs, firstOrdinal ?? Number.POSITIVE_INFINITY);
      // Gives the rows' space back to the file. A look-up that is under way may forbid it: the next one does it.
      await database
        .checkpoint()
        .catch((error: unknown) => options.log.warn({ err: error }, 'the history was not compacted'));
      await this.#loadDays(database.writer);
      options.log.info({ events: count, recordBytes }, 'events left the history');
      return count;
    });
  }

  async close(): Promise<void> {
    this.#filling.stop();
    await this.#packer.close();
    await this.#terms.close();
    await this.#filling.settled;
    await this.#writing.run(async () => {
      await this.#guides;
      await this.#scanning.run(() => Promise.resolve());
      const { database, files, readers } = this.#parts;
      await readers.close();
      await this.#parser.close();
      await this.#events.close();
      this.#ids.save(this.#lastOrdinal);
      await database.checkpoint();
      database.close();
      files.close();
    });
  }

  async #write(batches: readonly ParsedBatch[], position: Position): Promise<IngestResult> {
    const { database, files, options } = this.#parts;
    for (const fault of batches.flatMap(({ faults }) => faults))
      options.log.error({ fault }, 'left out of the history: not readable');
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
    this.#packer.tend();
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
    this.#filling.start();
  }

  #inBackground(work: () => Promise<void>): void {
    this.#guides = this.#guides
      .then(work)
      .catch((error: unknown) =>
        this.#parts.options.log.error({ err: error }, 'a guide of the history failed; it is slower now'),
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
