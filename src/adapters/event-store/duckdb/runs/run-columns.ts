// SPDX-License-Identifier: Apache-2.0
import { TermChains } from './term-chains.js';

/** Values of an event that it has once at most, in the order of `RunColumns.fixedTerms`. */
export const fixedTermsPerRow = 5;

/**
 * What the term index knows of events, as columns that cross threads without JSON. Row `i` of all columns is one event,
 * in order of arrival. Terms are hashes (term-hash.ts); 0 where there is no value.
 */
export interface RunColumns {
  readonly count: number;
  /** Ascending. */
  readonly ordinals: Float64Array;
  readonly eventTimesMs: Float64Array;
  readonly enteredAtMs: Float64Array;
  /** Place and category in one number (`toKind`). */
  readonly kinds: Uint32Array;
  /** 32 bits of each event ID (`idHash`). */
  readonly idHashes: Uint32Array;
  /** Five a row: name, source, user name, access key, `readOnlyTerm`. */
  readonly fixedTerms: Int32Array;
  /** Terms of resources, and the row of each, ascending. */
  readonly resourceTerms: Int32Array;
  readonly resourceRows: Uint32Array;
}

/** Rows that wait in memory to become a run, and what helps to find among them. */
export interface RowsInMemory {
  readonly columns: RunColumns;
  /** Has the terms and the hashes of event IDs, perhaps of later rows too. */
  readonly chains: TermChains;
  /** No row up to this one is newer, ms since the epoch. */
  newestUpTo(row: number): number;
}

export interface NewRow {
  readonly ordinal: number;
  readonly eventTimeMs: number;
  readonly enteredAtMs: number;
  readonly kind: number;
  readonly idHash: number;
  readonly name: number;
  readonly source: number;
  readonly username: number;
  readonly accessKey: number;
  readonly readOnly: number;
}

const firstCapacity = 256;

const rowsPerTime = 256;

/** Columns that grow row by row. */
export class GrowingColumns {
  readonly #chains = new TermChains();
  /** For each 256 rows: the newest event time of these and of all before. */
  readonly #newestMs: number[] = [];
  #count = 0;
  #resourceCount = 0;
  #ordinals = new Float64Array(firstCapacity);
  #eventTimesMs = new Float64Array(firstCapacity);
  #enteredAtMs = new Float64Array(firstCapacity);
  #kinds = new Uint32Array(firstCapacity);
  #idHashes = new Uint32Array(firstCapacity);
  #fixedTerms = new Int32Array(firstCapacity * fixedTermsPerRow);
  #resourceTerms = new Int32Array(firstCapacity);
  #resourceRows = new Uint32Array(firstCapacity);

  get count(): number {
    return this.#count;
  }

  get lastOrdinal(): number | undefined {
    return this.#count === 0 ? undefined : this.#ordinals[this.#count - 1];
  }

  add(row: NewRow): void {
    if (this.#count === this.#ordinals.length) this.#grow();
    const at = this.#count++;
    this.#ordinals[at] = row.ordinal;
    this.#eventTimesMs[at] = row.eventTimeMs;
    this.#enteredAtMs[at] = row.enteredAtMs;
    this.#kinds[at] = row.kind;
    this.#idHashes[at] = row.idHash;
    const term = at * fixedTermsPerRow;
    this.#fixedTerms[term] = row.name;
    this.#fixedTerms[term + 1] = row.source;
    this.#fixedTerms[term + 2] = row.username;
    this.#fixedTerms[term + 3] = row.accessKey;
    this.#fixedTerms[term + 4] = row.readOnly;
    for (let of = term; of < term + fixedTermsPerRow; of++)
      if (this.#fixedTerms[of] !== 0) this.#chains.add(this.#fixedTerms[of]!, at);
    this.#chains.add(row.idHash, at);
    const newestMs = Math.max(this.#newestMs.at(-1) ?? row.eventTimeMs, row.eventTimeMs);
    this.#newestMs[Math.floor(at / rowsPerTime)] = newestMs;
  }

  /** A resource's term of the row added last. */
  addResource(term: number): void {
    if (this.#resourceCount === this.#resourceTerms.length) {
      this.#resourceTerms = larger(this.#resourceTerms, Int32Array);
      this.#resourceRows = larger(this.#resourceRows, Uint32Array);
    }
    this.#resourceTerms[this.#resourceCount] = term;
    this.#resourceRows[this.#resourceCount++] = this.#count - 1;
    this.#chains.add(term, this.#count - 1);
  }

  /** The rows so far, to look among them. */
  inMemory(): RowsInMemory {
    return {
      columns: this.view(),
      chains: this.#chains,
      newestUpTo: (row) => this.#newestMs[Math.floor(row / rowsPerTime)]!,
    };
  }

  /** The rows so far. They share this object's memory, and stay as they are when more come. */
  view(): RunColumns {
    return {
      count: this.#count,
      ordinals: this.#ordinals.subarray(0, this.#count),
      eventTimesMs: this.#eventTimesMs.subarray(0, this.#count),
      enteredAtMs: this.#enteredAtMs.subarray(0, this.#count),
      kinds: this.#kinds.subarray(0, this.#count),
      idHashes: this.#idHashes.subarray(0, this.#count),
      fixedTerms: this.#fixedTerms.subarray(0, this.#count * fixedTermsPerRow),
      resourceTerms: this.#resourceTerms.subarray(0, this.#resourceCount),
      resourceRows: this.#resourceRows.subarray(0, this.#resourceCount),
    };
  }

  #grow(): void {
    this.#ordinals = larger(this.#ordinals, Float64Array);
    this.#eventTimesMs = larger(this.#eventTimesMs, Float64Array);
    this.#enteredAtMs = larger(this.#enteredAtMs, Float64Array);
    this.#kinds = larger(this.#kinds, Uint32Array);
    this.#idHashes = larger(this.#idHashes, Uint32Array);
    this.#fixedTerms = larger(this.#fixedTerms, Int32Array);
  }
}

function larger<Column extends Float64Array | Int32Array | Uint32Array>(
  column: Column,
  of: new (length: number) => Column,
): Column {
  const copy = new of(column.length * 2);
  copy.set(column);
  return copy;
}
