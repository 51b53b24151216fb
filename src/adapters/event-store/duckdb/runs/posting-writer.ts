// SPDX-License-Identifier: Apache-2.0
import { pageBytes, postingsPerSkip, skipBytes, termBytes } from './run-format.js';
import type { RunWriter } from './run-writer.js';

const varintBytesMax = 5;

/**
 * Writes the rows of one term after the other, terms ascending: long lists go into the section `postings`, the terms are
 * kept (16 bytes each) until that section is done.
 */
export class PostingWriter {
  readonly #writer: RunWriter;
  #terms = Buffer.alloc(64 * 1024);
  #termCount = 0;
  #list = Buffer.alloc(4096);

  constructor(writer: RunWriter) {
    this.#writer = writer;
  }

  /** @param rows ascending; equal ones in a row count once */
  add(term: number, rows: Uint32Array, length: number): void {
    const at = this.#writer.sectionBytes;
    const listBytes = skipTableBytes(length) + length * varintBytesMax;
    if (this.#list.length < listBytes) this.#list = Buffer.alloc(listBytes * 2);
    const list = this.#list;
    let last = rows[0]!;
    let count = 1;
    // The skip table's size depends on the count, and equal rows are rare: they are taken out first.
    let distinct = 1;
    for (let index = 1; index < length; index++) if (rows[index] !== rows[index - 1]) distinct++;
    const tableBytes = skipTableBytes(distinct);
    let end = tableBytes;
    for (let index = 1; index < length; index++) {
      const row = rows[index]!;
      if (row === last) continue;
      if (tableBytes > 0 && count % postingsPerSkip === 0) {
        const skip = (count / postingsPerSkip - 1) * skipBytes;
        list.writeUInt32LE(row, skip);
        list.writeUInt32LE(end, skip + 4);
      }
      end = writeVarint(list, end, row - last);
      last = row;
      count++;
    }
    if (count > 1) this.#writer.bytes(list, end);
    this.#addTerm(term, count, rows[0]!, at);
  }

  /** Ends `postings`, and writes `terms`. Returns the first term of each page. */
  finish(): Uint32Array {
    this.#writer.endSection('postings');
    this.#writer.bytes(this.#terms, this.#termCount * termBytes);
    this.#writer.endSection('terms');
    const perPage = pageBytes / termBytes;
    return Uint32Array.from({ length: Math.ceil(this.#termCount / perPage) }, (_, page) =>
      this.#terms.readUInt32LE(page * pageBytes),
    );
  }

  #addTerm(term: number, count: number, firstRow: number, at: number): void {
    if ((this.#termCount + 1) * termBytes > this.#terms.length) {
      const larger = Buffer.alloc(this.#terms.length * 2);
      this.#terms.copy(larger);
      this.#terms = larger;
    }
    const base = this.#termCount++ * termBytes;
    this.#terms.writeUInt32LE(term >>> 0, base);
    this.#terms.writeUInt32LE(count, base + 4);
    this.#terms.writeUInt32LE(firstRow, base + 8);
    this.#terms.writeUInt32LE(at, base + 12);
  }
}

/** Entries for the postings number 128, 256, …: the first stands with the term. */
export function skipTableBytes(count: number): number {
  return Math.floor((count - 1) / postingsPerSkip) * skipBytes;
}

function writeVarint(bytes: Buffer, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest > 0x7f) {
    bytes[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[end++] = rest;
  return end;
}
