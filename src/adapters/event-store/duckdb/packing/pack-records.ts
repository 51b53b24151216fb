// SPDX-License-Identifier: Apache-2.0
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { BatchFacts, RowStretch } from '../batch-facts.js';
import type { Place } from '../parsed-batch.js';
import {
  BlockWriter,
  blockHeaderBytes,
  blockShape,
  checkedShape,
  isOlderBlock,
  openFacts,
  RecordBlock,
  sealFacts,
} from '../record-block.js';
import { blockRecordsMax, packedBlocksPerFacts, packedBlockTextBytesMax } from '../store-limits.js';
import { encodeParts, type PackedPart } from './packed-block.js';
import { type PackedEntry, sealPackedFile } from './packed-file.js';

/** A file that stays as it is: of an older version, or damaged, and then nothing of it may be touched. */
export class NotPackableError extends Error {
  override readonly name = 'NotPackableError';
}

export interface PackedBytes {
  readonly before: number;
  readonly after: number;
}

/**
 * Writes the small blocks of a full record file together, in a file of its own, and syncs it. The file itself is only read.
 * Throws NotPackableError, DamagedBlockError.
 */
export function packRecords(path: string, packedPath: string): PackedBytes {
  const bytes = readFileSync(path);
  const fd = openSync(packedPath, 'w', 0o600);
  try {
    const file = new PackedWriter(fd);
    for (let at = 0; at < bytes.length; ) {
      const { kind, blockBytes } = blockShape(bytes.subarray(at, at + blockHeaderBytes));
      const block = bytes.subarray(at, at + blockBytes);
      checkedShape(block);
      if (kind === 'packed' || isOlderBlock(block)) throw new NotPackableError(`${path} is of another kind`);
      if (kind === 'records') file.add(at, new RecordBlock(block).openWhole());
      else file.addFacts(JSON.parse(openFacts(block)) as BatchFacts);
      at += blockBytes;
    }
    const after = file.finish(bytes.length);
    fsyncSync(fd);
    return { before: bytes.length, after };
  } catch (error) {
    rmSync(packedPath, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

class PackedWriter {
  readonly #fd: number;
  readonly #block = new BlockWriter();
  readonly #entries: PackedEntry[] = [];
  #parts: PackedPart[] = [];
  #facts = new MergedFacts();
  #withoutFacts = 0;
  #blocksSinceFacts = 0;
  #offset = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @param from where the block was, from the file's first byte */
  add(from: number, block: RecordBlock): void {
    const isFull =
      this.#block.textBytes >= packedBlockTextBytesMax ||
      this.#block.textBytes + block.textBytes > packedBlockTextBytesMax * 2 ||
      this.#block.records + block.records > blockRecordsMax;
    if (isFull) this.#seal();
    this.#parts.push({ from, records: block.records });
    for (let slot = 0; slot < block.records; slot++) this.#block.addBytes(block.bytes(slot));
    this.#withoutFacts++;
  }

  addFacts(facts: BatchFacts): void {
    this.#facts.add(facts);
    this.#withoutFacts = 0;
    if (this.#blocksSinceFacts >= packedBlocksPerFacts) this.#writeFacts();
  }

  /** Returns how long the file is. */
  finish(originalBytes: number): number {
    if (this.#withoutFacts > 0) throw new NotPackableError('the last blocks of a file have no facts');
    this.#writeFacts();
    this.#write(sealPackedFile(this.#entries, originalBytes));
    return this.#offset;
  }

  /** Facts stand behind all records that they are about. */
  #writeFacts(): void {
    this.#seal();
    if (!this.#facts.isEmpty) this.#write(sealFacts(JSON.stringify(this.#facts.take())));
    this.#blocksSinceFacts = 0;
  }

  #seal(): void {
    if (this.#parts.length === 0) return;
    this.#entries.push({ from: this.#parts[0]!.from, offset: this.#offset });
    this.#write(Buffer.concat(this.#block.sealPacked(encodeParts(this.#parts))));
    this.#parts = [];
    this.#blocksSinceFacts++;
  }

  #write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length; )
      written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#offset + written);
    this.#offset += bytes.length;
  }
}

/** The facts of several batches as those of one. */
class MergedFacts {
  #position: BatchFacts['position'] | undefined;
  #places: Place[] = [];
  #rows: RowStretch[] = [];

  get isEmpty(): boolean {
    return this.#position === undefined;
  }

  add({ position, places, rows }: BatchFacts): void {
    this.#position = position;
    const numbers = places.map((place) => this.#placeNumber(place));
    for (const [address, slot, count, place, category, enteredAtMs] of rows)
      this.#rows.push([address, slot, count, numbers[place]!, category, enteredAtMs]);
  }

  take(): BatchFacts {
    const facts = { position: this.#position!, places: this.#places, rows: this.#rows };
    this.#position = undefined;
    this.#places = [];
    this.#rows = [];
    return facts;
  }

  #placeNumber({ accountId, region }: Place): number {
    const known = this.#places.findIndex((place) => place.accountId === accountId && place.region === region);
    return known === -1 ? this.#places.push({ accountId, region }) - 1 : known;
  }
}
