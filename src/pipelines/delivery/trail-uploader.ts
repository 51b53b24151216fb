// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { TrailRoute } from '../../trails/trail-fold.js';
import type { DeliveryStatuses } from './delivery-statuses.js';
import { errorCode } from './error-code.js';
import { FileNotices } from './file-notices.js';
import { retryForMs } from './limits.js';
import type { UploadOutcome } from './log-destination.js';
import { addressed, isSameAddress, type Manifest } from './manifest.js';
import type { Outbox, WaitingFile } from './outbox.js';
import type { TrailNotices } from './trail-notices.js';
import { UploadTries, type UploadTriesDependencies } from './upload-tries.js';

export interface UploaderDependencies extends UploadTriesDependencies {
  readonly outbox: Outbox;
  readonly statuses: DeliveryStatuses;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly uniqueName: () => string;
  /** Where the trail points now; undefined when it is gone. */
  readonly routeOf: (trailArn: string) => TrailRoute | undefined;
  /** Called, and waited for, before a delivered file leaves the outbox; called again if the process dies in between. */
  readonly onDelivered?: (manifest: Manifest, deliveredAtMs: number) => Promise<void>;
  readonly notices?: TrailNotices;
}

/** Addresses that one try may go through (key taken by somebody else's bytes, bucket changed meanwhile). */
const readdressesMax = 3;

/**
 * Uploads one trail's files, oldest first, one at a time, and tries again until they are there. Every trail has its
 * own, so that a dead bucket holds up nobody else's files.
 *
 * A pass goes through all files, but leaves a bucket alone once it failed: files for a trail's old bucket must not
 * hold up those for its new one. A bucket that failed is left alone until the next retry.
 */
export class TrailUploader {
  readonly #trailId: string;
  readonly #deps: UploaderDependencies;
  readonly #tries: UploadTries;
  #queue: WaitingFile[] = [];
  #running: Promise<void> | undefined;
  #callOffRetry: (() => void) | undefined;
  #failedPasses = 0;
  readonly #deadBuckets = new Set<string>();
  /** Files of which a try ended without an answer: their bytes may lie in the bucket. */
  readonly #maybeStored = new Set<string>();
  readonly #notices: FileNotices;
  #isStopped = false;

  constructor(trailId: string, deps: UploaderDependencies) {
    this.#trailId = trailId;
    this.#deps = deps;
    this.#tries = new UploadTries(deps);
    this.#notices = new FileNotices(deps);
  }

  add(file: WaitingFile): void {
    this.#queue.push(file);
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#running === undefined && this.#notices.isIdle;
  }

