// SPDX-License-Identifier: Apache-2.0
import { type DigestFileName, toDigestKey } from './digest-file-name.js';
import { placeDigest } from './verify-place.js';

/**
 * The order of digests that are there, and of those that are not.
 *
 * A chain is walked from its newest digest to its oldest. Each names its predecessor; where that one is not among the
 * files, all digests down to the next older one that is there are missing. Only the first of them is named by somebody.
 * The others are worked out from the interval: digests of a chain end at regular times.
 */
export interface MissingDigest {
  readonly relative: string;
  readonly endMs: number;
  readonly isEstimated: boolean;
}

/** More of them are counted, not named: 10,000 are fourteen months of hours. */
export const missingNamedMax = 10_000;

/** The usual length of a digest's time, in ms: the middle one of the distances. Undefined with fewer than two digests. */
export function intervalOf(endsMs: readonly number[]): number | undefined {
  const distances: number[] = [];
  for (let index = 1; index < endsMs.length; index++) distances.push(endsMs[index]! - endsMs[index - 1]!);
  const sorted = distances.filter((distance) => distance > 0).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/**
 * The digests that are missing between the newest one that is known to have been (`named`, or the one that would end at
 * `untilMs`) and the older one that is there, newest first.
 */
export function missingBetween(
  olderEndMs: number | undefined,
  named: DigestFileName,
  intervalMs: number | undefined,
): { missing: MissingDigest[]; unnamedCount: number } {
  const missing: MissingDigest[] = [{ ...toRelative(named), endMs: named.endMs, isEstimated: false }];
  if (olderEndMs === undefined || intervalMs === undefined || intervalMs < 1_000)
    return { missing, unnamedCount: 0 };
  const count = Math.round((named.endMs - olderEndMs) / intervalMs);
  for (let index = 1; index < Math.min(count, missingNamedMax); index++) {
    const endMs = named.endMs - index * intervalMs;
    missing.push({ ...toRelative({ ...named, endMs }), endMs, isEstimated: true });
  }
  return { missing, unnamedCount: Math.max(0, count - missingNamedMax) };
}

function toRelative(name: DigestFileName): { relative: string } {
  const { prefix: _prefix, ...rest } = name;
  return { relative: toDigestKey(rest) };
}

/** What a digest says of its predecessor. */
export interface PreviousDigest {
  readonly bucket: string;
  /** The object key as written. */
  readonly object: string;
  /** From `AWSLogs/` on. */
  readonly relative: string;
  readonly name: DigestFileName;
  readonly hash: string | null;
  readonly signature: string | null;
}

interface PreviousMembers {
  readonly previousDigestS3Bucket: string | null;
  readonly previousDigestS3Object: string | null;
  readonly previousDigestHashValue: string | null;
  readonly previousDigestSignature: string | null;
}

/** Null in a starting digest; undefined where the members are no place of a digest. */
export function previousOf(document: PreviousMembers): PreviousDigest | null | undefined {
  const { previousDigestS3Bucket: bucket, previousDigestS3Object: object } = document;
  if (bucket === null && object === null) return null;
  const placed = object === null ? undefined : placeDigest(object);
  if (bucket === null || object === null || placed === undefined) return undefined;
  return {
    bucket,
    object,
    relative: placed.relative,
    name: placed.name,
    hash: document.previousDigestHashValue,
    signature: document.previousDigestSignature,
  };
}

/** How long after a digest's end its successor may be on its way, beyond one interval. */
export function graceMs(intervalMs: number): number {
  return Math.min(Math.max(intervalMs / 2, 5_000), 30 * 60_000);
}

/** Whether a chain whose newest digest ended at `endMs` should have gone on by `asOfMs`. */
export function isTailOld(endMs: number, asOfMs: number, intervalMs: number): boolean {
  return asOfMs - endMs > intervalMs + graceMs(intervalMs);
}
