// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';
import { foldedPrefixes } from '../../trails/trail-fold.js';
import { type After, afterMs } from '../delivery/timers.js';
import { type AggregationDependencies, AggregationReader } from './aggregation-reader.js';
import { restartMs, saveEveryMs, stepEveryMs } from './limits.js';

export interface AggregationOptions extends AggregationDependencies {
  readonly stateStore: StateStore;
  readonly log: OperatorLog;
  readonly after?: After;
}

export interface Aggregation {
  /** For how long summing up has failed now, ms; 0 when it works. */
  failingMs(): number;
  /** Ends after the step that runs. What is not summed up is so after the next start. */
  stop(): Promise<void>;
}

/** Starts summing up the data events of trails that ask for it; see README.md. */
export async function startAggregation(options: AggregationOptions): Promise<Aggregation> {
  const aggregation = new RunningAggregation(options);
  await aggregation.start();
  return aggregation;
}

class RunningAggregation implements Aggregation {
  readonly #options: AggregationOptions;
  readonly #reader: AggregationReader;
  readonly #after: After;
  #turn: Promise<void> = Promise.resolve();
  #callOff = (): void => {};
  #unwatch = (): void => {};
  #isStopping = false;
  #needsLoad = true;
  #failingSince: number | undefined;
  /** By the clock of the process, which nobody sets: these are for pauses, not for times. */
  #savedAt = performance.now();

  constructor(options: AggregationOptions) {
    this.#options = options;
    this.#after = options.after ?? afterMs;
    this.#reader = new AggregationReader(options);
  }

  /**
   * Before anything else is read: the log keeps what is behind a checkpoint, so no other reader can have it trimmed. What
   * it holds by now is read afterwards: that may be minutes of events, and calls do not wait for it.
   */
  async start(): Promise<void> {
    const unwatch = foldedPrefixes.map((prefix) =>
      this.#options.stateStore.watch(prefix, () => this.#reader.noteTrailChange()),
    );
    this.#unwatch = () => {
      for (const end of unwatch) end();
    };
    await this.#reader.hold();
    this.#plan(1);
  }

  failingMs(): number {
    return this.#failingSince === undefined ? 0 : performance.now() - this.#failingSince;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#unwatch();
    this.#callOff();
    this.#reader.callOff();
    await this.#turn;
    if (!this.#needsLoad) await this.#quietly(() => this.#reader.save());
  }

  #plan(waitMs: number): void {
    if (this.#isStopping) return;
    this.#callOff = this.#after(waitMs, () => {
      this.#turn = this.#step().then(() =>
        this.#plan(this.#failingSince === undefined ? stepEveryMs : restartMs),
      );
    });
  }

  /** After a failure the reader starts over from its checkpoint: there is no second way to recover. */
  async #step(): Promise<void> {
    try {
      if (this.#needsLoad) await this.#reader.load();
      this.#needsLoad = false;
      await this.#reader.step();
      if (performance.now() - this.#savedAt >= saveEveryMs) {
        await this.#reader.save();
        this.#savedAt = performance.now();
      }
      this.#failingSince = undefined;
    } catch (error) {
      this.#needsLoad = true;
      if (this.#isStopping) return;
      this.#failingSince ??= performance.now();
      this.#options.log.error({ err: error }, 'data events could not be aggregated; the log keeps them');
    }
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.warn(
        { err: error },
        'saving the checkpoint failed; the next start reads a little more',
      );
    }
  }
}
