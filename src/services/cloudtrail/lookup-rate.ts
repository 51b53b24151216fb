// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import { WireError } from '../../wire/wire-error.js';

/** Callers (account and Region) that are remembered at once; the longest quiet ones are forgotten first. */
const callersMax = 10_000;

/**
 * At most so many calls a second for each account and Region, as AWS limits LookupEvents to two
 * (CloudTrail API Reference, "LookupEvents"). A second's worth may come at once.
 */
export class LookupRate {
  readonly #ratePerSecond: number;
  readonly #clock: Clock;
  readonly #callers = new Map<string, { tokens: number; atMs: number }>();

  constructor(ratePerSecond: number, clock: Clock) {
    this.#ratePerSecond = ratePerSecond;
    this.#clock = clock;
  }

  /** Throws ThrottlingException for a call too many. */
  take(accountId: string, region: string): void {
    const key = `${accountId}/${region}`;
    const nowMs = this.#clock.now();
    const before = this.#callers.get(key) ?? { tokens: this.#ratePerSecond, atMs: nowMs };
    const earned = (Math.max(0, nowMs - before.atMs) / 1000) * this.#ratePerSecond;
    const tokens = Math.min(Math.max(1, this.#ratePerSecond), before.tokens + earned);
    this.#remember(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    if (tokens < 1) throw new WireError('ThrottlingException', 'Rate exceeded', { status: 400 });
  }

  #remember(key: string, state: { tokens: number; atMs: number }): void {
    this.#callers.delete(key);
    this.#callers.set(key, state);
    if (this.#callers.size > callersMax) this.#callers.delete(this.#callers.keys().next().value as string);
  }
}
