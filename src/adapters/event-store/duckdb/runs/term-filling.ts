// SPDX-License-Identifier: Apache-2.0
import type { DuckDBConnection } from '@duckdb/node-api';
import type { OperatorLog } from '../../../../ports/operator-log.js';
import { rowsOf } from '../index-database.js';
import type { OneAtATime } from '../one-at-a-time.js';
import { fillTerms } from './fill-terms.js';
import type { TermIndex } from './term-index.js';

/** A term index that was lost is made anew after so long. */
const refillMs = 10_000;

/** What arrives while the term index is filled is caught up with so often; fewer rows are added while ingest waits. */
const fillRoundsMax = 5;
const rowsFilledInOneGo = 50_000;

export interface TermFillingSource {
  readonly terms: TermIndex;
  readonly connections: readonly [events: DuckDBConnection, resources: DuckDBConnection];
  /** What ingest runs in. */
  readonly writing: OneAtATime;
  readonly hashSeed: number;
  readonly log: OperatorLog;
  count(): number;
  lastOrdinal(): number;
}

/** Completes the term index from the index of columns, after an opening and when it was lost. */
export class TermFilling {
  readonly #source: TermFillingSource;
  #filling: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(source: TermFillingSource) {
    this.#source = source;
  }

  /** Resolves when it is not under way. */
  get settled(): Promise<void> {
    return this.#filling;
  }

  start(): void {
    this.#filling = this.#fill().catch((error: unknown) =>
      this.#source.log.error({ err: error }, 'the term index of the history failed; look-ups are slower now'),
    );
  }

  startLater(): void {
    this.#timer = setTimeout(() => this.start(), refillMs).unref();
  }

  /** Nothing is started any more; what is under way ends when the term index is closed. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** First without holding up ingest, the rest between two ingests. From then on every ingest adds to it. */
  async #fill(): Promise<void> {
    const { terms, connections, writing, hashSeed, count, lastOrdinal } = this.#source;
    const fill = (): Promise<void> => fillTerms(terms, connections, lastOrdinal(), hashSeed);
    await writing.run(async () => {
      const [[first] = []] = await rowsOf(connections[0], 'SELECT min(ordinal) FROM events');
      terms.open(Number(first ?? Number.POSITIVE_INFINITY), lastOrdinal());
    });
    for (let round = 0; round < fillRoundsMax; round++) {
      const before = count();
      await fill();
      if (count() - before < rowsFilledInOneGo) break;
    }
    await writing.run(async () => {
      await fill();
      terms.ready();
    });
  }
}
