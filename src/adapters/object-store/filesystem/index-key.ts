// SPDX-License-Identifier: Apache-2.0
import { bucketBytesMax, keyBytesMax } from './object-limits.js';

/**
 * Keys of the index. An object's key comes last and unescaped behind `bucket NUL`, so that LMDB's order of bytes is
 * the order of listings, whatever is in the key.
 */
export function encodeObjectKey(bucket: string, key: string): Buffer {
  // Most keys and all buckets are ASCII, which nothing of it can be wrong with but its length.
  if (isShortAscii(key, keyBytesMax) && isShortAscii(bucket, bucketBytesMax))
    return Buffer.from(`${bucket}\0${key}`, 'latin1');
  verifyText('an object key', key, keyBytesMax);
  return Buffer.concat([bucketPrefix(bucket), Buffer.from(key)]);
}

export function bucketPrefix(bucket: string): Buffer {
  verifyText('a bucket name', bucket, bucketBytesMax);
  if (bucket.includes('\0')) throw new RangeError('a bucket name holds no NUL');
  return Buffer.from(`${bucket}\0`);
}

export function keyOf(bucket: string, encoded: Uint8Array): string {
  return Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length).toString(
    'utf8',
    Buffer.byteLength(bucket) + 1,
  );
}

/** The first encoded key behind all that start with `prefix`. No UTF-8 byte is 0xFF, so the last one can be raised. */
export function endOfPrefix(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return end;
}

/** Older versions of one key sort newest first: the order number is stored as its complement. */
export function encodeVersionKey(keyId: number, order: number): Buffer {
  const encoded = Buffer.alloc(16);
  encoded.writeBigUInt64BE(BigInt(keyId), 0);
  encoded.writeBigUInt64BE(BigInt(Number.MAX_SAFE_INTEGER - order), 8);
  return encoded;
}

/** All older versions of the key, or those behind the version with `order`. */
export function versionRange(keyId: number, behindOrder?: number): { start: Buffer; end: Buffer } {
  const start =
    behindOrder === undefined
      ? encodeVersionKey(keyId, Number.MAX_SAFE_INTEGER)
      : encodeVersionKey(keyId, behindOrder - 1);
  return { start, end: encodeVersionKey(keyId + 1, Number.MAX_SAFE_INTEGER) };
}

function isShortAscii(text: string, bytesMax: number): boolean {
  return text.length > 0 && text.length <= bytesMax && /^[\u0001-\u007f]*$/.test(text);
}

function verifyText(what: string, text: string, bytesMax: number): void {
  const bytes = Buffer.from(text);
  if (bytes.length === 0 || bytes.length > bytesMax)
    throw new RangeError(`${what} holds 1 to ${bytesMax} bytes, this one ${bytes.length}`);
  // A lone surrogate would become U+FFFD and so another key's name.
  if (bytes.toString() !== text) throw new TypeError(`${what} must be UTF-8`);
}
