// SPDX-License-Identifier: Apache-2.0
// Oracles: CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events" (sharedEventID,
// recipientAccountId); IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail" (AssumeRole across accounts:
// the role's account sees type, principalId and accountId of the caller).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LoggedRecord, StaleRevisionError } from '../ports/event-log.js';
import { cloudtrailModel } from '../services/cloudtrail/model.js';
import { s3Model } from '../services/s3/model.js';
import type { Call, Handler } from '../services/service.js';
import { shareRecord } from '../services/share-record.js';
import type { DataEventSelection } from '../trails/data-event-selection.js';
import type { ServiceModel } from '../wire/service-model.js';
import { WireError } from '../wire/wire-error.js';
import { runCall } from './run-call.js';
import {
  accountId,
  dependencies,
  MemoryStores,
  serviceOf,
  signedRequest,
  wireRequest,
} from './testing/scene.js';

const owner = '444455556666';
const jane = {
  kind: 'user',
  accountId,
  userName: 'jane',
  userId: 'AIDAJANEEXAMPLE',
  arn: `arn:aws:iam::${accountId}:user/jane`,
  accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
} as const;

interface Shown {
  readonly eventID: string;
  readonly eventName: string;
  readonly sharedEventID?: string;
  readonly recipientAccountId: string;
  readonly userIdentity: Record<string, unknown>;
  readonly errorCode?: string;
}

async function recordsOf(
  handler: Handler,
  {
    model = cloudtrailModel,
    name = 'CreateTrail',
    input = { Name: 'a-trail' },
    dataEvents,
    stores = new MemoryStores(),
  }: {
    model?: ServiceModel;
    name?: string;
    input?: Record<string, unknown>;
    dataEvents?: DataEventSelection;
    stores?: MemoryStores;
  } = {},
): Promise<Shown[]> {
  const { errors: _, ...deps } = dependencies(stores);
  const operation = model.operations.get(name);
  assert.ok(operation !== undefined);
  const call = {
    service: serviceOf(model, { [name]: handler }),
    operation,
    request: wireRequest(signedRequest({ service: model.id })),
    principal: jane,
    accountId,
    region: 'us-east-1',
    input,
    refusal: undefined,
  };
  const more = dataEvents === undefined ? {} : { dataEvents };
  await runCall(call, { ...deps, ...more, onRecorded: () => {} }).catch((error: unknown) => {
    assert.ok(error instanceof WireError, String(error));
  });
  assert.ok(stores.entries.length <= 1, 'one entry, whoever has a part in it');
  return stores.records as unknown as Shown[];
}

const shares: Handler = (_input, call: Call) => {
  shareRecord(call, owner);
  shareRecord(call, owner);
  shareRecord(call, call.accountId);
  return {};
};

describe('a call that another account has a part in', () => {
  test('is in the history of both: one sharedEventID, an eventID each', async () => {
    const [own, theirs, ...more] = await recordsOf(shares);
    assert.equal(more.length, 0);
    assert.deepEqual([own?.recipientAccountId, theirs?.recipientAccountId], [accountId, owner]);
    assert.match(own?.sharedEventID ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(own?.sharedEventID, theirs?.sharedEventID);
    assert.equal(new Set([own?.eventID, theirs?.eventID, own?.sharedEventID]).size, 3);
  });

  test('shows the other account who it was by id and account alone', async () => {
    const [own, theirs] = await recordsOf(shares);
    assert.equal(own?.userIdentity.arn, jane.arn);
    assert.deepEqual(theirs?.userIdentity, { type: 'AWSAccount', principalId: jane.userId, accountId });
    assert.doesNotMatch(JSON.stringify(theirs), /jane|AKIAI44/);
  });

  test('is in both when it was refused, where the handler said so before', async () => {
    const both = await recordsOf((input, call) => {
      void shares(input, call);
      throw new WireError('AccessDenied', 'no', { status: 403 });
    });
    assert.deepEqual(
      both.map(({ errorCode }) => errorCode),
      ['AccessDenied', 'AccessDenied'],
    );
  });

  test('is there once, however often the handler is run', async () => {
    const stores = new MemoryStores();
    stores.appendFaults.push(new StaleRevisionError('a'), new StaleRevisionError('b'));
    let runs = 0;
    const records = await recordsOf(
      (input, call) => {
        runs += 1;
        return shares(input, call);
      },
      { stores },
    );
    assert.deepEqual([runs, records.length], [3, 2]);
    assert.equal(new Set(records.map(({ sharedEventID }) => sharedEventID)).size, 1);
  });
});

test('a call of one account has no sharedEventID', async () => {
  const [only, ...more] = await recordsOf((_input, call) => {
    shareRecord(call, call.accountId);
    return {};
  });
  assert.deepEqual([more.length, only !== undefined && 'sharedEventID' in only], [0, false]);
});

describe('a data event', () => {
  const selecting = (accounts: readonly string[]): DataEventSelection => ({
    mayWant: (account) => accounts.includes(account),
    wants: ({ accountId: account }: LoggedRecord) => accounts.includes(account),
  });
  const of = (accounts: readonly string[]) =>
    recordsOf(shares, {
      model: s3Model,
      name: 'GetObject',
      input: { Bucket: 'b', Key: 'k' },
      dataEvents: selecting(accounts),
    });

  test('is recorded for whichever account selects it', async () => {
    const recipients = async (accounts: readonly string[]) =>
      (await of(accounts)).map(({ recipientAccountId }) => recipientAccountId);
    assert.deepEqual(await recipients([owner]), [owner]);
    assert.deepEqual(await recipients([accountId]), [accountId]);
    assert.deepEqual(await recipients([accountId, owner]), [accountId, owner]);
    assert.deepEqual(await recipients([]), []);
  });

  test('of many objects has one sharedEventID for each of them', async () => {
    const input = { Bucket: 'b', Delete: { Objects: [{ Key: 'a' }, { Key: 'c' }] } };
    const dataEvents = selecting([accountId, owner]);
    const records = await recordsOf(shares, { model: s3Model, name: 'DeleteObjects', input, dataEvents });
    assert.equal(records.length, 6);
    const idsOf = (account: string) =>
      records.filter((one) => one.recipientAccountId === account).map((one) => one.sharedEventID);
    assert.deepEqual(idsOf(accountId), idsOf(owner));
    assert.equal(new Set(idsOf(owner)).size, 3);
    assert.equal(new Set(records.map(({ eventID }) => eventID)).size, 6);
  });
});
