// SPDX-License-Identifier: Apache-2.0
import { type ObjectInfo, type ObjectStore, ObjectStoreError } from '../ports/object-store.js';
import type { BucketDocument } from './bucket.js';
import {
  currentExpiryMs,
  isInScope,
  type LifecycleDocument,
  type LifecycleRuleDocument,
  lifecycleDueMs,
  scopeOf,
} from './lifecycle-rule.js';
import { discardUpload, uploadsNamespace } from './upload-namespace.js';

export interface ExpireOptions {
  readonly objectStore: ObjectStore;
  /** ms since the epoch. */
  readonly nowMs: number;
  /** Ends the walk between two keys. */
  readonly signal?: AbortSignal;
}

export interface ExpiryCounts {
  /** Current objects that were removed or got a delete marker. */
  expired: number;
  noncurrentRemoved: number;
  deleteMarkersRemoved: number;
  uploadsAborted: number;
}

const pageSize = 1000;

/**
 * Carries out the enabled lifecycle rules of one bucket. Idempotent: what is done is not found again. It walks every
 * version of the bucket once, a page in memory at a time, and keeps one key's versions together.
 * Source: S3 User Guide, "Expiring objects" and "Lifecycle configuration elements".
 */
export async function expireObjects(bucket: BucketDocument, options: ExpireOptions): Promise<ExpiryCounts> {
  const counts: ExpiryCounts = {
    expired: 0,
    noncurrentRemoved: 0,
    deleteMarkersRemoved: 0,
    uploadsAborted: 0,
  };
  const rules = enabledRules(bucket);
  if (rules.length === 0) return counts;
  const walk: Walk = { bucket, rules, counts, ...options };
  await abortUploads(walk);
  for await (const versions of versionsByKey(walk)) await expireKey(walk, versions);
  return counts;
}

interface Walk extends ExpireOptions {
  readonly bucket: BucketDocument;
  readonly rules: readonly LifecycleRuleDocument[];
  readonly counts: ExpiryCounts;
}

function enabledRules(bucket: BucketDocument): readonly LifecycleRuleDocument[] {
  const lifecycle = bucket.lifecycle as LifecycleDocument | undefined;
  return lifecycle?.Rules.filter((rule) => rule.Status === 'Enabled') ?? [];
}

/** All versions of one key after the other, newest first. */
async function* versionsByKey({ objectStore, bucket, signal }: Walk): AsyncGenerator<ObjectInfo[]> {
  let group: ObjectInfo[] = [];
  for await (const version of allVersions(objectStore, bucket.name, signal)) {
    if (group.length > 0 && group[0]!.key !== version.key) {
      yield group;
      group = [];
    }
    group.push(version);
  }
  if (group.length > 0) yield group;
}

