// SPDX-License-Identifier: Apache-2.0
import type { EventLog } from '../ports/event-log.js';
import type { StateStore } from '../ports/state-store.js';
import { type AccessKeyDocument, accessKeyKey } from './access-keys.js';
import type { SecretBox } from './secret-box.js';

/** An account as it is kept in state under `accountKey`. */
export interface AccountDocument {
  readonly accountId: string;
  readonly createdAtMs: number;
}

export function accountKey(accountId: string): string {
  return `account/${accountId}`;
}

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

/**
 * Makes the main account and its root key where they are not there yet: at the first start, and at a start after a
 * crash in between. Nobody called an API, so there is no record.
 */
export async function ensureRootKey(root: RootKey, deps: FirstStartDependencies): Promise<void> {
  const { accountId, accessKeyId, secretAccessKey } = root;
  const { stateStore, secretBox, nowMs } = deps;
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
  const changes = wanted.filter((change) => stateStore.get(change.key) === undefined);
  if (changes.length > 0) await deps.eventLog.append({ kind: 'call', records: [], changes });
}
