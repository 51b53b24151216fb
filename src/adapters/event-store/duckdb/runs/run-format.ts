// SPDX-License-Identifier: Apache-2.0
import { crc32 } from 'node:zlib';

/*
 * A run on disk: pages of 4 KB. The first is the header; the sections follow, each from the start of a page; the last
 * section holds the CRC-32 of every page between. Numbers are little endian.
 *
 *   rows      newest first by (eventTime, ordinal), 32 bytes each: eventTime, ordinal, entered-at (doubles), kind, 0
 *   postings  the rows of each term that has several: deltas as varints; for long lists a skip table in front
 *   terms     ascending, 16 bytes each: term, number of rows, the first row, where in `postings` the others are
 *   ids       ascending, 8 bytes each: hash of the event ID, row
 *   termFence, idFence   the first term or hash of each page of `terms` and `ids`
 */
export const pageBytes = 4096;
export const rowBytes = 32;
export const termBytes = 16;
export const idBytes = 8;

/** Lists longer than this have a skip table: row and place of every so many-th posting, 8 bytes each. */
export const postingsPerSkip = 128;
export const skipBytes = 8;

const magic = 0x31524843; // "CHR1"

export const sectionNames = ['rows', 'postings', 'terms', 'ids', 'termFence', 'idFence'] as const;
export type SectionName = (typeof sectionNames)[number];

export interface Section {
  /** Bytes from the start of the file. */
  readonly at: number;
  readonly bytes: number;
}

export interface RunHeader {
  /** Names the store: a run of another one would say nothing of this one's terms. */
  readonly hashSeed: number;
  /** The run has every event with an ordinal above `behind` and up to `upTo`. */
  readonly behind: number;
  readonly upTo: number;
  readonly rows: number;
  readonly newestMs: number;
  readonly oldestMs: number;
  readonly newestEnteredMs: number;
  readonly sections: Readonly<Record<SectionName, Section>>;
  readonly checksums: Section & { readonly crc: number };
}

/** A run that is not what was written. It can be made anew from the index. */
export class DamagedRunError extends Error {
  override readonly name = 'DamagedRunError';

  constructor(
    message: string,
    readonly path?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function encodeHeader(header: RunHeader): Buffer {
  const page = Buffer.alloc(pageBytes);
  const length = page.write(JSON.stringify(header), 12, 'utf8');
  page.writeUInt32LE(magic, 0);
  page.writeUInt32LE(length, 8);
  page.writeUInt32LE(crc32(page.subarray(8, 12 + length)), 4);
  return page;
}

/** Throws DamagedRunError. */
export function decodeHeader(page: Buffer): RunHeader {
  const length = page.length < 12 || page.readUInt32LE(0) !== magic ? -1 : page.readUInt32LE(8);
  if (length < 0 || length > page.length - 12) throw new DamagedRunError('no run begins here');
  if (page.readUInt32LE(4) !== crc32(page.subarray(8, 12 + length)))
    throw new DamagedRunError('the checksum of the header does not match');
  return JSON.parse(page.toString('utf8', 12, 12 + length)) as RunHeader;
}

/** Sorts like the order of arrival; a run that was merged of others covers them and sorts before them. */
export function runFileName(behind: number, upTo: number): string {
  return `${pad(behind + 1)}-${pad(upTo)}.run`;
}

export const runFilePattern = /^\d{16}-\d{16}\.run$/;

function pad(ordinal: number): string {
  return String(ordinal).padStart(16, '0');
}
