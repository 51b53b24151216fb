// SPDX-License-Identifier: Apache-2.0
import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from '@aws-sdk/client-kms';
import {
  type AliasDocument,
  aliasArn,
  aliasesPerKeyMax,
  aliasKey,
  aliasPrefix,
  reservedAliasPrefix,
} from '../../keys/alias.js';
import { KeyError } from '../../keys/data-keys.js';
import { type KeyDocument, keyArn } from '../../keys/key.js';
import { accessDenied } from '../../keys/key-access.js';
import { keyFamily } from '../../keys/key-spec.js';
import { findKey, resolveKey } from '../../keys/resolve-key.js';
import { verifyNotPendingDeletion } from '../../keys/usable-key.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { authorizedKey, noteChanged, noteKey, placeOf, verifyUse } from './key-request.js';
import { pageOfState } from './paging.js';
import { validationError } from './verify-input.js';

/** Source: KMS API Reference, "CreateAlias". */
export const createAlias: Handler<CreateAliasRequest, object> = (input, call) => {
  const name = verifyAliasName(input.AliasName ?? '');
  const place = placeOf(call);
  verifyMayUseAlias(name, 'kms:CreateAlias', call);
  const key = aliasTarget(input.TargetKeyId ?? '', 'kms:CreateAlias', call);
  if (existingAlias(name, call) !== undefined) {
    const arn = aliasArn({ ...place, name });
    throw new WireError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
  }
  verifyNotPendingDeletion(key);
  verifyRoom(key, call);
  putAlias({ name, targetKeyId: key.id, createdAtMs: call.receivedAtMs }, call);
  noteAlias(name, key, call);
  return {};
};

/** The new key must be of the old one's type and usage. Source: KMS API Reference, "UpdateAlias". */
export const updateAlias: Handler<UpdateAliasRequest, object> = (input, call) => {
  const name = verifyAliasName(input.AliasName ?? '');
  verifyMayUseAlias(name, 'kms:UpdateAlias', call);
  const key = aliasTarget(input.TargetKeyId ?? '', 'kms:UpdateAlias', call);
  const { alias, key: old } = requiredAlias(name, call);
  verifyUse(old, call, { action: 'kms:UpdateAlias' });
  verifyNotPendingDeletion(key);
  if (typeOf(old) !== typeOf(key) || old.usage !== key.usage) {
    const message = `Alias ${aliasArn(alias)} cannot be changed to a KMS key of another type or key usage.`;
    throw validationError(message);
  }
  if (alias.targetKeyId !== key.id) verifyRoom(key, call);
  putAlias({ name, targetKeyId: key.id, createdAtMs: alias.createdAtMs }, call);
  noteAlias(name, key, call);
  return {};
};

/** Source: KMS API Reference, "DeleteAlias". */
export const deleteAlias: Handler<DeleteAliasRequest, object> = (input, call) => {
  const name = verifyAliasName(input.AliasName ?? '');
  verifyMayUseAlias(name, 'kms:DeleteAlias', call);
  const { alias, key } = requiredAlias(name, call);
  verifyUse(key, call, { action: 'kms:DeleteAlias' });
  call.state.delete(aliasKey(alias));
  noteKey(key, call);
  noteAlias(name, key, call);
  return {};
};

/** Source: KMS API Reference, "ListAliases". Aliases that AWS predefines without a key are not listed. */
export const listAliases: Handler<ListAliasesRequest, ListAliasesResponse> = (input, call) => {
  const place = placeOf(call);
  const wanted = input.KeyId === undefined ? undefined : ownKey(input.KeyId, call).id;
  const { items, ...page } = pageOfState<AliasDocument>(
    aliasPrefix(call.accountId, call.region),
    input,
    { byDefault: 50, max: 100 },
    call,
    ({ targetKeyId }) =>
      (wanted === undefined || targetKeyId === wanted) &&
      findKey({ ...place, id: targetKeyId }, place.nowMs, call.state) !== undefined,
  );
  return {
    Aliases: items.map((alias) => ({
      AliasName: alias.name,
      AliasArn: aliasArn(alias),
      TargetKeyId: alias.targetKeyId,
      CreationDate: new Date(alias.createdAtMs),
      LastUpdatedDate: new Date(alias.updatedAtMs),
    })),
    ...page,
  };
};

