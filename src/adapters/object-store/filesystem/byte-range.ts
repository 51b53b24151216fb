// SPDX-License-Identifier: Apache-2.0
import { ObjectStoreError } from '../../../ports/object-store.js';

/**
 * The bytes asked for, `end` not included; both bounds of the request are inclusive and `end` may lie behind the object.
 * Throws InvalidRange when not one byte of the object is in the range, as S3 does (RFC 9110, section 14.4).
 */
export function resolveRange(
  size: number,
  start: number | undefined,
  end: number | undefined,
): { start: number; end: number } {
  if (start === undefined && end === undefined) return { start: 0, end: size };
  const range = { start: start ?? 0, end: Math.min(end ?? size - 1, size - 1) + 1 };
  const isValid = Number.isSafeInteger(range.start) && range.start >= 0 && range.start < range.end;
  if (!isValid)
    throw new ObjectStoreError('InvalidRange', `no byte of ${size} lies in ${start ?? ''}-${end ?? ''}`);
  return range;
}
