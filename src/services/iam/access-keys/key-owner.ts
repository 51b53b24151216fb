// SPDX-License-Identifier: Apache-2.0
import { type AccessKeyDocument, accessKeyKey, accessKeyPrefix } from '../../../identity/access-keys.js';
import { type AccountDocument, accountKey } from '../../../identity/account-documents.js';
import { userKey } from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import type { Person } from '../shared/caller.js';
import { noSuchEntity } from '../shared/iam-error.js';

type ReadsState = Pick<CallState, 'get' | 'list'>;

/** The ids of somebody's keys, oldest first. */
export function keyIdsOf(person: Person, accountId: string, state: ReadsState): readonly string[] {
  return person.kind === 'user' ? person.user.accessKeyIds : rootKeyIds(accountId, state);
}

/** The account's document lists them once one was made or deleted by a call; until then they are looked for. */
export function rootKeyIds(accountId: string, state: ReadsState): readonly string[] {
  const listed = state.get<AccountDocument>(accountKey(accountId))?.rootAccessKeyIds;
  if (listed !== undefined) return listed;
  return state
    .list<AccessKeyDocument>(accessKeyPrefix)
    .map(({ value }) => value)
    .filter((key) => key.accountId === accountId && key.owner.kind === 'root')
    .map(({ accessKeyId }) => accessKeyId);
}

/** Writes down which keys somebody has; whoever changes them at the same time starts again. */
export function putKeyIds(person: Person, ids: readonly string[], accountId: string, state: CallState): void {
  if (person.kind === 'user') {
    state.put(userKey(accountId, person.user.userName), { ...person.user, accessKeyIds: ids });
    return;
  }
  const account = state.get<AccountDocument>(accountKey(accountId));
  if (account === undefined) throw new Error(`account ${accountId} has no document`);
  state.put(accountKey(accountId), { ...account, rootAccessKeyIds: ids });
}

/** Somebody's own key. Throws NoSuchEntity, also for a key of somebody else's. */
export function openAccessKey(
  accessKeyId: string,
  person: Person,
  accountId: string,
  state: ReadsState,
): AccessKeyDocument {
  const isOwn = keyIdsOf(person, accountId, state).includes(accessKeyId);
  const key = isOwn ? state.get<AccessKeyDocument>(accessKeyKey(accessKeyId)) : undefined;
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
  return key;
}
