// SPDX-License-Identifier: Apache-2.0
import { batchRestMsMax, batchShareMax, busyEventsPerSecond } from './limits.js';

/**
 * How long the next batch of segments waits behind the last one, so that those who want the freshest events share it: see
 * `limits.ts`. The history has one, and event data stores have one.
 */
export class BatchRest {
  #beganAtMs = Number.NEGATIVE_INFINITY;
  #restsUntilMs = Number.NEGATIVE_INFINITY;

  /** @param isFull the batch has left some behind, which are not to wait */
  note(batch: {
    readonly beganAtMs: number;
    readonly endedAtMs: number;
    readonly events: number;
    readonly isFull: boolean;
  }): void {
    const { beganAtMs, endedAtMs, events, isFull } = batch;
    const perSecond = (events * 1_000) / (beganAtMs - this.#beganAtMs);
    this.#beganAtMs = beganAtMs;
    const restMs = (endedAtMs - beganAtMs) * (1 / batchShareMax - 1);
    this.#restsUntilMs =
      isFull || perSecond < busyEventsPerSecond ? endedAtMs : endedAtMs + Math.min(restMs, batchRestMsMax);
  }

  leftMs(nowMs: number): number {
    return Math.max(0, this.#restsUntilMs - nowMs);
  }
}
