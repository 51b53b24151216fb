// SPDX-License-Identifier: Apache-2.0
import type { EventLog } from '../ports/event-log.js';
import { StaleRevisionError } from '../ports/event-log.js';
import type { StateStore } from '../ports/state-store.js';
import { secondsText } from '../record/date-text.js';
import { globalRegion } from '../record/global-services.js';
import { recordTexts } from '../record/record-texts.js';
import type { CloudTrailRecord } from '../record/types.js';
import { type AccessKeyDocument, accessKeyKey, newAccessKey } from './access-keys.js';
import { type AccountDocument, accountEmailKey, accountKey } from './account-documents.js';
import type { RootKey } from './first-start.js';
import { isEmailAddress } from './organizations/email-address.js';
import { isAccountId, newAccountId, type RandomText } from './organizations/organization-ids.js';
import type { SecretBox } from './secret-box.js';

export interface WantedAccount {
  readonly name: string;
  readonly email: string;
  /** Chosen at random when absent. */
  readonly accountId?: string;
}

export interface StandaloneAccountDependencies {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly secretBox: SecretBox;
  readonly nowMs: number;
  readonly random: RandomText;
  readonly newId: () => string;
  /** The main account: its history tells of the account that was made. */
  readonly mainAccountId: string;
  /** Called before the key works: whoever reads the file may find a key that does not work yet, never the reverse. */
  readonly keep: (key: RootKey) => void;
}

/** The account cannot be made; the message says why. */
export class StandaloneAccountError extends Error {
  override readonly name = 'StandaloneAccountError';
  constructor(
    readonly reason: 'invalid' | 'taken',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Makes an account that is in no organization, with a root key: what signing up is at AWS. The operator does it, so the
 * history of the main account tells of it. Throws StandaloneAccountError.
 */
export async function createStandaloneAccount(
  wanted: WantedAccount,
  deps: StandaloneAccountDependencies,
): Promise<RootKey> {
  const { eventLog, secretBox, nowMs, keep } = deps;
  const accountId = verified(wanted, deps);
  const key = { accountId, ...newAccessKey(accountId) };
  const account: AccountDocument = {
    accountId,
    createdAtMs: nowMs,
    name: wanted.name,
    email: wanted.email,
    rootAccessKeyIds: [key.accessKeyId],
  };
  const accessKey: AccessKeyDocument = {
    accessKeyId: key.accessKeyId,
    accountId,
    owner: { kind: 'root' },
    sealedSecret: secretBox.seal(key.secretAccessKey, key.accessKeyId),
    status: 'Active',
    createdAtMs: nowMs,
  };
  keep(key);
  const changes = [
    { key: accountKey(accountId), value: account, expected: null },
    { key: accountEmailKey(wanted.email), value: { accountId }, expected: null },
    { key: accessKeyKey(key.accessKeyId), value: accessKey, expected: null },
  ];
  try {
    await eventLog.append({ kind: 'call', records: [toRecord(accountId, deps)], changes });
  } catch (error) {
    if (!(error instanceof StaleRevisionError)) throw error;
    throw new StandaloneAccountError('taken', 'somebody else made that account at the same moment');
  }
  return key;
}

function verified(
  { name, email, accountId }: WantedAccount,
  { stateStore, random }: StandaloneAccountDependencies,
): string {
  if (!/^[ -~]{1,50}$/.test(name))
    throw new StandaloneAccountError('invalid', 'a name has 1 to 50 characters of ASCII');
  if (!isEmailAddress(email)) throw new StandaloneAccountError('invalid', 'that is no e-mail address');
  if (accountId !== undefined && !isAccountId(accountId))
    throw new StandaloneAccountError('invalid', 'an account id has 12 digits');
  if (stateStore.get(accountEmailKey(email)) !== undefined)
    throw new StandaloneAccountError('taken', 'another account has that e-mail address');
  if (accountId !== undefined && stateStore.get(accountKey(accountId)) !== undefined)
    throw new StandaloneAccountError('taken', `there is an account ${accountId} already`);
  if (accountId !== undefined) return accountId;
  for (;;) {
    const id = newAccountId(random);
    if (stateStore.get(accountKey(id)) === undefined) return id;
  }
}

/** AWS has no event for it. */
function toRecord(accountId: string, { mainAccountId, newId, nowMs }: StandaloneAccountDependencies) {
  const record: CloudTrailRecord = {
    eventVersion: '1.11',
    userIdentity: {
      type: 'Root',
      principalId: mainAccountId,
      arn: `arn:aws:iam::${mainAccountId}:root`,
      accountId: mainAccountId,
      invokedBy: 'cairn',
    },
    eventTime: secondsText(nowMs),
    eventSource: 'cairn',
    eventName: 'CreateAccount',
    awsRegion: globalRegion,
    sourceIPAddress: 'cairn',
    userAgent: 'cairn',
    requestParameters: null,
    responseElements: null,
    eventID: newId(),
    readOnly: false,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: mainAccountId,
    serviceEventDetails: { accountId, accountName: '****' },
    eventCategory: 'Management',
  };
  return {
    accountId: mainAccountId,
    region: globalRegion,
    category: 'Management',
    ...recordTexts(record),
  } as const;
}
