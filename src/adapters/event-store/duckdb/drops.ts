// SPDX-License-Identifier: Apache-2.0

/** Events that had come up to an ordinal and had entered before a time were dropped. */
export interface Drop {
  readonly enteredBeforeMs: number;
  readonly ordinalMax: number;
}

/** Which events were dropped: for what names them still when the index of columns does not. */
export class Drops {
  #drops: Drop[] = [];

  constructor(drops: readonly Drop[]) {
    for (const drop of drops) this.add(drop);
  }

  /** Returns those that count: a drop that goes as far in both is enough for the ones before it. */
  add(drop: Drop): readonly Drop[] {
    this.#drops = this.#drops.filter(
      ({ enteredBeforeMs, ordinalMax }) =>
        enteredBeforeMs > drop.enteredBeforeMs || ordinalMax > drop.ordinalMax,
    );
    this.#drops.push(drop);
    return this.#drops;
  }

  has(ordinal: number, enteredAtMs: number): boolean {
    for (const drop of this.#drops)
      if (ordinal <= drop.ordinalMax && enteredAtMs < drop.enteredBeforeMs) return true;
    return false;
  }
}
