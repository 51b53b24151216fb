// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessQuestion, MatchedStatement, NamedPolicy } from '../access.js';
import { principalArn, principalUserId } from '../principal.js';
import { toMatchRequest } from './match-request.js';
import type { Statement } from './policy.js';
import type { PrincipalPattern } from './policy-principal.js';

type Items<T> = { readonly items: readonly T[] };
type Value = { readonly value: string };

/**
 * What DecodeAuthorizationMessage tells of a decision, member for member as AWS does: what refused it (an explicit Deny's
 * statements; nothing for an implicit one), and who asked for what under which condition keys. It names policies: only who
 * may call DecodeAuthorizationMessage sees it.
 * Source: STS API Reference, "DecodeAuthorizationMessage"; AWS CLI Command Reference, example of the same call.
 */
export function authorizationDetails(question: AccessQuestion, decision: AccessDecision): string {
  const { principal, action, resource } = question;
  const matched = decision.isAllowed ? decision.allowedBy : decision.matched;
  return JSON.stringify({
    allowed: decision.isAllowed,
    explicitDeny: !decision.isAllowed && decision.effect === 'explicit',
    matchedStatements: items(matched.flatMap((one) => toStatement(question, one))),
    failures: items([]),
    context: {
      principal: { id: principalUserId(principal) ?? '', arn: principalArn(principal) ?? '' },
      action,
      resource,
      conditions: items(contextItems(question)),
    },
  });
}

function items<T>(list: readonly T[]): Items<T> {
  return { items: list };
}

function values(list: readonly string[]): Items<Value> {
  return items(list.map((value) => ({ value })));
}

function contextItems(question: AccessQuestion): { key: string; values: Items<Value> }[] {
  const entries = toMatchRequest(question).context.entries();
  return entries.map(([key, given]) => ({ key, values: values(given) }));
}

function toStatement(question: AccessQuestion, matched: MatchedStatement): object[] {
  const statement = findStatement(question, matched);
  if (statement === undefined) return [];
  const { sid = '', effect, principals, actions, resources, conditions } = statement;
  return [
    {
      statementId: sid,
      effect: effect === 'Deny' ? 'DENY' : 'ALLOW',
      principals: values((principals?.patterns ?? []).map(principalText)),
      principalGroups: items([]),
      actions: values(actions.patterns.map(({ source }) => source)),
      resources: values(resources.patterns.map(({ source }) => source)),
      conditions: items(conditions.map(({ key, values: wanted }) => ({ key, values: values(wanted) }))),
    },
  ];
}

function findStatement(
  { policies, resourcePolicy }: AccessQuestion,
  { policyType, policyName, statementIndex }: MatchedStatement,
): Statement | undefined {
  const ofType = (): readonly NamedPolicy[] => {
    if (policyType === 'service control policy') return policies.serviceControl.flat();
    if (policyType === 'identity-based policy') return policies.identity;
    if (policyType === 'session policy') return policies.session ?? [];
    if (policyType === 'permissions boundary')
      return policies.boundary === undefined || policies.boundary === 'missing' ? [] : [policies.boundary];
    return resourcePolicy === undefined || resourcePolicy === 'unreadable'
      ? []
      : [{ name: policyName, policy: resourcePolicy }];
  };
  const policy = ofType().find(({ name }) => name === policyName)?.policy;
  return policy?.statements.find(({ index }) => index === statementIndex);
}

function principalText(pattern: PrincipalPattern): string {
  switch (pattern.kind) {
    case 'everybody':
      return '*';
    case 'account':
      return pattern.accountId;
    case 'arn':
      return pattern.arn;
    case 'service':
      return pattern.service;
    case 'federated':
      return pattern.provider;
    default:
      return pattern.id;
  }
}
