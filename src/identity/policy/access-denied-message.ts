// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessNeed } from '../access.js';
import { type Principal, principalArn } from '../principal.js';

/**
 * Who may not do what, to which resource, and because of what.
 * Source: IAM User Guide, "Troubleshoot access denied error messages".
 */
export function accessDeniedMessage(
  principal: Principal,
  { action, resource }: Pick<AccessNeed, 'action' | 'resource'>,
  decision: Extract<AccessDecision, { isAllowed: false }>,
): string {
  const user = principal.kind === 'service' ? principal.service : (principalArn(principal) ?? 'anonymous');
  const a = /^[aeiou]/.test(decision.policyType) ? 'an' : 'a';
  const why =
    decision.effect === 'explicit'
      ? `with an explicit deny in ${a} ${decision.policyType}`
      : `because no ${decision.policyType} allows the ${action} action`;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}
