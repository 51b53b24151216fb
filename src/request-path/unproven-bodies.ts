// SPDX-License-Identifier: Apache-2.0
import type { WireRequest } from '../wire/http.js';

/**
 * Room in memory for the bodies of callers whose signature cannot be verified before the body is there, all together:
 * strangers may send as many as they like. 256 bodies of the largest size of most APIs, 100,000 of the usual one.
 */
const unprovenBytesMax = 256 * 1024 ** 2;

/** How long such a body may take. The largest is a few MiB: what is slower only wants to hold its place. */
const unprovenMsMax = 30_000;

/** Refused: there is no room for one more. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

/** Bounds what callers whom nobody knows yet can make the server hold. */
export class UnprovenBodies {
  #bytes = 0;
  readonly #bytesMax: number;
  readonly #msMax: number;

  constructor(limits: { readonly bytesMax?: number; readonly msMax?: number } = {}) {
    this.#bytesMax = limits.bytesMax ?? unprovenBytesMax;
    this.#msMax = limits.msMax ?? unprovenMsMax;
  }

  /**
   * Runs `read` while room for the request's body is held: as much as it declares, at most `bytesMax`, which `read`
   * must not pass. A body that takes too long ends with its connection. Throws NoRoomError.
   */
  async holding<T>(request: WireRequest, bytesMax: number, read: () => Promise<T>): Promise<T> {
    const declared = /^\d{1,15}$/.exec(request.headers['content-length'] ?? '')?.[0];
    const isChunked = request.headers['transfer-encoding'] !== undefined;
    const bytes = Math.min(bytesMax, isChunked ? bytesMax : Number(declared ?? 0));
    if (this.#bytes + bytes > this.#bytesMax)
      throw new NoRoomError('too many unverified bodies are on their way');
    this.#bytes += bytes;
    const overdue = setTimeout(() => request.body.destroy(new Error('the body takes too long')), this.#msMax);
    try {
      return await read();
    } finally {
      clearTimeout(overdue);
      this.#bytes -= bytes;
    }
  }
}
