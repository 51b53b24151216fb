// SPDX-License-Identifier: Apache-2.0
import type { ScannedEvents } from '../../../ports/event-store.js';
import { categoryOfCode } from './categories.js';
import type { Places } from './places.js';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

const firstBytes = 64 * 1024;

/** Collects the lines of a scan (`ScannedEvents.lines`). */
export class ScanLines {
  readonly #places: Places;
  /** What a line says of its place, from the account to the Region: the same for many. */
  readonly #placeParts = new Map<number, string>();
  readonly #accounts = new Set<string>();
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #length = 0;
  #count = 0;

  constructor(places: Places) {
    this.#places = places;
  }

  get count(): number {
    return this.#count;
  }

  get length(): number {
    return this.#length;
  }

  add(
    record: Buffer,
    row: {
      readonly ordinal: number;
      readonly place: number;
      readonly category: number;
      readonly enteredAtMs: number;
    },
  ): void {
    const head = `{"place":"${row.ordinal}",${this.#placePart(row.place)},"category":"${categoryOfCode(row.category)}","entered":${row.enteredAtMs},"record":`;
    this.#makeRoom(head.length * 3 + record.length + 2);
    this.#length += this.#bytes.write(head, this.#length, 'utf8');
    record.copy(this.#bytes, this.#length);
    blankLineEnds(this.#bytes.subarray(this.#length, this.#length + record.length));
    this.#length += record.length;
    this.#length += this.#bytes.write('}\n', this.#length, 'latin1');
    this.#count++;
  }

  finish(next: string): ScannedEvents {
    const lines = new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset, this.#length);
    return { lines, count: this.#count, accounts: [...this.#accounts], next };
  }

  #placePart(id: number): string {
    const known = this.#placeParts.get(id);
    if (known !== undefined) return known;
    const { accountId, region } = this.#places.placeAt(id);
    this.#accounts.add(accountId);
    const part = `"account":${JSON.stringify(accountId)},"region":${JSON.stringify(region)}`;
    this.#placeParts.set(id, part);
    return part;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    // Not from Node's shared pool: the memory is handed to another thread.
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, needed));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** In JSON a raw line end can only stand between tokens, where a space says the same. */
function blankLineEnds(json: Buffer): void {
  for (const end of [lineFeed, carriageReturn]) {
    for (let at = json.indexOf(end); at !== -1; at = json.indexOf(end, at + 1)) json[at] = space;
  }
}
