// SPDX-License-Identifier: Apache-2.0

/** How much is being recorded: of what is longer ago, less and less is remembered. */
export class RecordingLoad {
  readonly #windowMs: number;
  readonly #now: () => number;
  #underWay = 0;
  #share = 0;
  #events = 0;
  #countedAtMs: number;

  /** @param windowMs of what was so long ago, a third counts still */
  constructor(windowMs: number, now: () => number = () => performance.now()) {
    this.#windowMs = windowMs;
    this.#now = now;
    this.#countedAtMs = now();
  }

  /** The share of the time in which events were being taken in, 0 to 1. */
  get share(): number {
    this.#forget();
    return this.#share;
  }

  /** Without those that look-ups record of themselves. */
  get eventsPerSecond(): number {
    this.#forget();
    return (this.#events * 1_000) / this.#windowMs;
  }

  /** Runs what takes in so many events. */
  async during<Result>(events: number, work: () => Promise<Result>): Promise<Result> {
    this.#forget();
    this.#underWay++;
    this.#events += events;
    try {
      return await work();
    } finally {
      this.#forget();
      this.#underWay--;
    }
  }

  /** A look-up has begun: its own record is on its way. */
  lookedUp(): void {
    this.#forget();
    this.#events--;
  }

  #forget(): void {
    const atMs = this.#now();
    const kept = Math.exp((this.#countedAtMs - atMs) / this.#windowMs);
    this.#countedAtMs = atMs;
    this.#share = this.#share * kept + (this.#underWay > 0 ? 1 - kept : 0);
    this.#events *= kept;
  }
}