async function* allVersions(
  store: ObjectStore,
  namespace: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectInfo> {
  let position: { after?: string; afterVersionId?: string } = {};
  for (;;) {
    const page = await store.list(namespace, { ...position, versions: true, limit: pageSize });
    for (const version of page.objects) {
      if (signal?.aborted === true) return;
      yield version;
    }
    const last = page.objects.at(-1);
    if (!page.truncated || last === undefined) return;
    position = { after: last.key, afterVersionId: last.versionId };
  }
}

async function expireKey(walk: Walk, versions: readonly ObjectInfo[]): Promise<void> {
  const remaining = await expireNoncurrent(walk, versions);
  const current = remaining[0];
  if (current === undefined || !current.isLatest) return;
  if (!current.isDeleteMarker) await expireCurrent(walk, current);
  else if (remaining.length === 1) await expireLoneMarker(walk, current);
}

async function expireCurrent(
  { objectStore, bucket, rules, counts, nowMs }: Walk,
  current: ObjectInfo,
): Promise<void> {
  const isDue = rules.some((rule) => {
    const dueMs = currentExpiryMs(rule, current.lastModifiedMs);
    return dueMs !== undefined && dueMs <= nowMs && isInScope(scopeOf(rule), current);
  });
  if (!isDue || !(await isStillCurrent(objectStore, current))) return;
  const versioned =
    bucket.versioning === undefined ? undefined : bucket.versioning === 'Enabled' ? 'enabled' : 'suspended';
  try {
    await objectStore.delete(bucket.name, current.key, versioned === undefined ? {} : { versioned });
  } catch (error) {
    // A locked `null` version in a bucket that is not versioned: it stays until its lock ends.
    if (error instanceof ObjectStoreError && error.code === 'Locked') return;
    throw error;
  }
  counts.expired += 1;
}

/** The listing is a little old when its end is reached: an object that was written anew meanwhile must stay. */
async function isStillCurrent(store: ObjectStore, seen: ObjectInfo): Promise<boolean> {
  const current = await store.head(seen.bucket, seen.key).catch((error: unknown) => {
    if (error instanceof ObjectStoreError && error.code === 'NoSuchKey') return undefined;
    throw error;
  });
  return (
    current?.versionId === seen.versionId &&
    current.lastModifiedMs === seen.lastModifiedMs &&
    current.etag === seen.etag
  );
}

/** Removes what is due among the older versions; gives those that stay, newest first. */
async function expireNoncurrent(walk: Walk, versions: readonly ObjectInfo[]): Promise<readonly ObjectInfo[]> {
  const remaining: ObjectInfo[] = [];
  let newer: ObjectInfo | undefined;
  let noncurrentSeen = 0;
  for (const version of versions) {
    const isGone =
      newer !== undefined &&
      !version.isLatest &&
      isNoncurrentDue(walk, version, newer.lastModifiedMs, noncurrentSeen);
    if (!version.isLatest) noncurrentSeen += 1;
    newer = version;
    if (!isGone) {
      remaining.push(version);
      continue;
    }
    if (await removed(walk, version)) walk.counts.noncurrentRemoved += 1;
    else remaining.push(version);
  }
  return remaining;
}

/** False for a locked version, which no rule removes. Source: S3 User Guide, "Object Lock considerations", lifecycle. */
async function removed({ objectStore, bucket }: Walk, { key, versionId }: ObjectInfo): Promise<boolean> {
  try {
    await objectStore.delete(bucket.name, key, { versionId });
    return true;
  } catch (error) {
    if (error instanceof ObjectStoreError && error.code === 'Locked') return false;
    throw error;
  }
}

/** `sinceMs`: when the version stopped being current; `newerNoncurrent`: older versions of the key that are newer than it. */
function isNoncurrentDue(
  { rules, nowMs }: Walk,
  version: ObjectInfo,
  sinceMs: number,
  newerNoncurrent: number,
): boolean {
  return rules.some(({ NoncurrentVersionExpiration: noncurrent, ...rule }) => {
    if (noncurrent?.NoncurrentDays === undefined) return false;
    if (newerNoncurrent < (noncurrent.NewerNoncurrentVersions ?? 0)) return false;
    return lifecycleDueMs(sinceMs, noncurrent.NoncurrentDays) <= nowMs && isInScope(scopeOf(rule), version);
  });
}

/**
 * A delete marker with nothing left under it. ExpiredObjectDeleteMarker removes it at once; a rule with Days removes it when
 * it is that old. Source: S3 User Guide, "Lifecycle configuration elements", ExpiredObjectDeleteMarker.
 */
async function expireLoneMarker(
  { objectStore, bucket, rules, counts, nowMs }: Walk,
  marker: ObjectInfo,
): Promise<void> {
  const isDue = rules.some((rule) => {
    if (!isInScope(scopeOf(rule), marker)) return false;
    if (rule.Expiration?.ExpiredObjectDeleteMarker === true) return true;
    const dueMs =
      rule.Expiration?.Days === undefined ? undefined : currentExpiryMs(rule, marker.lastModifiedMs);
    return dueMs !== undefined && dueMs <= nowMs;
  });
  if (!isDue) return;
  await objectStore.delete(bucket.name, marker.key, { versionId: marker.versionId });
  counts.deleteMarkersRemoved += 1;
}

async function abortUploads(walk: Walk): Promise<void> {
  const { objectStore, bucket, rules, counts, nowMs, signal } = walk;
  const aborting = rules.filter((rule) => rule.AbortIncompleteMultipartUpload !== undefined);
  if (aborting.length === 0) return;
  for await (const upload of allVersions(objectStore, uploadsNamespace(bucket.name), signal)) {
    const isDue = aborting.some((rule) => {
      const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? 0;
      return (
        upload.key.startsWith(scopeOf(rule).prefix) && lifecycleDueMs(upload.lastModifiedMs, days) <= nowMs
      );
    });
    if (!isDue) continue;
    await discardUpload(objectStore, bucket.name, upload.key, upload.versionId);
    counts.uploadsAborted += 1;
  }
}
