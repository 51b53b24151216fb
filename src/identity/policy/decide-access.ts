// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessQuestion, MatchedStatement, PolicyType } from '../access.js';
import { type Principal, principalAccountId } from '../principal.js';
import { gatherVerdicts, type Verdicts } from './gather-verdicts.js';
import { toMatchRequest } from './match-request.js';
import type { PrincipalMatch } from './policy-principal.js';
import { sessionMayCall } from './session-may-call.js';

/**
 * The verdict of all policies that have a say: an explicit Deny anywhere wins; then every kind of policy that has to
 * allow is asked, in the order in which AWS names the one that does not.
 * Source: IAM User Guide, "Policy evaluation logic", "How AWS enforcement code logic evaluates requests to allow or deny
 * access" and "Cross-account policy evaluation logic".
 */
export function decideAccess(question: AccessQuestion): AccessDecision {
  const { principal, policies } = question;
  if (policies.isGone === true || !sessionMayCall(principal, question.action)) {
    return refused('implicit', 'identity-based policy');
  }
  if (question.resourcePolicy === 'unreadable') return refused('implicit', resourcePolicyType(question));
  return weigh(question, gatherVerdicts(question, toMatchRequest(question), resourcePolicyType(question)));
}

/** What comes of all that the policies say. */
export function weigh(question: AccessQuestion, verdicts: Verdicts): AccessDecision {
  const { denies } = verdicts;
  const [denied] = denies;
  if (denied !== undefined) return refused('explicit', denied.policyType, denies);
  const missing = missingAllow(question, verdicts);
  return missing === undefined
    ? { isAllowed: true, allowedBy: verdicts.allows }
    : refused('implicit', missing);
}

function refused(
  effect: 'explicit' | 'implicit',
  policyType: PolicyType,
  matched: readonly MatchedStatement[] = [],
): AccessDecision {
  return { isAllowed: false, effect, policyType, matched };
}

/** What the policy on the resource is called: a role's is its trust policy. */
export function resourcePolicyType({
  action,
  resource,
}: Pick<AccessQuestion, 'action' | 'resource'>): PolicyType {
  const isTrust = /^sts:/i.test(action) && /^arn:[^:]*:iam::\d*:role\//.test(resource);
  return isTrust ? 'role trust policy' : 'resource-based policy';
}

/** The kind of policy without whose Allow nothing goes; undefined when all that have to allow do. */
function missingAllow(question: AccessQuestion, verdicts: Verdicts): PolicyType | undefined {
  const { principal } = question;
  if (!verdicts.byServiceControl) return 'service control policy';
  const granted = strongerOf(verdicts.grantedTo, question.resourceGrant);
  const accountId = principalAccountId(principal);
  // Services, anonymous callers and bearers of tokens have nothing but the resource's word.
  if (accountId === undefined) return granted === undefined ? resourcePolicyType(question) : undefined;
  return (question.resourceAccountId ?? accountId) === accountId
    ? missingWithinAccount(question, verdicts, granted)
    : missingAcrossAccounts(question, verdicts, granted);
}

/** Either side may allow; or, where the resource policy is required, that one, and it may leave it to the account's own. */
function missingWithinAccount(
  question: AccessQuestion,
  verdicts: Verdicts,
  granted: PrincipalMatch | undefined,
): PolicyType | undefined {
  // Whatever is open to everybody, a session of AssumeRoot stays within its task.
  const isDirect = granted === 'named' || (granted === 'everybody' && !isTask(question.principal));
  if (isDirect) return undefined;
  if (question.resourcePolicyIs === 'required' && granted === undefined) return resourcePolicyType(question);
  const byIdentity = granted === 'issuer' || isOfRoot(question.principal) || verdicts.byIdentity;
  return byIdentity ? missingWithinSession(verdicts) : 'identity-based policy';
}

/** Both sides must allow. */
function missingAcrossAccounts(
  question: AccessQuestion,
  verdicts: Verdicts,
  granted: PrincipalMatch | undefined,
): PolicyType | undefined {
  if (!isOfRoot(question.principal) && !verdicts.byIdentity) return 'identity-based policy';
  const missing = missingWithinSession(verdicts);
  if (missing !== undefined) return missing;
  return granted === undefined ? resourcePolicyType(question) : undefined;
}

function missingWithinSession({ byBoundary, bySession }: Verdicts): PolicyType | undefined {
  if (!byBoundary) return 'permissions boundary';
  return bySession ? undefined : 'session policy';
}

/** Roots have no identity policies and need none; whom a root federates has the root's permissions to share. */
function isOfRoot(principal: Principal): boolean {
  return (
    principal.kind === 'root' || (principal.kind === 'federatedUser' && principal.issuer.kind === 'root')
  );
}

function isTask(principal: Principal): boolean {
  return principal.kind === 'root' && principal.session?.assumedRoot !== undefined;
}

function strongerOf(
  match: PrincipalMatch | undefined,
  grant: 'named' | 'account' | undefined,
): PrincipalMatch | undefined {
  return grant === 'named' ? grant : (match ?? grant);
}
