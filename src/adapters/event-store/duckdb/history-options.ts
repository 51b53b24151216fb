// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../../ports/operator-log.js';
import type { RecordFileSizes } from './record-files.js';

export interface HistoryOptions {
  readonly dir: string;
  readonly memoryBytesMax: number;
  readonly log: OperatorLog;
  readonly termIndex?: TermIndexSizes | undefined;
  readonly packing?: PackingSizes | undefined;
}

/** How files are packed in tests: small ones, at once. */
export interface PackingSizes extends Partial<RecordFileSizes> {
  readonly firstRoundMs?: number;
  readonly restMs?: number;
}

/** How the term index works in tests: small runs, merged at once. */
export interface TermIndexSizes {
  readonly rowsPerRun?: number;
  readonly quietMsBeforeMerge?: number;
}

/** How look-ups are answered. */
export interface IndexFacts {
  readonly isReady: boolean;
  readonly runs: number;
  /** Rows in runs: the others are in memory. */
  readonly rows: number;
  readonly pagesOfTerms: number;
  readonly pagesOfColumns: number;
}
