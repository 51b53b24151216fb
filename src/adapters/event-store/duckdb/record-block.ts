// SPDX-License-Identifier: Apache-2.0
import { brotliCompressSync, brotliDecompressSync, constants, crc32 } from 'node:zlib';
import { blockRecordsMax, blockTextBytesMax } from './store-limits.js';

/*
 * A block on disk: a header of five 32-bit numbers (little endian), then the payload.
 *   magic, CRC-32 of all that follows, bytes of the payload, bytes of the text once opened, number of records
 * The payload: the length in bytes of each record as a varint; then, compressed, their UTF-8 texts one by one. With the
 * lengths in front, a reader of one record opens the text only as far as that record.
 *
 * Blocks of older stores ("CRB1") have the lengths (32 bits each) behind the texts, compressed with them.
 *
 * A block of facts says of the blocks before it what their texts do not (batch-facts.ts); it has no records.
 *
 * A packed block holds the records of several blocks of before. In front of its lengths stands which (packing/packed-block.ts).
 */
export const blockHeaderBytes = 20;
const olderMagic = 0x31425243; // "CRB1"
const magic = 0x32425243; // "CRB2"
const factsMagic = 0x31465243; // "CRF1"
const packedMagic = 0x31505243; // "CRP1"

/**
 * Brotli at its fastest: of what Node 20 has in it the only one that costs less than 2 µs a record (deflate: 5 µs),
 * at the size of gzip.
 */
const compression = {
  [constants.BROTLI_PARAM_QUALITY]: 0,
  [constants.BROTLI_PARAM_LGWIN]: 18,
};

/** Of 24 KB it makes as little as the fastest makes of 48 KB, which take half as long again to open; 8 µs a record. */
const packedCompression = {
  [constants.BROTLI_PARAM_QUALITY]: 3,
  [constants.BROTLI_PARAM_LGWIN]: 18,
};

/**
 * The front of a text takes more of the compressed bytes than its share: nothing to refer back to. A guess that is too
 * short costs a second opening; these are seldom so.
 */
const frontShare = 0.16;
const frontBytes = 400;
/** Behind this share of the bytes the rest is opened too. */
const wholeFrom = 0.85;

export class DamagedBlockError extends Error {
  override readonly name = 'DamagedBlockError';
}

/** Collects records of one block after the other. */
export class BlockWriter {
  #text = Buffer.allocUnsafe(blockTextBytesMax * 2);
  #textBytes = 0;
  readonly #lengths = new Uint32Array(blockRecordsMax);
  #records = 0;

  get isEmpty(): boolean {
    return this.#records === 0;
  }

  get isFull(): boolean {
    return this.#textBytes >= blockTextBytesMax || this.#records >= blockRecordsMax;
  }

  get records(): number {
    return this.#records;
  }

  get textBytes(): number {
    return this.#textBytes;
  }

  /** Returns the record's place in the block. The caller seals a full block first. */
  add(json: string): number {
    this.#makeRoom(json.length * 3);
    return this.#added(this.#text.write(json, this.#textBytes, 'utf8'));
  }

  /** The same of a record's UTF-8. */
  addBytes(json: Buffer): number {
    this.#makeRoom(json.length);
    return this.#added(json.copy(this.#text, this.#textBytes));
  }

