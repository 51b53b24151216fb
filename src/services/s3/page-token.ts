// SPDX-License-Identifier: Apache-2.0
import { s3Error } from './s3-error.js';

/** A continuation token: where the next page begins, opaque to callers. `kind` keeps one listing's tokens out of another. */
export function pageToken(kind: string, after: string): string {
  return Buffer.from(JSON.stringify([kind, after]), 'utf8').toString('base64url');
}

export function readPageToken(kind: string, token: string): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === kind && typeof parsed[1] === 'string') return parsed[1];
  } catch {
    // Falls through: what is no token of ours is refused in one way.
  }
  throw s3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  });
}
