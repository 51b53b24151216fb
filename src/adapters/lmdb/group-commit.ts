// SPDX-License-Identifier: Apache-2.0
import type { RootDatabase } from 'lmdb';
import { type ToFullError, toStoreError } from './commit-failure.js';

/** What a store hands to its writer. */
export interface GroupCommitOptions<G> {
  /** Begins the gathering of one transaction; called inside it. */
  readonly begin: () => G;
  readonly toFull: ToFullError;
  /** Jobs and bytes that may wait for the writer; beyond it jobs are refused as full. */
  readonly queueJobsMax: number;
  readonly queueBytesMax: number;
  /** Upkeep makes room and has its own room in the queue, so that a full queue never stops it. */
  readonly queueUpkeepJobsMax: number;
  /** One transaction takes no further job once it has this many jobs or bytes. */
  readonly groupJobsMax: number;
  readonly groupBytesMax: number;
}

/** One transaction, from its first job to what is to be done once it is durable. */
export interface GroupTransaction {
  /** Writes what the jobs gathered; the last thing inside the transaction. */
  seal(): void;
  /** The transaction is durable. Runs before any job of the group resolves. */
  committed(): void;
  /** Runs after the jobs were told. */
  announce(): void;
}

/**
 * A refusal of one job: thrown before it wrote anything, so that the rest of its group goes on.
 * Anything else that a job throws takes the whole transaction back.
 */
export class JobRefused extends Error {
  override readonly name = 'JobRefused';
  constructor(override readonly cause: Error) {
    super(cause.message);
  }
}

interface Job<G> {
  readonly bytes: number;
  readonly upkeep: boolean;
  readonly work: (group: G) => () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The one writer. Jobs wait in a bounded queue; while one transaction is on its way to the disk the next group
 * gathers, so groups grow with the load by themselves and a lone job never waits for company.
 */
export class GroupCommit<G extends GroupTransaction> {
  readonly #env: RootDatabase<Buffer, Buffer>;
  readonly #options: GroupCommitOptions<G>;
  #queue: Job<G>[] = [];
  #queuedBytes = 0;
  #queuedUpkeep = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(env: RootDatabase<Buffer, Buffer>, options: GroupCommitOptions<G>) {
    this.#env = env;
    this.#options = options;
  }

  /**
   * Runs `work` inside the next transaction and resolves once that is durable.
   * Rejects as full when the queue or the disk is, and with what JobRefused carries.
   * @param bytes what the job adds to the transaction
   * @param upkeep it has room of its own in the queue
   */
  run<T>(bytes: number, work: (group: G) => T, upkeep = false): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    const refusal = this.#refusal(bytes, upkeep);
    if (refusal !== undefined) return Promise.reject(this.#options.toFull(refusal));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        bytes,
        upkeep,
        reject,
        work: (group) => {
          const result = work(group);
          return () => resolve(result);
        },
      });
      this.#queuedBytes += bytes;
      if (upkeep) this.#queuedUpkeep++;
      this.#running ??= this.#drain();
    });
  }

  /** Waits for what is queued; refuses everything after. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  #refusal(bytes: number, upkeep: boolean): string | undefined {
    const { queueJobsMax, queueBytesMax, queueUpkeepJobsMax } = this.#options;
    if (upkeep) {
      return this.#queuedUpkeep < queueUpkeepJobsMax
        ? undefined
        : `${queueUpkeepJobsMax} jobs of upkeep are waiting`;
    }
    if (this.#queue.length - this.#queuedUpkeep >= queueJobsMax) return `${queueJobsMax} writes are waiting`;
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > queueBytesMax) {
      return `${this.#queuedBytes} bytes are waiting to be written`;
    }
    return undefined;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) await this.#commitGroup();
    this.#running = undefined;
  }

  #takeGroup(): Job<G>[] {
    const { groupJobsMax, groupBytesMax } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const job of this.#queue) {
      if (count === groupJobsMax || (count > 0 && bytes + job.bytes > groupBytesMax)) break;
      count++;
      bytes += job.bytes;
      if (job.upkeep) this.#queuedUpkeep--;
    }
    this.#queuedBytes -= bytes;
    return this.#queue.splice(0, count);
  }

  async #commitGroup(): Promise<void> {
    let jobs: readonly Job<G>[] = [];
    let group: G | undefined;
    let outcomes: (() => void)[] = [];
    try {
      // childTransaction, not transaction: only it takes back what was written when the callback throws.
      await this.#env.childTransaction(() => {
        // Taken as late as possible: whatever came in while LMDB got ready still joins.
        jobs = this.#takeGroup();
        const current = this.#options.begin();
        outcomes = jobs.map((job) => perform(job, current));
        current.seal();
        group = current;
      });
    } catch (error) {
      const failure = await toStoreError(error, this.#options.toFull);
      for (const job of jobs.length > 0 ? jobs : this.#takeGroup()) job.reject(failure);
      return;
    }
    // Reads in this process must not stay on a snapshot from before the commit.
    this.#env.resetReadTxn();
    group?.committed();
    for (const tell of outcomes) tell();
    group?.announce();
  }
}

function perform<G>(job: Job<G>, group: G): () => void {
  try {
    return job.work(group);
  } catch (error) {
    if (!(error instanceof JobRefused)) throw error;
    return () => job.reject(error.cause);
  }
}
