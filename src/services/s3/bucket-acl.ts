// SPDX-License-Identifier: Apache-2.0
import {
  type Acl,
  type AclGrant,
  type AclPermission,
  cannedAcl,
  isBucketOwnerFullControl,
  isPublicAcl,
  ownerFullControl,
  parseGrantHeader,
  verifiedAcl,
} from '../../buckets/acl.js';
import type { BucketDocument } from '../../buckets/bucket.js';
import { accessDenied } from './open-bucket.js';
import { s3Error } from './s3-error.js';

interface AclHeaders {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

interface AclInput extends AclHeaders {
  readonly AccessControlPolicy?: Parameters<typeof verifiedAcl>[0] | undefined;
}

/** Accounts in whose terms a canned ACL is read: who owns the thing, and who owns its bucket. */
interface Owners {
  readonly ownerAccountId: string;
  readonly bucketAccountId: string;
}

/** The ACL that a request's headers ask for; undefined when they say nothing. */
export function aclFromHeaders(
  input: AclHeaders,
  { ownerAccountId, bucketAccountId }: Owners,
): Acl | undefined {
  const grants = headerGrants(input);
  if (input.ACL !== undefined) {
    if (grants.length > 0)
      throw s3Error('InvalidRequest', 'Specifying both Canned ACLs and Header Grants is not allowed');
    return cannedAcl(input.ACL, ownerAccountId, bucketAccountId);
  }
  return grants.length === 0 ? undefined : { Owner: ownerFullControl(ownerAccountId).Owner, Grants: grants };
}

/** As PutBucketAcl and PutObjectAcl take it: by canned name, by grant headers, or as a document. One of them. */
export function aclFromInput(input: AclInput, owners: Owners): Acl {
  const fromHeaders = aclFromHeaders(input, owners);
  if (input.AccessControlPolicy === undefined) {
    if (fromHeaders === undefined)
      throw s3Error('MissingSecurityHeader', 'Your request was missing a required header', {
        MissingHeaderName: 'x-amz-acl',
      });
    return fromHeaders;
  }
  if (fromHeaders !== undefined) throw s3Error('UnexpectedContent', 'This request does not support content');
  return verifiedAcl(input.AccessControlPolicy, owners.ownerAccountId);
}

/** BlockPublicAcls refuses ACLs that open something to everybody. Source: S3 User Guide, "Blocking public access". */
export function verifyAclNotBlocked(acl: Acl | undefined, bucket: BucketDocument): void {
  if (acl !== undefined && bucket.publicAccessBlock?.blockPublicAcls === true && isPublicAcl(acl))
    throw accessDenied();
}

/**
 * Where ACLs are disabled, an upload may still say what is so anyway. Source: S3 User Guide, "Controlling ownership of
 * objects and disabling ACLs": only bucket-owner-full-control or its equivalent is accepted; `private`, which grants nobody
 * else anything, is let through as well.
 */
export function verifyAclSupported(input: AclHeaders, acl: Acl | undefined, bucket: BucketDocument): void {
  if (bucket.objectOwnership !== 'BucketOwnerEnforced' || acl === undefined) return;
  if (input.ACL === 'private' || input.ACL === 'bucket-owner-full-control') return;
  if (input.ACL === undefined && isBucketOwnerFullControl(acl, bucket.accountId)) return;
  throw s3Error('AccessControlListNotSupported');
}

/** The ACL of a bucket to be; undefined for the private one that every bucket has. */
export function newBucketAcl(input: AclHeaders, objectOwnership: string, accountId: string): Acl | undefined {
  const acl = aclFromHeaders(input, { ownerAccountId: accountId, bucketAccountId: accountId });
  if (acl === undefined || input.ACL === 'private') return undefined;
  if (objectOwnership === 'BucketOwnerEnforced' && !isBucketOwnerFullControl(acl, accountId)) {
    throw s3Error('InvalidBucketAclWithObjectOwnership');
  }
  if (isPublicAcl(acl)) throw s3Error('InvalidBucketAclWithBlockPublicAccessError');
  return acl;
}

function headerGrants(input: AclHeaders): AclGrant[] {
  const headers: readonly (readonly [string | undefined, AclPermission])[] = [
    [input.GrantFullControl, 'FULL_CONTROL'],
    [input.GrantRead, 'READ'],
    [input.GrantReadACP, 'READ_ACP'],
    [input.GrantWrite, 'WRITE'],
    [input.GrantWriteACP, 'WRITE_ACP'],
  ];
  return headers.flatMap(([header, permission]) =>
    header === undefined ? [] : parseGrantHeader(header, permission),
  );
}
