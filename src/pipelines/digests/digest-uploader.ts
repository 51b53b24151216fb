// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import { errorCode } from '../delivery/error-code.js';
import type { UploadOutcome } from '../delivery/log-destination.js';
import { UploadTries, type UploadTriesDependencies } from '../delivery/upload-tries.js';
import type { DigestOutbox, WaitingDigest } from './digest-outbox.js';
import type { DigestStatuses } from './digest-statuses.js';
import { digestStem, type SealedDigest } from './write-digest.js';

export interface DigestUploaderDependencies extends UploadTriesDependencies {
  readonly outbox: DigestOutbox;
  readonly statuses: DigestStatuses;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** Makes a line's waiting digests anew for where the trail points now; false when they are for there already. */
  readonly readdress: (lineId: string, refused: SealedDigest) => Promise<boolean>;
}

/**
 * Uploads one trail's digests, those of each line in order: a digest never arrives before the one that it names. A bucket
 * that failed is left alone until the next retry; there is no end to retries, because a chain has no holes.
 */
export class DigestUploader {
  readonly #deps: DigestUploaderDependencies;
  readonly #tries: UploadTries;
  readonly #lineIds = new Set<string>();
  #running: Promise<void> | undefined;
  #isWakeWanted = false;
  #callOffRetry: (() => void) | undefined;
  #failedPasses = 0;
  readonly #deadBuckets = new Set<string>();
  /** Digests of which a try ended without an answer: their bytes may lie in the bucket. */
  readonly #maybeStored = new Set<string>();
  #isStopped = false;

  constructor(deps: DigestUploaderDependencies) {
    this.#deps = deps;
    this.#tries = new UploadTries(deps);
  }

  add(lineId: string): void {
    this.#lineIds.add(lineId);
  }

  get isIdle(): boolean {
    return this.#lineIds.size === 0 && this.#running === undefined;
  }

  /** Uploads what is new; a bucket that failed waits for its retry. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isWakeWanted = true;
    this.#running ??= this.#passes().finally(() => {
      this.#running = undefined;
      this.#retryLater();
    });
  }

  /** A try of every first digest that begins now; resolves when it is over. Never rejects. */
  async tryNow(): Promise<void> {
    await this.#running;
    this.#callOffRetry?.();
    this.#callOffRetry = undefined;
    this.#deadBuckets.clear();
    this.wake();
    await this.#running;
  }

  /** Breaks off; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOffRetry?.();
    this.#tries.breakOff();
    await this.#running;
  }

  async #passes(): Promise<void> {
    while (this.#isWakeWanted && !this.#isStopped) {
      this.#isWakeWanted = false;
      for (const lineId of [...this.#lineIds]) {
        await this.#uploadLine(lineId);
        // Asked again: one may have come since.
        if (this.#deps.outbox.first(lineId) === undefined) this.#lineIds.delete(lineId);
      }
      await this.#deps.statuses.save();
    }
  }

  async #uploadLine(lineId: string): Promise<void> {
    for (;;) {
      const digest = this.#isStopped ? undefined : this.#deps.outbox.first(lineId);
      if (digest === undefined || !(await this.#upload(digest))) return;
    }
  }

  /** True when there is something else to do for the line now. */
  async #upload(digest: WaitingDigest): Promise<boolean> {
    const { clock, outbox, readdress, statuses } = this.#deps;
    const stem = digestStem(digest.lineId, digest.number);
    let sealed: SealedDigest | undefined;
    try {
      sealed = await outbox.sealed(digest);
      if (this.#deadBuckets.has(sealed.bucket)) return false;
      const outcome = await this.#put(digest, sealed);
      if (isThere(outcome, sealed)) {
        this.#maybeStored.delete(stem);
        statuses.noteDelivered(sealed.trailArn, sealed.trailCreatedAtMs, clock.now());
        await outbox.remove(digest.lineId, [digest.number]);
        return true;
      }
      if (this.#isNowhere(stem, outcome) && (await readdress(digest.lineId, sealed))) return true;
      this.#failed(sealed, outcome.kind === 'refused' ? outcome.code : 'PreconditionFailed');
    } catch (error) {
      if (this.#isStopped) return false;
      if (sealed !== undefined) this.#failed(sealed, errorCode(error));
      else return this.#unreadable(digest, error);
    }
    return false;
  }

  /** A digest that is not there was delivered: both its files were durable before its line knew of it. */
  async #unreadable(digest: WaitingDigest, error: unknown): Promise<boolean> {
    const { log, outbox } = this.#deps;
    const stem = digestStem(digest.lineId, digest.number);
    log.error({ file: stem, err: error }, 'a finished digest cannot be read');
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return false;
    await outbox.remove(digest.lineId, [digest.number]);
    return true;
  }

  /** Only what is in no bucket may be made anew for another one. A bucket that is gone took along what it held. */
  #isNowhere(stem: string, outcome: UploadOutcome): boolean {
    if (outcome.kind !== 'refused') return false;
    return !this.#maybeStored.has(stem) || outcome.code === 'NoSuchBucket';
  }

  #failed(sealed: SealedDigest, code: string): void {
    const { log, statuses } = this.#deps;
    this.#deadBuckets.add(sealed.bucket);
    statuses.noteFailed(sealed.trailArn, sealed.trailCreatedAtMs, code);
    if (this.#failedPasses > 0) return;
    const { trailArn: trail, bucket, key } = sealed;
    log.warn({ trail, bucket, key, code }, 'the bucket does not take digests: they wait');
  }

  async #put(digest: WaitingDigest, sealed: SealedDigest): Promise<UploadOutcome> {
    const { trailArn, accountId, organizationId, bucket, prefix, key } = sealed;
    const { sizeBytes, sha256, metadata, kmsKeyArn } = sealed;
    const upload = {
      trailArn,
      accountId,
      bucket,
      prefix,
      key,
      sizeBytes,
      sha256,
      metadata,
      ...(organizationId === undefined ? {} : { organizationId }),
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      open: () => this.#deps.outbox.open(digest),
    };
    try {
      return await this.#tries.put(upload);
    } catch (error) {
      this.#maybeStored.add(digestStem(digest.lineId, digest.number));
      throw error;
    }
  }

  #retryLater(): void {
    if (this.#isStopped || this.#callOffRetry !== undefined) return;
    const isFailed = this.#deadBuckets.size > 0 && this.#lineIds.size > 0;
    this.#failedPasses = isFailed ? this.#failedPasses + 1 : 0;
    if (!isFailed) {
      this.#deadBuckets.clear();
      return;
    }
    this.#callOffRetry = this.#tries.later(this.#failedPasses, () => void this.tryNow());
  }
}

function isThere(outcome: UploadOutcome, sealed: SealedDigest): boolean {
  return outcome.kind === 'stored' || (outcome.kind === 'exists' && outcome.sha256 === sealed.sha256);
}
