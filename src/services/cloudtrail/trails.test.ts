// SPDX-License-Identifier: Apache-2.0
// Oracle: the CloudTrail API Reference (rules, error codes; the codes are looked up in the SDK's model too), messages
// as AWS answers them, and answers of real calls (recorded CreateTrail and TrailNotFoundException events).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answers, account, CloudTrailScene, nowMs, openPolicy } from './testing/scene.js';

const arn = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/my-trail';
const input = { Name: 'my-trail', S3BucketName: 'logs' };

async function withTrail(more: object = {}): Promise<CloudTrailScene> {
  const scene = new CloudTrailScene();
  await scene.call('CreateTrail', { ...input, ...more });
  return scene;
}

describe('CreateTrail', () => {
  test('answers the settings, records its resources, and does not log yet', async () => {
    const scene = new CloudTrailScene();
    assert.deepEqual(await scene.call('CreateTrail', input), {
      Name: 'my-trail',
      S3BucketName: 'logs',
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: false,
      TrailARN: arn,
      LogFileValidationEnabled: false,
      IsOrganizationTrail: false,
    });
    assert.deepEqual(scene.audit.resources, [
      { type: 'AWS::CloudTrail::Trail', ARN: arn, accountId: account },
      { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs', accountId: account },
    ]);
    assert.equal((await scene.call('GetTrailStatus', { Name: 'my-trail' })).IsLogging, false);
  });

  const refusals: readonly [string, object, string, RegExp?][] = [
    ['no name', { S3BucketName: 'logs' }, 'InvalidTrailNameException', /^Trail name cannot be blank!$/],
    ['an ARN as its name', { ...input, Name: arn }, 'InvalidTrailNameException', /can only contain/],
    ['no bucket', { Name: 'my-trail' }, 'InvalidS3BucketNameException'],
    ['a bucket name that cannot be', { ...input, S3BucketName: 'No_Bucket' }, 'InvalidS3BucketNameException'],
    [
      'an absent bucket',
      { ...input, S3BucketName: 'absent' },
      'S3BucketDoesNotExistException',
      /^S3 bucket absent does not exist!$/,
    ],
    ['a prefix of 201 characters', { ...input, S3KeyPrefix: 'x'.repeat(201) }, 'InvalidS3PrefixException'],
    ['a prefix with a line end', { ...input, S3KeyPrefix: 'a\nb' }, 'InvalidS3PrefixException'],
    [
      'multi-Region without global events',
      { ...input, IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false },
      'InvalidParameterCombinationException',
      /^Multi-Region trail must include global service events\.$/,
    ],
    [
      'a topic that does not exist',
      { ...input, SnsTopicName: 'topic' },
      'InsufficientSnsTopicPolicyException',
      /^SNS Topic does not exist or the topic policy is incorrect!$/,
    ],
    ['a topic name that cannot be', { ...input, SnsTopicName: 'no topic!' }, 'InvalidSnsTopicNameException'],
    ['a key that does not exist', { ...input, KmsKeyId: 'alias/mine' }, 'KmsKeyNotFoundException'],
    ['a key that cannot be', { ...input, KmsKeyId: 'mine' }, 'InvalidKmsKeyIdException'],
    [
      'a log group through a role that does not exist',
      {
        ...input,
        CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:111122223333:log-group:g:*',
        CloudWatchLogsRoleArn: 'arn:aws:iam::111122223333:role/r',
      },
      'InvalidCloudWatchLogsRoleArnException',
      /^Access denied\. Check the trust relationships for your role\.$/,
    ],
    [
      'a log group without a role',
      { ...input, CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:111122223333:log-group:g:*' },
      'InvalidCloudWatchLogsRoleArnException',
      /^You must specify a role ARN as well as a log group\.$/,
    ],
    ['an organization', { ...input, IsOrganizationTrail: true }, 'OrganizationsNotInUseException'],
    [
      '51 tags',
      { ...input, TagsList: Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}` })) },
      'TagsLimitExceededException',
    ],
    [
      'the same tag twice',
      { ...input, TagsList: [{ Key: 'k' }, { Key: 'k' }] },
      'InvalidTagParameterException',
    ],
  ];
  for (const [what, given, code, message] of refusals) {
    test(`refuses ${what}`, async () => {
      const scene = new CloudTrailScene();
      const [actual, text] = await scene.refusal('CreateTrail', given);
      assert.equal(actual, code);
      if (message !== undefined) assert.match(text, message);
      assert.deepEqual((await scene.call('ListTrails')).Trails, []);
    });
  }

  for (const [what, facts] of [
    ['whose policy lets nobody in', { policy: '{"Version":"2012-10-17","Statement":[]}' }],
    ['whose policy lets CloudTrail write elsewhere', { policy: openPolicy('other') }],
    ['whose requesters pay', { requestPayer: 'Requester' as const }],
  ] as const) {
    test(`refuses a bucket ${what}`, async () => {
      const scene = new CloudTrailScene();
      scene.addBucket('logs', facts);
      assert.deepEqual(await scene.refusal('CreateTrail', input), [
        'InsufficientS3BucketPolicyException',
        'Incorrect S3 bucket policy is detected for bucket: logs',
      ]);
    });
  }

  test('refuses a name that is taken, also by a shadow trail', async () => {
    const scene = await withTrail({ IsMultiRegionTrail: true });
    const expected = [
      'TrailAlreadyExistsException',
      `Trail my-trail already exists for customer: ${account}`,
    ];
    assert.deepEqual(await scene.refusal('CreateTrail', input), expected);
    assert.deepEqual(await scene.refusal('CreateTrail', input, { region: 'eu-west-1' }), expected);
  });

  test('allows five trails a Region, shadow trails counted', async () => {
    const scene = new CloudTrailScene();
    await scene.call(
      'CreateTrail',
      { ...input, Name: 'everywhere', IsMultiRegionTrail: true },
      { region: 'eu-west-1' },
    );
    for (const name of ['one', 'two', 'three', 'four'])
      await scene.call('CreateTrail', { ...input, Name: name });
    const [code, message] = await scene.refusal('CreateTrail', input);
    assert.deepEqual(
      [code, message],
      ['MaximumNumberOfTrailsExceededException', `User: ${account} already has 5 trails in us-east-1.`],
    );
    await scene.call('CreateTrail', { ...input, Name: 'five' }, { region: 'eu-west-1' });
    assert.equal(
      (
        await scene.refusal(
          'UpdateTrail',
          { Name: 'five', IsMultiRegionTrail: true },
          { region: 'eu-west-1' },
        )
      )[0],
      code,
    );
    assert.equal((await scene.call('ListTrails', {}, { accountId: '444455556666' })).Trails?.length, 0);
  });
});

describe('UpdateTrail', () => {
  test('changes what is given and keeps the rest', async () => {
    const scene = await withTrail({ S3KeyPrefix: 'p', TagsList: [{ Key: 'k', Value: 'v' }] });
    await scene.call('StartLogging', { Name: arn });
    const answer = await scene.call('UpdateTrail', {
      Name: arn,
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
    });
    assert.deepEqual(
      [answer.S3KeyPrefix, answer.IsMultiRegionTrail, answer.LogFileValidationEnabled],
      ['p', true, true],
    );
    assert.equal((await scene.call('GetTrailStatus', { Name: 'my-trail' })).IsLogging, true);
    assert.equal(
      (await scene.call('UpdateTrail', { Name: 'my-trail', S3KeyPrefix: '' })).S3KeyPrefix,
      undefined,
    );
    assert.deepEqual(
      (await scene.call('ListTags', { ResourceIdList: [arn] })).ResourceTagList?.[0]?.TagsList,
      [{ Key: 'k', Value: 'v' }],
    );
  });

  test('checks a new bucket', async () => {
    const scene = await withTrail();
    assert.equal(
      (await scene.refusal('UpdateTrail', { Name: 'my-trail', S3BucketName: 'absent' }))[0],
      'S3BucketDoesNotExistException',
    );
    assert.equal(
      (await scene.refusal('UpdateTrail', { Name: 'my-trail', S3BucketName: '' }))[0],
      'InvalidS3BucketNameException',
    );
  });
});

describe('names and ARNs', () => {
  const changing: (keyof Answers)[] = ['UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging'];
  const reading: (keyof Answers)[] = ['GetTrail', 'GetTrailStatus', 'GetEventSelectors'];
  const named = (operation: string, name: string) =>
    operation === 'GetEventSelectors' ? { TrailName: name } : { Name: name };

  for (const operation of [...changing, ...reading]) {
    test(`${operation} refuses what means no trail`, async () => {
      const scene = await withTrail();
      const unknown = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/unknown';
      const notFound = ['TrailNotFoundException', `Unknown trail: ${unknown} for the user: ${account}`];
      assert.deepEqual(await scene.refusal(operation, named(operation, 'unknown')), notFound);
      assert.deepEqual(await scene.refusal(operation, named(operation, unknown)), notFound);
      assert.equal((await scene.refusal(operation, named(operation, 'a')))[0], 'InvalidTrailNameException');
      assert.equal((await scene.refusal(operation, {}))[0], 'InvalidTrailNameException');
      for (const wrong of [
        'arn:aws:s3:::logs',
        'arn:aws:cloudtrail:us-east-1:1:trail/my-trail',
        arn.replace('trail/', 'channel/'),
      ]) {
        assert.equal(
          (await scene.refusal(operation, named(operation, wrong)))[0],
          'CloudTrailARNInvalidException',
        );
      }
      assert.deepEqual(await scene.refusal(operation, named(operation, arn), { accountId: '444455556666' }), [
        'CloudTrailARNInvalidException',
        'AccountID in ARN is wrong, you can only access resources with AccountID 444455556666.',
      ]);
    });
  }

  for (const operation of changing) {
    test(`${operation} works at home only`, async () => {
      const scene = await withTrail({ IsMultiRegionTrail: true });
      for (const name of ['my-trail', arn]) {
        const [code, message] = await scene.refusal(operation, named(operation, name), {
          region: 'eu-west-1',
        });
        assert.equal(code, 'InvalidHomeRegionException');
        assert.match(message, /us-east-1/);
      }
      await scene.call(operation, named(operation, 'my-trail'));
    });
  }

  for (const operation of reading) {
    test(`${operation} finds a shadow trail by ARN only`, async () => {
      const scene = await withTrail({ IsMultiRegionTrail: true });
      await scene.call(operation, named(operation, arn), { region: 'eu-west-1' });
      assert.equal(
        (await scene.refusal(operation, named(operation, 'my-trail'), { region: 'eu-west-1' }))[0],
        'TrailNotFoundException',
      );
      await scene.call('UpdateTrail', { Name: arn, IsMultiRegionTrail: false });
      assert.equal(
        (await scene.refusal(operation, named(operation, arn), { region: 'eu-west-1' }))[0],
        'TrailNotFoundException',
      );
    });
  }
});

describe('lists', () => {
  async function three(): Promise<CloudTrailScene> {
    const scene = await withTrail();
    await scene.call(
      'CreateTrail',
      { ...input, Name: 'everywhere', IsMultiRegionTrail: true },
      { region: 'eu-west-1' },
    );
    await scene.call('CreateTrail', { ...input, Name: 'west' }, { region: 'us-west-2' });
    return scene;
  }
  const names = (answer: Answers['DescribeTrails']) => answer.trailList?.map((trail) => trail.Name).sort();

  test('DescribeTrails shows the Region, with shadow trails unless they are not wanted', async () => {
    const scene = await three();
    assert.deepEqual(names(await scene.call('DescribeTrails')), ['everywhere', 'my-trail']);
    assert.deepEqual(names(await scene.call('DescribeTrails', { includeShadowTrails: false })), ['my-trail']);
    assert.deepEqual(names(await scene.call('DescribeTrails', {}, { region: 'ap-south-1' })), ['everywhere']);
    const shadow = (await scene.call('DescribeTrails', {}, { region: 'ap-south-1' })).trailList?.[0];
    assert.deepEqual(
      [shadow?.HomeRegion, shadow?.HasCustomEventSelectors, shadow?.HasInsightSelectors],
      ['eu-west-1', false, false],
    );
  });

  test('DescribeTrails passes over names that mean no trail here, and refuses what is no name', async () => {
    const scene = await three();
    const everywhere = 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/everywhere';
    assert.deepEqual(
      names(await scene.call('DescribeTrails', { trailNameList: ['my-trail', 'west', 'everywhere', arn] })),
      ['my-trail'],
    );
    const west = 'arn:aws:cloudtrail:us-west-2:111122223333:trail/west';
    const byArn = { trailNameList: [everywhere, west, `${west}-none`] };
    assert.deepEqual(names(await scene.call('DescribeTrails', byArn)), ['everywhere', 'west']);
    assert.deepEqual(names(await scene.call('DescribeTrails', { ...byArn, includeShadowTrails: false })), []);
    assert.equal(
      (await scene.refusal('DescribeTrails', { trailNameList: ['!'] }))[0],
      'InvalidTrailNameException',
    );
  });

  test('ListTrails shows the account', async () => {
    const scene = await three();
    assert.deepEqual((await scene.call('ListTrails', {}, { region: 'ap-south-1' })).Trails, [
      {
        TrailARN: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/everywhere',
        Name: 'everywhere',
        HomeRegion: 'eu-west-1',
      },
      { TrailARN: arn, Name: 'my-trail', HomeRegion: 'us-east-1' },
      {
        TrailARN: 'arn:aws:cloudtrail:us-west-2:111122223333:trail/west',
        Name: 'west',
        HomeRegion: 'us-west-2',
      },
    ]);
  });

  test('GetEventSelectors tells the default', async () => {
    const scene = await withTrail();
    assert.deepEqual(await scene.call('GetEventSelectors', { TrailName: 'my-trail' }), {
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
  });
});

describe('logging and its status', () => {
  test('tells when it started and stopped; starting twice does not move the start', async () => {
    const scene = await withTrail();
    await scene.call('StartLogging', { Name: 'my-trail' });
    scene.clock.advance(60_000);
    await scene.call('StartLogging', { Name: 'my-trail' });
    await scene.call('StopLogging', { Name: 'my-trail' });
    assert.deepEqual(await scene.call('GetTrailStatus', { Name: 'my-trail' }), {
      IsLogging: false,
      StartLoggingTime: new Date(nowMs),
      StopLoggingTime: new Date(nowMs + 60_000),
      LatestDeliveryAttemptTime: '',
      LatestNotificationAttemptTime: '',
      LatestNotificationAttemptSucceeded: '',
      LatestDeliveryAttemptSucceeded: '',
      TimeLoggingStarted: '2026-11-21T10:00:00Z',
      TimeLoggingStopped: '2026-11-21T10:01:00Z',
    });
  });

  test('tells how deliveries stand, of this trail and not of one before it', async () => {
    const scene = await withTrail();
    const status = {
      trailCreatedAtMs: nowMs,
      latestDeliveryMs: nowMs + 500,
      latestAttemptMs: nowMs + 2_000,
      latestError: 'NoSuchBucket',
      waitingFiles: 1,
      waitingBytes: 9,
    };
    scene.statuses.set(arn, status);
    const answer = await scene.call('GetTrailStatus', { Name: 'my-trail' });
    assert.deepEqual(
      [
        answer.LatestDeliveryError,
        answer.LatestDeliveryTime,
        answer.LatestDeliveryAttemptTime,
        answer.LatestDeliveryAttemptSucceeded,
      ],
      ['NoSuchBucket', new Date(nowMs + 500), '2026-11-21T10:00:02Z', '2026-11-21T10:00:00Z'],
    );
    scene.statuses.set(arn, { ...status, trailCreatedAtMs: nowMs - 1 });
    assert.equal((await scene.call('GetTrailStatus', { Name: 'my-trail' })).LatestDeliveryError, undefined);
  });

  test('a deleted trail is gone', async () => {
    const scene = await withTrail();
    await scene.call('DeleteTrail', { Name: arn });
    assert.equal((await scene.refusal('GetTrail', { Name: 'my-trail' }))[0], 'TrailNotFoundException');
  });
});

describe('tags', () => {
  const tags = async (scene: CloudTrailScene) =>
    (await scene.call('ListTags', { ResourceIdList: [arn] })).ResourceTagList?.[0]?.TagsList;

  test('are added, replaced and removed by key', async () => {
    const scene = await withTrail();
    await scene.call('AddTags', { ResourceId: arn, TagsList: [{ Key: 'a', Value: '1' }, { Key: 'b' }] });
    await scene.call('AddTags', { ResourceId: arn, TagsList: [{ Key: 'a', Value: '2' }] });
    assert.deepEqual(await tags(scene), [{ Key: 'a', Value: '2' }, { Key: 'b' }]);
    await scene.call('RemoveTags', {
      ResourceId: arn,
      TagsList: [{ Key: 'a', Value: 'whatever' }, { Key: 'c' }],
    });
    assert.deepEqual(await tags(scene), [{ Key: 'b' }]);
  });

  test('number fifty at most, old and new together', async () => {
    const scene = await withTrail({
      TagsList: Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: 'v' })),
    });
    await scene.call('AddTags', { ResourceId: arn, TagsList: [{ Key: 'k0', Value: 'new' }] });
    assert.equal(
      (await scene.refusal('AddTags', { ResourceId: arn, TagsList: [{ Key: 'more' }] }))[0],
      'TagsLimitExceededException',
    );
  });

  const wrong: readonly [string, object, string][] = [
    ['a blank key', { ResourceId: arn, TagsList: [{ Key: '' }] }, 'InvalidTagParameterException'],
    [
      'a key of 129 characters',
      { ResourceId: arn, TagsList: [{ Key: 'x'.repeat(129) }] },
      'InvalidTagParameterException',
    ],
    [
      'a value of 257 characters',
      { ResourceId: arn, TagsList: [{ Key: 'k', Value: 'x'.repeat(257) }] },
      'InvalidTagParameterException',
    ],
    ['a reserved key', { ResourceId: arn, TagsList: [{ Key: 'aws:k' }] }, 'InvalidTagParameterException'],
    [
      'a key with a line end',
      { ResourceId: arn, TagsList: [{ Key: 'a\nb' }] },
      'InvalidTagParameterException',
    ],
    ['a name', { ResourceId: 'my-trail', TagsList: [] }, 'CloudTrailARNInvalidException'],
    ['an unknown trail', { ResourceId: `${arn}x`, TagsList: [] }, 'ResourceNotFoundException'],
    ['a bucket', { ResourceId: 'arn:aws:s3:::logs', TagsList: [] }, 'ResourceTypeNotSupportedException'],
    [
      'an event data store',
      { ResourceId: arn.replace('trail/', 'eventdatastore/'), TagsList: [] },
      'EventDataStoreNotFoundException',
    ],
    [
      'a channel',
      { ResourceId: arn.replace('trail/', 'channel/'), TagsList: [] },
      'ChannelNotFoundException',
    ],
    [
      'another account',
      { ResourceId: arn.replace(account, '444455556666'), TagsList: [] },
      'CloudTrailARNInvalidException',
    ],
  ];
  for (const [what, given, code] of wrong) {
    test(`refuses ${what}`, async () =>
      assert.equal((await (await withTrail()).refusal('AddTags', given))[0], code));
  }

  test('are tended in the home Region only, and listed for 20 resources at most', async () => {
    const scene = await withTrail({ IsMultiRegionTrail: true });
    assert.deepEqual(await scene.refusal('ListTags', { ResourceIdList: [arn] }, { region: 'eu-west-1' }), [
      'CloudTrailARNInvalidException',
      'Region in ARN is wrong, you can only access resources in region eu-west-1.',
    ]);
    assert.equal(
      (await scene.refusal('ListTags', { ResourceIdList: Array(21).fill(arn) }))[0],
      'ValidationException',
    );
  });
});
