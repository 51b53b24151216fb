// SPDX-License-Identifier: Apache-2.0

/**
 * Lets one piece of work begin in each turn of the event loop: what else the thread has to do waits for one of them, not
 * for all that came. How many wait is up to the caller.
 */
export class OnePerTurn {
  readonly #waiting: (() => void)[] = [];
  #isTurning = false;

  /** Resolves when it is the caller's turn, in the order of the calls. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#isTurning) return;
      this.#isTurning = true;
      setImmediate(() => this.#turn());
    });
  }

  #turn(): void {
    this.#waiting.shift()?.();
    this.#isTurning = this.#waiting.length > 0;
    if (this.#isTurning) setImmediate(() => this.#turn());
  }
}
