// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference and User Guide (PutEventSelectors; "Logging data events", "Filtering data events by using advanced event
// selectors"), asked by the real AWS CLI; what calls were made is known here, and each is looked for in the delivered files.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';
import { recordsBelow } from '../records-below.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
let accountId;

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  for (const bucket of ['sel-data', 'sel-other', 'sel-data2']) await makeBucket(bucket);
  writeFileSync(join(cairn.dir, 'text'), 'text');
});
after(() => cairn.remove());

const makeBucket = (name) => cairn.awsOk('s3api', 'create-bucket', '--bucket', name);
const trail = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const refusal = (operation, ...args) => cairn.awsRefused('cloudtrail', operation, ...args);

/** A trail that logs, with a bucket of its own. */
async function startTrail(name, ...args) {
  const bucket = `${name}-logs`;
  await makeBucket(bucket);
  const policy = join(cairn.dir, `${bucket}.json`);
  writeFileSync(policy, JSON.stringify(cloudTrailBucketPolicy(bucket, accountId)));
  await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', `file://${policy}`);
  const { TrailARN } = await trail('create-trail', '--name', name, '--s3-bucket-name', bucket, ...args);
  await trail('start-logging', '--name', name);
  return TrailARN;
}

function put(name, kind, selectors) {
  return trail('put-event-selectors', '--trail-name', name, `--${kind}`, JSON.stringify(selectors));
}

function putRefused(name, kind, selectors) {
  return refusal('put-event-selectors', '--trail-name', name, `--${kind}`, JSON.stringify(selectors));
}

/** Every delivered record of a trail, by its object's key. */
async function delivered(name) {
  const folder = mkdtempSync(join(cairn.dir, 'download-'));
  await cairn.awsOk('s3', 'sync', '--quiet', `s3://${name}-logs`, folder);
  const records = recordsBelow(folder);
  rmSync(folder, { recursive: true });
  return records;
}

/** The trail's records once it has delivered everything up to a call that it selects: its own StopLogging. */
async function deliveredUpToStop(name) {
  await trail('stop-logging', '--name', name);
  return eventually(async () => {
    const records = await delivered(name);
    assert.ok(records.some((record) => isStopOf(record, name)));
    return records;
  });
}

function isStopOf(record, name) {
  return record.eventName === 'StopLogging' && record.requestParameters.name === name;
}

const objectCall = (operation, bucket, key, ...more) =>
  cairn.aws('s3api', operation, '--bucket', bucket, '--key', key, ...more);
const putObject = (bucket, key) => objectCall('put-object', bucket, key, '--body', join(cairn.dir, 'text'));
const getObject = (bucket, key) => objectCall('get-object', bucket, key, join(cairn.dir, 'got'));

const ofObjects = (records) =>
  records
    .filter((record) => record.eventCategory === 'Data')
    .map(({ eventName, requestParameters: { bucketName, key }, errorCode }) =>
      [eventName, `${bucketName}/${key ?? ''}`, errorCode].filter(Boolean).join(' '),
    )
    .sort();