/** An alias has no policy of its own: the caller's policies decide, beside the key's. Source: KMS API Reference, "CreateAlias". */
function verifyMayUseAlias(name: string, action: string, call: Call): void {
  call.authorize({ action, resource: aliasArn({ ...placeOf(call), name }) });
}

/** Who may list aliases may list those of one of his account's keys. */
function ownKey(keyId: string, call: Call): KeyDocument {
  const { key, alias } = resolveKey(keyId, placeOf(call), call.state);
  if (alias !== undefined) throw new KeyError('NotFoundException', `Invalid keyId '${keyId}'`);
  if (key.accountId === call.accountId) return key;
  throw accessDenied({ principal: call.principal, action: 'kms:ListAliases' }, keyArn(key));
}

function verifyAliasName(name: string): string {
  if (!name.startsWith('alias/')) {
    const help = 'Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html';
    throw validationError(`Alias must start with the prefix "alias/". ${help}`);
  }
  if (name.startsWith(reservedAliasPrefix))
    throw new WireError('NotAuthorizedException', '', { status: 400 });
  if (name.includes(':') || name === 'alias/')
    throw validationError(`${name} contains invalid characters for an alias`);
  return name;
}

function aliasTarget(keyId: string, action: string, call: Call): KeyDocument {
  if (/^(?:arn:.*:)?alias\//.test(keyId)) throw validationError('Aliases must refer to keys. Not aliases');
  return authorizedKey(keyId, call, { action });
}

/** An alias whose key is gone is gone with it, also in the moment before it is removed. */
function existingAlias(
  name: string,
  call: Call,
): { readonly alias: AliasDocument; readonly key: KeyDocument } | undefined {
  const place = placeOf(call);
  const alias = call.state.get<AliasDocument>(aliasKey({ ...place, name }));
  const key = alias && findKey({ ...place, id: alias.targetKeyId }, place.nowMs, call.state);
  return alias === undefined || key === undefined ? undefined : { alias, key };
}

function requiredAlias(name: string, call: Call) {
  const found = existingAlias(name, call);
  if (found !== undefined) return found;
  throw new KeyError('NotFoundException', `Alias ${aliasArn({ ...placeOf(call), name })} is not found.`);
}

function typeOf(key: KeyDocument): string {
  const { kind } = keyFamily(key.spec);
  return kind === 'symmetric' || kind === 'hmac' ? kind : 'asymmetric';
}

function verifyRoom(key: KeyDocument, call: Call): void {
  const aliases = call.state.list<AliasDocument>(aliasPrefix(call.accountId, call.region));
  if (aliases.filter(({ value }) => value.targetKeyId === key.id).length < aliasesPerKeyMax) return;
  throw new WireError('LimitExceededException', `A key can have ${aliasesPerKeyMax} aliases.`);
}

function putAlias(alias: Pick<AliasDocument, 'name' | 'targetKeyId' | 'createdAtMs'>, call: Call): void {
  const { accountId, region } = call;
  const document: AliasDocument = { ...alias, accountId, region, updatedAtMs: call.receivedAtMs };
  call.state.put(aliasKey(document), document);
}

/** The alias stands beside its key. Source: KMS Developer Guide, "CreateAlias" (log entry). */
function noteAlias(name: string, key: KeyDocument, call: Call): void {
  const ARN = aliasArn({ ...placeOf(call), name });
  call.audit.resources.unshift({ accountId: call.accountId, type: 'AWS::KMS::Alias', ARN });
  noteChanged(key, call);
}
