// SPDX-License-Identifier: Apache-2.0
import { type EventLog, type ImportEntry, LogFullError, type Position } from '../../ports/event-log.js';
import type { EventStore } from '../../ports/event-store.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import { isGzip } from '../../record/gunzip-text.js';
import { LogFileError, type LogFileSummary } from '../../record/log-file.js';
import type { CheckedFile, ImportPiece } from './check-file.js';
import { CheckPool } from './check-pool.js';
import {
  bytesInFlightMax,
  entryBytesMax,
  entryTextBytesMax,
  fileBytesMax,
  filesInFlightMax,
  unindexedBytesMaxDefault,
  workersDefault,
} from './limits.js';
import { Room } from './room.js';

export interface ImporterOptions {
  readonly eventLog: EventLog;
  /** Tells when imported events are in the history: the log never holds many that are not. */
  readonly indexer: { caughtUpTo(position: Position): Promise<void> };
  /** A store that can read files ahead spares them being read twice. */
  readonly eventStore?: Pick<EventStore, 'readAhead'>;
  readonly log: OperatorLog;
  /** Threads that check files. */
  readonly workers?: number;
  /** Imported bytes in the log that the history may lack. */
  readonly unindexedBytesMax?: number;
}

export interface ImportedFile extends LogFileSummary {
  /** Of the good records those that happened before `happenedSinceMs`; absent: nothing was asked. */
  readonly olderCount?: number;
  /** Behind the last entry of the file; undefined when it had no records to keep. */
  readonly position?: Position;
}

/** Where a file came from and its events go to. */
type ImportPlace = Pick<ImportEntry, 'source' | 'accountId' | 'eventDataStore'>;

/**
 * Takes files of old events into the log. They go in whole: uncompressed and checked in a thread, then appended with
 * the bytes as they came (the good records packed anew, where some are bad). The history takes them from the log and
 * leaves out events that it has, so importing a file again changes nothing.
 */
export interface Importer {
  /**
   * Resolves once the file's events are durable. `source` names the file in messages. The buffer of `bytes` must not be
   * used afterwards. Rejects with LogFileError for a file that cannot be read, with LogFullError when there is no room.
   * @param eventDataStore id of the event data store that the events go to, instead of the account's history
   * @param happenedSinceMs what happened before is counted: the event data store leaves it out
   */
  importFile(
    source: string,
    bytes: Uint8Array,
    accountId: string,
    eventDataStore?: string,
    happenedSinceMs?: number,
  ): Promise<ImportedFile>;
  /** Waits for files that are being taken in; further ones are refused. */
  close(): Promise<void>;
}

export function createImporter(options: ImporterOptions): Importer {
  return new LogImporter(options);
}

class LogImporter implements Importer {
  readonly #options: ImporterOptions;
  readonly #pool: CheckPool;
  readonly #files = new Room(filesInFlightMax, bytesInFlightMax);
  readonly #unindexed: Room;
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(options: ImporterOptions) {
    this.#options = options;
    this.#unindexed = new Room(
      Number.POSITIVE_INFINITY,
      options.unindexedBytesMax ?? unindexedBytesMaxDefault,
    );
    this.#pool = new CheckPool(options.workers ?? workersDefault);
  }

  async importFile(
    source: string,
    bytes: Uint8Array,
    accountId: string,
    eventDataStore?: string,
    happenedSinceMs?: number,
  ): Promise<ImportedFile> {
    if (this.#isClosed) throw new Error('importing has ended');
    if (bytes.length > fileBytesMax)
      throw new LogFileError(`it has more than ${fileBytesMax / 1024 ** 2} MB: split it`);
    const place = { source, accountId, ...(eventDataStore === undefined ? {} : { eventDataStore }) };
    const work = this.#takeIn(bytes, place, happenedSinceMs);
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    await this.#pool.close();
  }

  async #takeIn(
    bytes: Uint8Array,
    place: ImportPlace,
    happenedSinceMs: number | undefined,
  ): Promise<ImportedFile> {
    const leave = await this.#files.enter(bytes.length);
    try {
      // What no history gets, the history's store need not parse.
      const read = place.eventDataStore === undefined ? await this.#readAhead(bytes) : undefined;
      const { pieces, ...summary } = read ?? (await this.#pool.check(bytes, happenedSinceMs));
      let position: Position | undefined;
      for (const piece of pieces) position = await this.#append(piece, place);
      return position === undefined ? summary : { ...summary, position };
    } finally {
      leave();
    }
  }

  /** The check of a file that goes in as it is, by a store that parses it in the same go; undefined for all others. */
  async #readAhead(bytes: Uint8Array): Promise<CheckedFile | undefined> {
    const { eventStore } = this.#options;
    if (eventStore?.readAhead === undefined || !isGzip(bytes) || bytes.length > entryBytesMax)
      return undefined;
    const { textBytes, ...summary } = await eventStore.readAhead(bytes);
    if (summary.recordCount === 0) return { ...summary, pieces: [] };
    if (summary.rejectedCount > 0 || textBytes > entryTextBytesMax) return undefined;
    return { ...summary, pieces: [{ gzip: true, bytes, eventCount: summary.recordCount }] };
  }

  async #append(piece: ImportPiece, place: ImportPlace): Promise<Position> {
    const { eventLog, indexer, log } = this.#options;
    const leave = await this.#unindexed.enter(piece.bytes.length);
    const { source } = place;
    const entry = { kind: 'import', ...place, ...piece } as const;
    try {
      const position = await eventLog
        .append(entry)
        .catch((error: unknown) => this.#afterTrim(error, () => eventLog.append(entry)));
      indexer.caughtUpTo(position).then(leave, (error: unknown) => {
        // The indexer stopped: whoever still waits for room need not.
        leave();
        log.warn(
          { err: error, source },
          'imported events are in the log; the history takes them at the next start',
        );
      });
      return position;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** A full log may only wait to be trimmed behind a history that has caught up. */
  async #afterTrim(error: unknown, again: () => Promise<Position>): Promise<Position> {
    if (!(error instanceof LogFullError)) throw error;
    const { eventLog, indexer } = this.#options;
    await indexer.caughtUpTo(eventLog.head());
    if ((await eventLog.trim()) === 0) throw error;
    return again();
  }
}
