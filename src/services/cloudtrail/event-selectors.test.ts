// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "PutEventSelectors", "GetEventSelectors", "PutEventConfiguration", "GetEventConfiguration"; answers of
// real calls (recorded PutEventSelectors events; examples of the User Guide, "Managing trails with the AWS CLI").
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CloudTrailScene } from './testing/scene.js';

const arn = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/my-trail';
const TrailName = 'my-trail';

async function withTrail(more: object = {}): Promise<CloudTrailScene> {
  const scene = new CloudTrailScene();
  await scene.call('CreateTrail', { Name: TrailName, S3BucketName: 'logs', ...more });
  return scene;
}

const everything = [
  {
    ReadWriteType: 'All',
    IncludeManagementEvents: true,
    DataResources: [
      { Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::'] },
      { Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] },
      { Type: 'AWS::DynamoDB::Table', Values: ['arn:aws:dynamodb'] },
    ],
    ExcludeManagementEventSources: [],
  },
];
const advanced = [
  {
    Name: 'Log all management events',
    FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }],
  },
  {
    FieldSelectors: [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
      { Field: 'eventName', Equals: ['PutObject', 'DeleteObject'] },
      { Field: 'resources.ARN', NotStartsWith: ['arn:aws:s3:::amzn-s3-demo-bucket/'] },
    ],
  },
];

async function isCustom(scene: CloudTrailScene): Promise<boolean | undefined> {
  const { Trail } = await scene.call('GetTrail', { Name: TrailName });
  const { trailList } = await scene.call('DescribeTrails');
  assert.equal(trailList?.[0]?.HasCustomEventSelectors, Trail?.HasCustomEventSelectors);
  return Trail?.HasCustomEventSelectors;
}

describe('PutEventSelectors', () => {
  test('basic: answered as they are, by name or ARN, and told again', async () => {
    const scene = await withTrail();
    for (const name of [TrailName, arn]) {
      const answer = { TrailARN: arn, EventSelectors: everything };
      assert.deepEqual(
        await scene.call('PutEventSelectors', { TrailName: name, EventSelectors: everything }),
        answer,
      );
      assert.deepEqual(await scene.call('GetEventSelectors', { TrailName: name }), answer);
    }
    assert.equal(await isCustom(scene), true);
  });

  test('basic: what is not given is filled in', async () => {
    const scene = await withTrail();
    const given = [{ ReadWriteType: 'WriteOnly' }];
    assert.deepEqual(
      (await scene.call('PutEventSelectors', { TrailName, EventSelectors: given })).EventSelectors,
      [
        {
          ReadWriteType: 'WriteOnly',
          IncludeManagementEvents: true,
          DataResources: [],
          ExcludeManagementEventSources: [],
        },
      ],
    );
  });

  test('one kind takes the place of the other', async () => {
    const scene = await withTrail();
    await scene.call('PutEventSelectors', { TrailName, EventSelectors: everything });
    const answer = { TrailARN: arn, AdvancedEventSelectors: advanced };
    assert.deepEqual(
      await scene.call('PutEventSelectors', { TrailName, AdvancedEventSelectors: advanced }),
      answer,
    );
    assert.deepEqual(await scene.call('GetEventSelectors', { TrailName }), answer);
    await scene.call('PutEventSelectors', { TrailName, EventSelectors: [{}] });
    assert.deepEqual(Object.keys(await scene.call('GetEventSelectors', { TrailName })), [
      'TrailARN',
      'EventSelectors',
    ]);
  });

  test('a trail has custom selectors when they are other than the first ones', async () => {
    const scene = await withTrail();
    assert.equal(await isCustom(scene), false);
    await scene.call('PutEventSelectors', { TrailName, AdvancedEventSelectors: advanced });
    assert.equal(await isCustom(scene), true);
    await scene.call('PutEventSelectors', { TrailName, EventSelectors: [{}] });
    assert.equal(await isCustom(scene), false);
  });

  test('other settings of the trail stay, and the selectors stay when the trail is changed', async () => {
    const scene = await withTrail({ IsMultiRegionTrail: true, TagsList: [{ Key: 'a', Value: 'b' }] });
    await scene.call('StartLogging', { Name: TrailName });
    await scene.call('PutEventSelectors', { TrailName, AdvancedEventSelectors: advanced });
    await scene.call('UpdateTrail', { Name: TrailName, IsMultiRegionTrail: false });
    assert.deepEqual((await scene.call('GetEventSelectors', { TrailName })).AdvancedEventSelectors, advanced);
    assert.equal((await scene.call('GetTrailStatus', { Name: TrailName })).IsLogging, true);
    assert.equal(
      (await scene.call('ListTags', { ResourceIdList: [arn] })).ResourceTagList?.[0]?.TagsList?.length,
      1,
    );
  });

  for (const [name, input, problem] of [
    ['neither kind', {}, /Either EventSelectors or AdvancedEventSelectors/],
    [
      'both kinds',
      { EventSelectors: [{}], AdvancedEventSelectors: advanced },
      /cannot be specified together/,
    ],
    ['no selector', { EventSelectors: [] }, /1 to 5/],
    ['no advanced selector', { AdvancedEventSelectors: [] }, /At least one/],
    [
      'a wildcard',
      { EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::*'] }] }] },
      /^Value arn:aws:s3:::\* for DataResources.Values is invalid.$/,
    ],
    [
      'a field of event data stores',
      {
        AdvancedEventSelectors: [
          {
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Management'] },
              { Field: 'eventName', Equals: ['x'] },
            ],
          },
        ],
      },
      /eventName is not supported for Management events on trails/,
    ],
  ] as const) {
    test(`refused: ${name}, and nothing changes`, async () => {
      const scene = await withTrail();
      const [code, message] = await scene.refusal('PutEventSelectors', { TrailName, ...input });
      assert.equal(code, 'InvalidEventSelectorsException');
      assert.match(message, problem);
      assert.equal(await isCustom(scene), false);
    });
  }
});

