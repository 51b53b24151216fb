// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { TrailRoute } from '../../trails/trail-fold.js';
import type { DeliveryStatuses } from './delivery-statuses.js';
import { errorCode } from './error-code.js';
import {
  noticeDelayMsMax,
  noticeFilesMax,
  noticeFilesWaitingMax,
  noticeMsMax,
  noticeRetryForMs,
  retryAfterMsMax,
  retryAfterMsMin,
} from './limits.js';
import type { Manifest } from './manifest.js';
import type { Outbox, WaitingFile } from './outbox.js';
import { type After, withinMs } from './timers.js';
import type { TrailNotices } from './trail-notices.js';

export interface FileNoticesDependencies {
  readonly outbox: Outbox;
  readonly statuses: DeliveryStatuses;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly after: After;
  /** Where the trail points now; undefined when it is gone. */
  readonly routeOf: (trailArn: string) => TrailRoute | undefined;
  /** Absent: no topic is told of anything. */
  readonly notices?: TrailNotices;
}

/** A file that is in its bucket and of which its topic has not been told. */
interface UntoldFile {
  readonly file: WaitingFile;
  readonly manifest: Manifest;
  readonly topicArn: string;
  readonly deliveredAtMs: number;
}

/**
 * Tells a trail's topic of its delivered files, several in one message, and takes them from the outbox then and not before: a
 * crash repeats a notice and never loses one.
 *
 * A topic that takes none holds up no log files: theirs go on, and the notices that it refused are tried again with
 * back-off for `noticeRetryForMs`; then they are given up, and the operator's log says so.
 */
