// SPDX-License-Identifier: Apache-2.0
import { discardParts, uploadsNamespace } from '../../buckets/upload-namespace.js';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import { headOrUndefined } from './open-bucket.js';
import { s3Error } from './s3-error.js';

/*
 * An upload ID is the time when the upload began, then the version ID of its object (src/buckets/upload-namespace.ts). So the
 * IDs of one key sort as ListMultipartUploads wants both: by themselves, and by time.
 */

/** Digits of the time in base 36: enough until the year 5188. */
const timeDigits = 9;

export function toUploadId(upload: ObjectInfo): string {
  return `${upload.lastModifiedMs.toString(36).padStart(timeDigits, '0')}.${upload.versionId}`;
}

/** The upload's object, or NoSuchUpload. */
export async function findUpload(
  store: ObjectStore,
  bucket: string,
  key: string,
  uploadId: string | undefined,
): Promise<ObjectInfo> {
  const versionId = uploadId?.slice(timeDigits + 1) ?? '';
  const upload =
    versionId === '' ? undefined : await headOrUndefined(store, uploadsNamespace(bucket), key, versionId);
  if (upload === undefined || toUploadId(upload) !== uploadId) throw noSuchUpload(uploadId);
  return upload;
}

function noSuchUpload(uploadId: string | undefined): Error {
  return s3Error('NoSuchUpload', undefined, { UploadId: uploadId ?? '' });
}

/** A part that came in while its upload ended belongs to nobody. Throws NoSuchUpload then, with the part gone. */
export async function verifyUploadStillThere(
  store: ObjectStore,
  upload: ObjectInfo,
  bucket: string,
): Promise<void> {
  if ((await headOrUndefined(store, uploadsNamespace(bucket), upload.key, upload.versionId)) !== undefined)
    return;
  await discardParts(store, bucket, upload.versionId);
  throw noSuchUpload(toUploadId(upload));
}
