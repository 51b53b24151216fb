// SPDX-License-Identifier: Apache-2.0
import { BucketError } from './bucket-error.js';
import { canonicalUserId } from './canonical-user.js';

export type AclPermission = 'FULL_CONTROL' | 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP';

/** Kept in the SDK's own shape, so that it is answered as it was put. */
export interface AclGrant {
  readonly Grantee: { readonly Type: 'CanonicalUser' | 'Group'; readonly ID?: string; readonly URI?: string };
  readonly Permission: AclPermission;
}

export interface Acl {
  readonly Owner: { readonly ID: string };
  readonly Grants: readonly AclGrant[];
}

export const allUsersGroup = 'http://acs.amazonaws.com/groups/global/AllUsers';
export const authenticatedUsersGroup = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
const logDeliveryGroup = 'http://acs.amazonaws.com/groups/s3/LogDelivery';

/** Source: S3 User Guide, "Access control list (ACL) overview": at most 100 grants. */
const grantsMax = 100;

const permissions: readonly string[] = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'];
const groups: readonly string[] = [allUsersGroup, authenticatedUsersGroup, logDeliveryGroup];

/** The ACL that everything begins with, and the only one where ACLs are disabled. */
export function ownerFullControl(accountId: string): Acl {
  const ID = canonicalUserId(accountId);
  return { Owner: { ID }, Grants: [toUser(ID, 'FULL_CONTROL')] };
}

/**
 * The grants that a canned ACL stands for. Source: S3 User Guide, "Access control list (ACL) overview", Canned ACL.
 * Throws InvalidArgument for a name that is none.
 */
export function cannedAcl(canned: string, ownerAccountId: string, bucketAccountId: string): Acl {
  const base = ownerFullControl(ownerAccountId);
  const bucketOwner = canonicalUserId(bucketAccountId);
  const toBucketOwner = (permission: AclPermission): AclGrant[] =>
    bucketOwner === base.Owner.ID ? [] : [toUser(bucketOwner, permission)];
  const more: Readonly<Record<string, readonly AclGrant[]>> = {
    private: [],
    'public-read': [toGroup(allUsersGroup, 'READ')],
    'public-read-write': [toGroup(allUsersGroup, 'READ'), toGroup(allUsersGroup, 'WRITE')],
    'authenticated-read': [toGroup(authenticatedUsersGroup, 'READ')],
    'aws-exec-read': [],
    'bucket-owner-read': toBucketOwner('READ'),
    'bucket-owner-full-control': toBucketOwner('FULL_CONTROL'),
    'log-delivery-write': [toGroup(logDeliveryGroup, 'WRITE'), toGroup(logDeliveryGroup, 'READ_ACP')],
  };
  const grants = Object.hasOwn(more, canned) ? more[canned] : undefined;
  if (grants === undefined) {
    throw new BucketError('InvalidArgument', '', { ArgumentName: 'x-amz-acl', ArgumentValue: canned });
  }
  return { ...base, Grants: [...base.Grants, ...grants] };
}

/** One `x-amz-grant-…` header: `id="…", uri="…"`. */
export function parseGrantHeader(header: string, permission: AclPermission): AclGrant[] {
  return header.split(',').map((part) => {
    const match = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/i.exec(part);
    const [kind = '', value = ''] = match?.slice(1) ?? [];
    if (kind.toLowerCase() === 'id') return verifiedGrant({ Type: 'CanonicalUser', ID: value }, permission);
    if (kind.toLowerCase() === 'uri') return verifiedGrant({ Type: 'Group', URI: value }, permission);
    if (kind !== '') throw unknownEmail();
    throw new BucketError('InvalidArgument', 'Argument format not recognized', {
      ArgumentName: 'x-amz-grant',
      ArgumentValue: part,
    });
  });
}

interface SentGrant {
  readonly Grantee?:
    | {
        readonly Type?: string | undefined;
        readonly ID?: string | undefined;
        readonly URI?: string | undefined;
      }
    | undefined;
  readonly Permission?: string | undefined;
}

/** An AccessControlPolicy document as it was sent, checked. `ownerAccountId` owns what the ACL is for. */
export function verifiedAcl(
  sent: {
    readonly Grants?: readonly SentGrant[] | undefined;
    readonly Owner?: { readonly ID?: string | undefined } | undefined;
  },
  ownerAccountId: string,
): Acl {
  const owner = canonicalUserId(ownerAccountId);
  if (sent.Owner?.ID === undefined) throw malformed();
  if (sent.Owner.ID !== owner) throw new BucketError('AccessDenied', 'Access Denied');
  const grants = sent.Grants ?? [];
  if (grants.length > grantsMax)
    throw new BucketError('InvalidRequest', `An ACL has at most ${grantsMax} grants`);
  return {
    Owner: { ID: owner },
    Grants: grants.map((grant) => verifiedGrant(grant.Grantee ?? {}, grant.Permission ?? '')),
  };
}

function verifiedGrant(grantee: NonNullable<SentGrant['Grantee']>, permission: string): AclGrant {
  if (!permissions.includes(permission)) throw malformed();
  const Permission = permission as AclPermission;
  if (grantee.Type === 'AmazonCustomerByEmail') throw unknownEmail();
  if (grantee.Type === 'Group') {
    if (grantee.URI === undefined || !groups.includes(grantee.URI)) {
      throw new BucketError('InvalidArgument', 'Invalid group uri', {
        ArgumentName: 'uri',
        ArgumentValue: grantee.URI ?? '',
      });
    }
    return toGroup(grantee.URI, Permission);
  }
  if (grantee.Type !== 'CanonicalUser') throw malformed();
  if (grantee.ID === undefined || !/^[0-9a-f]{64}$/.test(grantee.ID)) {
    throw new BucketError('InvalidArgument', 'Invalid id', {
      ArgumentName: 'CanonicalUser/ID',
      ArgumentValue: grantee.ID ?? '',
    });
  }
  return toUser(grantee.ID, Permission);
}

/** Whether an ACL opens something to everybody, or to everybody with an AWS account. Source: "Blocking public access". */
export function isPublicAcl(acl: Acl): boolean {
  return acl.Grants.some(({ Grantee: { URI } }) => URI === allUsersGroup || URI === authenticatedUsersGroup);
}

/** Whether an ACL says nothing but "the bucket's owner has full control". */
export function isBucketOwnerFullControl(acl: Acl, bucketAccountId: string): boolean {
  const owner = canonicalUserId(bucketAccountId);
  return (
    acl.Grants.some((grant) => grant.Grantee.ID === owner && grant.Permission === 'FULL_CONTROL') &&
    acl.Grants.every((grant) => grant.Grantee.ID === owner)
  );
}

function toUser(id: string, permission: AclPermission): AclGrant {
  return { Grantee: { Type: 'CanonicalUser', ID: id }, Permission: permission };
}

function toGroup(uri: string, permission: AclPermission): AclGrant {
  return { Grantee: { Type: 'Group', URI: uri }, Permission: permission };
}

function malformed(): BucketError {
  return new BucketError(
    'MalformedACLError',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

function unknownEmail(): BucketError {
  return new BucketError(
    'UnresolvableGrantByEmailAddress',
    'The e-mail address you provided does not match any account on record.',
  );
}
