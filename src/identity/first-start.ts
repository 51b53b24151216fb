// SPDX-License-Identifier: Apache-2.0
import type { EventLog } from '../ports/event-log.js';
import type { StateStore } from '../ports/state-store.js';
import { type AccessKeyDocument, accessKeyKey, accessKeyPrefix, retiredRootKeyKey } from './access-keys.js';
import { type AccountDocument, accountKey, accountPrefix } from './account-documents.js';
import type { SecretBox } from './secret-box.js';

export interface RootKey {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface FirstStartDependencies {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly secretBox: SecretBox;
  readonly nowMs: number;
}

/** The keys that are kept do not fit what the data directory's files say. The message names what to mend. */
export class RootKeyError extends Error {
  override readonly name = 'RootKeyError';
}

/**
 * The first root key that the state holds: the main account's, should its file be lost. Undefined in a new log.
 * Throws RootKeyError when the master key does not open it.
 */
export function findRootKey({
  stateStore,
  secretBox,
}: Pick<FirstStartDependencies, 'stateStore' | 'secretBox'>): RootKey | undefined {
  // The first account is the main one; others have roots with keys too.
  const [main] = stateStore
    .list<AccountDocument>(accountPrefix)
    .map(({ value }) => value)
    .sort((a, b) => a.createdAtMs - b.createdAtMs);
  const [first] = stateStore
    .list<AccessKeyDocument>(accessKeyPrefix)
    .map(({ value }) => value)
    .filter(
      ({ owner, status, accountId }) =>
        owner.kind === 'root' && status === 'Active' && accountId === main?.accountId,
    )
    .sort((a, b) => a.createdAtMs - b.createdAtMs);
  if (first === undefined) return undefined;
  const { accountId, accessKeyId } = first;
  return { accountId, accessKeyId, secretAccessKey: openedSecret(first, secretBox) };
}

/**
 * Makes the main account and its root key where they are not there yet: at the first start, and at a start after a
 * crash in between. Nobody called an API, so there is no record. A key that its root has deleted stays deleted; whoever
 * may write the file can put another one there.
 * Throws RootKeyError when the key is there with another secret, or does not open under the master key.
 */
export async function ensureRootKey(root: RootKey, deps: FirstStartDependencies): Promise<void> {
  const { accountId, accessKeyId, secretAccessKey } = root;
  const { stateStore, secretBox, nowMs } = deps;
  const known = stateStore.get<AccessKeyDocument>(accessKeyKey(accessKeyId))?.value;
  if (known !== undefined) verifyRootKey(root, known, secretBox);
  const account: AccountDocument = { accountId, createdAtMs: nowMs };
  const key: AccessKeyDocument = {
    accessKeyId,
    accountId,
    owner: { kind: 'root' },
    sealedSecret: secretBox.seal(secretAccessKey, accessKeyId),
    status: 'Active',
    createdAtMs: nowMs,
  };
  const wanted = [
    { key: accountKey(accountId), value: account, expected: null },
    { key: accessKeyKey(accessKeyId), value: key, expected: null },
  ];
  const isRetired = stateStore.get(retiredRootKeyKey(accessKeyId)) !== undefined;
  const changes = wanted.filter(
    (change) => stateStore.get(change.key) === undefined && !(isRetired && change.value === key),
  );
  if (changes.length > 0) await deps.eventLog.append({ kind: 'call', records: [], changes });
}

function verifyRootKey(root: RootKey, known: AccessKeyDocument, secretBox: SecretBox): void {
  const isSame =
    known.accountId === root.accountId && openedSecret(known, secretBox) === root.secretAccessKey;
  if (isSame) return;
  const message = `root-credentials.json holds another account or secret for ${root.accessKeyId} than the log: put the file back as it was, or remove it, and it is made anew from the log`;
  throw new RootKeyError(message);
}

function openedSecret({ accessKeyId, sealedSecret }: AccessKeyDocument, secretBox: SecretBox): string {
  try {
    return secretBox.open(sealedSecret, accessKeyId);
  } catch (cause) {
    const message = `the master key (CAIRN_MASTER_KEY or master.key) is not the one under which ${accessKeyId} was kept`;
    throw new RootKeyError(message, { cause });
  }
}