describe('putting and getting', () => {
  let arn;
  before(async () => {
    arn = await startTrail('sel-forms', '--is-multi-region-trail');
  });

  test('a new trail has the default selector, which is no custom one', async () => {
    assert.deepEqual(await trail('get-event-selectors', '--trail-name', 'sel-forms'), {
      TrailARN: arn,
      EventSelectors: [
        {
          ReadWriteType: 'All',
          IncludeManagementEvents: true,
          DataResources: [],
          ExcludeManagementEventSources: [],
        },
      ],
    });
    assert.equal((await trail('get-trail', '--name', 'sel-forms')).Trail.HasCustomEventSelectors, false);
  });

  test('basic ones, and what is filled in', async () => {
    const given = [
      { ReadWriteType: 'WriteOnly', ExcludeManagementEventSources: ['kms.amazonaws.com'] },
      {
        IncludeManagementEvents: false,
        DataResources: [
          { Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::', 'arn:aws:s3:::sel-data/in'] },
          { Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] },
          { Type: 'AWS::DynamoDB::Table', Values: ['arn:aws:dynamodb'] },
        ],
      },
    ];
    const answer = {
      TrailARN: arn,
      EventSelectors: [
        { IncludeManagementEvents: true, DataResources: [], ...given[0] },
        { ReadWriteType: 'All', ExcludeManagementEventSources: [], ...given[1] },
      ],
    };
    assert.deepEqual(await put('sel-forms', 'event-selectors', given), answer);
    assert.deepEqual(await trail('get-event-selectors', '--trail-name', arn), answer);
    const { trailList } = await trail('describe-trails', '--trail-name-list', 'sel-forms');
    assert.equal(trailList[0].HasCustomEventSelectors, true);
  });

  test('advanced ones take their place', async () => {
    const given = [
      { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
      {
        Name: 'Objects',
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          { Field: 'readOnly', Equals: ['false'] },
          { Field: 'eventName', StartsWith: ['Put'], NotEndsWith: ['Acl', 'Tagging'] },
          { Field: 'resources.ARN', NotStartsWith: ['arn:aws:s3:::sel-other/'] },
          { Field: 'eventType', NotEquals: ['AwsServiceEvent'] },
          { Field: 'userIdentity.arn', EndsWith: [':root'] },
          { Field: 'sessionCredentialFromConsole', NotEquals: ['true'] },
        ],
      },
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['NetworkActivity'] },
          { Field: 'eventSource', Equals: ['kms.amazonaws.com'] },
          { Field: 'errorCode', Equals: ['VpceAccessDenied'] },
          { Field: 'vpcEndpointId', NotEquals: ['vpce-0'] },
        ],
      },
    ];
    const answer = { TrailARN: arn, AdvancedEventSelectors: given };
    assert.deepEqual(await put(arn, 'advanced-event-selectors', given), answer);
    assert.deepEqual(await trail('get-event-selectors', '--trail-name', 'sel-forms'), answer);
  });

  test('what CloudTrail refuses is refused with its code, and changes nothing', async () => {
    const before = await trail('get-event-selectors', '--trail-name', 'sel-forms');
    const object = (...Values) => [{ DataResources: [{ Type: 'AWS::S3::Object', Values }] }];
    const fields = (...FieldSelectors) => [{ FieldSelectors }];
    const data = [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
    ];
    const many = (count) => Array.from({ length: count }, (_, i) => `x${i}`);
    for (const [kind, selectors, message] of [
      ['event-selectors', [], /1 to 5/],
      ['event-selectors', Array(6).fill({}), /1 to 5/],
      ['event-selectors', [{ ReadWriteType: 'read-only' }], /ReadWriteType/],
      [
        'event-selectors',
        object('arn:aws:s3:::*'),
        /^Value arn:aws:s3:::\* for DataResources.Values is invalid\.$/,
      ],
      ['event-selectors', object(...many(251).map((name) => `arn:aws:s3:::bucket-${name}/`)), /250/],
      ['event-selectors', [{ ExcludeManagementEventSources: ['iam.amazonaws.com'] }], /iam.amazonaws.com/],
      ['advanced-event-selectors', fields({ Field: 'readOnly', Equals: ['true'] }), /eventCategory/],
      ['advanced-event-selectors', fields(data[0]), /resources.type is required/],
      ['advanced-event-selectors', fields(...data, { Field: 'errorCode', Equals: ['x'] }), /not supported/],
      ['advanced-event-selectors', fields(...data, { Field: 'eventName', Equals: many(499) }), /500 values/],
      [
        'advanced-event-selectors',
        fields({ Field: 'eventCategory', Equals: ['Management'] }, { Field: 'eventName', Equals: ['x'] }),
        /eventName is not supported for Management events on trails/,
      ],
    ]) {
      const { code, message: words } = await putRefused('sel-forms', kind, selectors);
      assert.equal(code, 'InvalidEventSelectorsException', words);
      assert.match(words, message);
    }
    assert.deepEqual(await trail('get-event-selectors', '--trail-name', 'sel-forms'), before);
  });

  test('at home only; and only what there is', async () => {
    const selectors = ['--event-selectors', '[{}]'];
    const abroad = ['--region', 'eu-west-1'];
    for (const name of ['sel-forms', arn]) {
      const { code } = await refusal('put-event-selectors', '--trail-name', name, ...selectors, ...abroad);
      assert.equal(code, 'InvalidHomeRegionException');
    }
    const unknown = await refusal('put-event-selectors', '--trail-name', 'sel-none', ...selectors);
    assert.equal(unknown.code, 'TrailNotFoundException');
    assert.equal((await trail('get-event-selectors', '--trail-name', arn, ...abroad)).TrailARN, arn);
  });

  test('aggregation is set, told and ended; sizes and context keys belong to event data stores', async () => {
    const aggregation = [{ Templates: ['API_ACTIVITY', 'RESOURCE_ACCESS'], EventCategory: 'Data' }];
    const putConfiguration = (...args) => ['put-event-configuration', '--trail-name', 'sel-forms', ...args];
    const set = putConfiguration('--aggregation-configurations', JSON.stringify(aggregation));
    assert.deepEqual(await trail(...set), { TrailARN: arn, AggregationConfigurations: aggregation });
    const told = await trail('get-event-configuration', '--trail-name', 'sel-forms');
    assert.deepEqual(told, { TrailARN: arn, AggregationConfigurations: aggregation });
    const { code } = await refusal(...putConfiguration('--max-event-size', 'Large'));
    assert.equal(code, 'InvalidParameterCombinationException');
    const ended = await trail(...putConfiguration('--aggregation-configurations', '[]'));
    assert.deepEqual(ended, { TrailARN: arn, AggregationConfigurations: [] });
  });
});

