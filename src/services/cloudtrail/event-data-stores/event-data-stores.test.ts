// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference (CreateEventDataStore, UpdateEventDataStore, DeleteEventDataStore, RestoreEventDataStore,
// Start/StopEventDataStoreIngestion, EnableFederation, PutEventConfiguration: defaults, rules, errors), User Guide, "Quotas in
// AWS CloudTrail", "Understanding organization event data stores", "Configure AWS KMS key policies for CloudTrail".
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { channelKey } from '../../../event-data-stores/channel.js';
import type { EventDataStoreDocument } from '../../../event-data-stores/event-data-store.js';
import { eventDataStoreKey } from '../../../event-data-stores/event-data-store.js';
import { storeImportKey } from '../../../event-data-stores/store-import.js';
import { releaseOrganizationStores } from '../../../event-data-stores/store-state.js';
import { type KeyDocument, keyArn, keyKey } from '../../../keys/key.js';
import { account, LakeScene, nowMs, stranger } from '../testing/lake-scene.js';
import { organize as organizeAccounts, trust } from '../testing/organize.js';

const member = '222222222222';
const dayMs = 86_400_000;
let scene: LakeScene;

beforeEach(() => {
  scene = new LakeScene();
});

const idOf = (arn: string) => arn.split('/')[1] as string;
const stored = (arn: string, owner = account) =>
  scene.state.get<EventDataStoreDocument>(eventDataStoreKey(owner, 'us-east-1', idOf(arn)));
const ofCategory = (...categories: string[]) =>
  categories.map((each) => ({ FieldSelectors: [{ Field: 'eventCategory', Equals: [each] }] }));

describe('CreateEventDataStore', () => {
  for (const [billing, usual, max] of [
    ['EXTENDABLE_RETENTION_PRICING', 366, 3653],
    ['FIXED_RETENTION_PRICING', 2557, 2557],
  ] as const)
    test(`retention under ${billing}`, async () => {
      const made = await scene.call('CreateEventDataStore', { Name: 'usual', BillingMode: billing });
      assert.equal(made.RetentionPeriod, usual);
      const period = (days: number) => ({ BillingMode: billing, RetentionPeriod: days });
      assert.equal(stored(await scene.store('long', period(max)))?.retentionDays, max);
      assert.equal(stored(await scene.store('short', period(7)))?.retentionDays, 7);
      const refusal = (days: number) =>
        scene.refusal('CreateEventDataStore', { Name: 'refused', ...period(days) });
      assert.equal(await refusal(6), 'ValidationException');
      assert.equal(
        await refusal(max + 1),
        max === 3653 ? 'ValidationException' : 'InvalidParameterException',
      );
    });

  test('takes events at once, unless told not to', async () => {
    assert.equal(stored(await scene.store('live'))?.status, 'ENABLED');
    assert.equal(stored(await scene.store('still', { StartIngestion: false }))?.status, 'STOPPED_INGESTION');
  });

  for (const [what, input, code] of [
    ['a short name', { Name: 'ab' }, 'ValidationException'],
    ['a name with a space', { Name: 'a store' }, 'ValidationException'],
    ['another billing mode', { Name: 'store', BillingMode: 'FREE' }, 'ValidationException'],
    [
      'six selectors',
      { Name: 'store', AdvancedEventSelectors: ofCategory(...Array<string>(6).fill('Management')) },
      'InvalidEventSelectorsException',
    ],
    [
      'events of two kinds',
      { Name: 'store', AdvancedEventSelectors: ofCategory('Management', 'ConfigurationItem') },
      'InvalidEventSelectorsException',
    ],
    [
      'an unknown category',
      { Name: 'store', AdvancedEventSelectors: ofCategory('Everything') },
      'InvalidEventSelectorsException',
    ],
    ['a reserved tag', { Name: 'store', TagsList: [{ Key: 'aws:x' }] }, 'InvalidTagParameterException'],
    ['no such key', { Name: 'store', KmsKeyId: 'alias/none' }, 'KmsKeyNotFoundException'],
    ['no key at all', { Name: 'store', KmsKeyId: 'what' }, 'InvalidKmsKeyIdException'],
  ] as const)
    test(`refuses ${what}`, async () =>
      assert.equal(await scene.refusal('CreateEventDataStore', input), code));

  test('ten in a Region, whatever stage they are in; multi-Region ones count everywhere', async () => {
    const arn = await scene.store('store-0', { TerminationProtectionEnabled: false });
    for (let at = 1; at < 9; at += 1) await scene.store(`store-${at}`, { MultiRegionEnabled: false });
    await scene.call('DeleteEventDataStore', { EventDataStore: arn });
    await scene.store('abroad', {}, { region: 'eu-west-1' });
    const one = { Name: 'one-more', MultiRegionEnabled: false };
    assert.equal(await scene.refusal('CreateEventDataStore', one), 'EventDataStoreMaxLimitExceededException');
    await scene.store('one-more', { MultiRegionEnabled: false }, { region: 'eu-west-1' });
    const everywhere = { Name: 'everywhere' };
    assert.equal(
      await scene.refusal('CreateEventDataStore', everywhere, { region: 'eu-west-1' }),
      'EventDataStoreMaxLimitExceededException',
    );
    await scene.store('other', {}, { accountId: stranger });
  });

  test('names are one Region’s', async () => {
    await scene.store('audit');
    assert.equal(
      await scene.refusal('CreateEventDataStore', { Name: 'audit' }),
      'EventDataStoreAlreadyExistsException',
    );
    await scene.store('audit', {}, { region: 'eu-west-1' });
    const other = await scene.store('other');
    assert.equal(
      await scene.refusal('UpdateEventDataStore', { EventDataStore: other, Name: 'audit' }),
      'EventDataStoreAlreadyExistsException',
    );
  });
});

