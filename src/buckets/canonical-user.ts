// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/**
 * The canonical user ID of an account: 64 hex digits, as S3 names owners and grantees. AWS's are opaque; Cairn's
 * follow from the account, so that they need not be stored and are the same on every node.
 */
export function canonicalUserId(accountId: string): string {
  return createHash('sha256').update(`canonical user of ${accountId}`).digest('hex');
}