describe('data events in log files', () => {
  test('reads, writes and buckets apart, exactly from the change of the selectors on', async () => {
    await Promise.all([
      startTrail('sel-writes'),
      startTrail('sel-reads'),
      startTrail('sel-adv'),
      startTrail('sel-no'),
    ]);
    await putObject('sel-data', 'before');
    const objects = (...Values) => [{ Type: 'AWS::S3::Object', Values }];
    await put('sel-writes', 'event-selectors', [
      { ReadWriteType: 'WriteOnly', DataResources: objects('arn:aws:s3:::sel-data/') },
    ]);
    await put('sel-reads', 'event-selectors', [
      { IncludeManagementEvents: true },
      {
        ReadWriteType: 'ReadOnly',
        IncludeManagementEvents: false,
        DataResources: objects('arn:aws:s3:::sel-data/in'),
      },
    ]);
    await put('sel-adv', 'advanced-event-selectors', [
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Management'] },
          { Field: 'readOnly', Equals: ['false'] },
        ],
      },
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          { Field: 'eventName', Equals: ['PutObject', 'DeleteObject'] },
          { Field: 'resources.ARN', NotStartsWith: ['arn:aws:s3:::sel-data/'] },
        ],
      },
    ]);
    for (const bucket of ['sel-data', 'sel-other', 'sel-data2']) {
      for (const key of ['in/a', 'out']) {
        assert.equal((await putObject(bucket, key)).code, 0);
        assert.equal((await getObject(bucket, key)).code, 0);
      }
    }
    await getObject('sel-data', 'in/absent');
    await objectCall('delete-object', 'sel-data', 'in/a');
    await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', 'sel-data', '--prefix', 'in/');
    await put('sel-writes', 'event-selectors', [{}]);
    await putObject('sel-data', 'after');
    const [writes, reads, adv, no] = [
      await deliveredUpToStop('sel-writes'),
      await deliveredUpToStop('sel-reads'),
      await deliveredUpToStop('sel-adv'),
      await deliveredUpToStop('sel-no'),
    ];
    assert.deepEqual(ofObjects(writes), [
      'DeleteObject sel-data/in/a',
      'PutObject sel-data/in/a',
      'PutObject sel-data/out',
    ]);
    assert.deepEqual(ofObjects(reads), [
      'GetObject sel-data/in/a',
      'GetObject sel-data/in/absent NoSuchKey',
      'ListObjects sel-data/',
    ]);
    assert.deepEqual(ofObjects(adv), [
      'PutObject sel-data2/in/a',
      'PutObject sel-data2/out',
      'PutObject sel-other/in/a',
      'PutObject sel-other/out',
    ]);
    assert.deepEqual(ofObjects(no), []);
    const putSelectors = (records) =>
      records
        .filter(({ eventName }) => eventName === 'PutEventSelectors')
        .map(({ requestParameters }) => requestParameters.trailName);
    const all = ['sel-writes', 'sel-reads', 'sel-adv', 'sel-writes'];
    for (const records of [writes, reads, adv, no])
      assert.deepEqual(putSelectors(records).sort(), [...all].sort());
    // Reads of management events, too: only before the selectors of "adv" left them out.
    const isReading = ({ eventCategory, readOnly }) => eventCategory === 'Management' && readOnly;
    const from = ({ eventName, requestParameters }) =>
      eventName === 'PutEventSelectors' && requestParameters.trailName === 'sel-adv';
    const changedAt = adv.find(from).eventTime;
    assert.ok(adv.filter(isReading).every(({ eventTime }) => eventTime <= changedAt));
    // Nothing twice.
    for (const records of [writes, reads, adv, no]) {
      assert.equal(new Set(records.map(({ eventID }) => eventID)).size, records.length);
    }
  });

  test('refused and unsigned calls are recorded where they are selected', async () => {
    // A Region has room for five trails.
    await trail('delete-trail', '--name', 'sel-no');
    await startTrail('sel-refused');
    await put('sel-refused', 'event-selectors', [
      { DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] },
    ]);
    const unsigned = await fetch(`${cairn.url}/sel-data/out`);
    assert.equal(unsigned.status, 403);
    await getObject('sel-absent', 'k');
    await cairn.awsOk('s3', 'rm', '--quiet', '--recursive', 's3://sel-data2');
    const objects = JSON.stringify({ Objects: [{ Key: 'in/a' }, { Key: 'out' }], Quiet: true });
    await cairn.awsOk('s3api', 'delete-objects', '--bucket', 'sel-other', '--delete', objects);
    const records = await deliveredUpToStop('sel-refused');
    const data = records.filter(({ eventCategory }) => eventCategory === 'Data');
    assert.deepEqual(ofObjects(records), [
      'DeleteObject sel-data2/in/a',
      'DeleteObject sel-data2/out',
      'DeleteObject sel-other/in/a',
      'DeleteObject sel-other/out',
      'DeleteObjects sel-other/',
      'GetObject sel-absent/k NoSuchBucket',
      'GetObject sel-data/out AccessDenied',
      'ListObjects sel-data2/',
    ]);
    const byService = data.filter(({ eventType }) => eventType === 'AwsServiceEvent');
    assert.deepEqual(ofObjects(byService), ['DeleteObject sel-other/in/a', 'DeleteObject sel-other/out']);
    const denied = data.find(({ errorCode }) => errorCode === 'AccessDenied');
    assert.deepEqual(
      [denied.userIdentity.accountId, denied.recipientAccountId],
      ['ANONYMOUS_PRINCIPAL', accountId],
    );
  });

  test('messages that are published are recorded for the topics that are selected', async () => {
    const topic = async (name) => (await cairn.awsOk('sns', 'create-topic', '--name', name)).TopicArn;
    const [wanted, other] = [await topic('sel-wanted'), await topic('sel-other')];
    await trail('start-logging', '--name', 'sel-forms');
    await put('sel-forms', 'advanced-event-selectors', [
      { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::SNS::Topic'] },
          { Field: 'resources.ARN', Equals: [wanted] },
        ],
      },
    ]);
    for (const arn of [wanted, other])
      await cairn.awsOk('sns', 'publish', '--topic-arn', arn, '--message', 'hello');
    const records = await deliveredUpToStop('sel-forms');
    const data = records.filter(
      ({ eventCategory, eventSource }) => eventCategory === 'Data' && eventSource === 'sns.amazonaws.com',
    );
    assert.deepEqual(
      data.map(({ eventName, readOnly, resources }) => [eventName, readOnly, resources[0].ARN]),
      [['Publish', false, wanted]],
    );
  });

  test('they are not in the event history', async () => {
    const management = await eventually(async () => {
      const { Events } = await trail('lookup-events', '--max-items', '500');
      assert.ok(Events.some(({ EventName }) => EventName === 'StopLogging'));
      return Events;
    });
    assert.deepEqual(
      management.filter(({ EventName }) => /Object$/.test(EventName)),
      [],
    );
    const { Events } = await trail(
      'lookup-events',
      '--lookup-attributes',
      'AttributeKey=EventName,AttributeValue=PutObject',
    );
    assert.deepEqual(Events, []);
  });
});
