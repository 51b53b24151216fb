// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { GzipError, gunzipMember, gunzipMemberInPieces } from '../../digest/verify-gzip.js';
import { stopEventsIn, type TrailEvent } from '../../digest/verify-stop.js';
import { FileMissingError, type FilePlace, type FileReader, FileUnreadableError } from './file-reader.js';

/** A file to read, uncompress and hash. */
export interface FileCheck extends FilePlace {
  /** `content`: of a digest. `stops`: the calls that stopped a trail, of a log file. */
  readonly want: 'hash' | 'content' | 'stops';
}

export type CheckedFile =
  | {
      readonly outcome: 'read';
      /** Of the first gzip member's content, lower-case hex. */
      readonly sha256: string;
      readonly trailingBytes: number;
      readonly content?: Uint8Array;
      readonly stops?: readonly TrailEvent[];
      readonly metadata: Readonly<Record<string, string>> | null;
    }
  | { readonly outcome: 'missing' }
  /** It is there and no gzip file. */
  | { readonly outcome: 'damaged'; readonly reason: string }
  /** Nobody knows. */
  | { readonly outcome: 'unreadable'; readonly reason: string };

/** Uncompressed in one go up to here, and looked into; beyond it in pieces, for the hash alone. */
const wholeBytesMax = 64 * 1024 ** 2;

/**
 * A digest of an hour with 100,000 files has 60 MB. What is larger (a few KB can be made to uncompress to it) would not
 * even fit into a text.
 */
export const digestBytesMax = 256 * 1024 ** 2;

/** Never rejects. */
export async function checkFile(reader: FileReader, check: FileCheck): Promise<CheckedFile> {
  try {
    const { bytes, metadata } = await reader.read(check);
    return { outcome: 'read', metadata, ...(await look(bytes, check.want)) };
  } catch (error) {
    if (error instanceof FileMissingError) return { outcome: 'missing' };
    if (error instanceof GzipError) return { outcome: 'damaged', reason: error.message };
    if (error instanceof FileUnreadableError) return { outcome: 'unreadable', reason: error.message };
    return { outcome: 'unreadable', reason: String(error) };
  }
}

async function look(bytes: Uint8Array, want: FileCheck['want']) {
  const member = gunzipMember(bytes, want === 'content' ? digestBytesMax : wholeBytesMax);
  if (member !== undefined) {
    const { content, trailingBytes } = member;
    return {
      sha256: createHash('sha256').update(content).digest('hex'),
      trailingBytes,
      ...(want === 'content' ? { content } : {}),
      ...(want === 'stops' ? { stops: stopEventsIn(content) } : {}),
    };
  }
  if (want === 'content') throw new GzipError('it is larger than a digest can be');
  const hash = createHash('sha256');
  const { trailingBytes } = await gunzipMemberInPieces(bytes, (piece) => void hash.update(piece));
  return { sha256: hash.digest('hex'), trailingBytes };
}
