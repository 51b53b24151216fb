// SPDX-License-Identifier: Apache-2.0
import { evaluate } from '../identity/policy/evaluate.js';
import { isPublicPolicy } from '../identity/policy/is-public-policy.js';
import { MalformedPolicyError } from '../identity/policy/malformed-policy-error.js';
import type { Policy } from '../identity/policy/policy.js';
import type { ContextValues } from '../identity/policy/request-context.js';
import type { Principal } from '../identity/principal.js';
import { type Acl, type AclPermission, aclGrants } from './acl.js';
import type { BucketDocument } from './bucket.js';
import { bucketArn, objectArn } from './bucket-name.js';
import { policyOf } from './bucket-policy.js';
import { canonicalUserId } from './canonical-user.js';

export interface AccessPermission {
  /** `s3:GetObject` */
  readonly action: string;
  /** For actions on objects. */
  readonly key?: string;
  /** Condition keys of the request; those of the principal are added. */
  readonly context?: ContextValues;
  /** The ACL of the object that is acted on, where there is one. */
  readonly objectAcl?: Acl;
}

/** The owner's root can never be locked out of these. Source: S3 API Reference, PutBucketPolicy. */
const neverDeniedToRoot: ReadonlySet<string> = new Set([
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
]);

/**
 * Whether a principal may do something to a bucket or an object of it.
 * - The root of the owning account may do everything that the bucket policy does not explicitly deny.
 * - Everybody else may do what the policy allows, or an ACL where ACLs are not disabled; RestrictPublicBuckets takes a public
 *   policy away from all but AWS services, IgnorePublicAcls the grants to everybody.
 * - A policy that cannot be read denies.
 * Source: S3 User Guide, "How Amazon S3 authorizes a request" and "Blocking public access to your Amazon S3 storage".
 */
export function decideAccess(
  bucket: BucketDocument,
  principal: Principal,
  permission: AccessPermission,
): boolean {
  const isOwner = principal.kind === 'root' && principal.accountId === bucket.accountId;
  if (isOwner && neverDeniedToRoot.has(permission.action)) return true;
  const policy = readablePolicy(bucket);
  if (policy === 'unreadable') return false;
  const decision = policy === undefined ? 'implicitDeny' : decisionOf(policy, bucket, principal, permission);
  if (decision === 'explicitDeny') return false;
  if (isOwner) return true;
  if (decision === 'allow' && !isRestricted(bucket, policy, principal)) return true;
  return isGrantedByAcl(bucket, principal, permission);
}

function decisionOf(
  policy: Policy,
  bucket: BucketDocument,
  principal: Principal,
  permission: AccessPermission,
): string {
  const { action, key, context } = permission;
  const request = {
    principal,
    action,
    resource: key === undefined ? bucketArn(bucket.name) : objectArn(bucket.name, key),
    ...(context === undefined ? undefined : { context }),
    ...(principal.kind === 'root' ? { canonicalUserId: canonicalUserId(principal.accountId) } : undefined),
  };
  return evaluate(request, [policy]).decision;
}

function readablePolicy(bucket: BucketDocument): Policy | undefined | 'unreadable' {
  try {
    return policyOf(bucket);
  } catch (error) {
    if (error instanceof MalformedPolicyError) return 'unreadable';
    throw error;
  }
}

function isRestricted(bucket: BucketDocument, policy: Policy | undefined, principal: Principal): boolean {
  if (bucket.publicAccessBlock?.restrictPublicBuckets !== true || principal.kind === 'service') return false;
  return policy !== undefined && isPublicPolicy(policy);
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

function isGrantedByAcl(
  bucket: BucketDocument,
  principal: Principal,
  { action, objectAcl }: AccessPermission,
): boolean {
  if (bucket.objectOwnership === 'BucketOwnerEnforced' || principal.kind === 'service') return false;
  const accountId = principal.kind === 'root' ? principal.accountId : undefined;
  const withPublic = bucket.publicAccessBlock?.ignorePublicAcls !== true;
  const grants = (acl: Acl | undefined, table: Readonly<Record<string, AclPermission>>): boolean => {
    const wanted = Object.hasOwn(table, action) ? table[action] : undefined;
    return acl !== undefined && wanted !== undefined && aclGrants(acl, accountId, wanted, withPublic);
  };
  return (
    grants(bucket.acl as Acl | undefined, bucketAclPermissions) || grants(objectAcl, objectAclPermissions)
  );
}