  #added(bytes: number): number {
    this.#textBytes += bytes;
    this.#lengths[this.#records] = bytes;
    return this.#records++;
  }

  /** The finished block: its header and its payload. The writer is empty again. */
  seal(): [header: Buffer, payload: Buffer] {
    return this.#seal(magic, Buffer.alloc(0), compression);
  }

  /** The same as a packed block, with what stands in front. It is written once and in the background: smaller. */
  sealPacked(front: Buffer): [header: Buffer, payload: Buffer] {
    return this.#seal(packedMagic, front, packedCompression);
  }

  #seal(
    kind: number,
    front: Buffer,
    params: Readonly<Record<number, number>>,
  ): [header: Buffer, payload: Buffer] {
    const lengths = varints(this.#lengths.subarray(0, this.#records));
    const text = brotliCompressSync(this.#text.subarray(0, this.#textBytes), { params });
    const payload = Buffer.concat([front, lengths, text]);
    const header = headerOf(kind, payload, this.#textBytes, this.#records);
    this.#textBytes = 0;
    this.#records = 0;
    return [header, payload];
  }

  #makeRoom(bytes: number): void {
    if (this.#text.length - this.#textBytes >= bytes) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#text.length * 2, this.#textBytes + bytes));
    this.#text.copy(larger, 0, 0, this.#textBytes);
    this.#text = larger;
  }
}

/** A block of facts. */
export function sealFacts(json: string): Buffer {
  const text = Buffer.from(json, 'utf8');
  const payload = brotliCompressSync(text, { params: compression });
  return Buffer.concat([headerOf(factsMagic, payload, text.length, 0), payload]);
}

const kinds: ReadonlyMap<number, BlockShape['kind']> = new Map([
  [magic, 'records'],
  [olderMagic, 'records'],
  [factsMagic, 'facts'],
  [packedMagic, 'packed'],
]);

/** How blocks of all kinds begin, to find the next one behind damage. */
export const blockMagics = ['CRB1', 'CRB2', 'CRF1', 'CRP1'] as const;

/** What a block's header says of it. */
export interface BlockShape {
  readonly kind: 'records' | 'facts' | 'packed';
  readonly blockBytes: number;
  readonly textBytes: number;
  readonly records: number;
}

/** Throws DamagedBlockError. */
export function blockShape(header: Buffer): BlockShape {
  const found = header.length < blockHeaderBytes ? 0 : header.readUInt32LE(0);
  const kind = kinds.get(found);
  if (kind === undefined) throw new DamagedBlockError('no block begins here');
  return {
    kind,
    blockBytes: blockHeaderBytes + header.readUInt32LE(8),
    textBytes: header.readUInt32LE(12),
    records: header.readUInt32LE(16),
  };
}

/** Whether a version wrote it that wrote no facts. */
export function isOlderBlock(block: Buffer): boolean {
  return block.readUInt32LE(0) === olderMagic;
}

/** The whole length of the block that begins with this header. Throws DamagedBlockError. */
export function blockBytes(header: Buffer): number {
  return blockShape(header).blockBytes;
}

/** The text of a block of facts. Throws DamagedBlockError. */
export function openFacts(block: Buffer): string {
  const { kind, textBytes } = checkedShape(block);
  if (kind !== 'facts') throw new DamagedBlockError('a block of records, not of facts');
  return opened(block.subarray(blockHeaderBytes), textBytes).toString('utf8');
}

/** Records as they were written together. */
export interface ReadableBlock {
  readonly records: number;
  /** Bytes of all records as text. */
  readonly textBytes: number;
  json(slot: number): string;
  /** The record's text as UTF-8. It shares the block's memory. Throws DamagedBlockError. */
  bytes(slot: number): Buffer;
  /** For whoever reads all of it: opens it once. */
  openWhole(): this;
}

/** A block opened for reading, as far as it was asked for. */
export class RecordBlock implements ReadableBlock {
  readonly #starts: Uint32Array;
  readonly textBytes: number;
  /** The compressed texts. */
  readonly #payload: Buffer;
  #open: Buffer = Buffer.alloc(0);

  /**
   * @param frontBytes how much stands in front of the lengths, in a packed block
   *
   * Throws DamagedBlockError where the bytes are not what was written.
   */
  constructor(block: Buffer, frontBytes?: number) {
    const { kind, textBytes, records } = checkedShape(block);
    if (kind !== (frontBytes === undefined ? 'records' : 'packed'))
      throw new DamagedBlockError(`a block of ${kind}, not of records`);
    this.#starts = new Uint32Array(records + 1);
    this.textBytes = textBytes;
    this.#payload = block.subarray(blockHeaderBytes + (frontBytes ?? 0));
    if (block.readUInt32LE(0) === olderMagic) {
      this.#open = opened(this.#payload, textBytes);
      const lengthsAt = this.#open.length - records * 4;
      for (let slot = 0; slot < records; slot++)
        this.#starts[slot + 1] = this.#starts[slot]! + this.#open.readUInt32LE(lengthsAt + slot * 4);
    } else this.#payload = this.#payload.subarray(readVarints(this.#payload, this.#starts));
  }

  get records(): number {
    return this.#starts.length - 1;
  }

  json(slot: number): string {
    return this.bytes(slot).toString('utf8');
  }

  bytes(slot: number): Buffer {
    const start = this.#starts[slot];
    const end = this.#starts[slot + 1];
    if (start === undefined || end === undefined)
      throw new DamagedBlockError(`a block has no record ${slot}`);
    if (end > this.#open.length) this.#openUpTo(end);
    return this.#open.subarray(start, end);
  }

  /** Bytes of a range of records as text. */
  textBytesBetween(first: number, behind: number): number {
    return this.#starts[behind]! - this.#starts[first]!;
  }

  openWhole(): this {
    if (this.#open.length < this.textBytes) this.#open = opened(this.#payload, this.textBytes);
    return this;
  }

  #openUpTo(end: number): void {
    const share = end / this.textBytes;
    const guess = share + frontShare * (1 - share);
    if (this.#open.length === 0 && guess < wholeFrom) {
      this.#open = openedFront(
        this.#payload.subarray(0, Math.ceil(this.#payload.length * guess) + frontBytes),
        this.textBytes,
      );
    }
    if (this.#open.length < end) this.openWhole();
  }
}

function headerOf(kind: number, payload: Buffer, textBytes: number, records: number): Buffer {
  const header = Buffer.allocUnsafe(blockHeaderBytes);
  header.writeUInt32LE(kind, 0);
  header.writeUInt32LE(payload.length, 8);
  header.writeUInt32LE(textBytes, 12);
  header.writeUInt32LE(records, 16);
  header.writeUInt32LE(crc32(payload, crc32(header.subarray(8))), 4);
  return header;
}

/** Throws DamagedBlockError. */
export function checkedShape(block: Buffer): BlockShape {
  const shape = blockShape(block);
  if (block.length !== shape.blockBytes) throw new DamagedBlockError('a block is cut off');
  if (crc32(block.subarray(8)) !== block.readUInt32LE(4))
    throw new DamagedBlockError('the checksum of a block does not match');
  return shape;
}

/** One piece of memory of the right size: growing it piece by piece takes a third longer. */
function opened(payload: Buffer, textBytes: number): Buffer {
  const text = brotliDecompressSync(payload, {
    maxOutputLength: Math.max(1, textBytes),
    chunkSize: Math.max(64, textBytes),
  });
  if (text.length !== textBytes)
    throw new DamagedBlockError('a block has another length than its header says');
  return text;
}

function openedFront(payload: Buffer, textBytes: number): Buffer {
  return brotliDecompressSync(payload, {
    maxOutputLength: Math.max(1, textBytes),
    chunkSize: Math.max(64, textBytes),
    finishFlush: constants.BROTLI_OPERATION_FLUSH,
  });
}

export function varints(values: Uint32Array): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 5);
  let end = 0;
  for (const value of values) {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) bytes[end++] = (rest & 0x7f) | 0x80;
    bytes[end++] = rest;
  }
  return bytes.subarray(0, end);
}

/**
 * Reads lengths into the places where what is that long starts, the first one as it was. Returns how many bytes they took.
 * Throws DamagedBlockError.
 */
export function readVarints(bytes: Buffer, starts: Uint32Array): number {
  let at = 0;
  for (let slot = 1; slot < starts.length; slot++) {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new DamagedBlockError('the lengths of a block are cut off');
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    starts[slot] = starts[slot - 1]! + length;
  }
  return at;
}
