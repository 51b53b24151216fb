// SPDX-License-Identifier: Apache-2.0
import type { ObjectInfo, ObjectStore } from '../ports/object-store.js';

/*
 * Where multipart uploads live until they are completed: in the ObjectStore, in two namespaces beside each bucket
 * whose names no bucket can have (bucket names begin with a letter or a digit).
 * - `.uploads.BUCKET`: one empty object for each upload in progress, under the key of the object to be, in a versioned
 *   namespace: its version ID is the upload ID. So any number of uploads share a key, keys keep their whole length,
 *   and the store's own order is the order of ListMultipartUploads.
 * - `.parts.BUCKET`: the parts, under UPLOAD_ID/NNNNN.
 * An upload exists as long as its object in the first namespace does; parts without one are rubbish.
 */

/** Source: S3 User Guide, "Amazon S3 multipart upload limits". */
export const partNumberMax = 10_000;

export function uploadsNamespace(bucket: string): string {
  return `.uploads.${bucket}`;
}

export function partsNamespace(bucket: string): string {
  return `.parts.${bucket}`;
}

export function partKey(uploadId: string, partNumber: number): string {
  return `${partsPrefix(uploadId)}${String(partNumber).padStart(5, '0')}`;
}

export function partsPrefix(uploadId: string): string {
  return `${uploadId}/`;
}

export function partNumberOf(part: ObjectInfo): number {
  return Number(part.key.slice(part.key.lastIndexOf('/') + 1));
}

/** Ends an upload: first its object, so that no new part is taken, then the parts. Safe to repeat. */
export async function discardUpload(
  store: ObjectStore,
  bucket: string,
  key: string,
  uploadId: string,
): Promise<void> {
  await store.delete(uploadsNamespace(bucket), key, { versionId: uploadId });
  await discardParts(store, bucket, uploadId);
}

export async function discardParts(store: ObjectStore, bucket: string, uploadId: string): Promise<void> {
  const namespace = partsNamespace(bucket);
  for (;;) {
    const page = await store.list(namespace, { prefix: partsPrefix(uploadId), limit: 1000 });
    for (const part of page.objects) await store.delete(namespace, part.key);
    if (!page.truncated) return;
  }
}
