// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidPageTokenError, type LookupQuery } from '../../../ports/event-store.js';

/** Where a page ended, and what the first page saw. */
export interface PagePlace {
  /** The newest ordinal at the first page: later arrivals stay out. */
  readonly pinnedOrdinal: number;
  /** The look-up window of the first page holds for all. */
  readonly enteredSinceMs: number | undefined;
  /** The last event shown. */
  readonly eventTimeMs: number;
  readonly ordinal: number;
}

const version = 1;
const bodyBytes = 1 + 4 * 8 + 16;
const macBytes = 16;

/** Writes and reads page tokens. They carry a MAC: a token that was made up or changed is refused, not obeyed. */
export class PageTokens {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  write(query: LookupQuery, place: PagePlace): string {
    const token = Buffer.alloc(bodyBytes + macBytes);
    token.writeUInt8(version, 0);
    token.writeDoubleLE(place.pinnedOrdinal, 1);
    token.writeDoubleLE(place.enteredSinceMs ?? Number.NaN, 9);
    token.writeDoubleLE(place.eventTimeMs, 17);
    token.writeDoubleLE(place.ordinal, 25);
    digestOf(query).copy(token, 33);
    this.#mac(token).copy(token, bodyBytes);
    return token.toString('base64url');
  }

  /** Throws InvalidPageTokenError. */
  read(query: LookupQuery, text: string): PagePlace {
    const token = Buffer.from(text, 'base64url');
    if (token.length !== bodyBytes + macBytes || token.toString('base64url') !== text)
      throw new InvalidPageTokenError('not a page token');
    if (!timingSafeEqual(this.#mac(token), token.subarray(bodyBytes)))
      throw new InvalidPageTokenError('not a page token of this store');
    if (token.readUInt8(0) !== version) throw new InvalidPageTokenError('a page token of another version');
    if (!digestOf(query).equals(token.subarray(33, bodyBytes)))
      throw new InvalidPageTokenError('the page token is for other arguments');
    const enteredSinceMs = token.readDoubleLE(9);
    return {
      pinnedOrdinal: token.readDoubleLE(1),
      enteredSinceMs: Number.isNaN(enteredSinceMs) ? undefined : enteredSinceMs,
      eventTimeMs: token.readDoubleLE(17),
      ordinal: token.readDoubleLE(25),
    };
  }

  #mac(token: Buffer): Buffer {
    return createHmac('sha256', this.#key)
      .update(token.subarray(0, bodyBytes))
      .digest()
      .subarray(0, macBytes);
  }
}

/**
 * What must stay the same from page to page. Not the page size (AWS too lets it change), and not the look-up window,
 * which callers move with the clock: the first page's counts.
 */
function digestOf(query: LookupQuery): Buffer {
  const attributes = query.attributes.map(({ key, value }) => [key, value]).sort();
  const facts = [
    query.accountId,
    query.region ?? null,
    query.category ?? null,
    query.startTimeMs ?? null,
    query.endTimeMs ?? null,
    attributes,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest().subarray(0, 16);
}
