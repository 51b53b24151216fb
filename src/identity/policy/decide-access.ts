// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessQuestion } from '../access.js';
import { principalAccountId } from '../principal.js';
import { evaluate } from './evaluate.js';

/**
 * The verdict of all policies that have a say.
 * Source: IAM User Guide, "Policy evaluation logic".
 */
export function decideAccess(question: AccessQuestion): AccessDecision {
  const { principal, action, resource, context, resourcePolicy, canonicalUserId } = question;
  const refused = (effect: 'explicit' | 'implicit'): AccessDecision => ({
    isAllowed: false,
    effect,
    policyType: 'resource-based policy',
    matched: [],
  });
  if (resourcePolicy === 'unreadable') return refused('implicit');
  const request = {
    principal,
    action,
    resource,
    ...(context === undefined ? {} : { context }),
    ...(canonicalUserId === undefined ? {} : { canonicalUserId }),
  };
  const { decision } = evaluate(request, resourcePolicy === undefined ? [] : [resourcePolicy]);
  if (decision === 'explicitDeny') return refused('explicit');
  const isOwnRoot =
    principal.kind === 'root' &&
    question.resourcePolicyIs !== 'required' &&
    (question.resourceAccountId ?? principal.accountId) === principalAccountId(principal);
  if (decision === 'allow' || isOwnRoot) return { isAllowed: true, allowedBy: [] };
  return refused('implicit');
}
