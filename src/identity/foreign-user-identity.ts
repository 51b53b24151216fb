// SPDX-License-Identifier: Apache-2.0
import type { UserIdentity } from '../record/types.js';
import { type Principal, principalAccountId, principalUserId } from './principal.js';
import { toUserIdentity } from './user-identity.js';

/**
 * The caller as the records of another account show him: from which account, and by which id; his name and keys are not
 * theirs to know. Sources: IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail" (AssumeRole across
 * accounts); CloudTrail User Guide, "CloudTrail userIdentity element" (AWSAccount).
 */
export function toForeignUserIdentity(principal: Principal): UserIdentity {
  const accountId = principalAccountId(principal);
  // Who is of no account has nothing to hide from one.
  if (accountId === undefined) return toUserIdentity(principal);
  return { type: 'AWSAccount', principalId: principalUserId(principal) ?? accountId, accountId };
}
