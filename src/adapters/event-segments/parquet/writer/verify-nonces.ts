// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const magic = 'PARE';
const lengthBytes = 4;
const nonceBytes = 12;
const tailBytes = lengthBytes + magic.length;

/** An encrypted file that is not to be kept. */
export class NonceError extends Error {
  override readonly name = 'NonceError';
}

/**
 * Throws NonceError unless each nonce of an encrypted Parquet file comes once in it: AES-GCM protects nothing any more where one
 * comes twice under a key. They are random, and that they differ is not left to that.
 */
export function verifyNonces(path: string): void {
  const nonces = noncesOf(path);
  if (new Set(nonces).size !== nonces.length)
    throw new NonceError('a nonce comes twice in an encrypted file');
}

/**
 * The nonces of all modules of an encrypted Parquet file, in hex.
 *
 * Source: Apache Parquet, "Parquet Modular Encryption": each module is its length (4 bytes), nonce (12), ciphertext, tag (16); the
 * footer's module stands behind the file's description of its encryption.
 */
export function noncesOf(path: string): string[] {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const read = (at: number, length: number): Buffer => {
      const bytes = Buffer.alloc(Math.max(0, length));
      if (at < 0 || length < 0 || readSync(file, bytes, 0, length, at) !== length) throw notModules();
      return bytes;
    };
    const tail = read(size - tailBytes, tailBytes);
    if (tail.toString('latin1', lengthBytes) !== magic || read(0, magic.length).toString('latin1') !== magic)
      throw new NonceError('a file that should be encrypted is not');
    const footerAt = size - tailBytes - tail.readUInt32LE();
    const nonces: string[] = [];
    const take = (at: number): number => {
      const head = read(at, lengthBytes + nonceBytes);
      nonces.push(head.toString('hex', lengthBytes));
      return at + lengthBytes + head.readUInt32LE();
    };
    let at = magic.length;
    while (at < footerAt) at = take(at);
    if (at !== footerAt) throw notModules();
    take(footerModuleAt(footerAt, size - tailBytes, read));
    return nonces;
  } finally {
    closeSync(file);
  }
}

/** Longer than the description of an encryption by one footer key can be. */
const descriptionBytesMax = 256;

/** Where the module begins whose length reaches exactly to the end of the footer. */
function footerModuleAt(from: number, to: number, read: (at: number, length: number) => Buffer): number {
  const head = read(from, Math.min(to - from, descriptionBytesMax));
  for (let at = 0; at + lengthBytes <= head.length; at++)
    if (from + at + lengthBytes + head.readUInt32LE(at) === to) return from + at;
  throw notModules();
}

function notModules(): NonceError {
  return new NonceError('a file whose modules cannot be told apart');
}
