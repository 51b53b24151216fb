// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import { type EventLog, type Position, START, type StoredEntry } from '../../ports/event-log.js';
import type { EventStore } from '../../ports/event-store.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import { Alarm } from './alarm.js';
import {
  checkpointEveryMs,
  dropEveryMs,
  gatherEntriesMin,
  gatherMs,
  gatherSteadyMs,
  idleCheckMs,
  readBytesMax,
  readEntriesMax,
  retryFirstMs,
  retryLastMs,
  trimEveryMs,
} from './limits.js';

/** The name under which the log keeps this reader's checkpoint. */
export const indexReader = 'index-history';

export interface IndexerOptions {
  readonly eventLog: EventLog;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  /** The look-up window: events that entered Cairn longer ago are dropped. */
  readonly historyMs: number;
  readonly log: OperatorLog;
}

/** What became of imported events since the indexer started. */
export interface ImportTotals {
  readonly added: number;
  readonly duplicates: number;
}

export interface Indexer {
  /** How far the history has come: entries before this position are found by look-ups. */
  position(): Position;
  importTotals(): ImportTotals;
  /** How long the newest event that look-ups find is behind the log, ms; 0 when the history has all of it. */
  behindMs(): number;
  /** For how long bringing events into the history has failed now, ms; 0 when it works. */
  failingMs(): number;
  /** Resolves once everything before the position is found by look-ups; rejects when the indexer stops before that. */
  caughtUpTo(position: Position): Promise<void>;
  /** Ends after the ingest that runs. What is not ingested is so after the next start. */
  stop(): Promise<void>;
}

/**
 * Starts the indexer: it follows the log and keeps the history up to date.
 *
 * Life of an event here: the log tells that something was appended; the entries behind the last ingested one are read
 * and given to the store, which makes them durable together with its own mark (`ingestedUpTo`); who waits is told;
 * now and then the mark is saved in the log as this reader's checkpoint, so that the log can be trimmed.
 * After a crash the store's mark says where to go on: nothing is lost, and nothing counts twice.
 */
export function startIndexer(options: IndexerOptions): Indexer {
  return new RunningIndexer(options);
}

interface Waiter {
  readonly position: Position;
  resolve(): void;
  reject(error: Error): void;
}

