// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import type { EventSegments } from '../../ports/event-segments.js';
import type { EventStore, ScannedEvents } from '../../ports/event-store.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import { Alarm } from '../index-history/alarm.js';
import type { Indexer } from '../index-history/start-indexer.js';
import { BatchRest } from './batch-rest.js';
import { idleCoresSince } from './idle-cores.js';
import {
  countEveryMs,
  dropEveryMs,
  idleCoresMin,
  politeMsMax,
  quietMs,
  restMs,
  retryFirstMs,
  retryLastMs,
  scanBytesMax,
  scanEventsMax,
  waitingEventsMax,
} from './limits.js';
import { linesByAccount } from './lines-by-account.js';

/** The name of this reader of the history in the segments' books. */
export const historyReader = 'history';

const streamPrefix = 'history/';

/** The stream of an account's history. */
export function historyStream(accountId: string): string {
  return `${streamPrefix}${accountId}`;
}

export interface HistorySegmentsOptions {
  readonly eventLog: Pick<EventLog, 'head' | 'subscribe'>;
  readonly indexer: Pick<Indexer, 'caughtUpTo'>;
  readonly eventStore: Pick<EventStore, 'scan' | 'count'>;
  readonly segments: EventSegments;
  readonly clock: Clock;
  /** The look-up window: events that entered longer ago are dropped. */
  readonly historyMs: number;
  readonly log: OperatorLog;
  /** Processors that had nothing to do since it was asked last; absent: those of the machine. */
  readonly idleCores?: () => number;
}

export interface HistorySegments {
  /**
   * Resolves once everything that was recorded before the call is in segments.
   * @param signal ends the waiting, not the work
   * @param onProgress events that were brought over since the call
   */
  caughtUp(signal?: AbortSignal, onProgress?: (events: number) => void): Promise<void>;
  /** Events that no segment has yet, as counted last. */
  behindEvents(): number;
  /** For how long segments could not be written now, ms; 0 when they can. */
  failingMs(): number;
  /** Ends after the batch that runs. */
  stop(): Promise<void>;
}

/**
 * Starts bringing the history into segments: in the background, when there is enough for a file or it waited long enough; and at
 * once for a query. The segments' books say how far it has come, in the commit of the records themselves: a crash loses
 * nothing, and brings nothing twice.
 */
export function startHistorySegments(options: HistorySegmentsOptions): HistorySegments {
  return new RunningHistorySegments(options);
}

interface Brought {
  readonly events: number;
  /** There may be more. */
  readonly isMore: boolean;
}

class RunningHistorySegments implements HistorySegments {
  readonly #options: HistorySegmentsOptions;
  readonly #alarm = new Alarm();
  readonly #stopAlarm = new Alarm();
  readonly #idleCores: () => number;
  readonly #unsubscribe: () => void;
  readonly #loop: Promise<void>;
  /** Batches go one at a time, whoever asks. */
  #last: Promise<unknown> = Promise.resolve();
  /** The one that has not begun yet: it serves all who ask until then. */
  #next: Promise<Brought> | undefined;
  readonly #rest = new BatchRest();
  /** The batch that comes next, where it is known that there is one. */
  #ahead: { readonly after: string; readonly scanned: Promise<ScannedEvents> } | undefined;
  #isStopping = false;
  #behind = 0;
  #failingSince: number | undefined;
  /** By the clock of the process: these are for pauses, not for times. What an earlier run left waits from the start. */
  #appendedAt = 0;
  #waitingSince: number | undefined = performance.now();
  #droppedAtMs: number | undefined;

