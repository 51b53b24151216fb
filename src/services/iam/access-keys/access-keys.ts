// SPDX-License-Identifier: Apache-2.0
import type {
  AccessKey,
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  UpdateAccessKeyRequest,
} from '@aws-sdk/client-iam';
import {
  type AccessKeyDocument,
  accessKeyKey,
  newAccessKey,
  retiredRootKeyKey,
} from '../../../identity/access-keys.js';
import { accessKeyLastUsedKey } from '../../../identity/iam-documents.js';
import type { Handler } from '../../service.js';
import type { IamDependencies } from '../iam-dependencies.js';
import { namedKeyOwner, namedPerson, type Person } from '../shared/caller.js';
import { iamDate } from '../shared/iam-date.js';
import { invalidInput, quotaExceeded } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';
import { itemSource, pageOf } from '../shared/page-of.js';
import { accessKeysMax } from '../users/user-rules.js';
import { keyIdsOf, openAccessKey, putKeyIds } from './key-owner.js';

const keyIdRule = { min: 16, max: 128, pattern: String.raw`[\w]+` };

/** The one answer that shows a secret; its record does not. */
export function createAccessKeyHandler({
  secretBox,
}: Pick<IamDependencies, 'secretBox'>): Handler<CreateAccessKeyRequest, CreateAccessKeyResponse> {
  return (input, call) => {
    const { state, accountId, receivedAtMs } = call;
    const person = namedPerson(input.UserName, call);
    const ids = keyIdsOf(person, accountId, state);
    if (ids.length >= accessKeysMax) throw quotaExceeded('AccessKeysPerUser', accessKeysMax);
    const { accessKeyId, secretAccessKey } = newAccessKey(accountId);
    const key: AccessKeyDocument = {
      accessKeyId,
      accountId,
      owner: ownerOf(person),
      sealedSecret: secretBox.seal(secretAccessKey, accessKeyId),
      status: 'Active',
      createdAtMs: receivedAtMs,
    };
    state.put(accessKeyKey(accessKeyId), key);
    putKeyIds(person, [...ids, accessKeyId], accountId, state);
    const AccessKey = { ...shownKey(key), SecretAccessKey: secretAccessKey } as AccessKey;
    return { AccessKey };
  };
}

function ownerOf(person: Person): AccessKeyDocument['owner'] {
  if (person.kind === 'root') return { kind: 'root' };
  const { userName, userId } = person.user;
  return { kind: 'user', userName, userId };
}

/** A root's key has no user name. */
function shownKey({ accessKeyId, owner, status, createdAtMs }: AccessKeyDocument) {
  return {
    ...(owner.kind === 'user' ? { UserName: owner.userName } : {}),
    AccessKeyId: accessKeyId,
    Status: status,
    CreateDate: iamDate(createdAtMs),
  };
}

export const updateAccessKey: Handler<UpdateAccessKeyRequest> = (input, call) => {
  const { AccessKeyId: id = '', Status: status } = input;
  new InputRules()
    .text('accessKeyId', id, keyIdRule)
    .oneOf('status', status, ['Active', 'Inactive', 'Expired'])
    .verify();
  // Source: IAM API Reference, "UpdateAccessKey" (Status): a key expires by itself.
  if (status !== 'Active' && status !== 'Inactive')
    throw invalidInput('The status of an access key can be set to Active or Inactive only.');
  const key = openAccessKey(id, namedKeyOwner(input.UserName, call), call.accountId, call.state);
  call.state.put(accessKeyKey(id), { ...key, status });
  return {};
};

export const deleteAccessKey: Handler<DeleteAccessKeyRequest> = (input, call) => {
  const { state, accountId, receivedAtMs } = call;
  const id = input.AccessKeyId ?? '';
  new InputRules().text('accessKeyId', id, keyIdRule).verify();
  const person = namedPerson(input.UserName, call);
  openAccessKey(id, person, accountId, state);
  const remaining = keyIdsOf(person, accountId, state).filter((each) => each !== id);
  putKeyIds(person, remaining, accountId, state);
  state.delete(accessKeyKey(id));
  if (state.get(accessKeyLastUsedKey(id)) !== undefined) state.delete(accessKeyLastUsedKey(id));
  // The first key is in a file too; a start must not bring it back.
  if (person.kind === 'root') state.put(retiredRootKeyKey(id), { accountId, atMs: receivedAtMs });
  return {};
};

export const listAccessKeys: Handler<ListAccessKeysRequest, ListAccessKeysResponse> = (input, call) => {
  const person = namedKeyOwner(input.UserName, call);
  const ids = keyIdsOf(person, call.accountId, call.state);
  const { items, end } = pageOf(
    itemSource(ids, (id) => String(ids.indexOf(id))),
    input,
  );
  const keys = items.flatMap((id) => call.state.get<AccessKeyDocument>(accessKeyKey(id)) ?? []);
  return { AccessKeyMetadata: keys.map(shownKey), ...end };
};
