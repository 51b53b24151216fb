// SPDX-License-Identifier: Apache-2.0
import { fixedTermsPerRow, type RowsInMemory, type RunColumns } from './run-columns.js';
import type { FoundRow, RunQuery } from './run-query.js';
import { placeOfKind } from './run-terms.js';

/** The newest rows of columns in memory that a query wants, at most as many as its limit, newest first. */
export function rowsOfColumns(inMemory: RowsInMemory, query: RunQuery): FoundRow[] {
  const { columns } = inMemory;
  const newest = new NewestRows(query.limit);
  for (const row of candidates(inMemory, query)) {
    if (newest.isFullAt(inMemory.newestUpTo(row))) break;
    const eventTimeMs = columns.eventTimesMs[row]!;
    const ordinal = columns.ordinals[row]!;
    if (!newest.takes(eventTimeMs, ordinal) || !isWanted(columns, query, row)) continue;
    newest.add({ ordinal, eventTimeMs, placeId: placeOfKind(columns.kinds[row]!) });
  }
  return newest.rows;
}

function isWanted(columns: RunColumns, query: RunQuery, row: number): boolean {
  const eventTimeMs = columns.eventTimesMs[row]!;
  const ordinal = columns.ordinals[row]!;
  const enteredAtMs = columns.enteredAtMs[row]!;
  const { behind } = query;
  return (
    ordinal <= query.ordinalMax &&
    eventTimeMs >= query.fromMs &&
    eventTimeMs <= query.untilMs &&
    enteredAtMs >= query.enteredSinceMs &&
    query.kinds.has(columns.kinds[row]!) &&
    (behind === undefined ||
      eventTimeMs < behind.eventTimeMs ||
      (eventTimeMs === behind.eventTimeMs && ordinal < behind.ordinal)) &&
    query.terms.every(({ term, isResource }) => hasTerm(columns, row, term, isResource)) &&
    (query.idHash === undefined || columns.idHashes[row] === query.idHash) &&
    !query.isDropped(ordinal, enteredAtMs)
  );
}

function hasTerm(columns: RunColumns, row: number, term: number, isResource: boolean): boolean {
  const { fixedTerms, resourceTerms, resourceRows } = columns;
  if (!isResource) {
    const start = row * fixedTermsPerRow;
    for (let at = start; at < start + fixedTermsPerRow; at++) if (fixedTerms[at] === term) return true;
    return false;
  }
  for (let at = firstResource(resourceRows, row); resourceRows[at] === row; at++)
    if (resourceTerms[at] === term) return true;
  return false;
}

function firstResource(resourceRows: Uint32Array, row: number): number {
  let [low, high] = [0, resourceRows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (resourceRows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows that may match, the last that arrived first. */
function* candidates({ columns, chains }: RowsInMemory, query: RunQuery): Generator<number> {
  const sought = query.idHash ?? query.terms[0]?.term;
  if (sought === undefined) for (let row = columns.count - 1; row >= 0; row--) yield row;
  // The chains may have grown since.
  else for (const row of chains.rowsOf(sought)) if (row < columns.count) yield row;
}

/** Keeps the newest of the rows that it is shown, newest first. */
class NewestRows {
  readonly rows: FoundRow[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether nothing of this time or older is wanted that arrived before all that were shown. */
  isFullAt(timeMs: number): boolean {
    const last = this.rows[this.#limit - 1];
    return last !== undefined && last.eventTimeMs >= timeMs;
  }

  takes(eventTimeMs: number, ordinal: number): boolean {
    const last = this.rows[this.#limit - 1];
    return last === undefined || isNewer({ eventTimeMs, ordinal }, last);
  }

  add(row: FoundRow): void {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isNewer(this.rows[middle]!, row)) low = middle + 1;
      else high = middle;
    }
    this.rows.splice(low, 0, row);
    if (this.rows.length > this.#limit) this.rows.pop();
  }
}

export function isNewer(
  a: { readonly eventTimeMs: number; readonly ordinal: number },
  b: { readonly eventTimeMs: number; readonly ordinal: number },
): boolean {
  return a.eventTimeMs > b.eventTimeMs || (a.eventTimeMs === b.eventTimeMs && a.ordinal > b.ordinal);
}
