// SPDX-License-Identifier: Apache-2.0
import { uniqueNamePart } from '../../digest/log-file-name.js';
import type { Clock } from '../../ports/clock.js';
import type { EventLog, Position } from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { TrailDeliveryStatus } from '../../trails/delivery-status.js';
import { trailIdOf } from '../../trails/trail-fold.js';
import { DeliveryReader } from './delivery-reader.js';
import { addLost, DeliveryStatuses } from './delivery-statuses.js';
import { firstFilesMs, readEveryMs, readerRestartMs, stopMsMax } from './limits.js';
import type { LogDestination } from './log-destination.js';
import type { Manifest } from './manifest.js';
import { Outbox, type OutboxLimits, type WaitingFile } from './outbox.js';
import { type OutboxDisk, openOutboxDisk } from './outbox-disk.js';
import { type After, afterMs } from './timers.js';
import type { TrailNotices } from './trail-notices.js';
import { TrailUploader, type UploaderDependencies } from './trail-uploader.js';

export interface DeliveryOptions {
  readonly eventLog: EventLog;
  readonly destination: LogDestination;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** The outbox's folder, made when it is not there; nothing else may be in it. */
  readonly dir: string;
  /** How often files are finished: the longest that an event waits before it is on its way (1 s to 15 min). */
  readonly intervalMs: number;
  /** In place of the folder `dir`, for tests. */
  readonly disk?: OutboxDisk;
  readonly outboxLimits?: OutboxLimits;
  readonly after?: After;
  /** 0 (inclusive) to 1 (exclusive), for the jitter of retries. */
  readonly random?: () => number;
  /** 16 letters and digits, never the same twice. */
  readonly uniqueName?: () => string;
  /** Called, and waited for, before a delivered file leaves the outbox; called again if the process dies in between. */
  readonly onDelivered?: (manifest: Manifest, deliveredAtMs: number) => Promise<void>;
  /** Tells trails' topics of delivered files; absent: none is told. */
  readonly notices?: TrailNotices;
}

export interface Delivery {
  /** Undefined for a trail that the reader has not met (yet). */
  status(trailArn: string): TrailDeliveryStatus | undefined;
  /** Bytes of all finished files that wait for their buckets. */
  waitingBytes(): number;
  /** How far the log's records are in finished files, and the number of the last flush of them. */
  committed(): { readonly position: Position; readonly flushId: number };
  /** The flush of the oldest file of a trail (`trailIdOf`) that is still in the outbox; undefined when none is. */
  oldestFlush(trailId: string): number | undefined;
  /** For how long files could not be finished now, ms; 0 when they can. */
  failingMs(): number;
  /** Finishes files of all that the log holds now, and tries to upload whatever waits. Rejects when the files could not be made. */
  flushNow(): Promise<void>;
  /** Finishes files, tries each upload once more, and ends within `stopMsMax`. What is not uploaded goes out after the next start. */
  stop(): Promise<void>;
}

/** What the reader does in turn: takes in new entries, or makes files of them. */
type Step = 'read' | 'files';

/** Starts delivering log files: one reader of the log, and one uploader for each trail that has files waiting. */
export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const delivery = new RunningDelivery(options, options.disk ?? (await openOutboxDisk(options.dir)));
  await delivery.start();
  return delivery;
}

class RunningDelivery implements Delivery {
  readonly #options: DeliveryOptions;
  readonly #disk: OutboxDisk;
  readonly #outbox: Outbox;
  readonly #reader: DeliveryReader;
  readonly #uploaders = new Map<string, TrailUploader>();
  readonly #after: After;
  #statuses: DeliveryStatuses | undefined;
  #turn: Promise<void> = Promise.resolve();
  #needsLoad = true;
  #isStopping = false;
  /** Since when each kind of step fails: reading goes well again while finishing files still fails. */
  readonly #failingSince = new Map<Step, number>();
  readonly #callOffs = new Set<() => void>();

