// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash, hash } from 'node:crypto';
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
  const chunks: Buffer[] = [];
  let longHash: Hash | undefined;
  let size = 0;
  for await (const chunk of bodyChunks(request)) {
    size += chunk.length;
    if (size > bytesMax) throw new BodyFailure({ code: 'tooLarge', bytesMax, bytesDeclared: undefined });
    chunks.push(chunk);
    if (chunks.length > 1) longHash = (longHash ?? hashOf(chunks[0] as Buffer)).update(chunk);
  }
  // Nearly all bodies come in one piece: hashing that at once costs half of what a hash that goes on does.
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
  return { bytes, sha256: longHash?.digest('hex') ?? hash('sha256', bytes) };
}

function hashOf(first: Buffer): Hash {
  return createHash('sha256').update(first);
}
