// SPDX-License-Identifier: Apache-2.0
import { decodeDeliveryKey } from './queue-key.js';
import { type DeadRow, decodeRow, type QueueTables, type WaitingRow } from './queue-tables.js';

export interface LaneTotals {
  deliveries: number;
  bytes: number;
}

/** How full the queue is, counted once when it is opened and kept up with every commit. */
export class QueueTotals {
  readonly lanes = new Map<string, LaneTotals>();
  deliveries = 0;
  /** Of bodies, each counted once however many lanes wait for it. */
  bytes = 0;
  deadLetters = 0;
  deadBytes = 0;

  static count({ waiting, bodies, dead }: QueueTables): QueueTotals {
    const totals = new QueueTotals();
    for (const { key, value } of waiting.getRange()) {
      const row = decodeRow<WaitingRow>(value);
      totals.addWaiting(decodeDeliveryKey(key).lane, row.bytes);
    }
    for (const { value } of bodies.getRange()) totals.bytes += value.length;
    for (const { value } of dead.getRange()) totals.addDead(decodeRow<DeadRow>(value).bytes, 1);
    return totals;
  }

  addWaiting(lane: string, bytes: number): void {
    const totals = this.lanes.get(lane) ?? { deliveries: 0, bytes: 0 };
    totals.deliveries += 1;
    totals.bytes += bytes;
    this.lanes.set(lane, totals);
    this.deliveries += 1;
  }

  removeWaiting(lane: string, bytes: number): void {
    const totals = this.lanes.get(lane);
    if (totals === undefined) return;
    totals.deliveries -= 1;
    totals.bytes -= bytes;
    this.deliveries -= 1;
    if (totals.deliveries === 0) this.lanes.delete(lane);
  }

  addDead(bytes: number, by: 1 | -1): void {
    this.deadLetters += by;
    this.deadBytes += by * bytes;
  }
}
