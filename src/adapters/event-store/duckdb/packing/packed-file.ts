// SPDX-License-Identifier: Apache-2.0
import { fstatSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { blockHeaderBytes, blockShape, DamagedBlockError } from '../record-block.js';
import { PackedBlock } from './packed-block.js';

/*
 * A packed file stands for a file of small blocks, under the addresses that these had: packed blocks and blocks of facts,
 * then a directory, two 32-bit numbers (little endian) for each packed block: the address of its first part from the file's
 * first address, and its place in this file. At the end a trailer:
 *   magic, CRC-32 of the directory and of the rest of the trailer, bytes of the directory, 0, length of the file of before (64 bits)
 */
const trailerMagic = 0x31455043; // "CPE1"
const trailerBytes = 24;
const entryBytes = 8;

export interface PackedEntry {
  /** The address of its first part, from the file's first address. */
  readonly from: number;
  /** Where the packed block is in its file. */
  readonly offset: number;
}

/** What ends a packed file. */
export function sealPackedFile(entries: readonly PackedEntry[], originalBytes: number): Buffer {
  const directory = Buffer.allocUnsafe(entries.length * entryBytes);
  entries.forEach(({ from, offset }, index) => {
    directory.writeUInt32LE(from, index * entryBytes);
    directory.writeUInt32LE(offset, index * entryBytes + 4);
  });
  const trailer = Buffer.alloc(trailerBytes);
  trailer.writeUInt32LE(trailerMagic, 0);
  trailer.writeUInt32LE(directory.length, 8);
  trailer.writeBigUInt64LE(BigInt(originalBytes), 16);
  trailer.writeUInt32LE(crc32(trailer.subarray(8), crc32(directory)), 4);
  return Buffer.concat([directory, trailer]);
}

/** Where the packed blocks of a file are. */
export class PackedDirectory {
  readonly #from: Uint32Array;
  readonly #offsets: Uint32Array;

  private constructor(entries: readonly PackedEntry[]) {
    this.#from = Uint32Array.from(entries, ({ from }) => from);
    this.#offsets = Uint32Array.from(entries, ({ offset }) => offset);
  }

  /** Where its end is damaged, it is made of the blocks themselves. */
  static read(fd: number): PackedDirectory {
    const { size } = fstatSync(fd);
    const trailer = readAt(fd, Math.max(0, size - trailerBytes), trailerBytes);
    const bytes = trailer.length < trailerBytes ? 0 : trailer.readUInt32LE(8);
    const end = bytes > size ? trailer : readAt(fd, size - trailerBytes - bytes, bytes + trailerBytes);
    const directory = directoryOf(end);
    return new PackedDirectory(directory === undefined ? [...walkedEntries(fd)] : toEntries(directory));
  }

  /** Where the block is that has what was at an address from the file's first one. */
  offsetOf(from: number): number | undefined {
    return this.#offsets[this.#indexOf(from)];
  }

  /** Where the next packed block begins, as an address from the file's first one; undefined behind the last. */
  nextFrom(from: number): number | undefined {
    return this.#from[this.#indexOf(from) + 1];
  }

  #indexOf(from: number): number {
    let [low, high] = [0, this.#from.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#from[middle]! <= from) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Whether this is what is behind the blocks of a packed file. */
export function isPackedEnd(rest: Buffer): boolean {
  return directoryOf(rest)?.length === rest.length - trailerBytes;
}

/** How long the file was that this one stands for; undefined where the end is damaged. */
export function originalBytesOf(file: Buffer): number | undefined {
  return directoryOf(file) && Number(file.readBigUInt64LE(file.length - 8));
}

/** The directory in front of the trailer that the bytes end with; undefined where they do not, or are damaged. */
function directoryOf(bytes: Buffer): Buffer | undefined {
  if (bytes.length < trailerBytes) return undefined;
  const trailer = bytes.subarray(bytes.length - trailerBytes);
  const directoryBytes = trailer.readUInt32LE(8);
  if (trailer.readUInt32LE(0) !== trailerMagic || directoryBytes > bytes.length - trailerBytes)
    return undefined;
  const directory = bytes.subarray(bytes.length - trailerBytes - directoryBytes, bytes.length - trailerBytes);
  return trailer.readUInt32LE(4) === crc32(trailer.subarray(8), crc32(directory)) ? directory : undefined;
}

function toEntries(directory: Buffer): PackedEntry[] {
  return Array.from({ length: directory.length / entryBytes }, (_, index) => ({
    from: directory.readUInt32LE(index * entryBytes),
    offset: directory.readUInt32LE(index * entryBytes + 4),
  }));
}

function* walkedEntries(fd: number): Generator<PackedEntry> {
  for (let offset = 0; ; ) {
    const header = readAt(fd, offset, blockHeaderBytes);
    let shape: ReturnType<typeof blockShape>;
    try {
      shape = blockShape(header);
      if (shape.kind === 'packed')
        yield { from: new PackedBlock(readAt(fd, offset, shape.blockBytes)).addresses[0]!, offset };
    } catch (error) {
      if (error instanceof DamagedBlockError) return;
      throw error;
    }
    offset += shape.blockBytes;
  }
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}
