// SPDX-License-Identifier: Apache-2.0
import type { RowBudget } from './run-query.js';

/** What a cursor says at its end: behind every row. */
export const noRow = Number.POSITIVE_INFINITY;

/** Ascending rows of one run: newest events first. */
export interface RowCursor {
  /** About how many rows there are: the rarest drives. */
  readonly count: number;
  /** The row that it stands at, or `noRow`. */
  readonly row: number;
  /** Goes to the first row that is not before `row`. Never goes back. May throw TooManyRowsError. */
  seek(row: number): number;
}

/** All rows of a run. */
export class AllRows implements RowCursor {
  readonly count: number;
  row: number;

  constructor(rows: number) {
    this.count = rows;
    this.row = rows === 0 ? noRow : 0;
  }

  seek(row: number): number {
    if (row > this.row) this.row = row < this.count ? row : noRow;
    return this.row;
  }
}

/** A few rows. */
export class ListedRows implements RowCursor {
  readonly #rows: readonly number[];
  #at = 0;

  constructor(rows: readonly number[]) {
    this.#rows = rows;
  }

  get count(): number {
    return this.#rows.length;
  }

  get row(): number {
    return this.#rows[this.#at] ?? noRow;
  }

  seek(row: number): number {
    while (this.row < row) this.#at++;
    return this.row;
  }
}

/** The rows of any of several cursors. */
export class AnyOf implements RowCursor {
  readonly #cursors: readonly RowCursor[];
  readonly count: number;
  row: number;

  constructor(cursors: readonly RowCursor[]) {
    this.#cursors = cursors;
    this.count = cursors.reduce((sum, { count }) => sum + count, 0);
    this.row = this.#smallest();
  }

  seek(row: number): number {
    if (row <= this.row) return this.row;
    for (const cursor of this.#cursors) cursor.seek(row);
    this.row = this.#smallest();
    return this.row;
  }

  #smallest(): number {
    return this.#cursors.reduce((smallest, { row }) => Math.min(smallest, row), noRow);
  }
}

/** The rows that all of several cursors have; the rarest goes ahead. */
export class AllOf implements RowCursor {
  readonly #cursors: readonly RowCursor[];
  readonly #budget: RowBudget;
  row = 0;

  constructor(cursors: readonly RowCursor[], budget: RowBudget) {
    this.#cursors = [...cursors].sort((a, b) => a.count - b.count);
    this.#budget = budget;
    this.seek(0);
  }

  get count(): number {
    return this.#cursors[0]!.count;
  }

  seek(row: number): number {
    let wanted = this.#cursors[0]!.seek(row);
    for (let agreed = 1; agreed < this.#cursors.length && wanted !== noRow; agreed++) {
      const there = this.#cursors[agreed]!.seek(wanted);
      if (there === wanted) continue;
      this.#budget.spend();
      wanted = there === noRow ? noRow : this.#cursors[0]!.seek(there);
      agreed = 0;
    }
    this.row = wanted;
    return wanted;
  }
}
