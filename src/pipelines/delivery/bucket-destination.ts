// SPDX-License-Identifier: Apache-2.0
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import type { canCloudTrailWrite } from '../../buckets/log-destination.js';
import { defaultRetention } from '../../buckets/object-lock.js';
import type { DataKey, DataKeys } from '../../keys/data-keys.js';
import type { Clock } from '../../ports/clock.js';
import { type ObjectStore, ObjectStoreError, type PutOptions } from '../../ports/object-store.js';
import type { StateStore } from '../../ports/state-store.js';
import { dataKeyFor, fileEncryptionContext } from './file-key.js';
import { contentOf, type LogDestination, type LogFileUpload, type UploadOutcome } from './log-destination.js';

export interface BucketDestinationDependencies {
  readonly stateStore: StateStore;
  readonly objectStore: ObjectStore;
  /** From when files are retained, in buckets that say for how long. */
  readonly clock: Clock;
  readonly mayWrite: typeof canCloudTrailWrite;
  /** Without it, files of trails with a KMS key are refused. */
  readonly dataKeys?: DataKeys;
}

/**
 * Log files into Cairn's own buckets. Whether the bucket is there and lets CloudTrail in is asked at every upload:
 * owners change both at any time. The writes are Cairn's own work and leave no record, or delivering would never end.
 */
export function bucketDestination({
  stateStore,
  objectStore,
  clock,
  mayWrite,
  dataKeys,
}: BucketDestinationDependencies): LogDestination {
  const find = (name: string): BucketDocument | undefined =>
    stateStore.get<BucketDocument>(bucketKey(name))?.value;

  async function put(upload: LogFileUpload): Promise<UploadOutcome> {
    const bucket = find(upload.bucket);
    if (bucket === undefined) return noSuchBucket;
    const { trailArn, accountId, organizationId, prefix: keyPrefix } = upload;
    const verdict = mayWrite({ bucket, trailArn, accountId, organizationId, keyPrefix });
    if (!verdict.ok) return { kind: 'refused', code: 'AccessDenied', message: verdict.message };
    const encryption = await encryptionOf(upload);
    // A file that an earlier try has stored needs no key any more.
    if ('kind' in encryption) return (await existing(upload)) ?? encryption;
    const content = contentOf(upload);
    try {
      await objectStore.put(upload.bucket, upload.key, upload.open(), {
        ifNoneMatch: '*',
        versioned: bucket.versioning === 'Enabled',
        ...encryption,
        attributes: {
          contentType: content.type,
          ...(content.encoding === undefined ? {} : { contentEncoding: content.encoding }),
          ownerAccountId: bucket.accountId,
          ...(upload.metadata === undefined ? {} : { metadata: upload.metadata }),
          ...encryption.attributes,
        },
        beforeCommit: ({ sha256 }) => {
          if (sha256 !== upload.sha256)
            throw new Error(`the bytes of ${upload.key} in the outbox are not those that were written`);
          const current = find(upload.bucket);
          if (current?.createdAtMs !== bucket.createdAtMs) throw new BucketGoneError();
          const retention = defaultRetention(current, clock.now());
          return retention === undefined ? undefined : { retention };
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

  async function encryptionOf(upload: LogFileUpload): Promise<PutOptions | UploadOutcome> {
    if (upload.kmsKeyArn === undefined) return { attributes: { serverSideEncryption: 'AES256' } };
    const dataKey = await dataKeyFor(upload, upload.kmsKeyArn, dataKeys);
    return 'kind' in dataKey ? dataKey : underKey(dataKey, upload);
  }

  async function existing({ bucket, key }: LogFileUpload): Promise<UploadOutcome | undefined> {
    try {
      const { sha256, isDeleteMarker } = await objectStore.head(bucket, key);
      return isDeleteMarker ? undefined : { kind: 'exists', sha256 };
    } catch (error) {
      if (error instanceof ObjectStoreError && error.code === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  return { put };
}

/** As S3 keeps an object that is encrypted under a KMS key: the data key lies beside it, encrypted. */
function underKey({ plaintext, ciphertext, keyArn }: DataKey, upload: LogFileUpload): PutOptions {
  return {
    dataKey: plaintext,
    attributes: {
      serverSideEncryption: 'aws:kms',
      kmsKeyId: keyArn,
      encryptedDataKey: Buffer.from(ciphertext).toString('base64'),
      encryptionContext: fileEncryptionContext(upload),
    },
  };
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
