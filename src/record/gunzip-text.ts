// SPDX-License-Identifier: Apache-2.0
import { gunzipSync } from 'node:zlib';

/** Deflate makes at most 1,032 bytes of one (zlib's technical details); a file that claims more claims nonsense. */
const ratioMax = 1_032;

/** What a claim may make us allocate before anything is uncompressed. */
const claimedBytesMax = 64 * 1024 ** 2;
const chunkBytesMin = 64 * 1024;

/**
 * Uncompresses gzip, at most to `bytesMax`. A gzip file says at its end how long its text is; with one output buffer
 * of that length this takes two thirds of the time. The claim is anybody's: it only chooses the size of the buffer.
 * Throws zlib's errors; ERR_BUFFER_TOO_LARGE beyond the limit.
 */
export function gunzipText(bytes: Uint8Array, bytesMax: number): Uint8Array {
  return gunzipSync(bytes, { maxOutputLength: bytesMax, chunkSize: chunkBytesFor(bytes) });
}

function chunkBytesFor(bytes: Uint8Array): number {
  if (bytes.length < 18) return chunkBytesMin;
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(
    bytes.length - 4,
    true,
  );
  return Math.max(chunkBytesMin, Math.min(claimed, bytes.length * ratioMax, claimedBytesMax));
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
