// SPDX-License-Identifier: Apache-2.0
import type { Principal } from '../principal.js';
import { matchStatement } from './match-statement.js';
import type { Policy, Statement } from './policy.js';
import { type PrincipalMatch, strengthOf } from './policy-principal.js';
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
   * `grantedTo`: how the allowing statement names the caller, the strongest of all. An Allow for an `account`
   * only lets that account's own policies decide; the account's root is `named` by it.
   */
  | { readonly decision: 'allow'; readonly statement: Statement; readonly grantedTo: PrincipalMatch }
  | { readonly decision: 'explicitDeny'; readonly statement: Statement }
  | { readonly decision: 'implicitDeny' };

/**
 * What resource policies alone say to a request: a Deny wins over every Allow, and without an Allow there is none.
 * All policies that have a say are heard by `decideAccess`.
 * Source: IAM User Guide, "Policy evaluation logic".
 */
export function evaluate(request: AccessRequest, policies: readonly Policy[]): Evaluation {
  const context = new RequestContext(request.context ?? {}, principalContext(request.principal));
  const asked = { ...request, action: request.action.toLowerCase(), context };
  let allowed: { statement: Statement; grantedTo: PrincipalMatch } | undefined;
  for (const policy of policies) {
    for (const statement of policy.statements) {
      const match = matchStatement(statement, asked);
      if (match === undefined) continue;
      if (statement.effect === 'Deny') return { decision: 'explicitDeny', statement };
      if (allowed === undefined || strengthOf[match] > strengthOf[allowed.grantedTo]) {
        allowed = { statement, grantedTo: match };
      }
    }
  }
  return allowed === undefined ? { decision: 'implicitDeny' } : { decision: 'allow', ...allowed };
}
