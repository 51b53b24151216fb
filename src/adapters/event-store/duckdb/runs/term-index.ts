// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { OperatorLog } from '../../../../ports/operator-log.js';
import { findRows } from './find-rows.js';
import { PageCache } from './page-cache.js';
import { Run } from './run.js';
import { RunBuilder } from './run-builder.js';
import { GrowingColumns, type NewRow, type RowsInMemory } from './run-columns.js';
import { DamagedRunError, runFileName, runFilePattern } from './run-format.js';
import { nextMerge } from './run-merges.js';
import { type FoundRow, type RunQuery, TooManyRowsError } from './run-query.js';

/** The newest events wait in memory until there are so many (about 80 bytes each); then they become a run. */
const rowsPerRunDefault = 65_536;

/** Full sets of rows that wait for the builder, about 5 MB each. Whoever adds more waits (`room`). */
const sealedMax = 8;

/** Merging waits until nothing was added for so long: an import needs the processor itself. */
const quietMsBeforeMergeDefault = 2_000;

/** With more runs than this it waits no longer: each is one more look for every look-up. */
const runsBeforeMergeMax = 160;

export interface TermIndexOptions {
  readonly hashSeed: number;
  readonly log: OperatorLog;
  /** It has to be opened and filled again. */
  onLost(): void;
  readonly rowsPerRun?: number | undefined;
  readonly quietMsBeforeMerge?: number | undefined;
}

interface Sealed {
  readonly rows: RowsInMemory;
  readonly behind: number;
  readonly upTo: number;
}

/**
 * An inverted index of the history in immutable, merged runs: which rows have a term, newest first. Derived from the index
 * of columns: it may be lost at any time, and is made again from there.
 *
 * Invariants:
 * - Runs, sealed rows and growing rows follow each other without a gap: together they are all events with an ordinal above
 *   the first run's `behind`.
 * - It answers only while it is whole (`isReady`); else the index of columns does.
 */
export class TermIndex {
  readonly #dir: string;
  readonly #hashSeed: number;
  readonly #log: OperatorLog;
  readonly #onLost: () => void;
  readonly #rowsPerRun: number;
  readonly #quietMs: number;
  readonly #builder = new RunBuilder();
  readonly #cache = new PageCache();
  #runs: Run[] = [];
  #sealed: Sealed[] = [];
  #growing = new GrowingColumns();
  /** All up to this ordinal is in runs or sealed. */
  #sealedUpTo = -1;
  #isReady = false;
  /** It lost something: what is added is not kept before it was opened again. */
  #isLost = false;
  #isClosed = false;
  #working: Promise<void> | undefined;
  #waiting: (() => void)[] = [];
  #quietTimer: NodeJS.Timeout | undefined;

  constructor(dir: string, options: TermIndexOptions) {
    this.#dir = dir;
    this.#hashSeed = options.hashSeed;
    this.#log = options.log;
    this.#onLost = options.onLost;
    this.#rowsPerRun = options.rowsPerRun ?? rowsPerRunDefault;
    this.#quietMs = options.quietMsBeforeMerge ?? quietMsBeforeMergeDefault;
  }

  /** Whether it answers. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether filling it is of no use any more. */
  get isGone(): boolean {
    return this.#isClosed || this.#isLost;
  }

  /** All events up to this ordinal are in it. */
  get coveredOrdinal(): number {
    return this.#growing.lastOrdinal ?? this.#sealedUpTo;
  }

