// SPDX-License-Identifier: Apache-2.0
import { readerBytesPerSecondMin, unreadMsMax } from './limits.js';

/**
 * How long a reader may take for what is there for it, while it holds a thread that others wait for. It has `unreadMsMax` to
 * spend; what it takes earns it time again, at `readerBytesPerSecondMin`. So one who takes nothing is gone in time, and so is one
 * who takes a little every now and then; who reads faster than that stays, however long the answer is.
 */
export class ReaderPatience {
  #leftMs = unreadMsMax;
  #since: { readonly ms: number; readonly bytes: number } | undefined;

  /** Bytes are there for the reader now. @returns how long it may leave them there, ms */
  give(bytes: number, nowMs: number): number {
    this.#since = { ms: nowMs, bytes };
    return this.#leftMs;
  }

  /** It asks for more: it has taken what was there. */
  take(nowMs: number): void {
    if (this.#since === undefined) return;
    const { ms, bytes } = this.#since;
    const earnedMs = (bytes / readerBytesPerSecondMin) * 1_000;
    this.#leftMs = Math.max(0, Math.min(unreadMsMax, this.#leftMs - (nowMs - ms) + earnedMs));
    this.#since = undefined;
  }
}
