// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed, NamedPolicy, PrincipalPolicies } from '../../access.js';
import type {
  AssumedRolePrincipal,
  FederatedUserPrincipal,
  RootPrincipal,
  SessionFacts,
  UserPrincipal,
} from '../../principal.js';
import { decideAccess } from '../decide-access.js';
import { type PolicyKind, parsePolicy } from '../parse-policy.js';
import type { Policy } from '../policy.js';

export const accountId = '111122223333';
export const otherAccountId = '444455556666';

export type Fields = Readonly<Record<string, unknown>>;

export function policyText(...statements: readonly Fields[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function policyOf(kind: PolicyKind, ...statements: readonly Fields[]): Policy {
  return parsePolicy(policyText(...statements), kind);
}

export function named(name: string, ...statements: readonly Fields[]): NamedPolicy {
  return { name, policy: policyOf('identity', ...statements) };
}

export const allowAll: Fields = { Effect: 'Allow', Action: '*', Resource: '*' };
export const allow = (Action: string | string[], Resource: string | string[] = '*'): Fields => ({
  Effect: 'Allow',
  Action,
  Resource,
});
export const deny = (Action: string | string[], Resource: string | string[] = '*'): Fields => ({
  Effect: 'Deny',
  Action,
  Resource,
});

export const session: SessionFacts = {
  issuedAtMs: Date.UTC(2026, 10, 21, 9),
  expiresAtMs: Date.UTC(2026, 10, 21, 10),
  tags: {},
  transitiveTagKeys: [],
  policies: [],
  policyArns: [],
};

export const user: UserPrincipal = {
  kind: 'user',
  accountId,
  userName: 'jane',
  userId: 'AIDAJANE000000000001',
  arn: `arn:aws:iam::${accountId}:user/jane`,
  accessKeyId: 'AKIAJANE',
};
export const role: AssumedRolePrincipal = {
  kind: 'assumedRole',
  accountId,
  roleName: 'reader',
  roleId: 'AROAREADER0000000001',
  roleArn: `arn:aws:iam::${accountId}:role/reader`,
  sessionName: 'monday',
  accessKeyId: 'ASIAREADER',
  session,
};
export const federated: FederatedUserPrincipal = {
  kind: 'federatedUser',
  accountId,
  name: 'guest',
  issuer: { kind: 'user', userName: user.userName, userId: user.userId, arn: user.arn },
  accessKeyId: 'ASIAGUEST',
  session,
};
export const root: RootPrincipal = { kind: 'root', accountId, accessKeyId: 'AKIAROOT' };

export const sessionArn = `arn:aws:sts::${accountId}:assumed-role/reader/monday`;
export const federatedArn = `arn:aws:sts::${accountId}:federated-user/guest`;
export const rootArn = `arn:aws:iam::${accountId}:root`;

export const nothing: PrincipalPolicies = { identity: [], serviceControl: [] };

/** A short verdict: `allowed`, `implicit: identity-based policy`, `explicit: …`. */
export function verdictOf(
  principal: Parameters<typeof decideAccess>[0]['principal'],
  policies: Partial<PrincipalPolicies>,
  need: Partial<AccessNeed> = {},
): string {
  const decision = decideAccess({
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::bucket/key',
    ...need,
    principal,
    policies: { ...nothing, ...policies },
  });
  return decision.isAllowed ? 'allowed' : `${decision.effect}: ${decision.policyType}`;
}
