// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../identity/access.js';
import { isPublicPolicy } from '../identity/policy/is-public-policy.js';
import { MalformedPolicyError } from '../identity/policy/malformed-policy-error.js';
import type { Policy, Statement } from '../identity/policy/policy.js';
import type { ContextValues } from '../identity/policy/request-context.js';
import { type Principal, principalAccountId } from '../identity/principal.js';
import { type Acl, type AclPermission, allUsersGroup, authenticatedUsersGroup } from './acl.js';
import type { BucketDocument } from './bucket.js';
import { bucketArn, objectArn } from './bucket-name.js';
import { policyOf } from './bucket-policy.js';
import { canonicalUserId } from './canonical-user.js';

export interface AccessPermission {
  /** `s3:GetObject` */
  readonly action: string;
  /** For actions on objects. */
  readonly key?: string;
  /** Condition keys that only S3 knows; asked for only where some policy may look at them. */
  readonly context?: () => ContextValues;
  /** The object that is acted on, where there is one: whose it is, and its ACL. */
  readonly object?: { readonly ownerAccountId: string; readonly acl: Acl };
}

/** The owner's root can never be locked out of these by the policy itself. Source: S3 API Reference, PutBucketPolicy. */
const neverDeniedToRoot: ReadonlySet<string> = new Set([
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
]);

/**
 * What must be allowed for somebody to do something to a bucket or an object of it. The bucket policy is its resource
 * policy; an ACL, where ACLs are not disabled, adds what it grants to the caller; Block Public Access takes away.
 * - RestrictPublicBuckets: a public policy allows nobody outside the owner's account, but AWS services.
 * - IgnorePublicAcls: grants to everybody do not count.
 * - What somebody else put under his own name into the bucket, its ACL alone opens; the bucket policy can only deny.
 * - A policy that cannot be read refuses everybody.
 * Source: S3 User Guide, "How Amazon S3 authorizes a request", "Blocking public access to your Amazon S3 storage".
 */
export function bucketNeed(
  bucket: BucketDocument,
  principal: Principal,
  permission: AccessPermission,
): AccessNeed {
  const { action, key, context } = permission;
  const resourcePolicy = resourcePolicyOf(bucket, principal, permission);
  const resourceGrant = aclGrant(bucket, principal, permission);
  const accountId = principalAccountId(principal);
  return {
    action,
    resource: key === undefined ? bucketArn(bucket.name) : objectArn(bucket.name, key),
    resourceAccountId: isOthersObject(bucket, permission)
      ? (permission.object?.ownerAccountId ?? bucket.accountId)
      : bucket.accountId,
    resourcePolicyIs: 'sufficient',
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    ...(resourceGrant === undefined ? {} : { resourceGrant }),
    ...(accountId === undefined ? {} : { canonicalUserId: canonicalUserId(accountId) }),
    get context() {
      return context?.() ?? {};
    },
  };
}

function resourcePolicyOf(
  bucket: BucketDocument,
  principal: Principal,
  permission: AccessPermission,
): Policy | 'unreadable' | undefined {
  const isOwnerRoot = principal.kind === 'root' && principal.accountId === bucket.accountId;
  if (isOwnerRoot && neverDeniedToRoot.has(permission.action)) return undefined;
  const policy = readablePolicy(bucket);
  if (policy === undefined || policy === 'unreadable') return policy;
  const isNarrowed = isRestricted(bucket, policy, principal) || isOthersObject(bucket, permission);
  return isNarrowed ? { ...policy, statements: denials(policy) } : policy;
}

function denials({ statements }: Policy): readonly Statement[] {
  return statements.filter(({ effect }) => effect === 'Deny');
}

function readablePolicy(bucket: BucketDocument): Policy | undefined | 'unreadable' {
  try {
    return policyOf(bucket);
  } catch (error) {
    if (error instanceof MalformedPolicyError) return 'unreadable';
    throw error;
  }
}

function isRestricted(bucket: BucketDocument, policy: Policy, principal: Principal): boolean {
  if (bucket.publicAccessBlock?.restrictPublicBuckets !== true || principal.kind === 'service') return false;
  return principalAccountId(principal) !== bucket.accountId && isPublicPolicy(policy);
}

/** An object that its writer kept, and an action that its owner decides on. */
function isOthersObject(bucket: BucketDocument, { action, object }: AccessPermission): boolean {
  return (
    object !== undefined &&
    bucket.objectOwnership !== 'BucketOwnerEnforced' &&
    object.ownerAccountId !== bucket.accountId &&
    Object.hasOwn(objectAclPermissions, action)
  );
}

/** Source: S3 User Guide, "Access control list (ACL) overview", mapping of ACL permissions and access policy permissions. */
const bucketAclPermissions: Readonly<Record<string, AclPermission>> = {
  's3:ListBucket': 'READ',
  's3:ListBucketVersions': 'READ',
  's3:ListBucketMultipartUploads': 'READ',
  's3:PutObject': 'WRITE',
  's3:GetBucketAcl': 'READ_ACP',
  's3:PutBucketAcl': 'WRITE_ACP',
};
const objectAclPermissions: Readonly<Record<string, AclPermission>> = {
  's3:GetObject': 'READ',
  's3:GetObjectVersion': 'READ',
  's3:GetObjectAcl': 'READ_ACP',
  's3:GetObjectVersionAcl': 'READ_ACP',
  's3:PutObjectAcl': 'WRITE_ACP',
  's3:PutObjectVersionAcl': 'WRITE_ACP',
};

/**
 * What ACLs grant the caller: to everybody, or to his account, whose own policies then must allow, as with an account that
 * a policy names.
 */
function aclGrant(
  bucket: BucketDocument,
  principal: Principal,
  { action, object }: AccessPermission,
): AccessNeed['resourceGrant'] {
  if (bucket.objectOwnership === 'BucketOwnerEnforced' || principal.kind === 'service') return undefined;
  const accountId = principalAccountId(principal);
  const withPublic = bucket.publicAccessBlock?.ignorePublicAcls !== true;
  const grants = [
    granted(bucket.acl as Acl | undefined, wantedOf(bucketAclPermissions, action), accountId, withPublic),
    granted(object?.acl, wantedOf(objectAclPermissions, action), accountId, withPublic),
  ];
  if (grants.includes('named')) return 'named';
  return grants.includes('account') ? 'account' : undefined;
}

function wantedOf(table: Readonly<Record<string, AclPermission>>, action: string): AclPermission | undefined {
  return Object.hasOwn(table, action) ? table[action] : undefined;
}

function granted(
  acl: Acl | undefined,
  wanted: AclPermission | undefined,
  accountId: string | undefined,
  withPublic: boolean,
): AccessNeed['resourceGrant'] {
  if (acl === undefined || wanted === undefined) return undefined;
  const grantees = acl.Grants.filter(
    ({ Permission }) => Permission === wanted || Permission === 'FULL_CONTROL',
  ).map(({ Grantee }) => Grantee);
  const isOpen = ({ URI }: (typeof grantees)[number]): boolean =>
    URI === allUsersGroup || (URI === authenticatedUsersGroup && accountId !== undefined);
  if (withPublic && grantees.some(isOpen)) return 'named';
  if (accountId === undefined) return undefined;
  const id = canonicalUserId(accountId);
  return grantees.some(({ ID }) => ID === id) ? 'account' : undefined;
}
