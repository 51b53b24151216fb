// SPDX-License-Identifier: Apache-2.0
import {
  blockHeaderBytes,
  DamagedBlockError,
  type ReadableBlock,
  RecordBlock,
  readVarints,
  varints,
} from '../record-block.js';

/*
 * What stands in front of a packed block's lengths, all varints: how many blocks of before it holds; the distance of each
 * one's address from the one before (of the first: from the file's first address); how many records each of them has.
 */

/** A block of before, by its place in a packed block. */
export interface PackedPart {
  /** The address that it had, from the file's first address. */
  readonly from: number;
  readonly records: number;
}

export function encodeParts(parts: readonly PackedPart[]): Buffer {
  const distances = parts.map(({ from }, index) => from - (parts[index - 1]?.from ?? 0));
  return varints(Uint32Array.from([parts.length, ...distances, ...parts.map(({ records }) => records)]));
}

/** Several blocks of before in one. Records are still asked for by the address that their block had. */
export class PackedBlock {
  /** Addresses from the file's first, ascending. */
  readonly #from: Uint32Array;
  /** The first record of each part, and one more. */
  readonly #firstRecords: Uint32Array;
  readonly #block: RecordBlock;

  /** Throws DamagedBlockError where the bytes are not what was written. */
  constructor(block: Buffer) {
    const payload = block.subarray(blockHeaderBytes);
    const one = new Uint32Array(2);
    const countBytes = readVarints(payload, one);
    const count = one[1]!;
    // Each of them takes two bytes at least.
    if (count === 0 || count > payload.length / 2) throw new DamagedBlockError('a packed block has no parts');
    const from = new Uint32Array(count + 1);
    const fromBytes = readVarints(payload.subarray(countBytes), from);
    this.#firstRecords = new Uint32Array(count + 1);
    const recordBytes = readVarints(payload.subarray(countBytes + fromBytes), this.#firstRecords);
    this.#from = from.subarray(1);
    this.#block = new RecordBlock(block, countBytes + fromBytes + recordBytes);
    if (this.#firstRecords[count] !== this.#block.records)
      throw new DamagedBlockError('a packed block has other parts than records');
  }

  /** The addresses of its parts, from the file's first, ascending. */
  get addresses(): Uint32Array {
    return this.#from;
  }

  /** Throws DamagedBlockError where no block of before had this address. */
  part(from: number): ReadableBlock {
    let [low, high] = [0, this.#from.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#from[middle]! < from) low = middle + 1;
      else high = middle;
    }
    if (this.#from[low] !== from) throw new DamagedBlockError(`no block was at ${from} of this file`);
    return new BlockPart(this.#block, this.#firstRecords[low]!, this.#firstRecords[low + 1]!);
  }
}

class BlockPart implements ReadableBlock {
  readonly #block: RecordBlock;
  readonly #first: number;
  readonly #behind: number;

  constructor(block: RecordBlock, first: number, behind: number) {
    this.#block = block;
    this.#first = first;
    this.#behind = behind;
  }

  get records(): number {
    return this.#behind - this.#first;
  }

  get textBytes(): number {
    return this.#block.textBytesBetween(this.#first, this.#behind);
  }

  json(slot: number): string {
    return this.bytes(slot).toString('utf8');
  }

  bytes(slot: number): Buffer {
    if (slot < 0 || slot >= this.records) throw new DamagedBlockError(`a block has no record ${slot}`);
    return this.#block.bytes(this.#first + slot);
  }

  openWhole(): this {
    this.#block.openWhole();
    return this;
  }
}
