// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { SideDeliveryStatus } from '../../trails/delivery-status.js';
import type { SavedTrails } from '../../trails/trail-fold.js';
import type { LogDestination } from '../delivery/log-destination.js';
import type { Manifest } from '../delivery/manifest.js';
import { type OutboxDisk, openOutboxDisk } from '../delivery/outbox-disk.js';
import type { Delivery } from '../delivery/start-delivery.js';
import { type After, afterMs } from '../delivery/timers.js';
import { DigestStatuses } from './digest-statuses.js';
import { DigestUploader } from './digest-uploader.js';
import { DigestWork } from './digest-work.js';
import { restartMs, stopMsMax, tickMs } from './limits.js';
import type { SigningKeys } from './signing-keys.js';

export interface DigestsOptions {
  readonly eventLog: EventLog;
  readonly destination: LogDestination;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly keys: Pick<SigningKeys, 'keyFor'>;
  /** The folder of books and finished digests, made when it is not there; nothing else may be in it. */
  readonly dir: string;
  /** How much time one digest covers: whole seconds, 1 s to a day. */
  readonly intervalMs: number;
  /** Trails that were there before digests were first made, as `TrailFold.save` gives them. */
  readonly trails: () => SavedTrails;
  /** The flushes of which the outbox of log files still holds some, once removals from it are durable. */
  readonly undelivered: () => Promise<ReadonlySet<number>>;
  /** In place of the folder `dir`, for tests. */
  readonly disk?: OutboxDisk;
  readonly after?: After;
  /** 0 (inclusive) to 1 (exclusive), for the jitter of retries. */
  readonly random?: () => number;
  /** In place of `startGraceMs`. */
  readonly graceMs?: number;
}

/** What digests ask of the delivery of log files. */
export type DeliveryProgress = Pick<Delivery, 'committed' | 'oldestFlush'>;

export interface Digests {
  /**
   * Enters a delivered log file in the books; resolves when that is durable. Calling it again for a file changes nothing.
   * Must be waited for before the file leaves the outbox of log files.
   */
  onDelivered(manifest: Manifest, deliveredAtMs: number): Promise<void>;
  /** Until then no chain that was told to end gets its final digest. */
  attach(delivery: DeliveryProgress): void;
  status(trailArn: string): SideDeliveryStatus | undefined;
  /** Finished digests that wait for their buckets. */
  waitingDigests(): number;
  /** For how long digests could not be made now, ms; 0 when they can. */
  failingMs(): number;
  /** Makes every digest that is due now, and tries to upload whatever waits. Rejects when they could not be made. */
  runNow(): Promise<void>;
  /** Tries each upload once more, and ends within `stopMsMax`. Intervals that are not over stay open. */
  stop(): Promise<void>;
}

/** Starts making digests. Must be started before the delivery whose files it books. */
export async function startDigests(options: DigestsOptions): Promise<Digests> {
  const digests = new RunningDigests(options, options.disk ?? (await openOutboxDisk(options.dir)));
  await digests.start();
  return digests;
}

class RunningDigests implements Digests {
  readonly #options: DigestsOptions;
  readonly #work: DigestWork;
  readonly #statuses: DigestStatuses;
  readonly #after: After;
  readonly #uploaders = new Map<string, DigestUploader>();
  #turn: Promise<unknown> = Promise.resolve();
  #needsLoad = true;
  #isStopping = false;
  #failingSince: number | undefined;
  #callOffTick = (): void => {};

  constructor(options: DigestsOptions, disk: OutboxDisk) {
    this.#options = options;
    this.#after = options.after ?? afterMs;
    this.#statuses = new DigestStatuses(disk, options.log);
    this.#work = new DigestWork({
      ...options,
      disk,
      onWaiting: (trailArn, lineId) => this.#uploaderFor(trailArn).add(lineId),
    });
  }

  async start(): Promise<void> {
    await this.#statuses.load(await this.#work.load());
    this.#needsLoad = false;
    this.#wakeAll();
    this.#plan(tickMs);
  }

  onDelivered(manifest: Manifest, deliveredAtMs: number): Promise<void> {
    return this.#inTurn(() => this.#work.book(manifest, deliveredAtMs));
  }

  attach(delivery: DeliveryProgress): void {
    this.#work.attach(delivery);
  }

  status(trailArn: string): SideDeliveryStatus | undefined {
    return this.#statuses.get(trailArn);
  }

  waitingDigests(): number {
    return this.#work.outbox.count();
  }

  failingMs(): number {
    return this.#failingSince === undefined ? 0 : performance.now() - this.#failingSince;
  }

  async runNow(): Promise<void> {
    await this.#makeDue();
    await this.#uploadNow();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#callOffTick();
    let callOffLimit = (): void => {};
    const limit = new Promise<void>((resolve) => {
      callOffLimit = this.#after(stopMsMax, resolve);
    });
    await Promise.race([this.#lastTry(), limit]);
    callOffLimit();
    await Promise.all([...this.#uploaders.values()].map((uploader) => uploader.stop()));
    await this.#turn;
    await this.#statuses.save();
    await this.#work.close();
  }

  async #lastTry(): Promise<void> {
    try {
      await this.#inTurn(() => this.#work.settle());
    } catch (error) {
      this.#options.log.warn({ err: error }, 'digests could not be put in order for the stop');
    }
    await this.#uploadNow();
  }

  /** In slices, so that deliveries come in between. */
  async #makeDue(): Promise<void> {
    let isMore = true;
    while (isMore && !this.#isStopping) isMore = await this.#inTurn(() => this.#work.step());
    this.#statuses.keepOnly((trailArn) => this.#work.hasTrail(trailArn));
    this.#wakeAll();
  }

  /** One thing at a time; after a failure everything starts over from what is durable. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(async () => {
      try {
        if (this.#needsLoad) await this.#work.load();
        this.#needsLoad = false;
        const value = await work();
        this.#failingSince = undefined;
        return value;
      } catch (error) {
        this.#needsLoad = true;
        this.#failingSince ??= performance.now();
        throw error;
      }
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  #plan(ms: number): void {
    if (this.#isStopping) return;
    this.#callOffTick = this.#after(ms, () => {
      void this.#makeDue().then(
        () => this.#plan(tickMs),
        (error: unknown) => {
          this.#options.log.error({ err: error }, 'digests could not be made; the books keep their files');
          this.#plan(restartMs);
        },
      );
    });
  }

  #wakeAll(): void {
    for (const [trailArn, uploader] of this.#uploaders) {
      if (uploader.isIdle) this.#uploaders.delete(trailArn);
      else if (!this.#isStopping) uploader.wake();
    }
  }

  async #uploadNow(): Promise<void> {
    await Promise.all([...this.#uploaders.values()].map((uploader) => uploader.tryNow()));
  }

  #uploaderFor(trailArn: string): DigestUploader {
    let uploader = this.#uploaders.get(trailArn);
    if (uploader === undefined) {
      const { clock, destination, log, random } = this.#options;
      uploader = new DigestUploader({
        outbox: this.#work.outbox,
        statuses: this.#statuses,
        destination,
        clock,
        log,
        after: this.#after,
        random: random ?? Math.random,
        readdress: (lineId, refused) => this.#inTurn(() => this.#work.readdress(lineId, refused)),
      });
      this.#uploaders.set(trailArn, uploader);
    }
    return uploader;
  }
}
