// SPDX-License-Identifier: Apache-2.0
import { constants, crc32, createInflateRaw, inflateRawSync } from 'node:zlib';

/**
 * The first member of a gzip file, as every validator of CloudTrail files hashes it, and how many bytes follow it.
 *
 * The usual readers hide what follows: Python's zlib, and with it the AWS CLI, stops after the first member; gunzip, and
 * whatever reads the files for analysis, goes on with the next one. Events could so be added to a file whose hash stays
 * as it was signed.
 */
export interface GzipMember {
  readonly content: Buffer;
  /** Bytes behind the member: 0 in a file as it was delivered. */
  readonly trailingBytes: number;
}

/** The bytes are no gzip file, or a damaged one. */
export class GzipError extends Error {
  override readonly name = 'GzipError';
}

const trailerBytes = 8;
const minimumBytes = 20;

/**
 * Uncompresses in one go. Throws GzipError; undefined when the content would be larger than `bytesMax` (which is at least 1).
 */
export function gunzipMember(bytes: Uint8Array, bytesMax: number): GzipMember | undefined {
  const start = deflateStart(bytes);
  const rest = bytes.subarray(start);
  let answer: { buffer: Buffer; engine: { bytesWritten: number } };
  try {
    // @types/node do not know what `info` changes.
    answer = inflateRawSync(rest, {
      info: true,
      maxOutputLength: bytesMax,
      chunkSize: outputChunk(bytes, bytesMax),
    }) as unknown as typeof answer;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw new GzipError('its compressed data is damaged', { cause });
  }
  const end = start + answer.engine.bytesWritten;
  checkTrailer(bytes, end, crc32(answer.buffer), answer.buffer.length);
  return { content: answer.buffer, trailingBytes: bytes.length - end - trailerBytes };
}

/** The same piece by piece, for content of any size. Throws GzipError. */
export async function gunzipMemberInPieces(
  bytes: Uint8Array,
  take: (piece: Buffer) => void,
): Promise<{ trailingBytes: number }> {
  const start = deflateStart(bytes);
  const inflate = createInflateRaw({ chunkSize: pieceBytes });
  inflate.end(bytes.subarray(start));
  let checksum = 0;
  let length = 0;
  try {
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      checksum = crc32(piece, checksum);
      length += piece.length;
      take(piece);
    }
  } catch (cause) {
    throw new GzipError('its compressed data is damaged', { cause });
  }
  const end = start + inflate.bytesWritten;
  checkTrailer(bytes, end, checksum, length);
  return { trailingBytes: bytes.length - end - trailerBytes };
}

const pieceBytes = 256 * 1024;

/** One buffer of the right size saves most of the time; the file's claim about its size chooses nothing else. */
function outputChunk(bytes: Uint8Array, bytesMax: number): number {
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(
    bytes.length - 4,
    true,
  );
  return Math.max(constants.Z_MIN_CHUNK, 16 * 1024, Math.min(claimed + 1, bytesMax, 1024 * 1024));
}

/** Where the header ends. Source: RFC 1952, "GZIP file format specification", section 2.3. */
function deflateStart(bytes: Uint8Array): number {
  if (bytes.length < minimumBytes - 2 || bytes[0] !== 0x1f || bytes[1] !== 0x8b)
    throw new GzipError('it is no gzip file');
  const flags = bytes[3]!;
  if (bytes[2] !== 8 || (flags & 0xe0) !== 0) throw new GzipError('its gzip header is damaged');
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  // The file's name and a comment, each up to a zero byte.
  for (const flag of [8, 16]) if ((flags & flag) !== 0) at = afterZero(bytes, at);
  if ((flags & 2) !== 0) at += 2;
  if (at >= bytes.length) throw new GzipError('its gzip header is damaged');
  return at;
}

function afterZero(bytes: Uint8Array, from: number): number {
  const zero = bytes.indexOf(0, from);
  if (zero === -1) throw new GzipError('its gzip header is damaged');
  return zero + 1;
}

function checkTrailer(bytes: Uint8Array, at: number, checksum: number, length: number): void {
  if (at + trailerBytes > bytes.length) throw new GzipError('it ends too early');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(at, true) !== checksum || view.getUint32(at + 4, true) !== length % 2 ** 32)
    throw new GzipError('its checksum is wrong');
}
