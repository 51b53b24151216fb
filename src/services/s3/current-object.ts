// SPDX-License-Identifier: Apache-2.0
import type { BucketDocument } from '../../buckets/bucket.js';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { headOrUndefined, verifyMayAct } from './open-bucket.js';
import { invalidArgument, noSuchKey, noSuchVersion, s3Error } from './s3-error.js';

/**
 * The object that a read means: the current one, or the version. Delete markers answer as S3 has it: 404 for the current
 * one, 405 when the marker itself is asked for. Source: S3 User Guide, "Working with delete markers".
 */
export async function currentObject(
  store: ObjectStore,
  call: Call,
  bucket: BucketDocument,
  key: string,
  versionId?: string,
): Promise<ObjectInfo> {
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
  const info = await headOrUndefined(store, bucket.name, key, versionId);
  if (info === undefined) {
    // Who may not list must not learn which keys exist. Source: S3 API Reference, GetObject, Permissions.
    verifyMayAct(call, bucket, { action: 's3:ListBucket' });
    throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
  }
  if (!info.isDeleteMarker) return info;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': info.versionId };
  if (versionId === undefined) throw noSuchKey(key, headers);
  const fields = { Method: call.request.method, ResourceType: 'DeleteMarker' };
  throw s3Error('MethodNotAllowed', undefined, fields, {
    ...headers,
    allow: 'DELETE',
    'last-modified': new Date(info.lastModifiedMs).toUTCString(),
  });
}
