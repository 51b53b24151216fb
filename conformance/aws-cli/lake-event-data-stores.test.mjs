// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference (event data stores: defaults, life, errors, resource policies), read by the real AWS CLI.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';

const cairn = new CairnServer();
let accountId;
let arn;

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
});
after(() => cairn.remove());

const lake = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const refusal = async (operation, ...args) => (await cairn.awsRefused('cloudtrail', operation, ...args)).code;
const idOf = (storeArn) => storeArn.split('/')[1];
const json = (name, value) => {
  const file = join(cairn.dir, `${name}.json`);
  writeFileSync(file, JSON.stringify(value));
  return `file://${file}`;
};

describe('making an event data store', () => {
  test('with a name alone: every default as AWS has it', async () => {
    const made = await lake('create-event-data-store', '--name', 'my-event-data-store');
    arn = made.EventDataStoreArn;
    assert.match(arn, new RegExp(`^arn:aws:cloudtrail:us-east-1:${accountId}:eventdatastore/[0-9a-f-]{36}$`));
    const { EventDataStoreArn: _, CreatedTimestamp, UpdatedTimestamp, ...rest } = made;
    assert.equal(CreatedTimestamp, UpdatedTimestamp);
    assert.deepEqual(rest, {
      Name: 'my-event-data-store',
      Status: 'CREATED',
      AdvancedEventSelectors: [
        {
          Name: 'Default management events',
          FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }],
        },
      ],
      MultiRegionEnabled: true,
      OrganizationEnabled: false,
      RetentionPeriod: 366,
      TerminationProtectionEnabled: true,
      BillingMode: 'EXTENDABLE_RETENTION_PRICING',
    });
  });

  test('is in the history, with the store as its resource', async () => {
    const event = await eventually(async () => {
      const filter = ['--lookup-attributes', `AttributeKey=ResourceName,AttributeValue=${arn}`];
      const { Events } = await lake('lookup-events', ...filter);
      assert.equal(Events.length, 1);
      return Events[0];
    });
    const record = JSON.parse(event.CloudTrailEvent);
    assert.equal(record.eventName, 'CreateEventDataStore');
    assert.deepEqual(record.requestParameters, { name: 'my-event-data-store' });
    assert.equal(record.responseElements.eventDataStoreArn, arn);
    assert.equal(record.responseElements.retentionPeriod, 366);
    assert.equal(record.readOnly, false);
  });

  test('twice under one name, for too long, or of two kinds: refused', async () => {
    assert.equal(
      await refusal('create-event-data-store', '--name', 'my-event-data-store'),
      'EventDataStoreAlreadyExistsException',
    );
    const fixed = ['--billing-mode', 'FIXED_RETENTION_PRICING', '--retention-period', '3000'];
    assert.equal(
      await refusal('create-event-data-store', '--name', 'other', ...fixed),
      'InvalidParameterException',
    );
    const mixed = json('mixed', [
      { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
      { FieldSelectors: [{ Field: 'eventCategory', Equals: ['ActivityAuditLog'] }] },
    ]);
    assert.equal(
      await refusal('create-event-data-store', '--name', 'other', '--advanced-event-selectors', mixed),
      'InvalidEventSelectorsException',
    );
  });
});

describe('a store of events that nothing here produces', () => {
  for (const category of ['Insight', 'ConfigurationItem', 'Evidence'])
    test(`${category}: is made, is asked, and is empty`, async () => {
      const selectors = json(category, [
        { FieldSelectors: [{ Field: 'eventCategory', Equals: [category] }] },
      ]);
      const made = await lake(
        ...['create-event-data-store', '--name', `of-${category}`, '--no-termination-protection-enabled'],
        ...['--advanced-event-selectors', selectors],
      );
      const id = idOf(made.EventDataStoreArn);
      const count = ['start-query', '--query-statement', `SELECT count(*) FROM ${id}`];
      const { QueryId } = await lake(...count);
      const rows = await eventually(async () => {
        const { QueryStatus, QueryResultRows } = await lake('get-query-results', '--query-id', QueryId);
        assert.equal(QueryStatus, 'FINISHED');
        return QueryResultRows;
      });
      assert.deepEqual(Object.values(rows[0][0]), ['0']);
      await lake('delete-event-data-store', '--event-data-store', id);
    });
});