  /** Uploads what is new; a bucket that failed waits for its retry. */
  wake(): void {
    this.#running ??= this.#pass().finally(() => {
      this.#running = undefined;
      this.#retryLater();
    });
  }

  /** A try of every file that begins now; resolves when it is over. Never rejects. */
  async tryNow(): Promise<void> {
    await this.#running;
    this.#callOffRetry?.();
    this.#callOffRetry = undefined;
    this.#deadBuckets.clear();
    this.wake();
    await this.#running;
    await this.#notices.tellAgain();
  }

  /** Breaks off; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOffRetry?.();
    this.#tries.breakOff();
    await this.#running;
    await this.#notices.stop();
  }

  async #pass(): Promise<void> {
    const waiting: WaitingFile[] = [];
    const last: WaitingFile[] = [];
    while (this.#queue.length > 0) {
      const files = this.#queue;
      this.#queue = [];
      for (const file of files) {
        const result = this.#isLeftAlone(file) ? 'later' : await this.#deliver(file);
        if (result === 'later') waiting.push(file);
        // Should the fault be the file's own, the others go before it next time.
        if (result === 'last') last.push(file);
      }
    }
    this.#queue = waiting.concat(last);
    await this.#notices.tell();
  }

  #isLeftAlone(file: WaitingFile): boolean {
    return this.#isStopped || this.#deadBuckets.has(file.bucket);
  }

  #retryLater(): void {
    if (this.#isStopped || this.#callOffRetry !== undefined) return;
    const isFailed = this.#deadBuckets.size > 0 && this.#queue.length > 0;
    this.#failedPasses = isFailed ? this.#failedPasses + 1 : 0;
    if (!isFailed) {
      this.#deadBuckets.clear();
      // A file may have come between the last look at the queue and here.
      if (this.#queue.length > 0) this.wake();
      return;
    }
    this.#callOffRetry = this.#tries.later(this.#failedPasses, () => void this.tryNow());
  }

  /** 'done': delivered, given up, or gone. Otherwise its bucket counts as dead until the retry. */
  async #deliver(file: WaitingFile): Promise<'done' | 'later' | 'last'> {
    const { outbox, log } = this.#deps;
    let manifest: Manifest | undefined;
    try {
      manifest = await outbox.manifest(file);
      if (manifest === undefined) return 'done';
      if (manifest.deliveredAtMs !== undefined) {
        await this.#notices.add(file, manifest, manifest.deliveredAtMs);
        return 'done';
      }
      const failure = await this.#upload(file, manifest);
      if (failure === undefined) return 'done';
      this.#deadBuckets.add(file.bucket);
      if (!(await this.#fail(file, manifest, failure))) return 'later';
      // Given up: the files behind it may be as old, and are not left to wait for a retry each.
      this.#deadBuckets.delete(file.bucket);
      return 'done';
    } catch (error) {
      log.warn({ trail: this.#trailId, file: file.stem, err: error }, 'a log file could not be delivered');
      this.#deadBuckets.add(file.bucket);
      if (manifest === undefined) return 'last';
      return (await this.#fail(file, manifest, { code: errorCode(error) })) ? 'done' : 'last';
    }
  }

  /** Undefined when delivered, otherwise what S3 said. */
  async #upload(file: WaitingFile, first: Manifest): Promise<{ code: string; message?: string } | undefined> {
    let manifest = first;
    for (let addresses = 0; ; addresses++) {
      const outcome = await this.#put(file, manifest);
      if (outcome.kind === 'stored' || (outcome.kind === 'exists' && outcome.sha256 === manifest.sha256)) {
        // It said no to another key only.
        this.#deadBuckets.delete(manifest.bucket);
        await this.#done(file, manifest);
        return undefined;
      }
      if (outcome.kind === 'refused') this.#deadBuckets.add(manifest.bucket);
      const next = this.#nextAddress(file, manifest, outcome);
      if (next === undefined || addresses >= readdressesMax) {
        return outcome.kind === 'refused' ? outcome : { code: 'PreconditionFailed' };
      }
      this.#deps.log.warn(
        { trail: this.#trailId, from: manifest.key, to: next.key, bucket: next.bucket },
        'a log file gets another address',
      );
      await this.#deps.outbox.rewrite(file, next);
      manifest = next;
    }
  }

  async #put(file: WaitingFile, manifest: Manifest): Promise<UploadOutcome> {
    const { trailArn, accountId, organizationId, bucket, prefix, key, sizeBytes, sha256, kmsKeyArn } =
      manifest;
    const upload = {
      trailArn,
      accountId,
      ...(organizationId === undefined ? {} : { organizationId }),
      bucket,
      prefix,
      key,
      sizeBytes,
      sha256,
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      open: () => this.#deps.outbox.open(file),
    };
    try {
      return await this.#tries.put(upload);
    } catch (error) {
      this.#maybeStored.add(file.stem);
      throw error;
    }
  }

  /**
   * Another address for a file that cannot go where it should: beside foreign bytes that lie under its key, or to the
   * bucket that its owner has meanwhile given the trail (API Reference, "GetTrailStatus": "create a new bucket and
   * call UpdateTrail"), or under the KMS key that the trail has now. To another bucket only when the file is nowhere yet:
   * after a definite no with no open question before it, or when the old bucket, and whatever it held, is gone. The key may
   * change in any case: the name stays, so the bytes cannot be there twice.
   */
  #nextAddress(file: WaitingFile, manifest: Manifest, outcome: UploadOutcome): Manifest | undefined {
    if (outcome.kind !== 'refused') return addressed(manifest, { unique: this.#deps.uniqueName() });
    const route = this.#deps.routeOf(manifest.trailArn);
    if (route === undefined || route.createdAtMs !== manifest.trailCreatedAtMs) return undefined;
    const isNowhere = !this.#maybeStored.has(file.stem) || outcome.code === 'NoSuchBucket';
    const next = addressed(manifest, {
      ...(isNowhere ? { bucket: route.bucket, prefix: route.prefix ?? '' } : {}),
      kmsKeyArn: route.kmsKeyArn,
    });
    return isSameAddress(next, manifest) ? undefined : next;
  }

  async #done(file: WaitingFile, manifest: Manifest): Promise<void> {
    const { clock, statuses, onDelivered } = this.#deps;
    const nowMs = clock.now();
    await onDelivered?.(manifest, nowMs);
    await statuses.note(manifest.trailArn, manifest.trailCreatedAtMs, {
      latestDeliveryMs: nowMs,
      latestAttemptMs: nowMs,
      latestError: undefined,
    });
    this.#maybeStored.delete(file.stem);
    await this.#notices.add(file, manifest, nowMs);
  }

  /** Notes a failed try; gives the file up after AWS's 30 days. True when given up. */
  async #fail(
    file: WaitingFile,
    manifest: Manifest,
    failure: { code: string; message?: string },
  ): Promise<boolean> {
    if (this.#isStopped) return false;
    const { clock, log, outbox, statuses } = this.#deps;
    const nowMs = clock.now();
    const facts = {
      trail: this.#trailId,
      bucket: manifest.bucket,
      key: manifest.key,
      code: failure.code,
      reason: failure.message,
    };
    await statuses.note(manifest.trailArn, manifest.trailCreatedAtMs, {
      latestAttemptMs: nowMs,
      latestError: failure.code,
    });
    if (nowMs - manifest.finishedAtMs < retryForMs) {
      if (this.#failedPasses === 0)
        log.warn(facts, 'the bucket does not take log files: they wait in the outbox');
      return false;
    }
    log.error(
      { ...facts, events: manifest.eventCount },
      'a log file waited 30 days for its bucket and is given up',
    );
    const lost = {
      eventCount: manifest.eventCount,
      firstLostMs: nowMs,
      lastLostMs: nowMs,
      reason: 'RetriedTooLong',
    } as const;
    await statuses.noteLost(manifest.trailArn, manifest.trailCreatedAtMs, lost);
    this.#maybeStored.delete(file.stem);
    await outbox.remove(file);
    return true;
  }
}