describe('a KMS key', () => {
  const statement = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Resource: '*' };
  function addKey(action: string | string[], facts: Partial<KeyDocument> = {}): KeyDocument {
    const key: KeyDocument = {
      id: '1234abcd-12ab-34cd-56ef-1234567890ab',
      accountId: account,
      region: 'us-east-1',
      manager: 'CUSTOMER',
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
      description: '',
      state: 'Enabled',
      createdAtMs: 1,
      policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Action: action }] }),
      tags: {},
      materials: [{ id: '0'.repeat(64), sealed: '', createdAtMs: 1 }],
      ...facts,
    };
    scene.state.put(keyKey(key), key);
    return key;
  }

  test('must let CloudTrail in, and stays what it is', async () => {
    const key = addKey(['kms:GenerateDataKey', 'kms:Decrypt']);
    const arn = await scene.store('store', { KmsKeyId: key.id });
    assert.equal(stored(arn)?.kmsKeyId, keyArn(key));
    await scene.call('UpdateEventDataStore', { EventDataStore: arn, KmsKeyId: key.id });
    const other = addKey('kms:*', { id: '2234abcd-12ab-34cd-56ef-1234567890ab' });
    assert.equal(
      await scene.refusal('UpdateEventDataStore', { EventDataStore: arn, KmsKeyId: keyArn(other) }),
      'InvalidParameterException',
    );
  });

  test('may let CloudTrail in for one store alone, by the context that it encrypts in', async () => {
    const policyFor = (arn: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            ...statement,
            Action: 'kms:*',
            Condition: { StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': arn } },
          },
        ],
      });
    const stores = `arn:aws:cloudtrail:us-east-1:${account}:eventdatastore/*`;
    const key = addKey('kms:*', { policy: policyFor(stores) });
    await scene.store('store', { KmsKeyId: key.id });
    addKey('kms:*', { policy: policyFor(stores.replace('us-east-1', 'eu-west-1')) });
    assert.equal(
      await scene.refusal('CreateEventDataStore', { Name: 'other', KmsKeyId: key.id }),
      'InsufficientEncryptionPolicyException',
    );
  });

  for (const [what, action, facts, code] of [
    [
      'a policy that lets it encrypt alone',
      'kms:GenerateDataKey',
      {},
      'InsufficientEncryptionPolicyException',
    ],
    ['a key that is disabled', 'kms:*', { state: 'Disabled' }, 'KmsException'],
    ['a key that signs', 'kms:*', { spec: 'RSA_2048', usage: 'SIGN_VERIFY' }, 'KmsException'],
    ['a key of another Region', 'kms:*', { region: 'eu-west-1' }, 'KmsKeyNotFoundException'],
  ] as const)
    test(`refuses ${what}`, async () => {
      const key = addKey(action, facts);
      assert.equal(
        await scene.refusal('CreateEventDataStore', { Name: 'store', KmsKeyId: keyArn(key) }),
        code,
      );
    });

  test('that is disabled takes the queries with it', async () => {
    const key = addKey('kms:*');
    const arn = await scene.store('store', { KmsKeyId: key.id });
    const query = { QueryStatement: `SELECT * FROM ${idOf(arn)}` };
    const { QueryId } = await scene.call('StartQuery', query);
    addKey('kms:*', { state: 'Disabled' });
    assert.equal(await scene.refusal('StartQuery', query), 'InsufficientEncryptionPolicyException');
    assert.equal(
      await scene.refusal('GetQueryResults', { QueryId }),
      'InsufficientEncryptionPolicyException',
    );
  });
});