  constructor(options: DeliveryOptions, disk: OutboxDisk) {
    this.#options = options;
    this.#disk = disk;
    this.#after = options.after ?? afterMs;
    this.#outbox = new Outbox(disk, options.log, options.outboxLimits);
    this.#reader = new DeliveryReader({
      ...options,
      disk,
      outbox: this.#outbox,
      uniqueName: options.uniqueName ?? uniqueNamePart,
      onCommitted: (files) => this.#onCommitted(files),
    });
  }

  async start(): Promise<void> {
    this.#statuses = await DeliveryStatuses.open(this.#disk, this.#options.log);
    await this.#outbox.removeRubbish();
    await this.#reader.load();
    this.#needsLoad = false;
    const { intervalMs } = this.#options;
    // Entries are read little by little, so that a flush finds most of its work done and no burst disturbs requests.
    if (readEveryMs < intervalMs) this.#every(readEveryMs, 'read');
    // What a crash or a stop has left behind has waited long enough: the first files do not wait for an interval.
    this.#every(intervalMs, 'files', Math.min(intervalMs, firstFilesMs));
  }

  status(trailArn: string): TrailDeliveryStatus | undefined {
    const createdAtMs = this.#reader.route(trailArn)?.createdAtMs;
    if (createdAtMs === undefined) return undefined;
    const known = this.#statuses?.get(trailArn);
    const saved = known?.trailCreatedAtMs === createdAtMs ? known : { trailCreatedAtMs: createdAtMs };
    const { files, bytes } = this.#outbox.waitingFor(trailIdOf(trailArn, createdAtMs));
    const lostHere = this.#reader.lost(trailArn);
    const lost = lostHere === undefined ? saved.lost : addLost(saved.lost, lostHere);
    return { ...saved, ...(lost === undefined ? {} : { lost }), waitingFiles: files, waitingBytes: bytes };
  }

  waitingBytes(): number {
    return this.#outbox.waitingBytes();
  }

  committed(): { readonly position: Position; readonly flushId: number } {
    return this.#reader.committed();
  }

  oldestFlush(trailId: string): number | undefined {
    return this.#outbox.oldestFlush(trailId);
  }

  failingMs(): number {
    const since = Math.min(...this.#failingSince.values());
    return Number.isFinite(since) ? performance.now() - since : 0;
  }

  async flushNow(): Promise<void> {
    await this.#inTurn('files');
    await this.#uploadNow();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const callOff of this.#callOffs) callOff();
    let callOffLimit = (): void => {};
    const limit = new Promise<void>((resolve) => {
      callOffLimit = this.#after(stopMsMax, resolve);
    });
    await Promise.race([this.#lastTry(), limit]);
    callOffLimit();
    await Promise.all([...this.#uploaders.values()].map((uploader) => uploader.stop()));
    // The reader's own step ends by itself: files and checkpoint are never left to chance while the log closes.
    await this.#turn;
  }

  async #lastTry(): Promise<void> {
    try {
      await this.#inTurn('files');
    } catch (error) {
      this.#options.log.warn(
        { err: error },
        'the last log files were not finished; they will be at the next start',
      );
    }
    await this.#uploadNow();
  }

  async #makeFiles(): Promise<void> {
    await this.#reader.readToHead();
    await this.#reader.flush();
    await this.#outbox.sweep();
    this.#statuses?.keepOnly(new Set(this.#reader.trailArns()));
  }

  async #uploadNow(): Promise<void> {
    await Promise.all([...this.#uploaders.values()].map((uploader) => uploader.tryNow()));
  }

  /** One thing at a time for the reader; after a failure it starts over from its checkpoint. */
  #inTurn(step: Step): Promise<void> {
    const result = this.#turn.then(async () => {
      try {
        if (this.#needsLoad) await this.#reader.load();
        this.#needsLoad = false;
        await (step === 'read' ? this.#reader.readToHead() : this.#makeFiles());
        this.#failingSince.delete(step);
      } catch (error) {
        this.#needsLoad = true;
        if (!this.#failingSince.has(step)) this.#failingSince.set(step, performance.now());
        throw error;
      }
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  #every(ms: number, step: Step, firstMs = ms): void {
    const run = (): void => {
      this.#callOffs.delete(callOff);
      void this.#inTurn(step)
        .then(
          () => ms,
          (error: unknown) => {
            this.#options.log.error(
              { err: error },
              'log files could not be finished; the log keeps their events',
            );
            return Math.max(ms, readerRestartMs);
          },
        )
        .then((waitMs) => {
          if (!this.#isStopping) plan(waitMs);
        });
    };
    let callOff = (): void => {};
    const plan = (waitMs: number): void => {
      callOff = this.#after(waitMs, run);
      this.#callOffs.add(callOff);
    };
    plan(firstMs);
  }

  #onCommitted(files: readonly WaitingFile[]): void {
    for (const file of files) this.#uploaderFor(file.trailId).add(file);
    for (const [trailId, uploader] of this.#uploaders) {
      if (uploader.isIdle) this.#uploaders.delete(trailId);
      else if (!this.#isStopping) uploader.wake();
    }
  }

  #uploaderFor(trailId: string): TrailUploader {
    let uploader = this.#uploaders.get(trailId);
    if (uploader === undefined) {
      uploader = new TrailUploader(trailId, this.#uploaderDependencies());
      this.#uploaders.set(trailId, uploader);
    }
    return uploader;
  }

  #uploaderDependencies(): UploaderDependencies {
    const { destination, clock, log, random, uniqueName, onDelivered, notices } = this.#options;
    return {
      outbox: this.#outbox,
      statuses: this.#statuses as DeliveryStatuses,
      destination,
      clock,
      log,
      after: this.#after,
      random: random ?? Math.random,
      uniqueName: uniqueName ?? uniqueNamePart,
      routeOf: (arn) => this.#reader.route(arn),
      ...(onDelivered === undefined ? {} : { onDelivered }),
      ...(notices === undefined ? {} : { notices }),
    };
  }
}