export class FileNotices {
  readonly #deps: FileNoticesDependencies;
  /** Delivered since the last message. */
  #fresh: UntoldFile[] = [];
  /** Refused by the topic; on disk it is noted that they are delivered. */
  #refused: UntoldFile[] = [];
  #failures = 0;
  #callOffRetry: (() => void) | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(deps: FileNoticesDependencies) {
    this.#deps = deps;
  }

  get isIdle(): boolean {
    return this.#fresh.length === 0 && this.#refused.length === 0;
  }

  /** Takes over a file that is in its bucket. */
  async add(file: WaitingFile, manifest: Manifest, deliveredAtMs: number): Promise<void> {
    const topicArn = this.#topicOf(manifest);
    if (topicArn === undefined) return this.#deps.outbox.remove(file);
    this.#fresh.push({ file, manifest, topicArn, deliveredAtMs });
    const waitedMs = this.#deps.clock.now() - (this.#fresh[0]?.deliveredAtMs ?? 0);
    if (this.#fresh.length >= noticeFilesMax || waitedMs >= noticeDelayMsMax) await this.tell();
  }

  /** Sends what came since the last message; resolves when that was tried. Never rejects. */
  tell(): Promise<void> {
    return this.#inTurn(async () => {
      const files = this.#fresh.splice(0);
      if (await this.#tellAll(files)) {
        // The topic works: what it refused before need not wait.
        if (files.length > 0 && this.#refused.length > 0) await this.#retry();
      }
    });
  }

  /** Sends all there is, also what was refused before. Never rejects. */
  async tellAgain(): Promise<void> {
    await this.tell();
    await this.#inTurn(() => this.#retry());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOffRetry?.();
    this.#callOffRetry = undefined;
    await this.#turn;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      this.#deps.log.error({ err: error }, 'notices of delivered log files are left to the next start');
    });
    return this.#turn;
  }

  async #retry(): Promise<void> {
    this.#callOffRetry?.();
    this.#callOffRetry = undefined;
    const nowMs = this.#deps.clock.now();
    const files = this.#refused.splice(0).map((one) => this.#withTopicOfNow(one));
    const isOld = (one: UntoldFile) => nowMs - one.deliveredAtMs >= noticeRetryForMs;
    await this.#giveUp(files.filter(isOld));
    await this.#tellAll(files.filter((one) => !isOld(one)));
  }

  /** True when no message failed. */
  async #tellAll(files: readonly UntoldFile[]): Promise<boolean> {
    // A topic that took no message is not asked for each of the others.
    const closed = new Set<string>();
    for (const batch of batches(files)) {
      const isOpen = !this.#isStopped && !closed.has(batch.topicArn);
      if (isOpen && (await this.#tellBatch(batch))) continue;
      closed.add(batch.topicArn);
      await this.#keep(batch);
    }
    if (this.#refused.length === 0) this.#failures = 0;
    else this.#retryLater();
    return closed.size === 0;
  }

  async #tellBatch(batch: Batch): Promise<boolean> {
    const { clock, log, after, notices, statuses, outbox } = this.#deps;
    const { trailArn, trailCreatedAtMs, bucket } = batch.manifest;
    const note = (change: Parameters<DeliveryStatuses['note']>[2]) =>
      statuses.note(trailArn, trailCreatedAtMs, change);
    const message = toMessage(
      bucket,
      batch.files.map(({ manifest }) => manifest.key),
    );
    try {
      const published = notices?.publish(batch.topicArn, trailArn, message) ?? Promise.resolve();
      await withinMs(after, noticeMsMax, published);
    } catch (error) {
      const code = errorCode(error);
      if (this.#failures++ === 0)
        log.warn({ trail: trailArn, topic: batch.topicArn, code }, 'the topic of a trail takes no notices');
      await note({ latestNotificationAttemptMs: clock.now(), latestNotificationError: code });
      return false;
    }
    const nowMs = clock.now();
    await note({
      latestNotificationMs: nowMs,
      latestNotificationAttemptMs: nowMs,
      latestNotificationError: undefined,
    });
    for (const { file } of batch.files) await outbox.remove(file);
    return true;
  }

  /** Keeps files for a later notice; on disk too it is known that they need no upload any more. */
  async #keep({ files }: Batch): Promise<void> {
    for (const one of files) {
      this.#refused.push(one);
      if (one.manifest.deliveredAtMs !== undefined) continue;
      const manifest = { ...one.manifest, deliveredAtMs: one.deliveredAtMs };
      try {
        await this.#deps.outbox.rewrite(one.file, manifest);
        this.#refused[this.#refused.length - 1] = { ...one, manifest };
      } catch (error) {
        // After a restart the bucket will be asked whether it has the file.
        this.#deps.log.warn(
          { file: one.file.stem, err: error },
          'a delivered file could not be noted as such',
        );
      }
    }
    const tooMany = this.#refused.length - noticeFilesWaitingMax;
    if (tooMany > 0) await this.#giveUp(this.#refused.splice(0, tooMany));
  }

  async #giveUp(files: readonly UntoldFile[]): Promise<void> {
    const [first] = files;
    if (first === undefined) return;
    this.#deps.log.error(
      { trail: first.manifest.trailArn, topic: first.topicArn, files: files.length },
      'a topic was not told of delivered log files: its notices are given up',
    );
    for (const { file } of files) await this.#deps.outbox.remove(file);
  }

  #retryLater(): void {
    if (this.#isStopped || this.#callOffRetry !== undefined) return;
    const waitMs = Math.min(retryAfterMsMax, retryAfterMsMin * 2 ** Math.min(this.#failures - 1, 20));
    this.#callOffRetry = this.#deps.after(waitMs, () => void this.#inTurn(() => this.#retry()));
  }

  /** The trail's topic of now: who changed it wants to be told there. The topic of then when the trail is gone. */
  #topicOf(manifest: Manifest): string | undefined {
    if (this.#deps.notices === undefined) return undefined;
    const route = this.#deps.routeOf(manifest.trailArn);
    return route?.createdAtMs === manifest.trailCreatedAtMs ? route.snsTopicArn : manifest.snsTopicArn;
  }

  #withTopicOfNow(one: UntoldFile): UntoldFile {
    return { ...one, topicArn: this.#topicOf(one.manifest) ?? one.topicArn };
  }
}

interface Batch {
  readonly topicArn: string;
  /** Of the first file; bucket and trail are those of all. */
  readonly manifest: Manifest;
  readonly files: UntoldFile[];
}

/** Files that fit into one message: one topic, one bucket, and no more than `noticeFilesMax`. */
function batches(files: readonly UntoldFile[]): Batch[] {
  const all: Batch[] = [];
  const open = new Map<string, Batch>();
  for (const one of files) {
    const name = `${one.topicArn} ${one.manifest.bucket}`;
    let batch = open.get(name);
    if (batch === undefined || batch.files.length >= noticeFilesMax) {
      batch = { topicArn: one.topicArn, manifest: one.manifest, files: [] };
      open.set(name, batch);
      all.push(batch);
    }
    batch.files.push(one);
  }
  return all;
}

/** Source: CloudTrail User Guide, "Configuring Amazon SNS notifications for CloudTrail". */
function toMessage(s3Bucket: string, s3ObjectKey: readonly string[]): string {
  return JSON.stringify({ s3Bucket, s3ObjectKey });
}
