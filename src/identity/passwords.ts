// SPDX-License-Identifier: Apache-2.0
import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from './unique-id.js';

export interface ScryptCost {
  /** A power of two: memory (128 · N · r bytes) and time. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 16 MiB and about 0.2 s of one core. Source: OWASP "Password Storage Cheat Sheet", scrypt, N=2^14, r=8, p=5. */
const usualCost: ScryptCost = { N: 16_384, r: 8, p: 5 };
/** What a stored hash may ask for at most: one that asks for more was not made here. */
const memoryBytesMax = 64 * 1024 ** 2;

const saltBytes = 16;
const hashBytes = 32;

/** scrypt runs on libuv's four threads, which files need too. */
const parallelMax = 2;
/** Behind this many, callers are told to come again: at 0.2 s each the last one waits ten seconds. */
const waitingMax = 100;

/** More passwords wait to be hashed than can be done in a reasonable time. */
export class PasswordsBusyError extends Error {
  override readonly name = 'PasswordsBusyError';
}

export interface PasswordsOptions {
  readonly randomBytes: RandomBytes;
  /** Of new hashes; for tests. */
  readonly cost?: ScryptCost;
}

/** Hashes passwords by scrypt with a random salt, off the event loop, a bounded number at once. */
export class Passwords {
  readonly #randomBytes: RandomBytes;
  readonly #cost: ScryptCost;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ randomBytes, cost = usualCost }: PasswordsOptions) {
    this.#randomBytes = randomBytes;
    this.#cost = cost;
  }

  /** `scrypt$N$r$p$salt$hash`, salt and hash in base64. Throws PasswordsBusyError. */
  async hash(password: string): Promise<string> {
    const { N, r, p } = this.#cost;
    const salt = Buffer.from(this.#randomBytes(saltBytes));
    const hash = await this.#derive(password, salt, this.#cost);
    return ['scrypt', N, r, p, salt.toString('base64'), hash.toString('base64')].join('$');
  }

  /**
   * Whether a password is the one of a stored hash, in a time that does not tell how near it was. Throws
   * PasswordsBusyError, and Error for a text that is no hash.
   */
  async matches(password: string, stored: string): Promise<boolean> {
    const { cost, salt, hash } = parseHash(stored);
    return timingSafeEqual(await this.#derive(password, salt, cost), hash);
  }

  /**
   * As long as `matches` takes, for somebody who has no password: so that nobody learns by the time of a refusal who
   * is there and who is not.
   */
  async matchesNobody(password: string): Promise<false> {
    await this.#derive(password, Buffer.alloc(saltBytes), this.#cost);
    return false;
  }

  async #derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
    await this.#place();
    try {
      return await derive(password, salt, { N, r, p, maxmem: memoryBytesMax });
    } finally {
      this.#leave();
    }
  }

  async #place(): Promise<void> {
    if (this.#running < parallelMax) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= waitingMax) throw new PasswordsBusyError('too many passwords at once');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The place goes to who waits longest, if anybody does. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashBytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function parseHash(stored: string): { cost: ScryptCost; salt: Buffer; hash: Buffer } {
  const [, N, r, p, salt, hash] = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([^$]+)\$([^$]+)$/.exec(stored) ?? [];
  const bytes = Buffer.from(hash ?? '', 'base64');
  if (salt === undefined || bytes.length !== hashBytes) throw new Error('a stored password hash is damaged');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64'), hash: bytes };
}
