// SPDX-License-Identifier: Apache-2.0

import { storePrefix } from '../../event-data-stores/store-fold.js';
import { membershipPrefix } from '../../identity/organization-documents.js';
import type { Position } from '../../ports/event-log.js';
import type { StateStore } from '../../ports/state-store.js';
import { BatchRest } from '../history-segments/batch-rest.js';
import { Alarm, pause } from '../index-history/alarm.js';
import {
  batchAgeMsMax,
  gatherMs,
  idleCheckMs,
  retentionEveryMs,
  retryFirstMs,
  retryLastMs,
  saveEveryMs,
} from './limits.js';
import { StoreReader, type StoreReaderDependencies } from './store-reader.js';

export interface EventDataStoresOptions extends StoreReaderDependencies {
  readonly stateStore: Pick<StateStore, 'watch' | 'get'>;
  /** Absent: one as the history has. */
  readonly rest?: Pick<BatchRest, 'leftMs' | 'note'>;
}

export interface EventDataStores {
  /**
   * Resolves once everything that was recorded before the call is in segments.
   * @param signal ends the waiting, not the work
   */
  caughtUp(signal?: AbortSignal): Promise<void>;
  /** Selected records that wait for their segment. */
  waitingRecords(): number;
  /** For how long events could not be brought to event data stores now, ms; 0 when they can. */
  failingMs(): number;
  /** Saves how far it has come, and ends. What is not written is so after the next start. */
  stop(): Promise<void>;
}

/** Starts the reader that brings events to event data stores; see README.md in this folder. */
export async function startEventDataStores(options: EventDataStoresOptions): Promise<EventDataStores> {
  const running = new RunningEventDataStores(options);
  await running.start();
  return running;
}

interface Waiter {
  readonly position: Position;
  resolve(): void;
  reject(error: unknown): void;
}

class RunningEventDataStores implements EventDataStores {
  readonly #options: EventDataStoresOptions;
  readonly #reader: StoreReader;
  readonly #alarm = new Alarm();
  readonly #stopAlarm = new Alarm();
  readonly #waiters = new Set<Waiter>();
  readonly #rest: Pick<BatchRest, 'leftMs' | 'note'>;
  #unsubscribe: readonly (() => void)[] = [];
  #loop: Promise<void> = Promise.resolve();
  #isStopping = false;
  #needsLoad = false;
  #failingSince: number | undefined;
  /** Of those that were written. */
  #notedRecords = 0;
  /** By the clock of the process, which nobody sets: these are for pauses, not for times. */
  #savedAt = performance.now();
  #expiredAt = Number.NEGATIVE_INFINITY;

  constructor(options: EventDataStoresOptions) {
    this.#options = options;
    this.#reader = new StoreReader(options);
    this.#rest = options.rest ?? new BatchRest();
  }

  /** Before anything else is read: the log keeps what is behind a checkpoint, so no other reader can have it trimmed. */
  async start(): Promise<void> {
    const { eventLog, stateStore } = this.#options;
    await this.#reader.load();
    this.#unsubscribe = [
      eventLog.subscribe(() => this.#alarm.ring()),
      ...[storePrefix, membershipPrefix].map((prefix) =>
        stateStore.watch(prefix, () => this.#reader.noteChange()),
      ),
    ];
    this.#loop = this.#run();
  }

  waitingRecords(): number {
    return this.#reader.waitingRecords;
  }

  failingMs(): number {
    return this.#failingSince === undefined ? 0 : performance.now() - this.#failingSince;
  }

  caughtUp(signal?: AbortSignal): Promise<void> {
    if (this.#isStopping) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => end(() => reject(signal?.reason));
      const end = (settle: () => void): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const waiter: Waiter = {
        position: this.#options.eventLog.head(),
        resolve: () => end(resolve),
        reject: (error) => end(() => reject(error)),
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#alarm.ring();
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#alarm.ring();
    this.#stopAlarm.ring();
    await this.#loop;
    for (const waiter of [...this.#waiters]) waiter.reject(stopped());
    await this.#reader.end();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      await this.#persistently();
      if (this.#isStopping) return;
      await this.#alarm.wait(this.#waitMs(), true);
      if (!this.#isStopping && this.#waiters.size === 0) await pause(gatherMs);
    }
  }

  async #step(): Promise<void> {
    if (this.#needsLoad) await this.#reader.load();
    this.#needsLoad = false;
    try {
      await this.#reader.readToHead();
      if (this.#waiters.size > 0) await this.#rested();
      if (this.#isStopping) return;
      if (this.#waiters.size > 0 || (this.#reader.batchAgeMs ?? 0) >= batchAgeMsMax) await this.#flush();
      this.#tellWaiters();
      const isDue = performance.now() - this.#savedAt >= saveEveryMs;
      if (isDue && this.#reader.waitingRecords === 0 && !this.#reader.isSaved) {
        this.#savedAt = performance.now();
        await this.#reader.save();
      }
      if (performance.now() - this.#expiredAt >= retentionEveryMs) {
        this.#expiredAt = performance.now();
        await this.#reader.dropExpired();
      }
    } catch (error) {
      this.#needsLoad = true;
      throw error;
    }
  }

  /** Those who ask meanwhile get the same batch. */
  async #rested(): Promise<void> {
    const restMs = this.#rest.leftMs(performance.now());
    if (restMs <= 0 || this.#reader.waitingRecords === 0) return;
    await this.#stopAlarm.wait(restMs);
    if (!this.#isStopping) await this.#reader.readToHead();
  }

  async #flush(): Promise<void> {
    if (this.#reader.waitingRecords === 0) return;
    const beganAtMs = performance.now();
    await this.#reader.flush();
    const written = this.#reader.writtenRecords;
    const events = written - this.#notedRecords;
    this.#notedRecords = written;
    this.#rest.note({ beganAtMs, endedAtMs: performance.now(), events, isFull: false });
  }

  /** Who came while the batch was written has a place that was not read yet, or a record that waits. */
  #tellWaiters(): void {
    if (this.#reader.waitingRecords > 0) return;
    for (const waiter of [...this.#waiters]) if (waiter.position <= this.#reader.position) waiter.resolve();
  }

  #waitMs(): number {
    const { batchAgeMs, isSaved } = this.#reader;
    if (this.#waiters.size > 0) return 1;
    if (batchAgeMs !== undefined) return Math.max(1, batchAgeMsMax - batchAgeMs);
    return isSaved ? idleCheckMs : saveEveryMs;
  }

  /** Again and again, with pauses, until it succeeds or there is an end. Waiters are told of the first failure. */
  async #persistently(): Promise<void> {
    for (let retryInMs = retryFirstMs; !this.#isStopping; retryInMs = Math.min(retryInMs * 2, retryLastMs)) {
      try {
        await this.#step();
        this.#failingSince = undefined;
        return;
      } catch (error) {
        if (this.#isStopping) return;
        this.#failingSince ??= performance.now();
        this.#options.log.error(
          { err: error, retryInMs },
          'events could not be brought to event data stores; the log keeps them',
        );
        for (const waiter of [...this.#waiters]) waiter.reject(error);
      }
      await this.#stopAlarm.wait(retryInMs);
    }
  }
}

function stopped(): Error {
  return new Error('event data stores stopped');
}
