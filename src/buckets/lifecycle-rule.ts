// SPDX-License-Identifier: Apache-2.0
import type { ObjectInfo } from '../ports/object-store.js';
import type { Tag } from './tag-rules.js';

/** A lifecycle rule as it is kept in a bucket's document: S3's own shape, dates as ISO 8601 text. */
export interface LifecycleRuleDocument {
  readonly ID: string;
  readonly Status: 'Enabled' | 'Disabled';
  /** The older form of a filter. */
  readonly Prefix?: string;
  readonly Filter?: LifecycleFilterDocument;
  readonly Expiration?: {
    readonly Date?: string;
    readonly Days?: number;
    readonly ExpiredObjectDeleteMarker?: boolean;
  };
  readonly NoncurrentVersionExpiration?: {
    readonly NoncurrentDays?: number;
    readonly NewerNoncurrentVersions?: number;
  };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number };
  /** Kept and answered; Cairn has one storage class on disk, so nothing is moved. */
  readonly Transitions?: readonly unknown[];
  readonly NoncurrentVersionTransitions?: readonly unknown[];
}

export interface LifecycleFilterDocument {
  readonly Prefix?: string;
  readonly Tag?: Tag;
  readonly ObjectSizeGreaterThan?: number;
  readonly ObjectSizeLessThan?: number;
  readonly And?: {
    readonly Prefix?: string;
    readonly Tags?: readonly Tag[];
    readonly ObjectSizeGreaterThan?: number;
    readonly ObjectSizeLessThan?: number;
  };
}

export interface LifecycleDocument {
  readonly Rules: readonly LifecycleRuleDocument[];
}

/** What a filter asks for, whichever of its forms it was written in. */
export interface LifecycleScope {
  readonly prefix: string;
  readonly tags: readonly Tag[];
  readonly sizeAbove?: number;
  readonly sizeBelow?: number;
}

const dayMs = 86_400_000;

export function scopeOf(rule: LifecycleRuleDocument): LifecycleScope {
  const { Filter: filter } = rule;
  const and = filter?.And ?? filter;
  const tags = filter?.And?.Tags ?? (filter?.Tag === undefined ? [] : [filter.Tag]);
  return {
    prefix: and?.Prefix ?? rule.Prefix ?? '',
    tags,
    ...(and?.ObjectSizeGreaterThan === undefined ? undefined : { sizeAbove: and.ObjectSizeGreaterThan }),
    ...(and?.ObjectSizeLessThan === undefined ? undefined : { sizeBelow: and.ObjectSizeLessThan }),
  };
}

export function isInScope(
  scope: LifecycleScope,
  object: Pick<ObjectInfo, 'key' | 'size' | 'attributes'>,
): boolean {
  if (!object.key.startsWith(scope.prefix)) return false;
  if (scope.sizeAbove !== undefined && object.size <= scope.sizeAbove) return false;
  if (scope.sizeBelow !== undefined && object.size >= scope.sizeBelow) return false;
  return scope.tags.every(({ Key = '', Value = '' }) => tagOf(object, Key) === Value);
}

/**
 * When something that began at `startMs` is `days` old in the sense of lifecycle rules: at the next midnight UTC after
 * that many days. Source: S3 User Guide, "Lifecycle configuration elements", rules based on an object's age.
 */
export function lifecycleDueMs(startMs: number, days: number): number {
  return Math.ceil((startMs + days * dayMs) / dayMs) * dayMs;
}

/** When the rule expires a current object, ms since the epoch; undefined when it never does. */
export function currentExpiryMs(rule: LifecycleRuleDocument, lastModifiedMs: number): number | undefined {
  const { Days: days, Date: date } = rule.Expiration ?? {};
  if (days !== undefined) return lifecycleDueMs(lastModifiedMs, days);
  return date === undefined ? undefined : Date.parse(date);
}

function tagOf(object: Pick<ObjectInfo, 'attributes'>, key: string): string | undefined {
  const tags = object.attributes.tags;
  return tags !== undefined && Object.hasOwn(tags, key) ? tags[key] : undefined;
}
