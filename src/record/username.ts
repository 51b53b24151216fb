// SPDX-License-Identifier: Apache-2.0

/** The parts of `userIdentity` that name who called; strings as the record has them, undefined where it has none. */
export interface IdentityParts {
  readonly type?: string | undefined;
  readonly userName?: string | undefined;
  readonly arn?: string | undefined;
  readonly principalId?: string | undefined;
  readonly invokedBy?: string | undefined;
  /** `sessionContext.sessionIssuer.userName` */
  readonly issuerName?: string | undefined;
  /** `onBehalfOf.userId` */
  readonly onBehalfOf?: string | undefined;
}

/**
 * The `Username` of LookupEvents.
 * Source: LookupEvents API Reference ("a user name or role name of the requester") and recorded answers; what the
 * parts mean is told by the CloudTrail User Guide, "CloudTrail userIdentity element".
 *
 * AWS leaves the name out of events whose caller is one of its services (`AWSService`). Cairn gives the service's name
 * (`autoscaling.amazonaws.com`), so that these events too can be looked up by who caused them.
 */
export function usernameOf(identity: IdentityParts): string | undefined {
  switch (identity.type) {
    case 'Root':
      // `userName` would be the account's alias here; the history says `root` all the same.
      return 'root';
    case 'AssumedRole':
      // AROA…:session and arn:aws:sts::…:assumed-role/role/session; for instance roles the session is `i-0123…`.
      return afterColon(identity.principalId) ?? lastOfPath(identity.arn) ?? some(identity.issuerName);
    case 'FederatedUser':
      // 111122223333:name and arn:aws:sts::…:federated-user/name
      return lastOfPath(identity.arn) ?? afterColon(identity.principalId) ?? some(identity.userName);
    case 'AWSService':
      return some(identity.invokedBy);
    case 'AWSAccount':
      // Somebody of another account: only roles show a name, behind the colon of their id.
      return afterColon(identity.principalId);
    case 'IdentityCenterUser':
      return some(identity.userName) ?? some(identity.onBehalfOf);
    case 'IAMUser':
    case 'Role':
      return some(identity.userName) ?? lastOfPath(identity.arn);
    default:
      // Directory, SAMLUser, WebIdentityUser, Unknown, none, and what AWS adds in the future.
      return (
        some(identity.userName) ??
        lastOfPath(identity.arn) ??
        afterColon(identity.principalId) ??
        some(identity.invokedBy)
      );
  }
}

function some(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function afterColon(principalId: string | undefined): string | undefined {
  if (principalId === undefined) return undefined;
  const colon = principalId.indexOf(':');
  return colon < 0 ? undefined : some(principalId.slice(colon + 1));
}

function lastOfPath(arn: string | undefined): string | undefined {
  if (arn === undefined) return undefined;
  const slash = arn.lastIndexOf('/');
  return slash < 0 ? undefined : some(arn.slice(slash + 1));
}
