// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { newAccessKeyId } from './access-key-id.js';
import type { Credentials } from './access-keys.js';
import type { SessionFacts, SignedPrincipal } from './principal.js';

/** Whom temporary credentials stand for: a principal with a session, but for the key id that they bring themselves. */
export type SessionSubject = Unkeyed<SignedPrincipal>;
type Unkeyed<Each> = Each extends SignedPrincipal
  ? Omit<Each, 'accessKeyId' | 'session'> & { readonly session: SessionFacts }
  : never;

/** What `AssumeRole` and its relatives give out. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAtMs: number;
}

/** Refused: session policies, tags and claims do not fit into a token. */
export class SessionTokenTooLargeError extends Error {
  override readonly name = 'SessionTokenTooLargeError';
}

/**
 * Tokens travel in a header or a URL beside everything else, which together may hold 16 KiB (Node's limit of all headers;
 * proxies often allow 8 KiB a line).
 */
export const tokenCharsMax = 8_000;
/** What a token may inflate to. Only our own seal makes tokens, and it keeps to the same bound. */
const inflatedBytesMax = 128 * 1024;
/** Opened tokens kept in memory; with the longest ones about 60 MiB. */
const openedTokensMax = 4_096;

const formatVersion = 1;
const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
/** A secret is 40 characters of base64. */
const secretBytes = 30;

/**
 * Temporary credentials that nothing has to remember: the session token holds the secret and whom it stands for, sealed
 * under a key that only this server has and bound to the access key id. So a token moved to another key, to another Cairn,
 * or altered in any bit does not open, tokens outlive restarts, and any number of them takes no room.
 *
 * Layout, base64url: version (1 byte) | IV (12) | sealed: secret (30), deflated JSON | tag (16).
 */
export class SessionTokens {
  readonly #key: Buffer;
  readonly #opened = new Map<string, { readonly token: Buffer; readonly credentials: Credentials }>();

  /** @param key 32 bytes, for this purpose only */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** New credentials until `subject.session.expiresAtMs`. Throws SessionTokenTooLargeError. */
  issue(subject: SessionSubject): TemporaryCredentials {
    const accessKeyId = newAccessKeyId('ASIA', subject.accountId);
    const secret = randomBytes(secretBytes);
    const json = Buffer.from(JSON.stringify(subject));
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#key, iv).setAAD(boundTo(accessKeyId));
    const plain = Buffer.concat([secret, deflateRawSync(json, { level: 9 })]);
    const bytes = [Buffer.of(formatVersion), iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
    const sessionToken = Buffer.concat(bytes).toString('base64url');
    if (json.length > inflatedBytesMax || sessionToken.length > tokenCharsMax) {
      throw new SessionTokenTooLargeError('the session does not fit into a token');
    }
    const { expiresAtMs } = subject.session;
    return { accessKeyId, secretAccessKey: secret.toString('base64'), sessionToken, expiresAtMs };
  }

  /**
   * Whose credentials they are; undefined for a token that this server did not give out with this key id. Whether they
   * have expired is the caller's to ask (`principal.session.expiresAtMs`).
   */
  open(accessKeyId: string, sessionToken: string): Credentials | undefined {
    if (sessionToken.length > tokenCharsMax) return undefined;
    const token = Buffer.from(sessionToken, 'latin1');
    const known = this.#opened.get(accessKeyId);
    if (known !== undefined && isSame(known.token, token)) return known.credentials;
    const credentials = this.#decrypt(accessKeyId, sessionToken);
    if (credentials !== undefined) this.#remember(accessKeyId, token, credentials);
    return credentials;
  }

  #decrypt(accessKeyId: string, sessionToken: string): Credentials | undefined {
    const bytes = Buffer.from(sessionToken, 'base64url');
    // One text for one token: base64 has several for the same bytes.
    if (bytes.toString('base64url') !== sessionToken) return undefined;
    if (bytes.length < 1 + ivBytes + secretBytes + tagBytes || bytes[0] !== formatVersion) return undefined;
    const plain = this.#opens(bytes, accessKeyId);
    if (plain === undefined) return undefined;
    const json = inflateRawSync(plain.subarray(secretBytes), { maxOutputLength: inflatedBytesMax });
    const subject = JSON.parse(json.toString()) as SessionSubject;
    const secret = plain.subarray(0, secretBytes).toString('base64');
    return { secret, principal: { ...subject, accessKeyId } };
  }

  #opens(bytes: Buffer, accessKeyId: string): Buffer | undefined {
    const iv = bytes.subarray(1, 1 + ivBytes);
    const decipher = createDecipheriv(algorithm, this.#key, iv, { authTagLength: tagBytes });
    decipher.setAAD(boundTo(accessKeyId)).setAuthTag(bytes.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(1 + ivBytes, -tagBytes)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  /** Only tokens that opened come in, so strangers push out nobody's. The least recently opened is forgotten first. */
  #remember(accessKeyId: string, token: Buffer, credentials: Credentials): void {
    this.#opened.delete(accessKeyId);
    this.#opened.set(accessKeyId, { token, credentials });
    if (this.#opened.size <= openedTokensMax) return;
    const [oldest] = this.#opened.keys();
    if (oldest !== undefined) this.#opened.delete(oldest);
  }
}

function boundTo(accessKeyId: string): Buffer {
  return Buffer.from(`${formatVersion}|${accessKeyId}`);
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