  constructor(options: HistorySegmentsOptions) {
    this.#options = options;
    this.#idleCores = options.idleCores ?? idleCoresSince();
    this.#unsubscribe = options.eventLog.subscribe(() => {
      this.#appendedAt = performance.now();
      this.#waitingSince ??= this.#appendedAt;
    });
    this.#loop = this.#run();
  }

  behindEvents(): number {
    return this.#behind;
  }

  failingMs(): number {
    return this.#failingSince === undefined ? 0 : performance.now() - this.#failingSince;
  }

  async caughtUp(signal?: AbortSignal, onProgress: (events: number) => void = () => {}): Promise<void> {
    const { eventLog, eventStore, indexer } = this.#options;
    await orAborted(indexer.caughtUpTo(eventLog.head()), signal);
    // Events that come while it works have no end: more than the history had at the call is not waited for.
    const eventsMax = await orAborted(eventStore.count(), signal);
    for (let events = 0, isMore = true; isMore && events < eventsMax; ) {
      if (this.#isStopping) throw new Error('segments of the history stopped');
      const count = await orAborted(this.#batch(), signal);
      events += count.events;
      isMore = count.isMore;
      onProgress(events);
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#unsubscribe();
    this.#alarm.ring();
    this.#stopAlarm.ring();
    await this.#loop;
    await this.#last;
    await this.#ahead?.scanned.catch(() => {});
  }

  async #run(): Promise<void> {
    let retryInMs = retryFirstMs;
    while (!this.#isStopping) {
      let waitMs = countEveryMs;
      try {
        await this.#work();
        this.#failingSince = undefined;
        retryInMs = retryFirstMs;
      } catch (error) {
        if (this.#isStopping) return;
        this.#failingSince ??= performance.now();
        waitMs = retryInMs;
        retryInMs = Math.min(retryInMs * 2, retryLastMs);
        this.#options.log.error({ err: error, waitMs }, 'segments of the history could not be written');
      }
      await this.#alarm.wait(waitMs, true);
    }
  }

  async #work(): Promise<void> {
    const idleCores = this.#idleCores();
    await this.#dropOld();
    if (this.#waitingSince === undefined) return;
    this.#behind = await this.#countBehind();
    const waitedMs = performance.now() - this.#waitingSince;
    if (this.#behind < waitingEventsMax && waitedMs < restMs) return;
    const isBusy = performance.now() - this.#appendedAt < quietMs;
    if (isBusy && idleCores < idleCoresMin && waitedMs < politeMsMax) return;
    while (!this.#isStopping && (await this.#batch()).isMore);
  }

  /** About: what was dropped of the one and not of the other is a difference too. */
  async #countBehind(): Promise<number> {
    const rows = this.#streams().reduce((sum, stream) => sum + stream.rows, 0);
    return Math.max(0, (await this.#options.eventStore.count()) - rows);
  }

  #batch(): Promise<Brought> {
    if (this.#next !== undefined) return this.#next;
    const batch = this.#last.then(async () => {
      const restMs = this.#rest.leftMs(performance.now());
      if (restMs > 0) await this.#stopAlarm.wait(restMs);
      this.#next = undefined;
      return this.#bring();
    });
    this.#next = batch;
    this.#last = batch.catch(() => {});
    return batch;
  }

  async #bring(): Promise<Brought> {
    const { segments } = this.#options;
    const since = performance.now();
    const after = segments.cursor(historyReader) ?? '';
    // What was read ahead was read before this batch was asked for: newer events may be there.
    const wasAhead = this.#ahead?.after === after;
    const scanned = await this.#scan(after);
    const isMore = isFull(scanned) || wasAhead;
    // The history reads while the writer writes.
    if (isFull(scanned) && !this.#isStopping) this.#readAhead(scanned.next);
    if (scanned.next !== after) {
      const appends = Array.from(linesByAccount(scanned), ([account, lines]) => ({
        stream: historyStream(account),
        kind: 'cloudtrail' as const,
        lines,
      }));
      await segments.commit(historyReader, scanned.next, appends);
    }
    this.#rest.note({
      beganAtMs: since,
      endedAtMs: performance.now(),
      events: scanned.count,
      isFull: isFull(scanned),
    });
    this.#behind = Math.max(0, this.#behind - scanned.count);
    if (!isMore) {
      this.#behind = 0;
      this.#waitingSince = this.#appendedAt > since ? this.#appendedAt : undefined;
    }
    return { events: scanned.count, isMore };
  }

  #scan(after: string): Promise<ScannedEvents> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead?.after === after) return ahead.scanned;
    return this.#options.eventStore.scan(after, { eventsMax: scanEventsMax, bytesMax: scanBytesMax });
  }

  #readAhead(after: string): void {
    const scanned = this.#options.eventStore.scan(after, {
      eventsMax: scanEventsMax,
      bytesMax: scanBytesMax,
    });
    // Whoever wants it hears of a failure; nobody may.
    scanned.catch(() => {});
    this.#ahead = { after, scanned };
  }

  async #dropOld(): Promise<void> {
    const { clock, historyMs, segments } = this.#options;
    const nowMs = clock.now();
    // A clock that was set back makes a new start, not a pause as long as the jump.
    const sinceMs = this.#droppedAtMs === undefined ? dropEveryMs : Math.abs(nowMs - this.#droppedAtMs);
    if (sinceMs < dropEveryMs) return;
    this.#droppedAtMs = nowMs;
    for (const { stream } of this.#streams()) await segments.dropEnteredBefore(stream, nowMs - historyMs);
  }

  #streams() {
    return this.#options.segments.streams().filter(({ stream }) => stream.startsWith(streamPrefix));
  }
}

function isFull({ count, lines }: ScannedEvents): boolean {
  return count >= scanEventsMax || lines.length >= scanBytesMax;
}

/** Rejects with the signal's reason when it ends first. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  signal.throwIfAborted();
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Nobody may be left to hear of it.
    work.catch(() => {});
  }
}
