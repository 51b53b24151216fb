// SPDX-License-Identifier: Apache-2.0

/**
 * Where time comes from. Nothing else in Cairn calls `Date.now()` or `new Date()` for the current time, so that
 * tests can set the clock, also backwards.
 */
export interface Clock {
  /** The current time in milliseconds since 1970-01-01T00:00:00Z. May go backwards. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock for tests: stands still until it is told otherwise. */
export class ManualClock implements Clock {
  #timeMs: number;

  constructor(timeMs: number) {
    this.#timeMs = timeMs;
  }

  now(): number {
    return this.#timeMs;
  }

  set(timeMs: number): void {
    this.#timeMs = timeMs;
  }

  advance(ms: number): void {
    this.#timeMs += ms;
  }
}
