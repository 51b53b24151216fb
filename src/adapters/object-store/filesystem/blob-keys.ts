// SPDX-License-Identifier: Apache-2.0
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { ObjectStoreError } from '../../../ports/object-store.js';
import { BlobCipher, damaged } from './blob-cipher.js';

const keyBytes = 32;
const checkBytes = 8;

/**
 * Ciphers that are kept, some 300 bytes each: of what was put or read of late, and that is what is read next (a log file
 * by who was told of it, a digest's files by who validates it). Unwrapping and deriving is half of reading a small object.
 */
const ciphersMax = 16_384;

/** Key wrap of RFC 3394: it needs no nonce, so the number of keys under one master key has no limit. */
const wrapAlgorithm = 'id-aes256-wrap';
const wrapIv = Buffer.alloc(8, 0xa6);

/**
 * How a blob's bytes were encrypted, kept in the index beside its id.
 * - `wrappedKey`: a key of its own, wrapped under the store's key; base64.
 * - `keyCheck`: the key that the writer brought and the store does not keep; tells a wrong one from damage; base64.
 */
export type Sealing = { readonly wrappedKey: string } | { readonly keyCheck: string };

/**
 * Keys of blobs. Whatever key a blob has, its bytes are encrypted under one derived from it and the blob's random id:
 * a key that the writer brings may serve many blobs (the parts of an upload), and each still has its own, so a nonce
 * never comes twice, and neither bytes nor a wrapped key can be moved to another blob.
 */
export class BlobKeys {
  readonly #wrappingKey: Uint8Array;
  /** By blob and wrapped key, the oldest first: a key that was altered in the index finds nothing here. */
  readonly #ciphers = new Map<string, BlobCipher>();

  /** @param key 32 bytes, for this purpose alone */
  constructor(key: Uint8Array) {
    if (key.length !== keyBytes) throw new RangeError(`the store's key has ${keyBytes} bytes`);
    this.#wrappingKey = key;
  }

  /** For a new blob: under the writer's key, or under a new one of its own. */
  begin(blobId: string, dataKey: Uint8Array | undefined): { sealing: Sealing; cipher: BlobCipher } {
    if (dataKey !== undefined) {
      const { cipher, check } = derive(verifiedLength(dataKey), blobId);
      return { cipher, sealing: { keyCheck: check.toString('base64') } };
    }
    const own = randomBytes(keyBytes);
    const wrap = createCipheriv(wrapAlgorithm, this.#wrappingKey, wrapIv);
    const wrappedKey = Buffer.concat([wrap.update(own), wrap.final()]).toString('base64');
    const { cipher } = derive(own, blobId);
    this.#remember(`${blobId}${wrappedKey}`, cipher);
    return { cipher, sealing: { wrappedKey } };
  }

  /**
   * For a blob that is there. Throws DataKeyMismatch when the writer's key is needed and is not this one, Damaged when
   * the blob's own key does not unwrap.
   */
  open(blobId: string, sealing: Sealing, dataKey: Uint8Array | undefined): BlobCipher {
    if ('wrappedKey' in sealing) return this.#openOwn(blobId, sealing.wrappedKey);
    if (dataKey === undefined) throw mismatch('the object is encrypted under a key that was not given');
    const { cipher, check } = derive(verifiedLength(dataKey), blobId);
    const expected = Buffer.from(sealing.keyCheck, 'base64');
    if (expected.length !== checkBytes || !timingSafeEqual(expected, check))
      throw mismatch('the object is encrypted under another key');
    return cipher;
  }

  #openOwn(blobId: string, wrappedKey: string): BlobCipher {
    const name = `${blobId}${wrappedKey}`;
    const known = this.#ciphers.get(name);
    if (known !== undefined) return known;
    const cipher = new BlobCipher(firstBlockOf(this.#unwrap(wrappedKey), blobId));
    this.#remember(name, cipher);
    return cipher;
  }

  #remember(name: string, cipher: BlobCipher): void {
    this.#ciphers.set(name, cipher);
    if (this.#ciphers.size <= ciphersMax) return;
    const [oldest] = this.#ciphers.keys();
    if (oldest !== undefined) this.#ciphers.delete(oldest);
  }

  #unwrap(wrapped: string): Buffer {
    try {
      const unwrap = createDecipheriv(wrapAlgorithm, this.#wrappingKey, wrapIv);
      return Buffer.concat([unwrap.update(Buffer.from(wrapped, 'base64')), unwrap.final()]);
    } catch (cause) {
      throw damaged({ cause });
    }
  }
}

/** What tells, without showing the key, whether a store was written under it; hex. */
export function storeKeyCheck(key: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', key, '', 'cairn object store key check', 16)).toString('hex');
}

const derivationLabel = 'cairn object blob 1';

/**
 * The cipher's key alone, as `derive` makes it: the first block of HKDF's output, extracted and expanded by hand.
 * Node's own `hkdfSync` takes more than twice as long, and every read of an object waits for it.
 * Source: RFC 5869, 2.2 and 2.3.
 */
function firstBlockOf(key: Uint8Array, blobId: string): Buffer {
  const extracted = createHmac('sha256', Buffer.from(blobId, 'hex')).update(key).digest();
  return createHmac('sha256', extracted).update(`${derivationLabel}\x01`).digest();
}

function derive(key: Uint8Array, blobId: string): { cipher: BlobCipher; check: Buffer } {
  const derived = Buffer.from(
    hkdfSync('sha256', key, Buffer.from(blobId, 'hex'), derivationLabel, keyBytes + checkBytes),
  );
  return { cipher: new BlobCipher(derived.subarray(0, keyBytes)), check: derived.subarray(keyBytes) };
}

function verifiedLength(dataKey: Uint8Array): Uint8Array {
  if (dataKey.length !== keyBytes) throw mismatch(`a data key has ${keyBytes} bytes`);
  return dataKey;
}

function mismatch(message: string): ObjectStoreError {
  return new ObjectStoreError('DataKeyMismatch', message);
}
