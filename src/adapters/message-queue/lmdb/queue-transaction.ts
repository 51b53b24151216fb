// SPDX-License-Identifier: Apache-2.0
import {
  MessageQueueFullError,
  type NewMessage,
  type QueuedDelivery,
  type Settlement,
} from '../../../ports/message-queue.js';
import { type GroupTransaction, JobRefused } from '../../lmdb/group-commit.js';
import { decodeNumber, encodeDeliveryKey, encodeNumber } from './queue-key.js';
import type { QueueLimits } from './queue-limits.js';
import { type DeadRow, decodeRow, encodeRow, type QueueTables, type WaitingRow } from './queue-tables.js';
import type { QueueTotals } from './queue-totals.js';

const counterKey = Buffer.from('counter');

/** Said in a dead letter of a lane that has its share of the queue already. */
const laneFullReason = 'too many messages wait for this subscription';

export interface QueueTransactionOptions {
  readonly limits: QueueLimits;
  readonly totals: QueueTotals;
  readonly nowMs: number;
  readonly onPut: (lanes: readonly string[]) => void;
}

/**
 * One group of changes to the queue in one LMDB transaction. What changes of the totals is kept apart until the commit
 * is durable: a transaction that fails leaves them as they were.
 */
export class QueueTransaction implements GroupTransaction {
  readonly #tables: QueueTables;
  readonly #options: QueueTransactionOptions;
  readonly #afterwards: ((totals: QueueTotals) => void)[] = [];
  readonly #lanes = new Set<string>();
  /** What the totals become with this transaction. */
  #deliveries: number;
  #bytes: number;
  readonly #laneChanges = new Map<string, { deliveries: number; bytes: number }>();
  #dead: number;
  #deadBytes: number;
  #counter: number | undefined;

  constructor(tables: QueueTables, options: QueueTransactionOptions) {
    this.#tables = tables;
    this.#options = options;
    const { totals } = options;
    this.#deliveries = totals.deliveries;
    this.#bytes = totals.bytes;
    this.#dead = totals.deadLetters;
    this.#deadBytes = totals.deadBytes;
  }

  put(messages: readonly NewMessage[]): void {
    this.#verifyRoom(messages);
    for (const message of messages) this.#putOne(message);
  }

