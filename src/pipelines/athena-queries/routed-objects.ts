// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import { bucketKey } from '../../buckets/bucket.js';
import type { ForeignBuckets } from '../../buckets/foreign-buckets.js';
import type { AccessNeed } from '../../identity/access.js';
import type { StateStore } from '../../ports/state-store.js';
import {
  type CallerObjects,
  ObjectRefusedError,
  type ObjectsCaller,
} from '../../query/jobs/caller-objects.js';
import type { FindS3Bucket, S3Bucket } from '../delivery/s3-bucket.js';
import { s3Sdk } from '../delivery/s3-sdk.js';

export interface RoutedObjectsDependencies {
  readonly own: CallerObjects;
  readonly find: FindS3Bucket;
  readonly foreignBuckets: Pick<ForeignBuckets, 'place'>;
  readonly stateStore: Pick<StateStore, 'get'>;
  /** Why the caller may not do something; undefined when he may. */
  readonly denialOf: (caller: ObjectsCaller, need: AccessNeed) => string | undefined;
}

/**
 * Objects of Cairn's own buckets, and of those at the endpoints that the operator has set. There the credentials are the
 * operator's, for the accounts that his settings name; what a caller may do with them his own policies say.
 */
export function routedObjects(deps: RoutedObjectsDependencies): CallerObjects {
  const { own, find, foreignBuckets, stateStore, denialOf } = deps;
  /** The foreign bucket of a name, when it is one and the caller may do this there. */
  const foreign = (
    caller: ObjectsCaller,
    bucket: string,
    action: string,
    key?: string,
  ): S3Bucket | undefined => {
    const { accountId } = caller.principal;
    const place = foreignBuckets.place(bucket, accountId);
    const isForeign =
      place === 'named' || (place === 'otherwise' && stateStore.get(bucketKey(bucket)) === undefined);
    const found = isForeign ? find(bucket, accountId) : undefined;
    if (found === undefined) return undefined;
    const resource = `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
    const denial = denialOf(caller, { action, resource });
    if (denial !== undefined) throw new ObjectRefusedError('AccessDenied', denial);
    return found;
  };
  return {
    list: async (caller, bucket, prefix, after) => {
      const place = foreign(caller, bucket, 's3:ListBucket');
      if (place === undefined) return own.list(caller, bucket, prefix, after);
      const { ListObjectsV2Command } = s3Sdk();
      const command = new ListObjectsV2Command({
        Bucket: place.name,
        Prefix: prefix,
        ...(after === undefined ? {} : { ContinuationToken: after }),
      });
      const { Contents = [], NextContinuationToken: next } = await asked(place.client.send(command));
      const objects = Contents.map(({ Key = '', Size = 0, ETag = '', LastModified }) => ({
        key: Key,
        size: Size,
        etag: withoutQuotes(ETag),
        ...(LastModified === undefined ? {} : { modifiedAtMs: LastModified.getTime() }),
      }));
      return next === undefined ? { objects } : { objects, next };
    },
    get: async (caller, bucket, key, etag) => {
      const place = foreign(caller, bucket, 's3:GetObject', key);
      if (place === undefined) return own.get(caller, bucket, key, etag);
      const { GetObjectCommand } = s3Sdk();
      const command = new GetObjectCommand({
        Bucket: place.name,
        Key: key,
        ...(etag === undefined ? {} : { IfMatch: `"${etag}"` }),
      });
      const output = await asked(place.client.send(command));
      return {
        body: output.Body as Readable,
        etag: withoutQuotes(output.ETag ?? ''),
        ...(output.ContentEncoding === undefined ? {} : { contentEncoding: output.ContentEncoding }),
        isKmsEncrypted: output.ServerSideEncryption?.startsWith('aws:kms') === true,
      };
    },
    put: async (caller, bucket, key, object) => {
      const place = foreign(caller, bucket, 's3:PutObject', key);
      if (place === undefined) return own.put(caller, bucket, key, object);
      const { encryption } = object;
      const { PutObjectCommand } = s3Sdk();
      const command = new PutObjectCommand({
        Bucket: place.name,
        Key: key,
        Body: object.body,
        ContentLength: object.size,
        ContentType: object.contentType,
        ...(encryption?.kind === 'SSE_S3' ? { ServerSideEncryption: 'AES256' as const } : {}),
        ...(encryption?.kind === 'SSE_KMS'
          ? {
              ServerSideEncryption: 'aws:kms' as const,
              ...(encryption.keyId === undefined ? {} : { SSEKMSKeyId: encryption.keyId }),
            }
          : {}),
        ...(object.acl === undefined || place.acl === 'none' ? {} : { ACL: object.acl }),
      });
      await asked(place.client.send(command));
    },
  };
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof s3Sdk().S3ServiceException)
      throw new ObjectRefusedError(error.name, error.message, { cause: error });
    throw new ObjectRefusedError('ServiceUnavailable', 'the store of the bucket does not answer', {
      cause: error,
    });
  }
}

function withoutQuotes(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}
