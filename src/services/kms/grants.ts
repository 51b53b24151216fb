// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type {
  CreateGrantRequest,
  CreateGrantResponse,
  GrantConstraints as GrantConstraintsInput,
  GrantListEntry,
  ListGrantsRequest,
  ListGrantsResponse,
  ListRetirableGrantsRequest,
  RetireGrantRequest,
  RevokeGrantRequest,
} from '@aws-sdk/client-kms';
import type { Principal } from '../../identity/principal.js';
import { KeyError } from '../../keys/data-keys.js';
import {
  type GrantConstraints,
  type GrantDocument,
  grantableOperations,
  grantKey,
  grantsPerKeyMax,
  grantsPrefix,
  grantToken,
  isPrincipalOf,
  keyGrantsPrefix,
  parseGrantToken,
} from '../../keys/grant.js';
import { type KeyDocument, keyArn } from '../../keys/key.js';
import { accessDenied, decideKeyAccess } from '../../keys/key-access.js';
import { findKey } from '../../keys/resolve-key.js';
import { verifyEnabled } from '../../keys/usable-key.js';
import type { Call, Handler } from '../service.js';
import { shareRecord } from '../share-record.js';
import { verifyDelegation } from './grant-delegation.js';
import { authorizedKey, endDryRun, noteChanged, noteKey, placeOf } from './key-request.js';
import { pageOfState } from './paging.js';
import { validationError } from './verify-input.js';

const pageLimits = { byDefault: 50, max: 100 };

/** The same grant asked for again by its name is the same grant. Source: KMS API Reference, "CreateGrant". */
export const createGrant: Handler<CreateGrantRequest, CreateGrantResponse> = (input, call) => {
  const asked = toGrant(input, call);
  const context = grantContext(input);
  const key = authorizedKey(input.KeyId, call, {
    action: 'kms:CreateGrant',
    context,
    acrossAccounts: true,
    grantTokens: input.GrantTokens,
  });
  verifyEnabled(key);
  verifyOperations(asked, key);
  const grant: GrantDocument = { ...asked, accountId: key.accountId, region: key.region, keyId: key.id };
  verifyDelegation(key, grant, call, context);
  endDryRun(input.DryRun);
  const grants = call.state.list<GrantDocument>(keyGrantsPrefix(key)).map(({ value }) => value);
  const same = grant.name === undefined ? undefined : grants.find((one) => isSame(one, grant));
  if (same === undefined) {
    if (grants.length >= grantsPerKeyMax)
      throw new KeyError('LimitExceededException', `A key can have ${grantsPerKeyMax} grants.`);
    call.state.put(grantKey(grant), grant);
  }
  const { id } = same ?? grant;
  call.audit.responseElements = { grantId: id, keyId: keyArn(key) };
  return { GrantId: id, GrantToken: grantToken(same ?? grant) };
};

/** Source: KMS API Reference, "ListGrants". */
export const listGrants: Handler<ListGrantsRequest, ListGrantsResponse> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:ListGrants', acrossAccounts: true });
  const { GrantId: id, GranteePrincipal: grantee } = input;
  const { items, ...page } = pageOfState<GrantDocument>(
    keyGrantsPrefix(key),
    input,
    pageLimits,
    call,
    (grant) =>
      (id === undefined || grant.id === id) && (grantee === undefined || grant.granteePrincipal === grantee),
  );
  return { Grants: items.map((grant) => toEntry(grant)), ...page };
};

/** Those of this account's keys and Region. Source: KMS API Reference, "ListRetirableGrants". */
export const listRetirableGrants: Handler<ListRetirableGrantsRequest, ListGrantsResponse> = (input, call) => {
  const place = placeOf(call);
  const { items, ...page } = pageOfState<GrantDocument>(
    grantsPrefix(call.accountId, call.region),
    input,
    pageLimits,
    call,
    (grant) =>
      grant.retiringPrincipal === input.RetiringPrincipal &&
      findKey({ ...place, id: grant.keyId }, place.nowMs, call.state) !== undefined,
  );
  return { Grants: items.map((grant) => toEntry(grant)), ...page };
};

