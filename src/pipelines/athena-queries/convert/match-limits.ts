// SPDX-License-Identifier: Apache-2.0

export interface MatchLimits {
  /** One line, ms: then the process ends. */
  readonly lineMsMax: number;
  /** A line that takes so long, ms, is slow: such lines are few where the expression is not at fault. */
  readonly slowLineMs: number;
  /** What the slow lines of a file may take together, ms. */
  readonly slowMsMax: number;
}

export const matchLimits: MatchLimits = { lineMsMax: 10_000, slowLineMs: 100, slowMsMax: 30_000 };

export interface WatchRequest {
  readonly beat: Int32Array;
  readonly lineMsMax: number;
}

export const slowMatch =
  'HIVE_CURSOR_ERROR: "input.regex" takes too long to match a line: it backtracks too much';
