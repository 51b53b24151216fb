// SPDX-License-Identifier: Apache-2.0
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import type { canCloudTrailWrite } from '../../buckets/log-destination.js';
import { type ObjectStore, ObjectStoreError } from '../../ports/object-store.js';
import type { StateStore } from '../../ports/state-store.js';
import type { LogDestination, LogFileUpload, UploadOutcome } from './log-destination.js';

export interface BucketDestinationDependencies {
  readonly stateStore: StateStore;
  readonly objectStore: ObjectStore;
  readonly mayWrite: typeof canCloudTrailWrite;
}

/**
 * Log files into Cairn's own buckets. Whether the bucket is there and lets CloudTrail in is asked at every upload:
 * owners change both at any time. The writes are Cairn's own work and leave no record, or delivering would never end.
 */
export function bucketDestination({
  stateStore,
  objectStore,
  mayWrite,
}: BucketDestinationDependencies): LogDestination {
  const find = (name: string): BucketDocument | undefined =>
    stateStore.get<BucketDocument>(bucketKey(name))?.value;

  async function put(upload: LogFileUpload): Promise<UploadOutcome> {
    const bucket = find(upload.bucket);
    if (bucket === undefined) return noSuchBucket;
    const { trailArn, accountId, prefix: keyPrefix } = upload;
    const verdict = mayWrite({ bucket, trailArn, accountId, keyPrefix });
    if (!verdict.ok) return { kind: 'refused', code: 'AccessDenied', message: verdict.message };
    try {
      await objectStore.put(upload.bucket, upload.key, upload.open(), {
        ifNoneMatch: '*',
        versioned: bucket.versioning === 'Enabled',
        attributes: {
          contentType: 'application/json',
          contentEncoding: 'gzip',
          serverSideEncryption: 'AES256',
          ownerAccountId: bucket.accountId,
        },
        beforeCommit: ({ sha256 }) => {
          if (sha256 !== upload.sha256)
            throw new Error(`the bytes of ${upload.key} in the outbox are not those that were written`);
          if (find(upload.bucket)?.createdAtMs !== bucket.createdAtMs) throw new BucketGoneError();
          return undefined;
        },
      });
      return { kind: 'stored' };
    } catch (error) {
      if (error instanceof BucketGoneError) return noSuchBucket;
      if (!(error instanceof ObjectStoreError) || error.code !== 'PreconditionFailed') throw error;
      const { sha256 } = await objectStore.head(upload.bucket, upload.key);
      return { kind: 'exists', sha256 };
    }
  }

  return { put };
}

/** The bucket was deleted, or deleted and made anew, while the bytes were on their way. */
class BucketGoneError extends Error {
  override readonly name = 'BucketGoneError';
}

const noSuchBucket: UploadOutcome = {
  kind: 'refused',
  code: 'NoSuchBucket',
  message: 'The specified bucket does not exist',
};