describe('where a trail is changed and read', () => {
  for (const [operation, input] of [
    ['PutEventSelectors', { EventSelectors: [{}] }],
    ['PutEventConfiguration', { AggregationConfigurations: [] }],
  ] as const) {
    test(`${operation} works at home only`, async () => {
      const scene = await withTrail({ IsMultiRegionTrail: true });
      for (const name of [TrailName, arn]) {
        const [code] = await scene.refusal(operation, { TrailName: name, ...input }, { region: 'eu-west-1' });
        assert.equal(code, 'InvalidHomeRegionException');
      }
      assert.equal(
        (await scene.refusal(operation, { TrailName: 'other', ...input }))[0],
        'TrailNotFoundException',
      );
      assert.equal(
        (await scene.refusal(operation, { TrailName: 'a', ...input }))[0],
        'InvalidTrailNameException',
      );
      const foreign = { TrailName: arn.replace('111122223333', '444455556666'), ...input };
      assert.equal((await scene.refusal(operation, foreign))[0], 'CloudTrailARNInvalidException');
    });
  }

  for (const operation of ['GetEventSelectors', 'GetEventConfiguration'] as const) {
    test(`${operation} reads a shadow trail by its ARN`, async () => {
      const scene = await withTrail({ IsMultiRegionTrail: true });
      const abroad = { region: 'eu-west-1' };
      assert.equal((await scene.call(operation, { TrailName: arn }, abroad)).TrailARN, arn);
      assert.equal((await scene.refusal(operation, { TrailName }, abroad))[0], 'TrailNotFoundException');
    });
  }
});

describe('PutEventConfiguration', () => {
  const aggregation = { EventCategory: 'Data', Templates: ['API_ACTIVITY', 'RESOURCE_ACCESS'] };

  test('sets, tells and ends the aggregation of a trail', async () => {
    const scene = await withTrail();
    const none = { TrailARN: arn, AggregationConfigurations: [] };
    assert.deepEqual(await scene.call('GetEventConfiguration', { TrailName }), none);
    const answer = { TrailARN: arn, AggregationConfigurations: [aggregation] };
    const given = { TrailName, AggregationConfigurations: [aggregation] };
    assert.deepEqual(await scene.call('PutEventConfiguration', given), answer);
    assert.deepEqual(await scene.call('GetEventConfiguration', { TrailName: arn }), answer);
    assert.deepEqual(
      await scene.call('PutEventConfiguration', { TrailName, AggregationConfigurations: [] }),
      none,
    );
    assert.deepEqual(await scene.call('GetEventConfiguration', { TrailName }), none);
  });

  const store =
    'arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE';
  for (const [name, input, code] of [
    ['no trail and no store', {}, 'InvalidParameterCombinationException'],
    ['a trail and a store', { TrailName, EventDataStore: store }, 'InvalidParameterCombinationException'],
    ['a store', { EventDataStore: store, MaxEventSize: 'Large' }, 'EventDataStoreNotFoundException'],
    ['a store that is none', { EventDataStore: arn }, 'EventDataStoreARNInvalidException'],
    ["a trail's event size", { TrailName, MaxEventSize: 'Large' }, 'InvalidParameterCombinationException'],
    [
      "a trail's context keys",
      { TrailName, ContextKeySelectors: [], AggregationConfigurations: [] },
      'InvalidParameterCombinationException',
    ],
    ['nothing to set', { TrailName }, 'InvalidParameterException'],
    [
      'two configurations',
      { TrailName, AggregationConfigurations: [aggregation, aggregation] },
      'InvalidParameterException',
    ],
    [
      'management events',
      { TrailName, AggregationConfigurations: [{ ...aggregation, EventCategory: 'Management' }] },
      'InvalidParameterException',
    ],
    [
      'no template',
      { TrailName, AggregationConfigurations: [{ ...aggregation, Templates: [] }] },
      'InvalidParameterException',
    ],
    [
      'an unknown template',
      { TrailName, AggregationConfigurations: [{ ...aggregation, Templates: ['ALL'] }] },
      'InvalidParameterException',
    ],
    [
      'a template twice',
      {
        TrailName,
        AggregationConfigurations: [{ ...aggregation, Templates: ['USER_ACTIONS', 'USER_ACTIONS'] }],
      },
      'InvalidParameterException',
    ],
  ] as const) {
    test(`refused: ${name}`, async () =>
      assert.equal((await (await withTrail()).refusal('PutEventConfiguration', input))[0], code));
  }

  test('GetEventConfiguration refuses the same of trails and stores', async () => {
    const scene = await withTrail();
    assert.equal(
      (await scene.refusal('GetEventConfiguration', {}))[0],
      'InvalidParameterCombinationException',
    );
    assert.equal(
      (await scene.refusal('GetEventConfiguration', { EventDataStore: store }))[0],
      'EventDataStoreNotFoundException',
    );
  });
});
