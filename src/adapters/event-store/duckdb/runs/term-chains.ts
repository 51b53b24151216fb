// SPDX-License-Identifier: Apache-2.0

const bucketBits = 16;
const firstCapacity = 1024;

/**
 * Which rows in memory may have a term: all rows of a term are one chain, the last one first, together with those of the few
 * terms that share its bucket. Going over the columns instead takes 0.2 ms for each 65,000 rows.
 */
export class TermChains {
  /** By bucket: the last posting, counted from 1; 0 for none. */
  readonly #heads = new Int32Array(2 ** bucketBits);
  /** By posting: the one before it in its bucket, and its row. */
  #before = new Int32Array(firstCapacity);
  #rows = new Int32Array(firstCapacity);
  #count = 0;

  add(term: number, row: number): void {
    if (this.#count === this.#rows.length) this.#grow();
    const bucket = bucketOf(term);
    this.#before[this.#count] = this.#heads[bucket]!;
    this.#rows[this.#count] = row;
    this.#heads[bucket] = ++this.#count;
  }

  /** Rows that may have the term, descending, none twice. */
  *rowsOf(term: number): Generator<number> {
    let last = -1;
    for (let at = this.#heads[bucketOf(term)]!; at !== 0; at = this.#before[at - 1]!) {
      const row = this.#rows[at - 1]!;
      if (row !== last) yield row;
      last = row;
    }
  }

  #grow(): void {
    const [before, rows] = [this.#before, this.#rows];
    this.#before = new Int32Array(before.length * 2);
    this.#before.set(before);
    this.#rows = new Int32Array(rows.length * 2);
    this.#rows.set(rows);
  }
}

function bucketOf(term: number): number {
  return Math.imul(term, 0x9e3779b1) >>> (32 - bucketBits);
}