describe('UpdateEventDataStore', () => {
  test('keeps a store to the kind of events that it was made for', async () => {
    const arn = await scene.store('activity', { AdvancedEventSelectors: ofCategory('ActivityAuditLog') });
    const change = (selectors: object[]) => ({ EventDataStore: arn, AdvancedEventSelectors: selectors });
    const refused = await scene.refusal('UpdateEventDataStore', change(ofCategory('Management')));
    assert.equal(refused, 'InvalidEventSelectorsException');
    await scene.call('UpdateEventDataStore', change(ofCategory('ActivityAuditLog')));
    assert.equal(
      await scene.refusal('StopEventDataStoreIngestion', { EventDataStore: arn }),
      'InvalidEventDataStoreCategoryException',
    );
    const mixed = await scene.store('mixed');
    await scene.call('UpdateEventDataStore', {
      EventDataStore: mixed,
      AdvancedEventSelectors: [
        ...ofCategory('Management'),
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          ],
        },
      ],
    });
  });

  test('lets the time of an update be seen', async () => {
    const arn = await scene.store();
    scene.clock.advance(5_000);
    const { CreatedTimestamp, UpdatedTimestamp } = await scene.call('UpdateEventDataStore', {
      EventDataStore: arn,
      RetentionPeriod: 30,
    });
    assert.deepEqual([CreatedTimestamp, UpdatedTimestamp], [new Date(nowMs), new Date(nowMs + 5_000)]);
  });

  test('changes the billing mode in one direction', async () => {
    const fixed = await scene.store('fixed', { BillingMode: 'FIXED_RETENTION_PRICING' });
    const to = (BillingMode: string) => ({ EventDataStore: fixed, BillingMode });
    await scene.call('UpdateEventDataStore', to('EXTENDABLE_RETENTION_PRICING'));
    assert.equal(
      await scene.refusal('UpdateEventDataStore', to('FIXED_RETENTION_PRICING')),
      'InvalidParameterException',
    );
  });
});