describe('an event data store', () => {
  test('is found by ARN and by id, and listed by name and ARN alone', async () => {
    const byArn = await lake('get-event-data-store', '--event-data-store', arn);
    assert.equal(byArn.Status, 'ENABLED');
    assert.equal(byArn.FederationStatus, 'DISABLED');
    assert.deepEqual(await lake('get-event-data-store', '--event-data-store', idOf(arn)), byArn);
    const { EventDataStores } = await lake('list-event-data-stores');
    const own = EventDataStores.filter(({ Name }) => !Name.startsWith('of-'));
    assert.deepEqual(own, [{ EventDataStoreArn: arn, Name: 'my-event-data-store' }]);
    assert.equal(
      await refusal('get-event-data-store', '--event-data-store', idOf(arn), '--region', 'eu-west-1'),
      'EventDataStoreNotFoundException',
    );
    assert.equal(
      await refusal('get-event-data-store', '--event-data-store', `arn:aws:s3:::${accountId}`),
      'EventDataStoreARNInvalidException',
    );
  });

  test('changes what it is told to, and nothing else', async () => {
    assert.equal(
      await refusal('update-event-data-store', '--event-data-store', arn),
      'InvalidParameterException',
    );
    const changed = await lake(
      'update-event-data-store',
      ...['--event-data-store', idOf(arn), '--retention-period', '90', '--no-multi-region-enabled'],
    );
    assert.equal(changed.RetentionPeriod, 90);
    assert.equal(changed.MultiRegionEnabled, false);
    assert.equal(changed.Name, 'my-event-data-store');
    assert.equal(changed.TerminationProtectionEnabled, true);
    assert.equal(
      await refusal(
        'update-event-data-store',
        ...['--event-data-store', arn, '--billing-mode', 'FIXED_RETENTION_PRICING'],
      ),
      'InvalidParameterException',
    );
  });

  test('stops and starts taking events', async () => {
    const it = ['--event-data-store', arn];
    assert.equal(
      await refusal('start-event-data-store-ingestion', ...it),
      'InvalidEventDataStoreStatusException',
    );
    await lake('stop-event-data-store-ingestion', ...it);
    assert.equal((await lake('get-event-data-store', ...it)).Status, 'STOPPED_INGESTION');
    await lake('start-event-data-store-ingestion', ...it);
    assert.equal((await lake('get-event-data-store', ...it)).Status, 'ENABLED');
  });

  test('has tags', async () => {
    await lake('add-tags', '--resource-id', arn, '--tags-list', 'Key=team,Value=audit', 'Key=stage');
    await lake('remove-tags', '--resource-id', arn, '--tags-list', 'Key=stage');
    const { ResourceTagList } = await lake('list-tags', '--resource-id-list', arn);
    assert.deepEqual(ResourceTagList, [{ ResourceId: arn, TagsList: [{ Key: 'team', Value: 'audit' }] }]);
  });

  test('has an event configuration', async () => {
    const it = ['--event-data-store', arn];
    const usual = { EventDataStoreArn: arn, MaxEventSize: 'Standard', ContextKeySelectors: [] };
    assert.deepEqual(await lake('get-event-configuration', ...it), usual);
    const keys = ['--context-key-selectors', 'Type=TagContext,Equals=team,stage'];
    assert.equal(await refusal('put-event-configuration', ...it, ...keys), 'InvalidParameterException');
    const wanted = {
      EventDataStoreArn: arn,
      MaxEventSize: 'Large',
      ContextKeySelectors: [{ Type: 'TagContext', Equals: ['team', 'stage'] }],
    };
    assert.deepEqual(
      await lake('put-event-configuration', ...it, '--max-event-size', 'Large', ...keys),
      wanted,
    );
    assert.deepEqual(await lake('get-event-configuration', ...it), wanted);
  });

  test('has a resource policy that is about it', async () => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      Action: ['cloudtrail:StartQuery', 'cloudtrail:GetQueryResults'],
      Resource: arn,
    };
    const policy = (changes) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...changes }] });
    const put = (text) => ['put-resource-policy', '--resource-arn', arn, '--resource-policy', text];
    assert.equal(
      await refusal('get-resource-policy', '--resource-arn', arn),
      'ResourcePolicyNotFoundException',
    );
    for (const wrong of [
      { Resource: `${arn}x` },
      { Action: 's3:GetObject' },
      { Principal: { AWS: 'nobody' } },
    ])
      assert.equal(await refusal(...put(policy(wrong))), 'ResourcePolicyNotValidException');
    const answered = { ResourceArn: arn, ResourcePolicy: policy({}) };
    assert.deepEqual(await lake(...put(policy({}))), answered);
    assert.deepEqual(await lake('get-resource-policy', '--resource-arn', arn), answered);
    await lake('delete-resource-policy', '--resource-arn', arn);
    assert.equal(
      await refusal('delete-resource-policy', '--resource-arn', arn),
      'ResourcePolicyNotFoundException',
    );
  });
});

describe('deleting an event data store', () => {
  test('is refused while something holds it', async () => {
    const it = ['--event-data-store', arn];
    assert.equal(
      await refusal('delete-event-data-store', ...it),
      'EventDataStoreTerminationProtectedException',
    );
    await lake('update-event-data-store', ...it, '--no-termination-protection-enabled');
    const trust = json('trust', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lakeformation.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    });
    const { Role } = await cairn.awsOk(
      ...['iam', 'create-role', '--role-name', 'federation', '--assume-role-policy-document', trust],
    );
    const role = ['--federation-role-arn', Role.Arn];
    assert.equal(
      await refusal('enable-federation', ...it, '--federation-role-arn', `${Role.Arn}-not`),
      'InvalidParameterException',
    );
    assert.deepEqual(await lake('enable-federation', ...it, ...role), {
      EventDataStoreArn: arn,
      FederationStatus: 'ENABLED',
      FederationRoleArn: Role.Arn,
    });
    assert.equal(await refusal('delete-event-data-store', ...it), 'EventDataStoreFederationEnabledException');
    assert.deepEqual(await lake('disable-federation', ...it), {
      EventDataStoreArn: arn,
      FederationStatus: 'DISABLED',
    });
  });

  test('can be taken back', async () => {
    const it = ['--event-data-store', arn];
    assert.equal(await refusal('restore-event-data-store', ...it), 'InvalidEventDataStoreStatusException');
    await lake('delete-event-data-store', ...it);
    assert.equal((await lake('get-event-data-store', ...it)).Status, 'PENDING_DELETION');
    assert.equal(await refusal('delete-event-data-store', ...it), 'InactiveEventDataStoreException');
    assert.equal(await refusal('list-queries', ...it), 'InactiveEventDataStoreException');
    assert.equal((await lake('restore-event-data-store', ...it)).Status, 'ENABLED');
  });
});
