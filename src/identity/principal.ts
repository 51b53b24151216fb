// SPDX-License-Identifier: Apache-2.0
/** Who makes a call. */
export type Principal = SignedPrincipal | WebIdentityPrincipal | AnonymousPrincipal | ServicePrincipal;

/** Somebody of an account, proven by a signature. */
export type SignedPrincipal = RootPrincipal | UserPrincipal | AssumedRolePrincipal | FederatedUserPrincipal;

/** What temporary credentials carry besides whom they stand for. Times in ms since the epoch. */
export interface SessionFacts {
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** When the MFA code was given; absent: without MFA. */
  readonly mfaAuthenticatedAtMs?: number;
  /** ARN or serial number of that device. */
  readonly mfaSerial?: string;
  readonly sourceIdentity?: string;
  /** Session tags, `aws:PrincipalTag/…`; they win over the tags of user or role. */
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  /** Session policies: documents and ARNs of managed ones. Both empty: the session is not narrowed. */
  readonly policies: readonly string[];
  readonly policyArns: readonly string[];
  /** Signed in at the console: records say `sessionCredentialFromConsole`. */
  readonly isOfConsole?: boolean;
  /** Key of the sign-in session (`signin-sessions.ts`) with which the credentials end. */
  readonly signinSession?: string;
  /** ARN of the principal that assumed the role: the way of role chaining (one hour at most). */
  readonly assumedBy?: string;
  /** The caller had temporary credentials of a role: role chaining. */
  readonly isChained?: boolean;
  /** AssumeRoleWithWebIdentity: who vouched, for whom. */
  readonly webIdentity?: {
    readonly provider: string;
    readonly subject: string;
    readonly audience: string;
    readonly claims: Readonly<Record<string, string | readonly string[]>>;
  };
  /** AssumeRoot: the account of the caller and the task policy's ARN. */
  readonly assumedRoot?: { readonly callerAccountId: string; readonly taskPolicyArn: string };
}

export interface RootPrincipal {
  readonly kind: 'root';
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly session?: SessionFacts;
}

export interface UserPrincipal {
  readonly kind: 'user';
  readonly accountId: string;
  readonly userName: string;
  /** `AIDA…` */
  readonly userId: string;
  /** With its path: `arn:aws:iam::111122223333:user/division/jane`. */
  readonly arn: string;
  readonly accessKeyId: string;
  /** GetSessionToken or console. */
  readonly session?: SessionFacts;
}

export interface AssumedRolePrincipal {
  readonly kind: 'assumedRole';
  readonly accountId: string;
  readonly roleName: string;
  /** `AROA…` */
  readonly roleId: string;
  /** With its path: `arn:aws:iam::111122223333:role/service/reader`. */
  readonly roleArn: string;
  readonly sessionName: string;
  readonly accessKeyId: string;
  readonly session: SessionFacts;
}

export interface FederatedUserPrincipal {
  readonly kind: 'federatedUser';
  readonly accountId: string;
  readonly name: string;
  /** Who called GetFederationToken. */
  readonly issuer: RootIssuer | UserIssuer;
  readonly accessKeyId: string;
  readonly session: SessionFacts;
}

export interface RootIssuer {
  readonly kind: 'root';
}
export interface UserIssuer {
  readonly kind: 'user';
  readonly userName: string;
  readonly userId: string;
  readonly arn: string;
}

/** The bearer of a verified OIDC token, who calls AssumeRoleWithWebIdentity without a signature. */
export interface WebIdentityPrincipal {
  readonly kind: 'webIdentity';
  /** The provider's ARN, or its host for the well-known ones. */
  readonly provider: string;
  /** The issuer without `https://`, as condition keys name it: `oidc.example.com/id/1`. */
  readonly providerName: string;
  readonly subject: string;
  readonly audience: string;
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  /** What the token says of the session to come. */
  readonly asked?: Pick<SessionFacts, 'tags' | 'transitiveTagKeys' | 'sourceIdentity'>;
}

/** No signature: only what a bucket policy opens to everybody. */
export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

/** One of Cairn's own services acting for itself, e.g. `cloudtrail.amazonaws.com` delivering a log file. */
export interface ServicePrincipal {
  readonly kind: 'service';
  readonly service: string;
}

/** The ARN by which messages and `GetCallerIdentity` name the principal; undefined for those who have none. */
export function principalArn(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'root':
      return `arn:aws:iam::${principal.accountId}:root`;
    case 'user':
      return principal.arn;
    case 'assumedRole':
      return `arn:aws:sts::${principal.accountId}:assumed-role/${principal.roleName}/${principal.sessionName}`;
    case 'federatedUser':
      return `arn:aws:sts::${principal.accountId}:federated-user/${principal.name}`;
    default:
      return undefined;
  }
}

/**
 * `aws:userid`, and `UserId` of GetCallerIdentity. Source: IAM User Guide, "IAM policy elements: Variables and tags",
 * table of principal key values.
 */
export function principalUserId(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'root':
      return principal.accountId;
    case 'user':
      return principal.userId;
    case 'assumedRole':
      return `${principal.roleId}:${principal.sessionName}`;
    case 'federatedUser':
      return `${principal.accountId}:${principal.name}`;
    case 'anonymous':
      return 'anonymous';
    default:
      return undefined;
  }
}

/** The account of a signed principal; undefined for those who are of none. */
export function principalAccountId(principal: Principal): string | undefined {
  return 'accountId' in principal ? principal.accountId : undefined;
}
