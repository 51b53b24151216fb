// SPDX-License-Identifier: Apache-2.0
import { lookupRestFactor, lookupRestMsMax } from './store-limits.js';

/** Of the event loop, so that tests can do without one. */
export interface TurnTimers {
  readonly now: () => number;
  /** Runs `turn` once, after at least so many ms; 0: in the next turn of the event loop. */
  readonly later: (turn: () => void, ms: number) => void;
}

const eventLoop: TurnTimers = {
  now: () => performance.now(),
  later: (turn, ms) => {
    if (ms > 0) setTimeout(turn, ms);
    else setImmediate(turn);
  },
};

/**
 * When look-ups begin. One in each turn of the event loop: what else the thread has to do waits for one of them, not for all
 * that came. While recording needs the machine they have what it can spare: one at a time, with rests that are a multiple of it.
 * Look-ups can wait (AWS answers two of them a second: CloudTrail User Guide, "Quotas in AWS CloudTrail"), what is to be recorded
 * comes anyway. How many wait is up to the caller.
 */
export class LookupTurns {
  readonly #isCrowded: () => boolean;
  readonly #timers: TurnTimers;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  #isTurning = false;

  /** @param isCrowded whether recording needs the machine now */
  constructor(isCrowded: () => boolean, timers: TurnTimers = eventLoop) {
    this.#isCrowded = isCrowded;
    this.#timers = timers;
  }

  /** Runs a look-up when it is its turn, in the order of the calls. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
    const startMs = this.#timers.now();
    try {
      return await work();
    } finally {
      this.#underWay--;
      const nowMs = this.#timers.now();
      this.#restsUntilMs = nowMs + Math.min(lookupRestMsMax, (nowMs - startMs) * lookupRestFactor);
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#isTurning || this.#waiting.length === 0) return;
    const isCrowded = this.#isCrowded();
    // The end of that one schedules the next.
    if (isCrowded && this.#underWay > 0) return;
    this.#isTurning = true;
    const restMs = isCrowded ? Math.max(0, this.#restsUntilMs - this.#timers.now()) : 0;
    this.#timers.later(() => this.#turn(), restMs);
  }

  #turn(): void {
    this.#isTurning = false;
    if (!this.#isCrowded() || this.#underWay === 0) {
      this.#underWay++;
      this.#waiting.shift()?.();
    }
    this.#schedule();
  }
}
