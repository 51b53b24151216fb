// SPDX-License-Identifier: Apache-2.0
import type { Position } from '../../../ports/event-log.js';
import type { Place } from './parsed-batch.js';

/**
 * What a batch's texts do not say, written behind its blocks: from these and the texts the whole index can be made again.
 * JSON, compressed: a thousand numbers for 60,000 events of imports.
 */
export interface BatchFacts {
  /** The log's position behind the batch. */
  readonly position: Position;
  readonly places: readonly Place[];
  /** All new rows of the batch, in order of arrival. */
  readonly rows: readonly RowStretch[];
}

/**
 * Records that follow each other in one block and have the rest in common:
 * block address, first slot, how many, index into `places`, category's code, entered-at (ms since the epoch).
 */
export type RowStretch = readonly [
  address: number,
  slot: number,
  count: number,
  place: number,
  category: number,
  enteredAtMs: number,
];

/** Collects the rows of a batch in order of arrival. */
export class RowStretches {
  readonly #stretches: [number, number, number, number, number, number][] = [];

  add(address: number, slot: number, place: number, category: number, enteredAtMs: number): void {
    const last = this.#stretches.at(-1);
    if (
      last !== undefined &&
      last[0] === address &&
      last[1] + last[2] === slot &&
      last[3] === place &&
      last[4] === category &&
      last[5] === enteredAtMs
    )
      last[2]++;
    else this.#stretches.push([address, slot, 1, place, category, enteredAtMs]);
  }

  get all(): readonly RowStretch[] {
    return this.#stretches;
  }
}
