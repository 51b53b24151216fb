// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
const expiryBytes = 6;
/** What DecodeAuthorizationMessage takes. Source: STS API Reference. */
const encodedCharsMax = 10_240;
const inflatedBytesMax = 256 * 1024;
/** How long a message can be decoded. AWS says only that messages expire. */
const lifeMs = 24 * 3_600_000;

/**
 * Encoded authorization messages: why a call was refused, told to its caller in a form that only somebody of the same account
 * with `sts:DecodeAuthorizationMessage` can have opened. Self-contained, as session tokens are.
 */
export class AuthorizationMessages {
  readonly #key: Buffer;

  /** @param key 32 bytes, for this purpose only */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /**
   * @param details JSON (`authorizationDetails`)
   * @param accountId whose principals may have it decoded: the refused caller's account
   * Undefined when the details are too long for a message.
   */
  seal(details: string, accountId: string, nowMs: number): string | undefined {
    const expiry = Buffer.alloc(expiryBytes);
    expiry.writeUIntBE(nowMs + lifeMs, 0, expiryBytes);
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#key, iv).setAAD(Buffer.from(accountId));
    const plain = Buffer.concat([expiry, deflateRawSync(details, { level: 9 })]);
    const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    const encoded = sealed.toString('base64url');
    return encoded.length > encodedCharsMax || details.length > inflatedBytesMax / 4 ? undefined : encoded;
  }

  /** The details; undefined for what is no message, an expired one, or one of another account. */
  open(encoded: string, accountId: string, nowMs: number): string | undefined {
    if (encoded.length > encodedCharsMax || !/^[\w-]+$/.test(encoded)) return undefined;
    const bytes = Buffer.from(encoded, 'base64url');
    if (bytes.length < ivBytes + expiryBytes + tagBytes) return undefined;
    const iv = bytes.subarray(0, ivBytes);
    const decipher = createDecipheriv(algorithm, this.#key, iv, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(accountId)).setAuthTag(bytes.subarray(-tagBytes));
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]);
      if (nowMs >= plain.readUIntBE(0, expiryBytes)) return undefined;
      return inflateRawSync(plain.subarray(expiryBytes), { maxOutputLength: inflatedBytesMax }).toString();
    } catch {
      return undefined;
    }
  }
}
