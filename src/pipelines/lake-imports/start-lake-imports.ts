// SPDX-License-Identifier: Apache-2.0
import {
  isUnderWay,
  type StoreImportDocument,
  storeImportsPrefix,
} from '../../event-data-stores/store-import.js';
import { StaleRevisionError } from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';
import { type RunImportDependencies, runImportStep } from './run-import.js';

export interface LakeImportsOptions extends RunImportDependencies {
  readonly stateStore: StateStore;
  readonly log: OperatorLog;
}

export interface LakeImports {
  /** Does all that is wanted now; rejects when something could not be done. */
  runNow(): Promise<void>;
  /** Ends between two files. What is left is done after the next start. */
  stop(): Promise<void>;
}

/** Imports that run at a time, each for another account or Region; others wait. */
const importsAtATime = 4;

/** What failed for a reason of ours (the log is full, say) is done again after this time. */
const retryMs = 5_000;

/** Starts doing what StartImport has asked for: at once, and whenever more is asked. See README.md. */
export function startLakeImports(options: LakeImportsOptions): LakeImports {
  const imports = new RunningLakeImports(options);
  imports.wake();
  return imports;
}

class RunningLakeImports implements LakeImports {
  readonly #options: LakeImportsOptions;
  readonly #unwatch: () => void;
  readonly #ending = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  #retry: NodeJS.Timeout | undefined;

  constructor(options: LakeImportsOptions) {
    this.#options = options;
    this.#unwatch = options.stateStore.watch(storeImportsPrefix, () => this.wake());
  }

  wake(): void {
    if (this.#ending.signal.aborted) return;
    for (const { key, value } of this.#options.stateStore.list<StoreImportDocument>(storeImportsPrefix)) {
      if (this.#running.size >= importsAtATime) return;
      if (isUnderWay(value) && !this.#running.has(key)) void this.#start(key).catch(() => {});
    }
  }

  async runNow(): Promise<void> {
    this.wake();
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async stop(): Promise<void> {
    this.#unwatch();
    this.#ending.abort();
    clearTimeout(this.#retry);
    await Promise.allSettled(this.#running.values());
  }

  #start(key: string): Promise<void> {
    const run = this.#run(key).finally(() => {
      this.#running.delete(key);
      // One that waited for its turn.
      if (this.#retry === undefined) this.wake();
    });
    this.#running.set(key, run);
    return run;
  }

  async #run(key: string): Promise<void> {
    try {
      while (!this.#ending.signal.aborted && (await this.#step(key)));
    } catch (err) {
      this.#options.log.error({ err, key }, 'an import could not go on; it is tried again');
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined;
        this.wake();
      }, retryMs).unref();
      throw err;
    }
  }

  /** Somebody was faster: what he wanted is seen when the import is read anew. */
  async #step(key: string): Promise<boolean> {
    try {
      return await runImportStep(key, this.#options, this.#ending.signal);
    } catch (error) {
      if (error instanceof StaleRevisionError) return true;
      throw error;
    }
  }
}
