// SPDX-License-Identifier: Apache-2.0

/** Something in the history's folder that is not what was written. */
export interface StoreDamage {
  readonly file: string;
  readonly reason: string;
}

export interface VerifiedHistory {
  readonly events: number;
  readonly recordBytes: number;
  readonly runs: number;
  readonly damages: readonly StoreDamage[];
  /** More than these are counted only. */
  readonly damageCount: number;
}

export const damagesToldMax = 200;

export class Damages {
  readonly told: StoreDamage[] = [];
  count = 0;

  add(file: string, reason: string): void {
    this.count++;
    if (this.told.length < damagesToldMax) this.told.push({ file, reason });
  }
}

export type OnProgress = (doneBytes: number, ofBytes: number) => void;