  get facts(): { readonly runs: number; readonly rows: number } {
    return { runs: this.#runs.length, rows: this.#runs.reduce((sum, { rows }) => sum + rows, 0) };
  }

  /**
   * Opens the runs on disk as far as they follow each other without a gap; the others are removed.
   *
   * @param firstOrdinal the oldest event that the index of columns has
   */
  open(firstOrdinal: number, lastOrdinal: number): void {
    this.#forget();
    this.#isLost = false;
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#dir).sort(longestFirst)) {
      const run = runFilePattern.test(name) ? this.#tryOpen(name) : undefined;
      const last = this.#runs.at(-1);
      const follows =
        run !== undefined &&
        run.header.hashSeed === this.#hashSeed &&
        run.header.upTo <= lastOrdinal &&
        (last === undefined ? run.header.behind < firstOrdinal : run.header.behind === last.header.upTo);
      if (follows) this.#runs.push(run);
      else {
        run?.close();
        rmSync(join(this.#dir, name), { force: true });
      }
    }
    this.#sealedUpTo = this.#runs.at(-1)?.header.upTo ?? Math.min(firstOrdinal, lastOrdinal + 1) - 1;
  }

  /** Everything that there is was added. */
  ready(): void {
    if (!this.#isClosed && !this.#isLost) this.#isReady = true;
  }

  /** Resolves when more may be added (or nothing will be kept anyway). */
  async room(): Promise<void> {
    while (this.#sealed.length > sealedMax && !this.isGone)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  add(row: NewRow): void {
    if (this.#isLost) return;
    if (this.#growing.count >= this.#rowsPerRun) this.#seal();
    this.#growing.add(row);
  }

  addResource(term: number): void {
    if (!this.#isLost) this.#growing.addResource(term);
  }

  /** The rows of a page; undefined when somebody else has to look for them. */
  find(query: RunQuery): FoundRow[] | undefined {
    if (!this.#isReady) return undefined;
    const inMemory = this.#sealed.map(({ rows }) => rows);
    if (this.#growing.count > 0) inMemory.push(this.#growing.inMemory());
    try {
      return findRows(this.#runs, inMemory, query);
    } catch (error) {
      if (error instanceof TooManyRowsError) return undefined;
      if (!(error instanceof DamagedRunError)) throw error;
      this.#log.error({ err: error }, 'a run of the history is damaged: it is made anew');
      this.#giveUp(error);
      return undefined;
    }
  }

  /** Removes the runs of which everything was dropped. */
  dropBefore(enteredBeforeMs: number, firstOrdinal: number): void {
    while (this.#runs.length > 0) {
      const [run] = this.#runs as [Run];
      if (run.header.upTo >= firstOrdinal || run.header.newestEnteredMs >= enteredBeforeMs) return;
      this.#runs.shift();
      run.close();
      rmSync(run.path, { force: true });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isReady = false;
    clearTimeout(this.#quietTimer);
    this.#wake();
    await this.#builder.close();
    await this.#working;
    this.#forget();
  }

  #tryOpen(name: string): Run | undefined {
    try {
      return new Run(join(this.#dir, name), this.#cache);
    } catch (error) {
      this.#log.warn({ err: error }, 'a run of the history cannot be read: it is made anew');
      return undefined;
    }
  }

  #seal(): void {
    const upTo = this.#growing.lastOrdinal!;
    this.#sealed.push({ rows: this.#growing.inMemory(), behind: this.#sealedUpTo, upTo });
    this.#sealedUpTo = upTo;
    this.#growing = new GrowingColumns();
    this.#work();
  }

  #work(): void {
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => this.#startWorking(true), this.#quietMs).unref();
    this.#startWorking(false);
  }

  #startWorking(isQuiet: boolean): void {
    if (this.#working !== undefined || this.#isClosed) return;
    this.#working = this.#buildAndMerge(isQuiet)
      .catch((error: unknown) => {
        if (this.#isClosed) return;
        this.#log.error(
          { err: error },
          'the term index of the history failed: look-ups are slower until it is made anew',
        );
        this.#giveUp(error);
      })
      .finally(() => {
        this.#working = undefined;
        if (this.#sealed.length > 0) this.#startWorking(false);
      });
  }

  async #buildAndMerge(isQuiet: boolean): Promise<void> {
    while (!this.#isClosed) {
      const [sealed] = this.#sealed;
      if (sealed !== undefined) await this.#build(sealed);
      else if (!(await this.#merge(isQuiet))) return;
    }
  }

  async #build(sealed: Sealed): Promise<void> {
    const { rows, behind, upTo } = sealed;
    const path = join(this.#dir, runFileName(behind, upTo));
    await this.#builder.run({
      path,
      facts: { hashSeed: this.#hashSeed, behind, upTo },
      columns: rows.columns,
    });
    if (this.#isClosed || this.#sealed[0] !== sealed) return;
    this.#runs.push(new Run(path, this.#cache));
    this.#sealed.shift();
    this.#wake();
  }

  async #merge(isQuiet: boolean): Promise<boolean> {
    if (!isQuiet && this.#runs.length <= runsBeforeMergeMax) return false;
    const inputs = nextMerge(this.#runs, this.#rowsPerRun);
    if (inputs === undefined) return false;
    const behind = inputs[0]!.header.behind;
    const { upTo } = inputs.at(-1)!.header;
    const path = join(this.#dir, runFileName(behind, upTo));
    const facts = { hashSeed: this.#hashSeed, behind, upTo };
    await this.#builder.run({ path, facts, inputs: inputs.map((input) => input.path) });
    const at = this.#runs.indexOf(inputs[0]!);
    // Dropped meanwhile: what was merged is of no use.
    if (at === -1 || this.#isClosed) {
      rmSync(path, { force: true });
      return !this.#isClosed;
    }
    this.#runs.splice(at, inputs.length, new Run(path, this.#cache));
    for (const input of inputs) {
      input.close();
      rmSync(input.path, { force: true });
    }
    return true;
  }

  /** From here on the index of columns answers alone. A damaged run is removed, so that it is made anew. */
  #giveUp(error: unknown): void {
    if (this.#isLost || this.#isClosed) return;
    this.#isLost = true;
    this.#forget();
    if (error instanceof DamagedRunError && error.path !== undefined) rmSync(error.path, { force: true });
    this.#onLost();
  }

  #forget(): void {
    this.#isReady = false;
    for (const run of this.#runs) run.close();
    this.#runs = [];
    this.#sealed = [];
    this.#growing = new GrowingColumns();
    this.#cache.clear();
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** In order of arrival; of two that begin alike the one that covers more, so that what it was merged of is removed. */
function longestFirst(a: string, b: string): number {
  const [startA, startB] = [a.slice(0, 16), b.slice(0, 16)];
  if (startA === startB) return a < b ? 1 : -1;
  return startA < startB ? -1 : 1;
}
