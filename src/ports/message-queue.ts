// SPDX-License-Identifier: Apache-2.0

/** A message for one or more lanes (a lane is a subscription). Each lane gets a delivery of its own. */
export interface NewMessage {
  /** The MessageId that was answered to the publisher. Not a key: a message may be put twice. */
  readonly id: string;
  /** What the sender of the message made of it; the queue does not look inside. */
  readonly body: Uint8Array;
  /** Each at most `laneBytesMax` bytes of UTF-8, without NUL. */
  readonly lanes: readonly string[];
}

/** One message on its way to one lane. */
export interface QueuedDelivery {
  readonly lane: string;
  /** Names the delivery until it is settled. Opaque. */
  readonly receipt: string;
  readonly messageId: string;
  /** Attempts that failed so far. */
  readonly attempts: number;
  /** ms since the epoch, by the clock of the queue. */
  readonly putAtMs: number;
  readonly dueAtMs: number;
}

export type Settlement =
  | { readonly kind: 'delivered' }
  /** Not delivered: due again at `dueAtMs`; the failed attempt is counted. */
  | { readonly kind: 'retry'; readonly dueAtMs: number }
  /** Given up: goes to the dead letters, with the reason. */
  | { readonly kind: 'dead'; readonly reason: string }
  /** Nobody wants it any more (the subscription is gone): goes without a trace. */
  | { readonly kind: 'void' };

/** A delivery that was given up, as it is kept for the operator. */
export interface DeadLetter {
  readonly lane: string;
  readonly messageId: string;
  readonly attempts: number;
  readonly putAtMs: number;
  readonly deadAtMs: number;
  /** Why, in words that hold nothing of the message: `HTTP 404`, `connection refused`. */
  readonly reason: string;
  readonly body: Uint8Array;
}

export interface MessageQueueCounts {
  readonly waitingDeliveries: number;
  /** Message bodies that are kept, dead letters' included. */
  readonly bytes: number;
  readonly deadLetters: number;
}

/** Refused: the queue (or its disk) is full. Nothing was put. Callers answer "throttled". */
export class MessageQueueFullError extends Error {
  override readonly name = 'MessageQueueFullError';
}

/** What a lane can be called, in bytes of UTF-8. The longest subscription ARN has about 350. */
export const laneBytesMax = 512;

/**
 * Messages on their way to subscribers.
 *
 * Obligations of every adapter:
 * - `put` MUST resolve only when all its messages are durable (kill -9, power loss); all of them or none.
 * - A delivery that was put MUST be given by `due` again and again, also by a later process, until it is settled.
 *   It MAY be given again after it was settled when the process died meanwhile: delivery is at least once.
 * - `settle` MUST be durable when it resolves. Settling what is settled already MUST be no error.
 * - A full queue MUST refuse the whole put with MessageQueueFullError and MUST NOT disturb anything else; settling MUST
 *   still be possible.
 * - One lane MUST NOT fill the queue: what is put to a lane that has its share goes to the dead letters at once.
 * - Dead letters are bounded; the oldest go first, and are counted.
 */
export interface MessageQueue {
  put(messages: readonly NewMessage[]): Promise<void>;
  /** Lanes that have deliveries waiting, each with the time of its earliest one (ms since the epoch). */
  lanes(): ReadonlyMap<string, number>;
  /** Deliveries of a lane that are due by `nowMs`, earliest first. */
  due(lane: string, nowMs: number, limit: number): readonly QueuedDelivery[];
  /** When the earliest delivery of a lane is due; undefined when none waits. */
  nextDueMs(lane: string): number | undefined;
  /** The message of a delivery; undefined when it is settled. */
  body(delivery: QueuedDelivery): Uint8Array | undefined;
  settle(delivery: QueuedDelivery, settlement: Settlement): Promise<void>;
  /** Dead letters, newest first. */
  deadLetters(options: { readonly limit: number; readonly lane?: string }): readonly DeadLetter[];
  counts(): MessageQueueCounts;
  /** Calls back, soon after a put is durable, with the lanes that got something. Returns the way to stop. */
  subscribe(onPut: (lanes: readonly string[]) => void): () => void;
  close(): Promise<void>;
}