/** Source: KMS API Reference, "RevokeGrant". */
export const revokeGrant: Handler<RevokeGrantRequest, object> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:RevokeGrant', acrossAccounts: true });
  const grant = requiredGrant({ ...key, keyId: key.id, id: input.GrantId ?? '' }, call);
  endDryRun(input.DryRun);
  call.state.delete(grantKey(grant));
  noteChanged(key, call);
  return {};
};

/**
 * By the retiring principal, by a grantee that may, and by the account that made the grant.
 * Source: KMS API Reference, "RetireGrant".
 */
export const retireGrant: Handler<RetireGrantRequest, object> = (input, call) => {
  const place = retiredPlace(input, call);
  const key = findKey({ ...place, id: place.keyId }, call.receivedAtMs, call.state);
  if (key === undefined) {
    const arn = keyArn({ ...place, id: place.keyId });
    throw new KeyError('NotFoundException', `Key '${arn}' does not exist`);
  }
  noteKey(key, call);
  verifyMayRetire(place, key, call);
  const grant = requiredGrant(place, call);
  endDryRun(input.DryRun);
  call.state.delete(grantKey(grant));
  noteChanged(key, call);
  return {};
};

function toGrant(
  input: CreateGrantRequest,
  call: Call,
): Omit<GrantDocument, 'accountId' | 'region' | 'keyId'> {
  const operations = [...new Set(input.Operations ?? [])];
  if (operations.length === 0) throw validationError('You must specify at least one operation.');
  const constraints = toConstraints(input.Constraints);
  const grantee = verifiedPrincipal(input.GranteePrincipal ?? '');
  const retiring = input.RetiringPrincipal;
  return {
    id: randomBytes(32).toString('hex'),
    ...(input.Name === undefined ? {} : { name: input.Name }),
    granteePrincipal: grantee,
    ...(retiring === undefined ? {} : { retiringPrincipal: verifiedPrincipal(retiring) }),
    issuingAccount: `arn:aws:iam::${call.accountId}:root`,
    operations,
    ...(constraints === undefined ? {} : { constraints }),
    createdAtMs: call.receivedAtMs,
  };
}

const principalForm =
  /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:root|(?:user|role|federated-user|assumed-role)\/.+)$/;

/** An account may be given by its number; it is shown by its root, as everywhere. */
function verifiedPrincipal(text: string): string {
  if (/^\d{12}$/.test(text)) return `arn:aws:iam::${text}:root`;
  if (principalForm.test(text) || /^[a-z0-9.-]+\.amazonaws\.com$/.test(text)) return text;
  throw new KeyError('InvalidArnException', `${text} is not a valid ARN of a principal.`);
}

function toConstraints(input: GrantConstraintsInput | undefined): GrantConstraints | undefined {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = input ?? {};
  if (subset === undefined && equals === undefined) return undefined;
  return { ...(subset === undefined ? {} : { subset }), ...(equals === undefined ? {} : { equals }) };
}

function grantContext(input: CreateGrantRequest) {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = input.Constraints ?? {};
  const kind = equals === undefined ? 'EncryptionContextSubset' : 'EncryptionContextEquals';
  return {
    'kms:GrantOperations': input.Operations,
    'kms:GranteePrincipal': input.GranteePrincipal,
    'kms:RetiringPrincipal': input.RetiringPrincipal,
    // Set for services that make grants for their resources; here nobody calls KMS that way yet.
    'kms:GrantIsForAWSResource': 'false',
    'kms:GrantConstraintType': subset === undefined && equals === undefined ? undefined : kind,
  };
}

