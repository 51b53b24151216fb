// SPDX-License-Identifier: Apache-2.0
import type { Principal } from '../principal.js';
import type { Inverted, Policy, Statement } from './policy.js';
import { matchPrincipal, type PrincipalMatch } from './policy-principal.js';
import { matchPolicyText, type PolicyText } from './policy-text.js';
import { type ContextValues, principalContext, RequestContext } from './request-context.js';

export interface AccessRequest {
  readonly principal: Principal;
  /** `s3:PutObject` */
  readonly action: string;
  /** The ARN of what is acted on. */
  readonly resource: string;
  /** Condition keys beyond those that follow from the principal, which win where both are given. */
  readonly context?: ContextValues;
  /** S3's other name of the caller's account. */
  readonly canonicalUserId?: string;
}

export type Evaluation =
  /**
   * `grantedTo`: how closely the allowing statement names the caller, the closest of all. An Allow for an `account`
   * only lets that account's own policies decide; the account's root is `named` by it.
   */
  | { readonly decision: 'allow'; readonly statement: Statement; readonly grantedTo: PrincipalMatch }
  | { readonly decision: 'explicitDeny'; readonly statement: Statement }
  | { readonly decision: 'implicitDeny' };

const closeness: readonly PrincipalMatch[] = ['everybody', 'account', 'named'];

/**
 * What resource policies say to a request: a Deny wins over every Allow, and without an Allow there is none. What
 * the owner of a resource may do without a policy is for the resource's service to add.
 * Source: IAM User Guide, "Policy evaluation logic".
 */
export function evaluate(request: AccessRequest, policies: readonly Policy[]): Evaluation {
  const context = new RequestContext(request.context ?? {}, principalContext(request.principal));
  let allowed: { statement: Statement; grantedTo: PrincipalMatch } | undefined;
  for (const policy of policies) {
    for (const statement of policy.statements) {
      const match = matchStatement(statement, request, context);
      if (match === undefined) continue;
      if (statement.effect === 'Deny') return { decision: 'explicitDeny', statement };
      if (allowed === undefined || closeness.indexOf(match) > closeness.indexOf(allowed.grantedTo)) {
        allowed = { statement, grantedTo: match };
      }
    }
  }
  return allowed === undefined ? { decision: 'implicitDeny' } : { decision: 'allow', ...allowed };
}

function matchStatement(
  statement: Statement,
  request: AccessRequest,
  context: RequestContext,
): PrincipalMatch | undefined {
  const isDeny = statement.effect === 'Deny';
  if (!matchTexts(statement.actions, request.action, context, { ignoreCase: true, isDeny })) return undefined;
  if (!matchTexts(statement.resources, request.resource, context, { ignoreCase: false, isDeny }))
    return undefined;
  const match = statementPrincipal(statement, request);
  if (match === undefined) return undefined;
  return statement.conditions.every((condition) => condition.holds(context, isDeny)) ? match : undefined;
}

/** Actions are compared without case, resources with it. */
function matchTexts(
  { inverted, patterns }: Inverted<PolicyText>,
  value: string,
  context: RequestContext,
  how: { readonly ignoreCase: boolean; readonly isDeny: boolean },
): boolean {
  const matches = patterns.map((pattern) => matchPolicyText(pattern, value, context.resolve, how.ignoreCase));
  if (!inverted) return matches.includes('yes');
  if (matches.includes('yes')) return false;
  // NotResource with a variable that has no value: nobody can say whether it is excepted. Refusal wins.
  return matches.includes('unresolved') ? how.isDeny : true;
}

function statementPrincipal(statement: Statement, request: AccessRequest): PrincipalMatch | undefined {
  if (statement.principals === undefined) return 'named';
  const { inverted, patterns } = statement.principals;
  const match = matchPrincipal(patterns, request.principal, request.canonicalUserId);
  if (!inverted) return match;
  return match === undefined ? 'everybody' : undefined;
}
