// SPDX-License-Identifier: Apache-2.0
import { compareKeys } from '../../buckets/object-key.js';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import { listKeys } from './key-listing.js';
import { toUploadId } from './upload-id.js';

export interface UploadListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly keyMarker: string;
  /** Of the uploads for `keyMarker`, only those with a greater ID; empty: none of them. */
  readonly uploadIdMarker: string;
  readonly limit: number;
}

export interface UploadListing {
  readonly uploads: readonly ObjectInfo[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  readonly lastKey?: string;
  /** Undefined when a common prefix came last. */
  readonly lastUploadId?: string;
}

/**
 * One page of the uploads in progress: by key, and within a key by upload ID, which is by the time when they began.
 * The store gives a key's uploads newest first, so each key's are gathered and turned round.
 * Source: S3 API Reference, ListMultipartUploads.
 */
export async function listUploads(
  store: ObjectStore,
  namespace: string,
  request: UploadListingRequest,
): Promise<UploadListing> {
  const { prefix, delimiter, keyMarker, uploadIdMarker, limit } = request;
  const uploads: ObjectInfo[] = [];
  const commonPrefixes: string[] = [];
  let last: { lastKey: string; lastUploadId?: string } | undefined;
  if (limit === 0) return { uploads, commonPrefixes, truncated: false };
  const done = (truncated: boolean): UploadListing => ({ uploads, commonPrefixes, truncated, ...last });
  const isFull = (): boolean => uploads.length + commonPrefixes.length >= limit;

  if (uploadIdMarker !== '' && keyMarker.startsWith(prefix) && !isRolledUp(keyMarker, prefix, delimiter)) {
    for (const upload of await uploadsOfKey(store, namespace, keyMarker)) {
      if (toUploadId(upload) <= uploadIdMarker) continue;
      if (isFull()) return done(true);
      uploads.push(upload);
      last = { lastKey: upload.key, lastUploadId: toUploadId(upload) };
    }
  }
  let marker = keyMarker;
  for (;;) {
    // Current objects are the newest upload of each key: they tell which keys there are.
    const page = await listKeys(store, namespace, {
      prefix,
      delimiter,
      marker,
      limit: Math.min(limit + 1, 1000),
    });
    for (const entry of page.entries) {
      if (isFull()) return done(true);
      if ('commonPrefix' in entry) {
        commonPrefixes.push(entry.commonPrefix);
        marker = entry.commonPrefix;
        last = { lastKey: marker };
        continue;
      }
      marker = entry.object.key;
      for (const upload of await uploadsOfKey(store, namespace, marker)) {
        if (isFull()) return done(true);
        uploads.push(upload);
        last = { lastKey: upload.key, lastUploadId: toUploadId(upload) };
      }
    }
    if (!page.truncated) return done(false);
  }
}

async function uploadsOfKey(store: ObjectStore, namespace: string, key: string): Promise<ObjectInfo[]> {
  const uploads: ObjectInfo[] = [];
  let position: { after?: string; afterVersionId?: string } = {};
  for (;;) {
    const page = await store.list(namespace, { prefix: key, ...position, versions: true, limit: 100 });
    const own = page.objects.filter((upload) => compareKeys(upload.key, key) === 0);
    uploads.push(...own);
    const last = page.objects.at(-1);
    if (!page.truncated || last === undefined || own.length < page.objects.length) break;
    position = { after: last.key, afterVersionId: last.versionId };
  }
  return uploads.sort((a, b) => (toUploadId(a) < toUploadId(b) ? -1 : 1));
}

function isRolledUp(key: string, prefix: string, delimiter: string): boolean {
  return delimiter !== '' && key.indexOf(delimiter, prefix.length) >= 0;
}
