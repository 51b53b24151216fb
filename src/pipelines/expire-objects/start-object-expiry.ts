// SPDX-License-Identifier: Apache-2.0
import { type BucketDocument, bucketPrefix } from '../../buckets/bucket.js';
import { expireObjects } from '../../buckets/expire-objects.js';
import type { Clock } from '../../ports/clock.js';
import type { ObjectStore } from '../../ports/object-store.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';

/** Rules speak of days; S3 itself runs them once a day. */
const everyMs = 60 * 60_000;

export interface ObjectExpiryOptions {
  readonly stateStore: StateStore;
  readonly objectStore: ObjectStore;
  readonly clock: Clock;
  readonly log: OperatorLog;
}

export interface ObjectExpiry {
  /** Ends a walk under way between two keys. */
  stop(): Promise<void>;
}

/** Carries out the lifecycle rules of all buckets, once an hour. What is done is not found again. */
export function startObjectExpiry(options: ObjectExpiryOptions): ObjectExpiry {
  const abort = new AbortController();
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = running
      .then(() => walkBuckets(options, abort.signal))
      .catch((err: unknown) =>
        options.log.error({ err }, 'lifecycle rules failed; the next run tries again'),
      );
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      abort.abort();
      await running;
    },
  };
}

async function walkBuckets(options: ObjectExpiryOptions, signal: AbortSignal): Promise<void> {
  const { stateStore, objectStore, clock, log } = options;
  for (const { value: bucket } of stateStore.list<BucketDocument>(bucketPrefix)) {
    if (signal.aborted) return;
    try {
      const counts = await expireObjects(bucket, { objectStore, nowMs: clock.now(), signal });
      if (Object.values(counts).some((count) => count > 0))
        log.info({ bucket: bucket.name, ...counts }, 'lifecycle rules ran');
    } catch (err) {
      log.error({ err, bucket: bucket.name }, 'lifecycle rules of a bucket failed; the next run tries again');
    }
  }
}
