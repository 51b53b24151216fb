// SPDX-License-Identifier: Apache-2.0
import type { BucketDocument } from '../../buckets/bucket.js';
import { currentExpiryMs, isInScope, type LifecycleDocument, scopeOf } from '../../buckets/lifecycle-rule.js';
import type { ObjectInfo } from '../../ports/object-store.js';

/** `x-amz-expiration`: when a lifecycle rule will expire the current object, and which. Source: S3 API Reference, GetObject. */
export function expirationHeader(bucket: BucketDocument, object: ObjectInfo): { Expiration?: string } {
  if (!object.isLatest) return {};
  const rules = (bucket.lifecycle as LifecycleDocument | undefined)?.Rules ?? [];
  let earliest: { dueMs: number; id: string } | undefined;
  for (const rule of rules) {
    const dueMs = rule.Status === 'Enabled' ? currentExpiryMs(rule, object.lastModifiedMs) : undefined;
    if (dueMs === undefined || !isInScope(scopeOf(rule), object)) continue;
    if (earliest === undefined || dueMs < earliest.dueMs) earliest = { dueMs, id: rule.ID };
  }
  if (earliest === undefined) return {};
  return {
    Expiration: `expiry-date="${new Date(earliest.dueMs).toUTCString()}", rule-id="${encodeURIComponent(earliest.id)}"`,
  };
}
