// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { signinSessionKey } from '../identity/signin-sessions.js';
import type { RandomBytes } from '../identity/unique-id.js';

const secretBytes = 32;

/** A session's cookie and what follows from it. */
export interface SessionToken {
  /** The cookie's value: `111122223333.AIDA….secret`. */
  readonly text: string;
  /** Where the session's document is. */
  readonly key: string;
  readonly accountId: string;
  readonly ownerId: string;
}

export function newSessionToken(accountId: string, ownerId: string, randomBytes: RandomBytes): SessionToken {
  return tokenOf(accountId, ownerId, Buffer.from(randomBytes(secretBytes)).toString('base64url'));
}

/** Undefined for a text that no token has. Whether there is such a session is for state to say. */
export function parseSessionToken(text: string): SessionToken | undefined {
  const [, accountId, ownerId, secret] =
    /^(\d{12})\.(root|[A-Z0-9]{5,128})\.([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  if (accountId === undefined || ownerId === undefined || secret === undefined) return undefined;
  return tokenOf(accountId, ownerId, secret);
}

/** The secret is found by its hash: who reads the state cannot sign in by it, and no comparison tells how near a guess is. */
function tokenOf(accountId: string, ownerId: string, secret: string): SessionToken {
  const hash = createHash('sha256').update(secret).digest('base64url');
  return {
    text: `${accountId}.${ownerId}.${secret}`,
    key: signinSessionKey(accountId, ownerId, hash),
    accountId,
    ownerId,
  };
}

/** Tokens against cross-site requests: each belongs to one session and to no other. */
export class CsrfTokens {
  readonly #key: Buffer;

  /** @param key 32 bytes, for this purpose only */
  constructor(key: Buffer) {
    this.#key = key;
  }

  of({ text }: SessionToken): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }

  isOf(session: SessionToken, given: string | undefined): boolean {
    const wanted = Buffer.from(this.of(session));
    const bytes = Buffer.from(given ?? '');
    return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
  }
}
