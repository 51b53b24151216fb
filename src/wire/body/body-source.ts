// SPDX-License-Identifier: Apache-2.0
import type { WireRequest } from '../http.js';
import { BodyFailure } from './body-failure.js';

export type BodyRequest = Pick<WireRequest, 'headers' | 'body' | 'withoutBody'>;

/**
 * The bytes of a request's body. Rejects with BodyFailure (`incomplete`) when the connection ends early.
 *
 * Whoever stops reading leaves the rest in the socket, and the socket alive: the error has to go out on it first.
 * Closing the connection after the answer is the server's part.
 */
export async function* bodyChunks({ body, withoutBody }: BodyRequest): AsyncGenerator<Buffer, void> {
  // Most calls to read an object: the iterator of a stream costs more than all of their signature.
  if (withoutBody === true) return;
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    }
  } catch (cause) {
    throw new BodyFailure({ code: 'incomplete' }, { cause });
  }
}

/** Content-Length as a number; undefined when there is none (a chunked transfer) or it is no number. */
export function declaredLength(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['content-length'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
