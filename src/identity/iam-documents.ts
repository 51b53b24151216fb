// SPDX-License-Identifier: Apache-2.0

/**
 * What IAM keeps in state: one document a user, group, role, managed policy, MFA device and OIDC provider, each under its
 * account. Names differ by more than case within a kind and an account, so keys carry them in lower case.
 * Times in ms since the epoch. Source: IAM API Reference, data types of the same names.
 */

export type Tags = Readonly<Record<string, string>>;

/** Policies that hang on a user, group or role: inline ones (name → JSON text, verbatim) and ARNs of managed ones. */
export interface AttachedPolicies {
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly attachedPolicyArns: readonly string[];
}

export interface UserDocument extends AttachedPolicies {
  readonly accountId: string;
  readonly userName: string;
  /** `AIDA…`, never used twice. */
  readonly userId: string;
  /** `/` or `/a/b/` */
  readonly path: string;
  readonly createdAtMs: number;
  readonly permissionsBoundaryArn?: string;
  readonly tags: Tags;
  /** Names of groups, as their documents spell them. */
  readonly groupNames: readonly string[];
  /** Ids of its access keys (`AccessKeyDocument`), two at most. */
  readonly accessKeyIds: readonly string[];
  readonly mfaSerials: readonly string[];
  readonly loginProfile?: LoginProfileDocument;
  readonly passwordLastUsedMs?: number;
}

export interface LoginProfileDocument {
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  readonly passwordResetRequired: boolean;
  /** `scrypt$N$r$p$salt$hash`, base64. */
  readonly passwordHash: string;
  /** Earlier ones, newest first, as far as the password policy remembers. */
  readonly earlierHashes: readonly string[];
}

export interface GroupDocument extends AttachedPolicies {
  readonly accountId: string;
  readonly groupName: string;
  /** `AGPA…` */
  readonly groupId: string;
  readonly path: string;
  readonly createdAtMs: number;
}

export interface RoleDocument extends AttachedPolicies {
  readonly accountId: string;
  readonly roleName: string;
  /** `AROA…` */
  readonly roleId: string;
  readonly path: string;
  readonly createdAtMs: number;
  /** JSON text, verbatim. */
  readonly trustPolicy: string;
  readonly description: string;
  readonly maxSessionDurationSec: number;
  readonly permissionsBoundaryArn?: string;
  readonly tags: Tags;
}

/** A customer managed policy. AWS managed ones are not in state: they are in `managed-policies/`. */
export interface ManagedPolicyDocument {
  readonly accountId: string;
  readonly policyName: string;
  /** `ANPA…` */
  readonly policyId: string;
  readonly path: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly tags: Tags;
  /** Number of the version that was made last: `v3` → 3. Numbers are never used twice. */
  readonly lastVersion: number;
  readonly defaultVersionId: string;
  /** Oldest first, five at most. */
  readonly versions: readonly PolicyVersionDocument[];
}

export interface PolicyVersionDocument {
  readonly versionId: string;
  /** JSON text, verbatim. */
  readonly document: string;
  readonly createdAtMs: number;
}

/** A virtual MFA device. */
export interface MfaDeviceDocument {
  readonly accountId: string;
  /** ARN: `arn:aws:iam::111122223333:mfa/jane`. */
  readonly serialNumber: string;
  /** The TOTP seed, sealed and bound to the serial number. */
  readonly sealedSeed: string;
  readonly createdAtMs: number;
  readonly tags: Tags;
  /** Set once enabled. `userName` absent: the root's. */
  readonly enabled?: { readonly atMs: number; readonly userName?: string };
  /** The TOTP step of the last code that was taken: a code counts once. */
  readonly lastStep?: number;
  /** Steps that the device's clock is ahead (ResyncMFADevice). */
  readonly driftSteps?: number;
}

