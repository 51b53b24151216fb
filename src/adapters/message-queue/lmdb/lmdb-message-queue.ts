// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../../ports/clock.js';
import {
  type DeadLetter,
  laneBytesMax,
  type MessageQueue,
  type MessageQueueCounts,
  MessageQueueFullError,
  type NewMessage,
  type QueuedDelivery,
  type Settlement,
} from '../../../ports/message-queue.js';
import { GroupCommit } from '../../lmdb/group-commit.js';
import { decodeDeliveryKey, encodeNumber, laneRange } from './queue-key.js';
import { type QueueLimits, writerLimits } from './queue-limits.js';
import { type DeadRow, decodeRow, type QueueTables, type WaitingRow } from './queue-tables.js';
import { QueueTotals } from './queue-totals.js';
import { QueueTransaction } from './queue-transaction.js';

export interface LmdbMessageQueueOptions {
  readonly clock: Clock;
  readonly limits: QueueLimits;
  readonly diskFreeBytes: () => number;
}

/** What a delivery costs in its transaction beside the body. */
const rowBytes = 500;

/**
 * Messages in LMDB: bodies once, deliveries by lane and due time. Every put and every settlement is one step of a
 * group commit (`adapters/lmdb/group-commit.ts`), durable when it resolves.
 */
export class LmdbMessageQueue implements MessageQueue {
  readonly #tables: QueueTables;
  readonly #options: LmdbMessageQueueOptions;
  readonly #totals: QueueTotals;
  readonly #writer: GroupCommit<QueueTransaction>;
  readonly #subscribers = new Set<(lanes: readonly string[]) => void>();
  #closing: Promise<void> | undefined;

  constructor(tables: QueueTables, options: LmdbMessageQueueOptions) {
    this.#tables = tables;
    this.#options = options;
    this.#totals = QueueTotals.count(tables);
    this.#writer = new GroupCommit(tables.env, {
      ...writerLimits,
      begin: () =>
        new QueueTransaction(tables, {
          limits: options.limits,
          totals: this.#totals,
          nowMs: options.clock.now(),
          onPut: (lanes) => this.#announce(lanes),
        }),
      toFull: (message, cause) => new MessageQueueFullError(message, cause),
    });
  }

  async put(messages: readonly NewMessage[]): Promise<void> {
    for (const { lanes } of messages) for (const lane of lanes) verifyLane(lane);
    const bytes = messages.reduce((sum, { body, lanes }) => sum + body.length + lanes.length * rowBytes, 0);
    if (this.#options.diskFreeBytes() - bytes < this.#options.limits.diskFreeBytesMin)
      throw new MessageQueueFullError('the disk of the message queue is full');
    await this.#writer.run(bytes, (transaction) => transaction.put(messages));
  }

  lanes(): ReadonlyMap<string, number> {
    const lanes = new Map<string, number>();
    for (const lane of this.#totals.lanes.keys()) {
      const dueAtMs = this.nextDueMs(lane);
      if (dueAtMs !== undefined) lanes.set(lane, dueAtMs);
    }
    return lanes;
  }

  due(lane: string, nowMs: number, limit: number): readonly QueuedDelivery[] {
    const found: QueuedDelivery[] = [];
    for (const { key, value } of this.#tables.waiting.getRange({ ...laneRange(lane, nowMs), limit })) {
      const { messageId, attempts, putAtMs } = decodeRow<WaitingRow>(value);
      const { dueAtMs } = decodeDeliveryKey(key);
      found.push({ lane, receipt: key.toString('hex'), messageId, attempts, putAtMs, dueAtMs });
    }
    return found;
  }

  nextDueMs(lane: string): number | undefined {
    const range = { ...laneRange(lane, Number.MAX_SAFE_INTEGER), limit: 1 };
    const [first] = Array.from(this.#tables.waiting.getKeys(range));
    return first === undefined ? undefined : decodeDeliveryKey(first).dueAtMs;
  }

  body({ receipt }: QueuedDelivery): Uint8Array | undefined {
    const value = this.#tables.waiting.getBinary(Buffer.from(receipt, 'hex'));
    return value === undefined ? undefined : this.#bodyOf(decodeRow<WaitingRow>(value));
  }

  async settle(delivery: QueuedDelivery, settlement: Settlement): Promise<void> {
    await this.#writer.run(rowBytes, (transaction) => transaction.settle(delivery, settlement), true);
  }

  deadLetters({ limit, lane }: { readonly limit: number; readonly lane?: string }): readonly DeadLetter[] {
    const found: DeadLetter[] = [];
    for (const { value } of this.#tables.dead.getRange({ reverse: true })) {
      if (found.length >= limit) break;
      const row = decodeRow<DeadRow>(value);
      if (lane !== undefined && row.lane !== lane) continue;
      const { messageId, attempts, putAtMs, deadAtMs, reason } = row;
      const body = this.#bodyOf(row) ?? new Uint8Array();
      found.push({ lane: row.lane, messageId, attempts, putAtMs, deadAtMs, reason, body });
    }
    return found;
  }

  counts(): MessageQueueCounts {
    const { deliveries, bytes, deadLetters } = this.#totals;
    return { waitingDeliveries: deliveries, bytes, deadLetters };
  }

  subscribe(onPut: (lanes: readonly string[]) => void): () => void {
    this.#subscribers.add(onPut);
    return () => this.#subscribers.delete(onPut);
  }

  close(): Promise<void> {
    this.#closing ??= this.#writer.close().then(() => this.#tables.env.close());
    return this.#closing;
  }

  #bodyOf({ message }: WaitingRow): Uint8Array | undefined {
    return this.#tables.bodies.getBinary(encodeNumber(message));
  }

  #announce(lanes: readonly string[]): void {
    for (const onPut of this.#subscribers) onPut(lanes);
  }
}

function verifyLane(lane: string): void {
  if (lane === '' || lane.includes('\0') || Buffer.byteLength(lane) > laneBytesMax)
    throw new TypeError(`a lane has 1 to ${laneBytesMax} bytes and no NUL`);
}
