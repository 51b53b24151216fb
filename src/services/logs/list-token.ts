// SPDX-License-Identifier: Apache-2.0
import { invalidToken } from './logs-errors.js';

/** Where a listing goes on: opaque to callers, checked when it comes back. */
export function encodeToken(kind: string, values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([kind, ...values])).toString('base64url');
}

/** Throws InvalidParameterException for what is no token of this kind. */
export function decodeToken(kind: string, token: string, count: number): (string | number)[] {
  try {
    const [found, ...values] = JSON.parse(Buffer.from(token, 'base64url').toString()) as (string | number)[];
    const isWhole = found === kind && values.length === count;
    if (isWhole && values.every((value) => typeof value === 'string' || Number.isSafeInteger(value)))
      return values;
  } catch {
    // Not ours.
  }
  throw invalidToken();
}
