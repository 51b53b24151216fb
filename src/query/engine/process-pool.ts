// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../ports/operator-log.js';
import {
  idleMsMax,
  keptMemoryBytesMax,
  processOverheadBytes,
  queryMemoryBytesMax,
  startMsMax,
  statementsPerProcessMax,
} from './engine-limits.js';
import { EngineProcess } from './engine-process.js';

export interface PoolOptions {
  readonly entry: URL;
  readonly log: OperatorLog;
  readonly idleMs?: number;
}

/** Processes for one statement at a time each. Its callers bound how many there are; idle ones end by themselves. */
export class ProcessPool {
  readonly #options: PoolOptions;
  readonly #all = new Set<EngineProcess>();
  /** The one that worked last is used first: the others come to their end. */
  readonly #idle: { readonly process: EngineProcess; readonly timer: NodeJS.Timeout }[] = [];
  /** On its way in the place of a worn one. */
  #replacement: Promise<EngineProcess> | undefined;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get idleCount(): number {
    return this.#idle.length;
  }

  /** A process that is ready, warm where there is one. Rejects with ProcessEndedError when none can be started. */
  async take(): Promise<EngineProcess> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (idle.process.hasEnded) continue;
      idle.process.hold(true);
      return idle.process;
    }
    const replacement = this.#replacement;
    this.#replacement = undefined;
    return (await replacement?.catch(() => undefined)) ?? (await this.#startReady());
  }

  async #startReady(): Promise<EngineProcess> {
    const process = this.#start();
    const timer = setTimeout(() => process.kill(), startMsMax);
    try {
      await process.next();
    } catch (error) {
      if (!this.#isClosed)
        this.#options.log.error({ err: error }, 'a process for queries could not be started');
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return process;
  }

  /** Gives a process back that has ended its statement; one that is not fit for another goes. */
  giveBack(process: EngineProcess): void {
    const isWorn =
      process.statementCount >= statementsPerProcessMax || (process.memoryBytes() ?? 0) > keptMemoryBytesMax;
    if (process.hasEnded || isWorn || this.#isClosed) {
      process.kill();
      if (isWorn && !this.#isClosed) this.#replace();
      return;
    }
    this.#keep(process);
  }

  /** Whoever asks next would wait for a start: it took the one slowest of a few hundred queries twice as long as the others. */
  #replace(): void {
    if (this.#replacement !== undefined) return;
    const made = this.#startReady();
    this.#replacement = made;
    const settle = (process?: EngineProcess) => {
      // It was taken while it started.
      if (this.#replacement !== made) return;
      this.#replacement = undefined;
      if (process !== undefined) this.#keep(process);
    };
    made.then(settle, () => settle());
  }

  #keep(process: EngineProcess): void {
    process.hold(false);
    const timer = setTimeout(() => this.#retire(process), this.#options.idleMs ?? idleMsMax).unref();
    this.#idle.push({ process, timer });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    const all = Array.from(this.#all);
    for (const process of all) {
      process.hold(true);
      process.kill();
    }
    await Promise.all(all.map(({ gone }) => gone));
  }

  #start(): EngineProcess {
    const process = new EngineProcess({
      entry: this.#options.entry,
      dataBytesMax: queryMemoryBytesMax + processOverheadBytes,
    });
    this.#all.add(process);
    void process.gone.then(() => this.#all.delete(process));
    return process;
  }

  #retire(process: EngineProcess): void {
    const index = this.#idle.findIndex((idle) => idle.process === process);
    if (index >= 0) this.#idle.splice(index, 1);
    process.kill();
  }
}
