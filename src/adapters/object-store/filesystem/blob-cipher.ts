// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ObjectStoreError } from '../../../ports/object-store.js';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;

/** The unit that is encrypted and authenticated: a reader of any range decrypts whole chunks of it. */
export const chunkBytes = 64 * 1024;
export const tagBytes = 16;
export const sealedChunkBytes = chunkBytes + tagBytes;

/** How many chunks a blob of so many bytes has. */
export function chunksOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / chunkBytes));
}

/** What the sealed blob takes on disk. */
export function sealedBytes(bytes: number): number {
  return bytes + chunksOf(bytes) * tagBytes;
}

/**
 * AES-256-GCM over chunks, the STREAM construction: the nonce is the chunk's number and whether it is the last one, so
 * a chunk that is moved, left out, repeated or cut off at the end does not open. The key is one blob's alone
 * (blob-keys.ts), so nonces need no random part, and a chunk of another blob does not open either.
 * Source: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance";
 * Tink, "AES-GCM-HKDF streaming AEAD".
 */
export class BlobCipher {
  readonly #key: Uint8Array;

  /** @param key 32 bytes that encrypt one blob and nothing else */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** @param chunk `chunkBytes` bytes; the last one may have fewer */
  seal(chunk: Uint8Array, number: number, isLast: boolean): Buffer {
    const cipher = createCipheriv(algorithm, this.#key, nonce(number, isLast));
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  }

  /** Rejects with Damaged unless these are the bytes that `seal` gave for the same place. */
  open(sealed: Uint8Array, number: number, isLast: boolean): Buffer {
    if (sealed.length < tagBytes) throw damaged();
    const decipher = createDecipheriv(algorithm, this.#key, nonce(number, isLast));
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const opened = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
    try {
      decipher.final();
    } catch (cause) {
      throw damaged({ cause });
    }
    return opened;
  }
}

export function damaged(options?: ErrorOptions): ObjectStoreError {
  return new ObjectStoreError(
    'Damaged',
    'the stored bytes of the object are not those that were put',
    options,
  );
}

function nonce(number: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(nonceBytes);
  bytes.writeUInt32BE(number, nonceBytes - 5);
  bytes.writeUInt8(isLast ? 1 : 0, nonceBytes - 1);
  return bytes;
}
