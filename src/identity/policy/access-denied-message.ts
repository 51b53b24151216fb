// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessNeed, MatchedStatement } from '../access.js';
import { type Principal, principalAccountId, principalArn } from '../principal.js';

type Refusal = Extract<AccessDecision, { isAllowed: false }>;

/**
 * Who may not do what, to which resource, and because of what. A managed policy or SCP that denies explicitly is named by
 * its ARN, to callers of the resource's own account. Actions that know no resource name none; S3 puts it in quotes.
 * Source: IAM User Guide, "Troubleshoot access denied error messages"; AWS Security Blog, "Enhanced access denied error
 * messages with policy ARNs".
 */
export function accessDeniedMessage(
  principal: Principal,
  need: Pick<AccessNeed, 'action' | 'resource' | 'shownAs' | 'resourceAccountId'>,
  decision: Refusal,
): string {
  const { action, resource, shownAs } = need;
  const user = principal.kind === 'service' ? principal.service : (principalArn(principal) ?? 'anonymous');
  const shown = shownAs ?? (action.startsWith('s3:') ? `"${resource}"` : resource);
  const where = resource === '*' && shownAs === undefined ? '' : ` on resource: ${shown}`;
  return `User: ${user} is not authorized to perform: ${action}${where} ${reason(principal, need, decision)}`;
}

const articles: Readonly<Record<string, string>> = {
  'identity-based policy': 'an',
  'role trust policy': 'the',
};

function reason(
  principal: Principal,
  { action, resourceAccountId }: Pick<AccessNeed, 'action' | 'resourceAccountId'>,
  { effect, policyType, matched }: Refusal,
): string {
  if (effect === 'implicit') return `because no ${policyType} allows the ${action} action`;
  const accountId = principalAccountId(principal);
  const isWithinAccount = accountId !== undefined && (resourceAccountId ?? accountId) === accountId;
  const arn = isWithinAccount ? denyingArn(matched, policyType) : undefined;
  const named = arn === undefined ? '' : `: ${arn}`;
  return `with an explicit deny in ${articles[policyType] ?? 'a'} ${policyType}${named}`;
}

/** Undefined for inline policies and those of resources, which have no ARN of their own. */
function denyingArn(
  matched: readonly MatchedStatement[],
  policyType: Refusal['policyType'],
): string | undefined {
  const denying = matched.find((statement) => statement.policyType === policyType);
  return denying?.policyName.startsWith('arn:') === true ? denying.policyName : undefined;
}
