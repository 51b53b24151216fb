// SPDX-License-Identifier: Apache-2.0
import type { RoleDocument } from '../../../identity/iam-documents.js';
import { bindPrincipals, shownPolicyText } from '../../../identity/policy/bind-principals.js';
import { MalformedPolicyError } from '../../../identity/policy/malformed-policy-error.js';
import type { CallState } from '../../service.js';
import { malformedPolicyDocument, quotaExceeded } from '../shared/iam-error.js';
import { policySize, verifyPolicyDocument } from '../shared/policy-document.js';
import { trustPolicySizeMax } from './role-rules.js';

/**
 * A role's trust policy as it is kept: the users and roles that it names bound to their unique ids, so that it never
 * trusts whoever takes the name of one that was deleted.
 * Throws ValidationError, MalformedPolicyDocument with the reason (also when there is no such user or role), LimitExceeded.
 */
export function toStoredTrustPolicy(member: string, text: string, state: Pick<CallState, 'get'>): string {
  verifyPolicyDocument(member, text, 'trust');
  if (policySize(text) > trustPolicySizeMax) throw quotaExceeded('ACLSizePerRole', trustPolicySizeMax);
  try {
    return bindPrincipals(text, state);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    const { message, detail } = error;
    throw malformedPolicyDocument(
      detail === undefined ? message : `${message}: ${detail.replace('" : ', '":')}`,
    );
  }
}

/** A role's trust policy as it is shown: with unique ids only of those who are gone. */
export function shownTrustPolicy({ trustPolicy }: RoleDocument, state: Pick<CallState, 'get'>): string {
  return shownPolicyText(trustPolicy, state);
}
