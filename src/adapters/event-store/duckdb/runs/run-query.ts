// SPDX-License-Identifier: Apache-2.0

export interface FoundRow {
  readonly ordinal: number;
  readonly eventTimeMs: number;
  readonly placeId: number;
}

export interface WantedTerm {
  readonly term: number;
  readonly isResource: boolean;
}

/** What to find: newest first by (eventTime, ordinal). */
export interface RunQuery {
  /** All of them must be there. */
  readonly terms: readonly WantedTerm[];
  readonly idHash: number | undefined;
  /** The places with their categories that count (`toKind`). */
  readonly kinds: ReadonlySet<number>;
  /** Both inclusive. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly enteredSinceMs: number;
  readonly ordinalMax: number;
  /** Only rows behind this one. */
  readonly behind: { readonly eventTimeMs: number; readonly ordinal: number } | undefined;
  readonly limit: number;
  /** Whether an event was dropped from the history since it was written. */
  isDropped(ordinal: number, enteredAtMs: number): boolean;
}

/**
 * Rows that one page may look at before the index of columns is asked instead: here they hold up the thread, there they do
 * not. About 20 ms.
 */
export const examinedRowsMax = 200_000;

/** The page looked at too many rows that were none of its. */
export class TooManyRowsError extends Error {
  override readonly name = 'TooManyRowsError';
}

export class RowBudget {
  #left = examinedRowsMax;

  /** Throws TooManyRowsError. */
  spend(): void {
    if (--this.#left < 0) throw new TooManyRowsError('too many rows for one page');
  }
}
