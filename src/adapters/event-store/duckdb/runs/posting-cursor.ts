// SPDX-License-Identifier: Apache-2.0
import { skipTableBytes } from './posting-writer.js';
import { noRow, type RowCursor } from './row-cursor.js';
import type { Run, TermEntry } from './run.js';
import { pageBytes, postingsPerSkip, skipBytes } from './run-format.js';

/** The rows of one term in one run, read as far as they are asked for. */
export class PostingCursor implements RowCursor {
  readonly #run: Run;
  readonly #entry: TermEntry;
  /** Where the list is in the file. */
  readonly #base: number;
  readonly #tableBytes: number;
  /** The number of the posting that the cursor stands at. */
  #index = 0;
  /** Where the next delta is, from `#base`. */
  #at: number;
  #page: Buffer | undefined;
  #pageNumber = -1;
  row: number;

  constructor(run: Run, entry: TermEntry) {
    this.#run = run;
    this.#entry = entry;
    this.#base = run.header.sections.postings.at + entry.at;
    this.#tableBytes = skipTableBytes(entry.count);
    this.#at = this.#tableBytes;
    this.row = entry.firstRow;
  }

  get count(): number {
    return this.#entry.count;
  }

  seek(row: number): number {
    if (this.row >= row) return this.row;
    // Mostly the next one is it.
    this.#next();
    if (this.row >= row) return this.row;
    this.#skipTo(row);
    while (this.row < row) this.#next();
    return this.row;
  }

  #next(): void {
    if (++this.#index >= this.#entry.count) {
      this.row = noRow;
      return;
    }
    let delta = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte(this.#at++);
      delta |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    this.row += delta;
  }

  /** To the last entry of the skip table that is not behind `row`, if it is ahead of here. */
  #skipTo(row: number): void {
    const skips = this.#tableBytes / skipBytes;
    let [low, high] = [Math.floor(this.#index / postingsPerSkip), skips];
    if (low >= high || this.#u32(low * skipBytes) > row) return;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#u32(middle * skipBytes) <= row) low = middle + 1;
      else high = middle;
    }
    const skip = low - 1;
    this.row = this.#u32(skip * skipBytes);
    this.#index = (skip + 1) * postingsPerSkip;
    this.#at = this.#u32(skip * skipBytes + 4);
    // The posting itself is a delta to the one before it; its row is known.
    while (this.#byte(this.#at++) >= 0x80);
  }

  #u32(offset: number): number {
    return (
      (this.#byte(offset) |
        (this.#byte(offset + 1) << 8) |
        (this.#byte(offset + 2) << 16) |
        (this.#byte(offset + 3) << 24)) >>>
      0
    );
  }

  #byte(offset: number): number {
    const at = this.#base + offset;
    const number = Math.floor(at / pageBytes);
    if (number !== this.#pageNumber || this.#page === undefined) {
      this.#page = this.#run.page(number);
      this.#pageNumber = number;
    }
    return this.#page[at % pageBytes]!;
  }
}