export interface OidcProviderDocument {
  readonly accountId: string;
  /** Without `https://`. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAtMs: number;
  readonly tags: Tags;
}

const at = (accountId: string, kind: string, name: string): string => `iam/${accountId}/${kind}/${name}`;

export const usersPrefix = (accountId: string): string => at(accountId, 'user', '');
export const groupsPrefix = (accountId: string): string => at(accountId, 'group', '');
export const rolesPrefix = (accountId: string): string => at(accountId, 'role', '');
export const managedPoliciesPrefix = (accountId: string): string => at(accountId, 'policy', '');
export const mfaDevicesPrefix = (accountId: string): string => at(accountId, 'mfa', '');
export const oidcProvidersPrefix = (accountId: string): string => at(accountId, 'oidc', '');

export const userKey = (accountId: string, name: string): string => at(accountId, 'user', name.toLowerCase());
export const groupKey = (accountId: string, name: string): string =>
  at(accountId, 'group', name.toLowerCase());
export const roleKey = (accountId: string, name: string): string => at(accountId, 'role', name.toLowerCase());
export const managedPolicyKey = (accountId: string, name: string): string =>
  at(accountId, 'policy', name.toLowerCase());
/** @param name what follows `:mfa/` in the serial number, path included */
export const mfaDeviceKey = (accountId: string, name: string): string =>
  at(accountId, 'mfa', name.toLowerCase());
export const oidcProviderKey = (accountId: string, url: string): string => at(accountId, 'oidc', url);

/** Names of a group's members are found here: `{}` under group and user. */
export const groupMemberKey = (accountId: string, groupName: string, userName: string): string =>
  `${groupMembersPrefix(accountId, groupName)}${userName.toLowerCase()}`;
export const groupMembersPrefix = (accountId: string, groupName: string): string =>
  at(accountId, 'group-member', `${groupName.toLowerCase()}/`);

/**
 * Written (`{}`) by whoever joins or leaves a group, under one of a few keys by the user's name, and removed, all of them, by
 * who deletes or renames the group: so that these two never pass each other unseen, and many may join at once.
 */
export const groupGuardKeys = (accountId: string, groupName: string): readonly string[] =>
  Array.from({ length: groupGuards }, (_, at) => groupGuardKeyAt(accountId, groupName, at));
export const groupGuardKey = (accountId: string, groupName: string, userName: string): string => {
  const sum = Array.from(userName.toLowerCase()).reduce((all, letter) => all + letter.charCodeAt(0), 0);
  return groupGuardKeyAt(accountId, groupName, sum % groupGuards);
};
const groupGuards = 16;
const groupGuardKeyAt = (accountId: string, groupName: string, number: number): string =>
  at(accountId, 'group-guard', `${groupName.toLowerCase()}/${number}`);

/** Whom a managed policy (AWS managed ones too) hangs on: `{ kind, name }` under policy ARN, use and kind. */
export interface PolicyAttachment {
  readonly kind: 'user' | 'group' | 'role';
  readonly name: string;
}
export const policyAttachmentsPrefix = (
  accountId: string,
  policyArn: string,
  use: 'policy' | 'boundary',
): string => at(accountId, `attachment-${use}`, `${policyArn}|`);
export const policyAttachmentKey = (
  accountId: string,
  policyArn: string,
  use: 'policy' | 'boundary',
  { kind, name }: PolicyAttachment,
): string => `${policyAttachmentsPrefix(accountId, policyArn, use)}${kind}/${name.toLowerCase()}`;

type Named = { readonly accountId: string; readonly path: string };
export const userArn = ({ accountId, path, userName }: Named & { readonly userName: string }): string =>
  `arn:aws:iam::${accountId}:user${path}${userName}`;
export const groupArn = ({ accountId, path, groupName }: Named & { readonly groupName: string }): string =>
  `arn:aws:iam::${accountId}:group${path}${groupName}`;
export const roleArn = ({ accountId, path, roleName }: Named & { readonly roleName: string }): string =>
  `arn:aws:iam::${accountId}:role${path}${roleName}`;
export const managedPolicyArn = ({
  accountId,
  path,
  policyName,
}: Named & { readonly policyName: string }): string => `arn:aws:iam::${accountId}:policy${path}${policyName}`;
export const oidcProviderArn = ({ accountId, url }: { accountId: string; url: string }): string =>
  `arn:aws:iam::${accountId}:oidc-provider/${url}`;

/** What the last calls with an access key or a role were: kept apart, written now and then, without a record. */
export interface LastUsedDocument {
  readonly atMs: number;
  readonly region: string;
  /** `s3` */
  readonly serviceName: string;
}
export const accessKeyLastUsedKey = (accessKeyId: string): string => `last-used/key/${accessKeyId}`;
export const roleLastUsedKey = (accountId: string, roleName: string): string =>
  `last-used/role/${accountId}/${roleName.toLowerCase()}`;
