// SPDX-License-Identifier: Apache-2.0
import type { Inverted, Statement } from './policy.js';
import { type Caller, isExcepted, matchPrincipal, type PrincipalMatch } from './policy-principal.js';
import { matchLowerCase, matchPolicyText, type PolicyText } from './policy-text.js';
import type { RequestContext } from './request-context.js';

/** A request as statements are asked about it. */
export interface MatchRequest extends Caller {
  /** In lower case: actions are compared without case. */
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** Whether a statement is about the request, and how it names the caller; `named` where it names nobody. */
export function matchStatement(statement: Statement, request: MatchRequest): PrincipalMatch | undefined {
  const { context } = request;
  const isDeny = statement.effect === 'Deny';
  if (!matchActions(statement.actions, request.action)) return undefined;
  if (!matchResources(statement.resources, request.resource, context, isDeny)) return undefined;
  const match = matchCaller(statement, request);
  if (match === undefined) return undefined;
  for (const condition of statement.conditions) if (!condition.holds(context, isDeny)) return undefined;
  return match;
}

/** Whether it is about the request as far as can be told without conditions; a variable without a value may be anything. */
export function isAboutRequest(statement: Statement, { action, resource, context }: MatchRequest): boolean {
  const { inverted, patterns } = statement.resources;
  const matches = patterns.map((pattern) => matchPolicyText(pattern, resource, context.resolve));
  return (
    matchActions(statement.actions, action) &&
    (inverted ? !matches.includes('yes') : matches.some((match) => match !== 'no'))
  );
}

function matchActions({ inverted, patterns }: Inverted<PolicyText>, action: string): boolean {
  for (const pattern of patterns) if (matchLowerCase(pattern, action)) return !inverted;
  return inverted;
}

function matchResources(
  { inverted, patterns }: Inverted<PolicyText>,
  resource: string,
  context: RequestContext,
  isDeny: boolean,
): boolean {
  let isUnresolved = false;
  for (const pattern of patterns) {
    const match = matchPolicyText(pattern, resource, context.resolve);
    if (match === 'yes') return !inverted;
    if (match === 'unresolved') isUnresolved = true;
  }
  if (!inverted) return false;
  // NotResource with a variable that has no value: nobody can say whether it is excepted. Refusal wins.
  return isUnresolved ? isDeny : true;
}

function matchCaller(statement: Statement, request: MatchRequest): PrincipalMatch | undefined {
  if (statement.principals === undefined) return 'named';
  const { inverted, patterns } = statement.principals;
  if (inverted) return isExcepted(patterns, request) ? undefined : 'everybody';
  const match = matchPrincipal(patterns, request);
  // Whoever any provider vouches for is not let in by "everybody": the provider has to be named.
  const isStrangersToken = match === 'everybody' && request.principal.kind === 'webIdentity';
  return isStrangersToken && statement.effect === 'Allow' ? undefined : match;
}
