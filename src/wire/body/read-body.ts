// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash, hash } from 'node:crypto';
import { BodyFailure } from './body-failure.js';
import { type BodyRequest, declaredLength } from './body-source.js';

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
  const gathered = new GatheredBody(bytesMax);
  await gather(request, gathered);
  return gathered.read();
}

class GatheredBody {
  readonly #bytesMax: number;
  readonly #chunks: Buffer[] = [];
  #longHash: Hash | undefined;
  #size = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Throws BodyFailure (`tooLarge`). */
  add(chunk: Buffer): void {
    const chunks = this.#chunks;
    this.#size += chunk.length;
    if (this.#size > this.#bytesMax)
      throw new BodyFailure({ code: 'tooLarge', bytesMax: this.#bytesMax, bytesDeclared: undefined });
    chunks.push(chunk);
    if (chunks.length > 1) this.#longHash = (this.#longHash ?? hashOf(chunks[0] as Buffer)).update(chunk);
  }

  read(): ReadBody {
    const chunks = this.#chunks;
    // Nearly all bodies come in one piece: hashing that at once costs half of what a hash that goes on does.
    const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, this.#size);
    return { bytes, sha256: this.#longHash?.digest('hex') ?? hash('sha256', bytes) };
  }
}

/**
 * By listeners: the iterator of a stream (`bodyChunks`) takes more time and memory than verifying the signature does, and the
 * body of nearly every call comes this way. What is not read stays in the socket, as there.
 */
function gather({ body, withoutBody }: BodyRequest, into: GatheredBody): Promise<void> {
  if (withoutBody === true || body.readableEnded) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const leave = () =>
      body.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
    const onEnd = () => {
      leave();
      resolve();
    };
    const onBroken = (cause?: unknown) => {
      leave();
      reject(new BodyFailure({ code: 'incomplete' }, { cause: cause ?? new Error('the body was cut off') }));
    };
    const onData = (chunk: Buffer | string) => {
      try {
        into.add(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk));
      } catch (error) {
        leave();
        body.pause();
        reject(error as Error);
      }
    };
    body.on('error', onBroken).on('close', onBroken).on('end', onEnd).on('data', onData);
    if (body.destroyed) onBroken(body.errored);
  });
}

function hashOf(first: Buffer): Hash {
  return createHash('sha256').update(first);
}
