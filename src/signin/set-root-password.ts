// SPDX-License-Identifier: Apache-2.0
import { type AccountDocument, accountEmailKey, accountKey } from '../identity/account-documents.js';
import { isEmailAddress } from '../identity/organizations/email-address.js';
import type { Passwords } from '../identity/passwords.js';
import { type EventLog, StaleRevisionError } from '../ports/event-log.js';
import type { StateChange, StateStore } from '../ports/state-store.js';
import { verifyPassword } from './new-password.js';
import { invalidInput, SigninError } from './signin-error.js';
import { rootIdentity, signinRecord, toLoggedRecord } from './signin-record.js';

export interface WantedRootPassword {
  readonly accountId: string;
  readonly email: string;
  readonly password: string;
}

export interface SetRootPasswordDependencies {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly stateStore: Pick<StateStore, 'get'>;
  readonly passwords: Passwords;
  readonly newId: () => string;
  readonly now: () => number;
}

/**
 * Gives an account's root an e-mail address and a password: what signing up at AWS does. The operator does it; the
 * account's history tells of it. Sessions of the old password end. Throws SigninError.
 */
export async function setRootPassword(
  { accountId, email, password }: WantedRootPassword,
  { eventLog, stateStore, passwords, newId, now }: SetRootPasswordDependencies,
): Promise<void> {
  if (!isEmailAddress(email)) throw invalidInput('that is no e-mail address');
  const entry = stateStore.get<AccountDocument>(accountKey(accountId));
  if (entry === undefined) throw invalidInput(`there is no account ${accountId}`);
  const { value: account, revision } = entry;
  verifyPassword(password, { ...(account.name === undefined ? {} : { name: account.name }), email });
  const rootPasswordHash = await passwords.hash(password);
  const changes: StateChange[] = [
    { key: accountKey(accountId), value: { ...account, email, rootPasswordHash }, expected: revision },
    ...emailChanges(account, email, stateStore),
  ];
  try {
    await eventLog.append({ kind: 'call', records: [updated(accountId, newId(), now())], changes });
  } catch (error) {
    if (!(error instanceof StaleRevisionError)) throw error;
    throw new SigninError('Conflict', 409, 'Somebody else changed the account at the same moment.');
  }
}

function emailChanges(
  { accountId, email: before }: AccountDocument,
  email: string,
  stateStore: Pick<StateStore, 'get'>,
): StateChange[] {
  const key = accountEmailKey(email);
  const owner = stateStore.get<{ accountId: string }>(key);
  if (owner !== undefined && owner.value.accountId !== accountId)
    throw new SigninError('EntityAlreadyExists', 409, 'another account has that e-mail address');
  const taken: StateChange[] = owner === undefined ? [{ key, value: { accountId }, expected: null }] : [];
  const oldKey = before === undefined ? undefined : accountEmailKey(before);
  const isOther = oldKey !== undefined && oldKey !== key && stateStore.get(oldKey) !== undefined;
  return isOther ? [...taken, { key: oldKey, value: null }] : taken;
}

/** Source: CloudTrail User Guide, "AWS Management Console sign-in events", root user, password changed. */
function updated(accountId: string, eventId: string, nowMs: number) {
  const request = {
    receivedAtMs: nowMs,
    sourceIp: 'cairn',
    userAgent: 'cairn',
    host: '',
    consoleUrl: '',
  };
  const userIdentity = { ...rootIdentity(accountId), invokedBy: 'cairn' };
  const event = { eventName: 'PasswordUpdated', accountId, userIdentity } as const;
  return toLoggedRecord(signinRecord(event, request, { eventId, eventTimeMs: nowMs }));
}