describe('deleting', () => {
  const open = { TerminationProtectionEnabled: false };

  test('leaves seven days, then nothing', async () => {
    const arn = await scene.store('store', open);
    await scene.call('DeleteEventDataStore', { EventDataStore: arn });
    scene.clock.advance(7 * dayMs - 1);
    assert.equal((await scene.call('GetEventDataStore', { EventDataStore: arn })).Status, 'PENDING_DELETION');
    scene.clock.advance(1);
    assert.equal(
      await scene.refusal('GetEventDataStore', { EventDataStore: arn }),
      'EventDataStoreNotFoundException',
    );
    assert.equal(
      await scene.refusal('RestoreEventDataStore', { EventDataStore: arn }),
      'EventDataStoreNotFoundException',
    );
    assert.deepEqual((await scene.call('ListEventDataStores')).EventDataStores, []);
    await scene.store('store');
  });

  test('is undone with the ingestion as it was', async () => {
    for (const StartIngestion of [true, false]) {
      const arn = await scene.store(`store-${StartIngestion}`, { ...open, StartIngestion });
      await scene.call('DeleteEventDataStore', { EventDataStore: arn });
      const { Status } = await scene.call('RestoreEventDataStore', { EventDataStore: arn });
      assert.equal(Status, StartIngestion ? 'ENABLED' : 'STOPPED_INGESTION');
      const again = StartIngestion ? 'StopEventDataStoreIngestion' : 'StartEventDataStoreIngestion';
      await scene.call(again, { EventDataStore: arn });
      await scene.call('DeleteEventDataStore', { EventDataStore: arn });
      const second = await scene.call('RestoreEventDataStore', { EventDataStore: arn });
      assert.equal(second.Status, StartIngestion ? 'STOPPED_INGESTION' : 'ENABLED');
    }
  });

  test('waits for the channels', async () => {
    const arn = await scene.store('store', open);
    const place = { accountId: account, region: 'us-east-1', id: 'c' };
    scene.state.put(channelKey(place), {
      ...place,
      destinations: [{ type: 'EVENT_DATA_STORE', location: arn }],
    });
    assert.equal(
      await scene.refusal('DeleteEventDataStore', { EventDataStore: arn }),
      'ChannelExistsForEDSException',
    );
    scene.state.delete(channelKey(place));
    await scene.call('DeleteEventDataStore', { EventDataStore: arn });
    for (const operation of [
      'UpdateEventDataStore',
      'DeleteEventDataStore',
      'DisableFederation',
      'ListQueries',
    ])
      assert.equal(
        await scene.refusal(operation, { EventDataStore: arn }),
        'InactiveEventDataStoreException',
      );
  });
});

test('a store with an import under way is neither changed nor deleted', async () => {
  const arn = await scene.store('store', { TerminationProtectionEnabled: false });
  const place = { accountId: account, region: 'us-east-1', id: 'i' };
  const putImport = (status: string) =>
    scene.state.put(storeImportKey(place), { ...place, status, destination: arn });
  const update = { EventDataStore: arn, RetentionPeriod: 30 };
  putImport('IN_PROGRESS');
  for (const [operation, input] of [
    ['UpdateEventDataStore', update],
    ['DeleteEventDataStore', { EventDataStore: arn }],
  ] as const)
    assert.equal(await scene.refusal(operation, input), 'EventDataStoreHasOngoingImportException');
  putImport('COMPLETED');
  await scene.call('UpdateEventDataStore', update);
});

