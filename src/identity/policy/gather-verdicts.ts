// SPDX-License-Identifier: Apache-2.0
import type { AccessQuestion, MatchedStatement, NamedPolicy, PolicyType } from '../access.js';
import { type MatchRequest, matchStatement } from './match-statement.js';
import type { Statement } from './policy.js';
import { type PrincipalMatch, strengthOf } from './policy-principal.js';

/** What each kind of policy says to a request, before they are weighed against each other. */
export interface Verdicts {
  /** Every Deny that matches, in the order in which AWS reports kinds of policies. */
  readonly denies: readonly MatchedStatement[];
  /** Every Allow that matches, but for SCPs, which allow nothing by themselves. */
  readonly allows: readonly MatchedStatement[];
  /** Each level of the organization allows it. */
  readonly byServiceControl: boolean;
  /** How the resource's policy names the caller where it allows; undefined: it does not. */
  readonly grantedTo: PrincipalMatch | undefined;
  readonly byIdentity: boolean;
  readonly byBoundary: boolean;
  readonly bySession: boolean;
}

/** Asks all policies. `resourcePolicyType`: what a policy on the resource is called. */
export function gatherVerdicts(
  { policies, resourcePolicy }: AccessQuestion,
  request: MatchRequest,
  resourcePolicyType: PolicyType,
): Verdicts {
  const gathered = new Gathered(request);
  const byServiceControl = policies.serviceControl
    .map((level) => gathered.ask(level, 'service control policy', false) !== undefined)
    .every(Boolean);
  const onResource =
    resourcePolicy === undefined || resourcePolicy === 'unreadable'
      ? []
      : [{ name: 'resource', policy: resourcePolicy }];
  const grantedTo = gathered.ask(onResource, resourcePolicyType);
  const byIdentity = gathered.ask(policies.identity, 'identity-based policy') !== undefined;
  const { boundary, session } = policies;
  const bounds = boundary === undefined || boundary === 'missing' ? [] : [boundary];
  const inBoundary = gathered.ask(bounds, 'permissions boundary') !== undefined;
  const inSession = gathered.ask(session ?? [], 'session policy') !== undefined;
  return {
    denies: gathered.denies,
    allows: gathered.allows,
    byServiceControl,
    grantedTo,
    byIdentity,
    byBoundary: boundary === undefined || inBoundary,
    bySession: session === undefined || inSession,
  };
}

class Gathered {
  readonly denies: MatchedStatement[] = [];
  readonly allows: MatchedStatement[] = [];
  readonly #request: MatchRequest;

  constructor(request: MatchRequest) {
    this.#request = request;
  }

  /** The strongest Allow among policies of one kind. */
  ask(
    policies: readonly NamedPolicy[],
    policyType: PolicyType,
    keepsAllows = true,
  ): PrincipalMatch | undefined {
    let strongest: PrincipalMatch | undefined;
    for (const { name, policy } of policies) {
      for (const statement of policy.statements) {
        const match = matchStatement(statement, this.#request);
        if (match === undefined) continue;
        if (statement.effect === 'Deny') {
          this.denies.push(matched(policyType, name, statement));
          continue;
        }
        if (keepsAllows) this.allows.push(matched(policyType, name, statement));
        if (strongest === undefined || strengthOf[match] > strengthOf[strongest]) strongest = match;
      }
    }
    return strongest;
  }
}

function matched(policyType: PolicyType, policyName: string, { index, sid }: Statement): MatchedStatement {
  return { policyType, policyName, statementIndex: index, sid };
}
