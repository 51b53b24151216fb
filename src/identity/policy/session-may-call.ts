// SPDX-License-Identifier: Apache-2.0
import type { Principal } from '../principal.js';

/**
 * What temporary credentials of some kinds can never be used for, whatever policies say: GetFederationToken's not for IAM
 * and not for STS but GetCallerIdentity; GetSessionToken's not for IAM without MFA, and of STS for AssumeRole and
 * GetCallerIdentity only. Console sessions are not made by these calls.
 * Source: IAM User Guide, "Compare AWS STS credentials".
 */
export function sessionMayCall(principal: Principal, action: string): boolean {
  if (principal.kind !== 'federatedUser' && principal.kind !== 'user' && principal.kind !== 'root')
    return true;
  const { session } = principal;
  if (session === undefined || session.isOfConsole === true || session.assumedRoot !== undefined) return true;
  const name = action.toLowerCase();
  if (name.startsWith('iam:')) {
    return principal.kind !== 'federatedUser' && session.mfaAuthenticatedAtMs !== undefined;
  }
  if (!name.startsWith('sts:')) return true;
  if (name === 'sts:getcalleridentity') return true;
  return principal.kind !== 'federatedUser' && assumingActions.has(name);
}

/** AssumeRole and what it may need besides. */
const assumingActions: ReadonlySet<string> = new Set([
  'sts:assumerole',
  'sts:tagsession',
  'sts:setsourceidentity',
  'sts:setcontext',
]);
