// SPDX-License-Identifier: Apache-2.0
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { IdFilter } from './id-filter.js';

/** A filter with what it was made of. */
export interface SavedIdFilter {
  readonly filter: IdFilter;
  /** All events up to this ordinal are in it. */
  readonly coveredOrdinal: number;
  /** Names the store: a filter of another one would call its events new. */
  readonly hashSeed: number;
}

/*
 * Magic and version, CRC-32 of all that follows, the store's seed, four bytes of nothing; then as doubles the
 * capacity, the number of events, the ordinal; then the words of the filter.
 */
const magic = 0x31464943; // "CIF1"
const headerBytes = 16 + 3 * 8;

/** The file may be lost or old at any time, so it is not synced; a damaged one is not used. */
export function saveIdFilter(path: string, { filter, coveredOrdinal, hashSeed }: SavedIdFilter): void {
  const words = Buffer.from(filter.words.buffer, filter.words.byteOffset, filter.words.byteLength);
  const file = Buffer.concat([Buffer.alloc(headerBytes), words]);
  file.writeUInt32LE(magic, 0);
  file.writeInt32LE(hashSeed, 8);
  file.writeDoubleLE(filter.capacity, 16);
  file.writeDoubleLE(filter.count, 24);
  file.writeDoubleLE(coveredOrdinal, 32);
  file.writeUInt32LE(crc32(file.subarray(8)), 4);
  writeFileSync(`${path}.new`, file, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Undefined when there is none, or none that fits. */
export function loadIdFilter(path: string, hashSeed: number): SavedIdFilter | undefined {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return undefined;
  }
  if (
    file.length < headerBytes ||
    file.readUInt32LE(0) !== magic ||
    file.readUInt32LE(4) !== crc32(file.subarray(8))
  )
    return undefined;
  if (file.readInt32LE(8) !== hashSeed) return undefined;
  const words = new Uint32Array((file.length - headerBytes) / 4);
  file.copy(new Uint8Array(words.buffer), 0, headerBytes);
  const filter = new IdFilter(file.readDoubleLE(16), words, file.readDoubleLE(24));
  return { filter, coveredOrdinal: file.readDoubleLE(32), hashSeed };
}
