// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { BodyFailure } from './body-failure.js';
import { type BodyRequest, bodyChunks, declaredLength } from './body-source.js';

export interface ReadBody {
  readonly bytes: Buffer;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads a whole body into memory. Rejects with BodyFailure: `tooLarge` before anything is read when Content-Length
 * says so, otherwise as soon as the limit is passed; `incomplete` when the connection ends early.
 * Slow senders are timed out by the server, not here.
 */
export async function readBody(
  request: BodyRequest,
  options: { readonly bytesMax: number },
): Promise<ReadBody> {
  const { bytesMax } = options;
  const bytesDeclared = declaredLength(request.headers);
  if (bytesDeclared !== undefined && bytesDeclared > bytesMax) {
    throw new BodyFailure({ code: 'tooLarge', bytesMax, bytesDeclared });
  }
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyChunks(request)) {
    size += chunk.length;
    if (size > bytesMax) throw new BodyFailure({ code: 'tooLarge', bytesMax, bytesDeclared: undefined });
    hash.update(chunk);
    chunks.push(chunk);
  }
  const [only] = chunks;
  return {
    bytes: chunks.length === 1 && only ? only : Buffer.concat(chunks, size),
    sha256: hash.digest('hex'),
  };
}