function verifyOperations({ operations }: Pick<GrantDocument, 'operations'>, key: KeyDocument): void {
  const known = grantableOperations(key);
  const wrong = operations.find((operation) => !known.has(operation));
  if (wrong === undefined) return;
  throw validationError(`Operation ${wrong} is not supported for a key with the key usage ${key.usage}.`);
}

function isSame(one: GrantDocument, two: GrantDocument): boolean {
  const facts = ({ id: _, createdAtMs: __, operations, ...rest }: GrantDocument) =>
    JSON.stringify([Object.entries(rest).sort(), [...operations].sort()]);
  return facts(one) === facts(two);
}

function requiredGrant(
  place: Pick<GrantDocument, 'accountId' | 'region' | 'keyId' | 'id'>,
  call: Call,
): GrantDocument {
  if (!/^[0-9a-f]{64}$/.test(place.id))
    throw new KeyError('InvalidGrantIdException', `The grant ID ${place.id} is not valid.`);
  const grant = call.state.get<GrantDocument>(grantKey(place));
  if (grant !== undefined) return grant;
  throw new KeyError('NotFoundException', `Grant ID ${place.id} not found`);
}

function retiredPlace(input: RetireGrantRequest, call: Call) {
  const { GrantToken: token, KeyId: keyId, GrantId: id } = input;
  if (token !== undefined) {
    const place = parseGrantToken(token);
    if (place?.region === call.region) return place;
    throw new KeyError('InvalidGrantTokenException', 'The grant token is not valid.');
  }
  if (keyId === undefined || id === undefined)
    throw validationError('You must specify a grant token, or both the grant ID and a key identifier.');
  const [, region = call.region, accountId = call.accountId] =
    /^arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):key\//.exec(keyId) ?? [];
  if (region !== call.region) throw new KeyError('NotFoundException', `Invalid arn ${region}`);
  return { region, accountId, keyId: keyId.slice(keyId.lastIndexOf('/') + 1), id };
}

/** The same refusal whether the grant is there or not: nobody learns of grants that are not his. */
function verifyMayRetire(
  place: Pick<GrantDocument, 'accountId' | 'region' | 'keyId' | 'id'>,
  key: KeyDocument,
  call: Call,
): void {
  const { principal, decide } = call;
  const action = 'kms:RetireGrant';
  const decision = decideKeyAccess(key, { principal, action, decide }, call.state);
  const grant = call.state.get<GrantDocument>(grantKey(place));
  const isOthers = grant === undefined || !isRetiredBy(grant, principal);
  if (!decision.isAllowed && (decision.effect === 'explicit' || isOthers))
    throw accessDenied({ principal, action }, keyArn(key), decision);
  shareRecord(call, key.accountId);
}

function isRetiredBy(grant: GrantDocument, principal: Principal): boolean {
  const { retiringPrincipal, granteePrincipal, operations, issuingAccount } = grant;
  return (
    (retiringPrincipal !== undefined && isPrincipalOf(retiringPrincipal, principal)) ||
    (operations.includes('RetireGrant') && isPrincipalOf(granteePrincipal, principal)) ||
    isPrincipalOf(issuingAccount, principal)
  );
}

function toEntry(grant: GrantDocument): GrantListEntry {
  const { subset, equals } = grant.constraints ?? {};
  return {
    KeyId: keyArn({ ...grant, id: grant.keyId }),
    GrantId: grant.id,
    Name: grant.name ?? '',
    CreationDate: new Date(grant.createdAtMs),
    GranteePrincipal: grant.granteePrincipal,
    RetiringPrincipal: grant.retiringPrincipal,
    IssuingAccount: grant.issuingAccount,
    Operations: [...grant.operations] as GrantListEntry['Operations'],
    ...(grant.constraints === undefined
      ? {}
      : {
          Constraints: {
            ...(subset === undefined ? {} : { EncryptionContextSubset: { ...subset } }),
            ...(equals === undefined ? {} : { EncryptionContextEquals: { ...equals } }),
          },
        }),
  };
}
