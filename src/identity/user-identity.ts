// SPDX-License-Identifier: Apache-2.0
import { secondsText } from '../record/date-text.js';
import type { UserIdentity } from '../record/types.js';
import {
  type AssumedRolePrincipal,
  type FederatedUserPrincipal,
  type Principal,
  principalArn,
  principalUserId,
  type SessionFacts,
  type SignedPrincipal,
} from './principal.js';

type SessionContext = NonNullable<UserIdentity['sessionContext']>;
type SessionIssuer = NonNullable<SessionContext['sessionIssuer']>;

/**
 * The record's userIdentity. Source: CloudTrail User Guide, "CloudTrail userIdentity element"; the order of members is
 * that of recorded events.
 * @param rootAlias the account's alias, by which its root goes
 */
export function toUserIdentity(principal: Principal, rootAlias?: string): UserIdentity {
  switch (principal.kind) {
    case 'root':
    case 'user':
    case 'assumedRole':
    case 'federatedUser':
      return signedIdentity(principal, rootAlias);
    case 'webIdentity':
      return {
        type: 'WebIdentityUser',
        principalId: `${principal.provider}:${principal.audience}:${principal.subject}`,
        userName: principal.subject,
        identityProvider: principal.provider,
      };
    case 'anonymous':
      return { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' };
    case 'service':
      return { type: 'AWSService', invokedBy: principal.service };
  }
}

const types = {
  root: 'Root',
  user: 'IAMUser',
  assumedRole: 'AssumedRole',
  federatedUser: 'FederatedUser',
} as const satisfies Record<SignedPrincipal['kind'], UserIdentity['type']>;

function signedIdentity(principal: SignedPrincipal, rootAlias: string | undefined): UserIdentity {
  const { kind, accountId, accessKeyId, session } = principal;
  return {
    type: types[kind],
    principalId: principalUserId(principal) as string,
    arn: principalArn(principal) as string,
    accountId,
    accessKeyId,
    ...(kind === 'user' ? { userName: principal.userName } : undefined),
    ...(kind === 'root' && rootAlias !== undefined ? { userName: rootAlias } : undefined),
    ...(session === undefined ? undefined : { sessionContext: sessionContextOf(principal, session) }),
  };
}

function sessionContextOf(principal: SignedPrincipal, session: SessionFacts): SessionContext {
  const sessionIssuer = issuerOf(principal);
  const { webIdentity, issuedAtMs, mfaAuthenticatedAtMs, sourceIdentity, assumedRoot } = session;
  return {
    ...(sessionIssuer === undefined ? undefined : { sessionIssuer }),
    ...(webIdentity === undefined
      ? undefined
      : { webIdFederationData: { federatedProvider: webIdentity.provider, attributes: {} } }),
    attributes: {
      creationDate: secondsText(issuedAtMs),
      mfaAuthenticated: String(mfaAuthenticatedAtMs !== undefined),
    },
    ...(sourceIdentity === undefined ? undefined : { sourceIdentity }),
    ...(assumedRoot === undefined ? undefined : { assumedRoot: 'true' }),
  };
}

/** Who gave the credentials out: a role, or whoever called GetFederationToken. Users and roots stand for themselves. */
function issuerOf(principal: SignedPrincipal): SessionIssuer | undefined {
  if (principal.kind === 'assumedRole') return roleIssuer(principal);
  return principal.kind === 'federatedUser' ? federationIssuer(principal) : undefined;
}

function roleIssuer({ roleId, roleArn, accountId, roleName }: AssumedRolePrincipal): SessionIssuer {
  return { type: 'Role', principalId: roleId, arn: roleArn, accountId, userName: roleName };
}

function federationIssuer({ accountId, issuer }: FederatedUserPrincipal): SessionIssuer {
  if (issuer.kind === 'root') {
    return { type: 'Root', principalId: accountId, arn: `arn:aws:iam::${accountId}:root`, accountId };
  }
  const { userId, arn, userName } = issuer;
  return { type: 'IAMUser', principalId: userId, arn, accountId, userName };
}

/** Source: CloudTrail User Guide, "CloudTrail record contents", sessionCredentialFromConsole: there only when true. */
export function isOfConsole(principal: Principal): boolean {
  return 'session' in principal && principal.session?.isOfConsole === true;
}
