// SPDX-License-Identifier: Apache-2.0
// Oracle: Organizations User Guide, "Logging API calls with AWS CloudTrail for AWS Organizations" (CreateAccountResult,
// CloseAccountResult); the real log, through failures, stops and starts: one account, one event.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { type LmdbStores, openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { accountEmailKey, accountKey } from '../../identity/account-documents.js';
import { roleKey } from '../../identity/iam-documents.js';
import {
  type MembershipDocument,
  membershipKey,
  type OrganizationDocument,
  organizationKey,
} from '../../identity/organization-documents.js';
import {
  type AccountCreationDocument,
  accountCreationKey,
} from '../../identity/organizations/account-creations.js';
import { ManualClock } from '../../ports/clock.js';
import { type EventLog, LogFullError, START } from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import { startAccountJobs } from './start-account-jobs.js';

const [management, made, organizationId] = ['111111111111', '222222222222', 'o-exampleorgid'];
const nowMs = Date.UTC(2026, 10, 21, 10, 0, 5);
const dir = mkdtempSync(join(tmpdir(), 'cairn-account-jobs-'));
let stores: LmdbStores;
let ids = 0;

const organization: OrganizationDocument = {
  organizationId,
  managementAccountId: management,
  managementEmail: 'root@example.com',
  featureSet: 'ALL',
  createdAtMs: 0,
  rootId: 'r-ab12',
  enabledPolicyTypes: ['SERVICE_CONTROL_POLICY'],
  trustedServices: {},
  delegatedAdministrators: {},
  rootTags: {},
};

function creation(id: string, email: string, accountId = made): AccountCreationDocument {
  return {
    id,
    organizationId,
    accountName: 'Production',
    email,
    roleName: 'OrganizationAccountAccessRole',
    iamUserAccessToBilling: 'ALLOW',
    tags: {},
    state: 'IN_PROGRESS',
    requestedAtMs: nowMs - 5_000,
    accountId,
  };
}

before(async () => {
  stores = await openLmdbStores(join(dir, 'log'), { clock: new ManualClock(nowMs), log: silentLog });
  await put(organizationKey(organizationId), organization);
});
after(async () => {
  await stores.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => {
  ids = 0;
});

async function put(key: string, value: unknown): Promise<void> {
  await stores.eventLog.append({ kind: 'call', records: [], changes: [{ key, value }] });
}

function start(eventLog: Pick<EventLog, 'append'> = stores.eventLog) {
  return startAccountJobs({
    eventLog: eventLog as EventLog,
    stateStore: stores.stateStore,
    clock: new ManualClock(nowMs),
    log: silentLog,
    random: (length, alphabet) => (alphabet[ids % alphabet.length] as string).repeat(length),
    newId: () => {
      ids += 1;
      return `event-${ids}`;
    },
  });
}

/** Events of the log by name. */
async function results(eventName: string): Promise<Record<string, unknown>[]> {
  const entries = await stores.eventLog.read(START, { entriesMax: 1_000 });
  return entries
    .flatMap(({ entry }) => (entry.kind === 'call' ? entry.records : []))
    .map(({ json }) => JSON.parse(json) as Record<string, unknown>)
    .filter((record) => record.eventName === eventName);
}

test('an account is made once, with everything that belongs to it, and told of as AWS does', async () => {
  await put(accountCreationKey(organizationId, 'car-1'), creation('car-1', 'a@example.com'));
  const jobs = start();
  await jobs.runNow();
  await jobs.runNow();
  await jobs.stop();
  const state = stores.stateStore;
  assert.equal(state.get<{ email: string }>(accountKey(made))?.value.email, 'a@example.com');
  assert.deepEqual(state.get(accountEmailKey('A@example.com'))?.value, { accountId: made });
  assert.equal(state.get<MembershipDocument>(membershipKey(made))?.value.joinedMethod, 'CREATED');
  for (const role of ['OrganizationAccountAccessRole', 'AWSServiceRoleForOrganizations'])
    assert.ok(state.get(roleKey(made, role)), role);
  const [record, ...more] = await results('CreateAccountResult');
  assert.equal(more.length, 0);
  assert.deepEqual(record?.serviceEventDetails, {
    createAccountStatus: {
      id: 'car-1',
      state: 'SUCCEEDED',
      accountName: '****',
      accountId: made,
      requestedTimestamp: 'Nov 21, 2026, 10:00:00 AM',
      completedTimestamp: 'Nov 21, 2026, 10:00:05 AM',
    },
  });
  assert.deepEqual(
    [record?.userIdentity, record?.eventType, record?.requestParameters, record?.recipientAccountId],
    [{ accountId: management, invokedBy: 'AWS Internal' }, 'AwsServiceEvent', null, management],
  );
});

test('an address that is taken: failed, told of, and no account', async () => {
  await put(accountCreationKey(organizationId, 'car-2'), creation('car-2', 'a@example.com', '333333333333'));
  const jobs = start();
  await jobs.runNow();
  await jobs.stop();
  assert.equal(stores.stateStore.get(accountKey('333333333333')), undefined);
  const details = (await results('CreateAccountResult')).at(-1)?.serviceEventDetails;
  assert.deepEqual(details, {
    createAccountStatus: {
      id: 'car-2',
      state: 'FAILED',
      accountName: '****',
      requestedTimestamp: 'Nov 21, 2026, 10:00:00 AM',
      completedTimestamp: 'Nov 21, 2026, 10:00:05 AM',
      failureReason: 'EMAIL_ALREADY_EXISTS',
    },
  });
});

test('a log that is full, and an answer that is lost: the next start does what is left, once', async () => {
  const email = 'c@example.com';
  await put(accountCreationKey(organizationId, 'car-3'), creation('car-3', email, '444444444444'));
  const before = (await results('CreateAccountResult')).length;
  const full = start({ append: () => Promise.reject(new LogFullError('full')) });
  await assert.rejects(full.runNow(), LogFullError);
  await full.stop();
  assert.equal(stores.stateStore.get(accountKey('444444444444')), undefined);
  const deaf = start({
    append: async (entry) => {
      await stores.eventLog.append(entry);
      throw new Error('the answer is lost');
    },
  });
  // What was done is not done again: it is in the log, whatever became of the answer.
  await deaf.runNow();
  await deaf.stop();
  const next = start();
  await next.runNow();
  await next.stop();
  assert.equal((await results('CreateAccountResult')).length, before + 1);
  assert.equal(stores.stateStore.get<{ email: string }>(accountKey('444444444444'))?.value.email, email);
});

test('a closed account is suspended, and told of', async () => {
  const account = stores.stateStore.get<object>(accountKey(made))?.value;
  const member = stores.stateStore.get<MembershipDocument>(membershipKey(made))?.value;
  await put(accountKey(made), { ...account, closedAtMs: nowMs - 5_000 });
  await put(membershipKey(made), { ...member, status: 'PENDING_CLOSURE' });
  const jobs = start();
  await jobs.runNow();
  await jobs.stop();
  assert.equal(stores.stateStore.get<MembershipDocument>(membershipKey(made))?.value.status, 'SUSPENDED');
  const records = await results('CloseAccountResult');
  assert.deepEqual(
    records.map(({ serviceEventDetails }) => serviceEventDetails),
    [
      {
        closeAccountStatus: {
          accountId: made,
          state: 'SUCCEEDED',
          requestedTimestamp: 'Nov 21, 2026, 10:00:00 AM',
          completedTimestamp: 'Nov 21, 2026, 10:00:05 AM',
        },
      },
    ],
  );
});