  /** Nothing happens for a delivery that is settled already. */
  settle(delivery: QueuedDelivery, settlement: Settlement): void {
    const key = Buffer.from(delivery.receipt, 'hex');
    const value = this.#tables.waiting.getBinary(key);
    if (value === undefined) return;
    const row = decodeRow<WaitingRow>(value);
    this.#tables.waiting.removeSync(key);
    if (settlement.kind === 'retry') {
      const retried = { ...row, attempts: row.attempts + 1 };
      const again = encodeDeliveryKey(delivery.lane, settlement.dueAtMs, this.#next());
      this.#tables.waiting.putSync(again, encodeRow(retried));
      return;
    }
    this.#countLane(delivery.lane, -1, -row.bytes);
    this.#deliveries -= 1;
    this.#afterwards.push((totals) => totals.removeWaiting(delivery.lane, row.bytes));
    if (settlement.kind === 'dead') {
      this.#bury({ ...row, attempts: row.attempts + 1 }, delivery.lane, settlement.reason);
      this.#trimDead();
    } else this.#release(row);
  }

  seal(): void {
    if (this.#counter !== undefined) this.#tables.meta.putSync(counterKey, encodeNumber(this.#counter));
  }

  committed(): void {
    for (const change of this.#afterwards) change(this.#options.totals);
  }

  announce(): void {
    if (this.#lanes.size > 0) this.#options.onPut([...this.#lanes]);
  }

  #verifyRoom(messages: readonly NewMessage[]): void {
    const { bytesMax, deliveriesMax } = this.#options.limits;
    const bytes = messages.reduce((sum, { body }) => sum + body.length, 0);
    const deliveries = messages.reduce((sum, { lanes }) => sum + lanes.length, 0);
    if (this.#bytes + bytes > bytesMax || this.#deliveries + deliveries > deliveriesMax) {
      throw new JobRefused(
        new MessageQueueFullError(`${this.#deliveries} deliveries of ${this.#bytes} bytes are waiting`),
      );
    }
  }

  #putOne({ id, body, lanes }: NewMessage): void {
    if (lanes.length === 0) return;
    const message = this.#next();
    const bytes = body.length;
    const row = { message, messageId: id, attempts: 0, putAtMs: this.#options.nowMs, bytes };
    this.#tables.bodies.putSync(encodeNumber(message), Buffer.from(body));
    this.#setUses(message, lanes.length);
    this.#bytes += bytes;
    this.#afterwards.push((totals) => {
      totals.bytes += bytes;
    });
    for (const lane of lanes) {
      if (this.#isLaneFull(lane, bytes)) this.#bury(row, lane, laneFullReason);
      else this.#wait(lane, row);
    }
    this.#trimDead();
  }

  #wait(lane: string, row: WaitingRow): void {
    const key = encodeDeliveryKey(lane, this.#options.nowMs, this.#next());
    this.#tables.waiting.putSync(key, encodeRow(row));
    this.#lanes.add(lane);
    this.#deliveries += 1;
    this.#countLane(lane, 1, row.bytes);
    this.#afterwards.push((totals) => totals.addWaiting(lane, row.bytes));
  }

  #isLaneFull(lane: string, bytes: number): boolean {
    const { laneBytesMax, laneDeliveriesMax } = this.#options.limits;
    const known = this.#options.totals.lanes.get(lane);
    const change = this.#laneChanges.get(lane);
    const deliveries = (known?.deliveries ?? 0) + (change?.deliveries ?? 0);
    const waiting = (known?.bytes ?? 0) + (change?.bytes ?? 0);
    return deliveries >= laneDeliveriesMax || (deliveries > 0 && waiting + bytes > laneBytesMax);
  }

  #countLane(lane: string, deliveries: number, bytes: number): void {
    const change = this.#laneChanges.get(lane) ?? { deliveries: 0, bytes: 0 };
    change.deliveries += deliveries;
    change.bytes += bytes;
    this.#laneChanges.set(lane, change);
  }

  /** The body stays with the dead letter. */
  #bury(row: WaitingRow, lane: string, reason: string): void {
    const dead: DeadRow = { ...row, lane, deadAtMs: this.#options.nowMs, reason };
    this.#tables.dead.putSync(encodeNumber(this.#next()), encodeRow(dead));
    this.#countDead(row.bytes, 1);
  }

  #countDead(bytes: number, by: 1 | -1): void {
    this.#dead += by;
    this.#deadBytes += by * bytes;
    this.#afterwards.push((totals) => totals.addDead(bytes, by));
  }

  #trimDead(): void {
    const { deadLettersMax, deadBytesMax } = this.#options.limits;
    while (this.#dead > deadLettersMax || (this.#dead > 1 && this.#deadBytes > deadBytesMax)) {
      const [oldest] = Array.from(this.#tables.dead.getRange({ limit: 1 }));
      if (oldest === undefined) return;
      const row = decodeRow<DeadRow>(oldest.value);
      this.#tables.dead.removeSync(oldest.key);
      this.#countDead(row.bytes, -1);
      this.#release(row);
    }
  }

  /** One user less of a body; the last one takes it away. */
  #release({ message, bytes }: WaitingRow): void {
    const uses = (this.#tables.uses.getBinary(encodeNumber(message))?.readUInt32BE(0) ?? 0) - 1;
    if (uses > 0) {
      this.#setUses(message, uses);
      return;
    }
    this.#tables.uses.removeSync(encodeNumber(message));
    this.#tables.bodies.removeSync(encodeNumber(message));
    this.#bytes -= bytes;
    this.#afterwards.push((totals) => {
      totals.bytes -= bytes;
    });
  }

  #setUses(message: number, uses: number): void {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(uses);
    this.#tables.uses.putSync(encodeNumber(message), value);
  }

  #next(): number {
    if (this.#counter === undefined) {
      const stored = this.#tables.meta.getBinary(counterKey);
      this.#counter = stored === undefined ? 0 : decodeNumber(stored);
    }
    return ++this.#counter;
  }
}
