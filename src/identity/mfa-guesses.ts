// SPDX-License-Identifier: Apache-2.0

/** Wrong codes that a device may get within the window before no more are looked at. */
const wrongMax = 10;
const windowMs = 5 * 60_000;
/** Devices remembered at once; beyond, the one that was tried longest ago is forgotten. */
const devicesMax = 10_000;

/**
 * Bounds how many codes can be tried on a device: three of a million are right at any time, so 10 tries in 5 minutes need
 * months. In memory only: a restart gives 10 more tries, and a wrong code must not become a change of state.
 */
export class MfaGuesses {
  readonly #wrong = new Map<string, { sinceMs: number; count: number }>();

  mayTry(serialNumber: string, nowMs: number): boolean {
    const wrong = this.#wrong.get(serialNumber);
    return wrong === undefined || wrong.count < wrongMax || this.#isOver(wrong.sinceMs, nowMs);
  }

  noteWrong(serialNumber: string, nowMs: number): void {
    const before = this.#wrong.get(serialNumber);
    const isNew = before === undefined || this.#isOver(before.sinceMs, nowMs);
    const wrong = isNew ? { sinceMs: nowMs, count: 1 } : { ...before, count: before.count + 1 };
    this.#wrong.delete(serialNumber);
    this.#wrong.set(serialNumber, wrong);
    if (this.#wrong.size <= devicesMax) return;
    const [oldest] = this.#wrong.keys();
    if (oldest !== undefined) this.#wrong.delete(oldest);
  }

  /** Also when the clock went back. */
  #isOver(sinceMs: number, nowMs: number): boolean {
    return nowMs - sinceMs >= windowMs || nowMs < sinceMs;
  }
}
