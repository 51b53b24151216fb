// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/** Accounts whose ids are kept: a hash on every call of S3 would cost more than the rest of its decision. */
const knownMax = 1_000;
const known = new Map<string, string>();

/**
 * The canonical user ID of an account: 64 hex digits, as S3 names owners and grantees. AWS's are opaque; Cairn's
 * follow from the account, so that they need not be stored and are the same on every node.
 */
export function canonicalUserId(accountId: string): string {
  let id = known.get(accountId);
  if (id === undefined) {
    id = createHash('sha256').update(`canonical user of ${accountId}`).digest('hex');
    if (known.size >= knownMax) known.clear();
    known.set(accountId, id);
  }
  return id;
}