test('ListEventDataStores gives every store once, page by page', async () => {
  const arns = [];
  for (let at = 0; at < 5; at += 1)
    arns.push(await scene.store(`store-${at}`, { MultiRegionEnabled: false }));
  await scene.store('abroad', { MultiRegionEnabled: false }, { region: 'eu-west-1' });
  const seen = [];
  let NextToken: unknown;
  do {
    const page = await scene.call<{ EventDataStores: { EventDataStoreArn: string }[]; NextToken?: string }>(
      'ListEventDataStores',
      { MaxResults: 2, ...(NextToken === undefined ? {} : { NextToken }) },
    );
    seen.push(...page.EventDataStores.map((each) => each.EventDataStoreArn));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  assert.deepEqual(seen, arns.sort());
  assert.equal(
    await scene.refusal('ListEventDataStores', { NextToken: 'what' }),
    'InvalidNextTokenException',
  );
  assert.equal(
    await scene.refusal('ListEventDataStores', { MaxResults: 1001 }),
    'InvalidMaxResultsException',
  );
});

describe('an organization store', () => {
  const organize = (delegates: readonly string[] = []) =>
    organizeAccounts(scene.state, [account, member], {
      delegatedAdministrators: { [trust]: Object.fromEntries(delegates.map((id) => [id, 0])) },
    });
  const shared = { OrganizationEnabled: true };
  const by = (accountId: string) => ({ accountId });

  test('is the management account’s, also when a delegated administrator makes it', async () => {
    organize([member]);
    const arn = await scene.store('org', shared, by(member));
    assert.equal(arn.split(':')[4], account);
    assert.equal(stored(arn)?.organizationId, 'o-exampleorgid');
    assert.deepEqual([...(scene.audit.sharedWith ?? [])], [account]);
    const id = idOf(arn);
    for (const where of [by(member), by(account)])
      assert.equal(
        (await scene.call('GetEventDataStore', { EventDataStore: id }, where)).OrganizationEnabled,
        true,
      );
    await scene.call('UpdateEventDataStore', { EventDataStore: id, RetentionPeriod: 30 }, by(member));
    const listed = await scene.call('ListEventDataStores', {}, by(member));
    assert.deepEqual(listed.EventDataStores, [{ EventDataStoreArn: arn, Name: 'org' }]);
    assert.equal(
      await scene.refusal(
        'UpdateEventDataStore',
        { EventDataStore: id, OrganizationEnabled: false },
        by(member),
      ),
      'NotOrganizationMasterAccountException',
    );
    const policies = await scene.call('GetResourcePolicy', { ResourceArn: arn });
    assert.match(String(policies.DelegatedAdminResourcePolicy), /arn:aws:iam::222222222222:root/);
  });

  test('is not the members’', async () => {
    organize();
    assert.equal(
      await scene.refusal('CreateEventDataStore', { Name: 'org', ...shared }, by(member)),
      'NotOrganizationMasterAccountException',
    );
    const arn = await scene.store('org', shared);
    assert.deepEqual((await scene.call('ListEventDataStores', {}, by(member))).EventDataStores, []);
    assert.equal(
      await scene.refusal('GetEventDataStore', { EventDataStore: arn }, by(member)),
      'AccessDeniedException',
    );
    assert.equal(
      await scene.refusal('StartQuery', { QueryStatement: `SELECT 1 FROM ${arn}` }, by(member)),
      'AccessDeniedException',
    );
  });

  test('holds no events from outside of AWS', async () => {
    organize();
    const input = { Name: 'org', ...shared, AdvancedEventSelectors: ofCategory('ActivityAuditLog') };
    assert.equal(await scene.refusal('CreateEventDataStore', input), 'InvalidParameterException');
  });

  test('takes its own account’s events alone once CloudTrail has lost its access', async () => {
    organize([member]);
    const arn = await scene.store('org', shared);
    releaseOrganizationStores(scene.state, { organizationId: 'o-other', managementAccountId: account });
    assert.equal(stored(arn)?.organizationId, 'o-exampleorgid');
    releaseOrganizationStores(scene.state, {
      organizationId: 'o-exampleorgid',
      managementAccountId: account,
    });
    assert.equal((await scene.call('GetEventDataStore', { EventDataStore: arn })).OrganizationEnabled, false);
    assert.equal(
      await scene.refusal('GetEventDataStore', { EventDataStore: arn }, by(member)),
      'AccessDeniedException',
    );
  });

  test('can be made of one’s own store, and the other way round', async () => {
    organize();
    const arn = await scene.store();
    await scene.call('UpdateEventDataStore', { EventDataStore: arn, OrganizationEnabled: true });
    assert.equal(stored(arn)?.organizationId, 'o-exampleorgid');
    await scene.call('UpdateEventDataStore', { EventDataStore: arn, OrganizationEnabled: false });
    assert.equal(stored(arn)?.organizationId, undefined);
  });
});

test('tags of a store: only its own account sets them', async () => {
  const arn = await scene.store('store', { TagsList: [{ Key: 'team', Value: 'audit' }] });
  await scene.call('AddTags', { ResourceId: arn, TagsList: [{ Key: 'stage' }] });
  assert.deepEqual(stored(arn)?.tags, { team: 'audit', stage: '' });
  assert.equal(
    await scene.refusal('AddTags', { ResourceId: arn, TagsList: [{ Key: 'x' }] }, { accountId: stranger }),
    'AccessDeniedException',
  );
  const none = arn.replace(/.$/, 'f');
  assert.equal(
    await scene.refusal('ListTags', { ResourceIdList: [none] }),
    'EventDataStoreNotFoundException',
  );
});