class RunningIndexer implements Indexer {
  readonly #options: IndexerOptions;
  readonly #unsubscribe: () => void;
  readonly #loop: Promise<void>;
  /** Rings when there may be something to do; the other one only when it is over. */
  readonly #alarm = new Alarm();
  readonly #stopAlarm = new Alarm();
  /** Rings when somebody waits, or it is over: nothing is gathered then. */
  readonly #hurry = new Alarm();
  #position: Position = START;
  #savedPosition: Position | undefined;
  #imports: ImportTotals = { added: 0, duplicates: 0 };
  #waiters: Waiter[] = [];
  #isStopping = false;
  /** By the clock of the process, which nobody sets: these are for pauses, not for times. */
  #checkpointedAt = 0;
  #trimmedAt = performance.now();
  #droppedAtMs: number | undefined;
  #failingSince: number | undefined;
  /** By the log's clock: when the entry was appended that was ingested last. */
  #ingestedAppendedAtMs: number | undefined;
  /** Since when there are entries that the history does not have. */
  #behindSince: number | undefined = performance.now();

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.#unsubscribe = options.eventLog.subscribe(() => {
      this.#behindSince ??= performance.now();
      this.#alarm.ring();
    });
    this.#loop = this.#run();
  }

  position(): Position {
    return this.#position;
  }

  importTotals(): ImportTotals {
    return this.#imports;
  }

  behindMs(): number {
    if (this.#behindSince === undefined) return 0;
    const waitedMs = performance.now() - this.#behindSince;
    if (this.#ingestedAppendedAtMs === undefined) return waitedMs;
    // Under a steady load there is always something to ingest: then the age of what was ingested last is what counts.
    return Math.min(waitedMs, Math.max(0, this.#options.clock.now() - this.#ingestedAppendedAtMs));
  }

  failingMs(): number {
    return this.#failingSince === undefined ? 0 : performance.now() - this.#failingSince;
  }

  caughtUpTo(position: Position): Promise<void> {
    if (position <= this.#position) return Promise.resolve();
    if (this.#isStopping) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      this.#waiters.push({ position, resolve, reject });
      this.#hurry.ring();
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#unsubscribe();
    this.#alarm.ring();
    this.#stopAlarm.ring();
    this.#hurry.ring();
    await this.#loop;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(stopped());
  }

  async #run(): Promise<void> {
    await this.#persistently('opening the history', () => this.#begin());
    while (!this.#isStopping) {
      const found = await this.#persistently('bringing events into the history', () => this.#ingestNext());
      await this.#upkeep(found === 'nothing');
      if (found === 'nothing' && !this.#isStopping)
        await this.#alarm.wait(
          this.#position === this.#savedPosition ? idleCheckMs : checkpointEveryMs,
          true,
        );
      if (found !== 'much') await this.#gather(found === 'few' ? gatherSteadyMs : gatherMs);
    }
    await this.#once('saving the checkpoint', () => this.#saveCheckpoint());
  }

  /** Before anything else is read: the log keeps what is behind a checkpoint, so no other reader can have it trimmed. */
  async #begin(): Promise<void> {
    const position = await this.#options.eventStore.ingestedUpTo();
    await this.#options.eventLog.saveCheckpoint(indexReader, { position, state: null });
    this.#savedPosition = position;
    this.#advance(position);
  }

  /** An ingest costs the same for one call as for a hundred. Who waits is not made to wait for others. */
  async #gather(ms: number): Promise<void> {
    if (!this.#isStopping && this.#waiters.length === 0) await this.#hurry.wait(ms);
  }

  async #ingestNext(): Promise<'nothing' | 'few' | 'much'> {
    const { eventLog, eventStore } = this.#options;
    const entries = await eventLog.read(this.#position, {
      entriesMax: readEntriesMax,
      bytesMax: readBytesMax,
    });
    // Imports by themselves, so that the counts of each ingest belong to one kind.
    for (const run of runsByKind(entries.map(ofHistory))) {
      const { added, duplicates } = await eventStore.ingest(run);
      if (run[0]!.entry.kind === 'import') {
        this.#imports = {
          added: this.#imports.added + added,
          duplicates: this.#imports.duplicates + duplicates,
        };
      }
      this.#ingestedAppendedAtMs = run.at(-1)!.appendedAtMs;
      this.#advance(run.at(-1)!.position);
    }
    if (this.#position >= eventLog.head()) this.#behindSince = undefined;
    if (entries.length === 0) return 'nothing';
    const isFew = entries.length < gatherEntriesMin && entries.every(({ entry }) => entry.kind === 'call');
    return isFew ? 'few' : 'much';
  }

  #advance(position: Position): void {
    this.#position = position;
    const reached = this.#waiters.filter((waiter) => waiter.position <= position);
    if (reached.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.position > position);
    for (const waiter of reached) waiter.resolve();
  }

  /** Work that may fail without harm: it is done again the next time. */
  async #upkeep(isIdle: boolean): Promise<void> {
    const now = performance.now();
    if (this.#position !== this.#savedPosition && now - this.#checkpointedAt >= checkpointEveryMs) {
      await this.#once('saving the checkpoint', () => this.#saveCheckpoint());
      // The last entries of a burst are trimmed too; an idle log stays small.
      if (isIdle) this.#trimmedAt = Number.NEGATIVE_INFINITY;
    }
    if (now - this.#trimmedAt >= trimEveryMs) {
      this.#trimmedAt = now;
      await this.#once('trimming the log', () => this.#options.eventLog.trim());
    }
    await this.#dropOld();
  }

  async #saveCheckpoint(): Promise<void> {
    const position = this.#position;
    if (position === this.#savedPosition) return;
    this.#checkpointedAt = performance.now();
    await this.#options.eventLog.saveCheckpoint(indexReader, { position, state: null });
    this.#savedPosition = position;
  }

  async #dropOld(): Promise<void> {
    const { clock, eventStore, historyMs, log } = this.#options;
    const nowMs = clock.now();
    // A clock that was set back makes a new start, not a pause as long as the jump.
    const sinceMs = this.#droppedAtMs === undefined ? dropEveryMs : Math.abs(nowMs - this.#droppedAtMs);
    if (sinceMs < dropEveryMs) return;
    this.#droppedAtMs = nowMs;
    await this.#once('dropping old events', async () => {
      const events = await eventStore.dropEnteredBefore(nowMs - historyMs);
      if (events > 0) log.info({ events }, 'events left the look-up window');
    });
  }

  /** Again and again, with pauses, until it succeeds; undefined when the indexer stops before that. */
  async #persistently<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    let retryInMs = retryFirstMs;
    while (!this.#isStopping) {
      try {
        const result = await work();
        this.#failingSince = undefined;
        return result;
      } catch (error) {
        this.#failingSince ??= performance.now();
        this.#options.log.error({ err: error, retryInMs }, `${what} failed; the log keeps them`);
      }
      await this.#stopAlarm.wait(retryInMs);
      retryInMs = Math.min(retryInMs * 2, retryLastMs);
    }
    return undefined;
  }

  async #once(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.warn({ err: error }, `${what} failed; it is tried again later`);
    }
  }
}

/** The entry without what no history has and the store need not be handed: events for event data stores. */
function ofHistory(stored: StoredEntry): StoredEntry {
  const { entry } = stored;
  if (entry.kind === 'import')
    return entry.eventDataStore === undefined ? stored : { ...stored, entry: emptyEntry };
  if (entry.bundle === undefined && !entry.records.some(({ category }) => category === 'ActivityAuditLog'))
    return stored;
  const records = entry.records.filter(({ category }) => category !== 'ActivityAuditLog');
  return { ...stored, entry: { ...emptyEntry, records } };
}

const emptyEntry = { kind: 'call', records: [], changes: [] } as const;

/** The entries in their order, cut where calls and imports meet. */
function runsByKind(entries: readonly StoredEntry[]): StoredEntry[][] {
  const runs: StoredEntry[][] = [];
  for (const stored of entries) {
    const run = runs.at(-1);
    if (run !== undefined && run[0]!.entry.kind === stored.entry.kind) run.push(stored);
    else runs.push([stored]);
  }
  return runs;
}

function stopped(): Error {
  return new Error('the indexer stopped');
}
