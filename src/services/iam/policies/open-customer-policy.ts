// SPDX-License-Identifier: Apache-2.0
import type { ManagedPolicyDocument } from '../../../identity/iam-documents.js';
import { WireError } from '../../../wire/wire-error.js';
import type { CallState } from '../../service.js';
import { type ManagedPolicy, type MissingPolicyWords, openPolicy } from './find-policy.js';

/** A managed policy of the account's own. */
export interface CustomerPolicy extends ManagedPolicy {
  readonly document: ManagedPolicyDocument;
}

/**
 * Throws AccessDenied for a policy of AWS's own: to nobody, the root included, is it given to change one. They are of
 * the account `aws`, whose resources no policy of another account reaches.
 */
export function verifyCustomerPolicy(policy: ManagedPolicy): CustomerPolicy {
  if (policy.document !== undefined) return { ...policy, document: policy.document };
  const message = `Policy ${policy.arn} is managed by AWS and cannot be changed.`;
  throw new WireError('AccessDenied', message, { status: 403 });
}

/** Throws ValidationError, NoSuchEntity or AccessDenied. */
export function openCustomerPolicy(
  state: Pick<CallState, 'get'>,
  accountId: string,
  arn: string,
  words?: MissingPolicyWords,
): CustomerPolicy {
  return verifyCustomerPolicy(openPolicy(state, accountId, arn, words));
}
