// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { MessageQueue, QueuedDelivery, Settlement } from '../../ports/message-queue.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import { type DeliveryPolicy, retryDelayMs } from '../../topics/delivery-policy.js';
import { decodeMessage, type TopicMessage } from '../../topics/topic-message.js';
import type { After } from '../delivery/timers.js';
import {
  failingDeliveriesMax,
  healthyDeliveriesMax,
  jitterPart,
  laneDeliveriesMax,
  lookAgainMs,
  settleAgainMs,
  sleepMsMax,
} from './limits.js';
import type { Post, PostOutcome } from './post-notice.js';
import type { Prepared } from './prepare-delivery.js';

export interface NoticeSenderOptions {
  readonly queue: MessageQueue;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly after: After;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  readonly prepare: (message: TopicMessage, lane: string) => Prepared | Promise<Prepared>;
  readonly post: (post: Post, signal: AbortSignal) => Promise<PostOutcome>;
  readonly onOutcome: (outcome: 'delivered' | 'retried' | 'dead') => void;
}

/** What is known of a subscriber while something is on its way to it. */
interface Lane {
  /** Receipts of deliveries under way, or resting for a moment. */
  readonly held: Set<string>;
  /** Its last answer was a failure. */
  isFailing: boolean;
  /** Between two deliveries, by `maxReceivesPerSecond`; undefined until the first one told. */
  gapMs: number | undefined;
  nextAtMs: number;
  wake: (() => void) | undefined;
}

/**
 * Brings what is in the queue to subscribers.
 *
 * Invariants:
 * - A delivery leaves the queue only by an answer of its subscriber, by its retries running out, or because nobody
 *   waits for it any more; whatever fails here leaves it where it is.
 * - Subscribers that fail have places of their own, so that no number of them takes those of the others.
 */
export class NoticeSender {
  readonly #options: NoticeSenderOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes to look at, the longest waiting first. */
  readonly #ready = new Set<string>();
  readonly #stopped = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #healthy = 0;
  #failing = 0;
  #isPumping = false;
  readonly #unsubscribe: () => void;

  constructor(options: NoticeSenderOptions) {
    this.#options = options;
    this.#unsubscribe = options.queue.subscribe((lanes) => this.#look(...lanes));
    this.#look(...options.queue.lanes().keys());
  }

  /** Calls off what is under way: it comes again after the next start. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopped.abort();
    for (const lane of this.#lanes.values()) lane.wake?.();
    await Promise.all(this.#underWay);
  }

  #look(...lanes: readonly string[]): void {
    if (this.#stopped.signal.aborted) return;
    for (const lane of lanes) this.#ready.add(lane);
    if (this.#isPumping) return;
    this.#isPumping = true;
    // Behind whatever made them ready: several become one look.
    queueMicrotask(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#stopped.signal.aborted) return;
    for (const name of [...this.#ready]) {
      const lane = this.#lane(name);
      // Without a place it stays ready: whoever is done looks again.
      if (this.#places(lane) <= 0) continue;
      this.#ready.delete(name);
      this.#startOrRest(name, lane);
    }
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = { held: new Set(), isFailing: false, gapMs: undefined, nextAtMs: 0, wake: undefined };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #places(lane: Lane): number {
    return lane.isFailing ? failingDeliveriesMax - this.#failing : healthyDeliveriesMax - this.#healthy;
  }

  /** A queue that cannot be read must not end the process: it would do so again at each start. */
  #startOrRest(name: string, lane: Lane): void {
    try {
      this.#start(name, lane);
    } catch (error) {
      this.#options.log.error({ err: error, subscriptionArn: name }, 'notices wait: they could not be read');
      this.#wakeIn(name, lane, settleAgainMs);
    }
  }

  #start(name: string, lane: Lane): void {
    const { queue, clock } = this.#options;
    const nowMs = clock.now();
    if (lane.nextAtMs > nowMs) {
      this.#wakeIn(name, lane, lane.nextAtMs - nowMs);
      return;
    }
    const atOnceMax = lane.isFailing || lane.gapMs !== 0 ? 1 : laneDeliveriesMax;
    const count = Math.min(atOnceMax - lane.held.size, this.#places(lane));
    if (count <= 0) return;
    const due = queue
      .due(name, nowMs, lane.held.size + count)
      .filter(({ receipt }) => !lane.held.has(receipt))
      .slice(0, count);
    for (const delivery of due) this.#hold(name, lane, delivery);
    if (lane.held.size === 0) this.#sleep(name, lane, nowMs);
  }

  /** Nothing is due: until something is, or for good. */
  #sleep(name: string, lane: Lane, nowMs: number): void {
    const nextMs = this.#options.queue.nextDueMs(name);
    if (nextMs !== undefined) this.#wakeIn(name, lane, nextMs - nowMs);
    else if (!lane.isFailing && lane.nextAtMs <= nowMs) this.#lanes.delete(name);
  }

  #wakeIn(name: string, lane: Lane, ms: number): void {
    lane.wake?.();
    lane.wake = this.#options.after(Math.max(1, Math.min(ms, sleepMsMax)), () => {
      lane.wake = undefined;
      this.#look(name);
    });
  }

  #hold(name: string, lane: Lane, delivery: QueuedDelivery): void {
    const wasFailing = lane.isFailing;
    lane.held.add(delivery.receipt);
    if (wasFailing) this.#failing += 1;
    else this.#healthy += 1;
    const work = this.#deliver(lane, delivery)
      .catch((error: unknown) => {
        this.#options.log.error(
          { err: error, subscriptionArn: name },
          'a notice waits: its delivery failed here',
        );
        return settleAgainMs;
      })
      .then((restMs) => {
        if (wasFailing) this.#failing -= 1;
        else this.#healthy -= 1;
        this.#underWay.delete(work);
        this.#release(name, lane, delivery, restMs);
      });
    this.#underWay.add(work);
  }

  #release(name: string, lane: Lane, { receipt }: QueuedDelivery, restMs: number): void {
    const free = () => {
      lane.held.delete(receipt);
      this.#look(name);
    };
    if (restMs === 0) free();
    else if (!this.#stopped.signal.aborted) this.#options.after(restMs, free);
    // Somebody else may have waited for the place.
    this.#look();
  }

  /** Answers how long the delivery is to be left alone now, in ms. */
  async #deliver(lane: Lane, delivery: QueuedDelivery): Promise<number> {
    const { queue, prepare, post, clock } = this.#options;
    const body = queue.body(delivery);
    if (body === undefined) return 0;
    const prepared = await prepare(decodeMessage(body), delivery.lane);
    if (prepared.kind === 'later') return lookAgainMs;
    if (prepared.kind === 'void') {
      await queue.settle(delivery, { kind: 'void' });
      return 0;
    }
    const { maxReceivesPerSecond } = prepared.policy;
    const isNew = lane.gapMs === undefined;
    lane.gapMs = maxReceivesPerSecond === undefined ? 0 : 1_000 / maxReceivesPerSecond;
    lane.nextAtMs = clock.now() + lane.gapMs;
    // Now that it is known, more of them may go at once.
    if (isNew) this.#look(delivery.lane);
    const outcome = await post(prepared.post, this.#stopped.signal);
    if (outcome.kind === 'aborted') return settleAgainMs;
    const settlement = this.#settlementOf(outcome, delivery, prepared.policy);
    lane.isFailing = settlement.kind !== 'delivered';
    await queue.settle(delivery, settlement);
    this.#tell(delivery, settlement);
    return 0;
  }

  /**
   * 2xx is taken; 5xx, 429 and no answer are tried again; everything else (4xx, a redirect) would be no different the next
   * time. Source: SNS Developer Guide, "Amazon SNS dead-letter queues", client-side and server-side errors.
   */
  #settlementOf(
    outcome: Exclude<PostOutcome, { kind: 'aborted' }>,
    { attempts }: QueuedDelivery,
    { retry }: DeliveryPolicy,
  ): Settlement {
    if (outcome.kind === 'refused') return { kind: 'dead', reason: outcome.reason };
    const status = outcome.kind === 'answered' ? outcome.status : undefined;
    if (status !== undefined && status >= 200 && status < 300) return { kind: 'delivered' };
    const reason = outcome.kind === 'answered' ? `HTTP ${outcome.status}` : outcome.reason;
    if (status !== undefined && status < 500 && status !== 429) return { kind: 'dead', reason };
    const delayMs = retryDelayMs(retry, attempts + 1);
    if (delayMs === undefined) return { kind: 'dead', reason };
    const jitterMs = Math.floor(delayMs * jitterPart * this.#options.random());
    return { kind: 'retry', dueAtMs: this.#options.clock.now() + delayMs + jitterMs };
  }

  #tell({ lane, messageId, attempts }: QueuedDelivery, settlement: Settlement): void {
    const { log, onOutcome } = this.#options;
    onOutcome(settlement.kind === 'retry' ? 'retried' : settlement.kind === 'dead' ? 'dead' : 'delivered');
    if (settlement.kind !== 'dead') return;
    const facts = { subscriptionArn: lane, messageId, attempts: attempts + 1, reason: settlement.reason };
    log.warn(facts, 'a notice was given up: it is among the dead letters');
  }
}
