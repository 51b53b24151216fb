// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudWatch Logs API Reference (pages, tokens, limits, errors), read by the real AWS CLI; CloudTrail User Guide,
// "Creating CloudWatch alarms for CloudTrail events: examples", and the CIS AWS Foundations Benchmark (their filters find
// the calls made here); moto as a second opinion on error codes, where it has the operation.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually, refusalOf, run } from '../harness.mjs';
import { Moto } from '../moto.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
let accountId;

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
});
after(() => cairn.remove());

const logs = (operation, ...args) => cairn.awsOk('logs', operation, ...args);
const refused = async (operation, ...args) => (await cairn.awsRefused('logs', operation, ...args)).code;
const group = (name) => ['--log-group-name', name];
const stream = (name, streamName) => [...group(name), '--log-stream-name', streamName];

function putEvents(name, streamName, events) {
  const file = join(cairn.dir, 'events.json');
  writeFileSync(file, JSON.stringify(events));
  return logs('put-log-events', ...stream(name, streamName), '--log-events', `file://${file}`);
}

describe('groups, streams, events', () => {
  const now = Date.now();

  test('a group lives: made, tagged, kept for some days, deleted, made anew and empty', async () => {
    await logs('create-log-group', ...group('/app/web'), '--tags', 'team=audit');
    assert.equal(await refused('create-log-group', ...group('/app/web')), 'ResourceAlreadyExistsException');
    assert.equal(await refused('create-log-group', ...group('not:a:name')), 'InvalidParameterException');
    assert.equal(await refused('create-log-group', ...group('aws/mine')), 'InvalidParameterException');
    await logs('put-retention-policy', ...group('/app/web'), '--retention-in-days', '7');
    assert.equal(
      await refused('put-retention-policy', ...group('/app/web'), '--retention-in-days', '8'),
      'InvalidParameterException',
    );
    const arn = `arn:aws:logs:us-east-1:${accountId}:log-group:/app/web`;
    await logs('tag-resource', '--resource-arn', arn, '--tags', 'stage=prod');
    assert.deepEqual((await logs('list-tags-for-resource', '--resource-arn', arn)).tags, {
      team: 'audit',
      stage: 'prod',
    });
    await logs('untag-log-group', ...group('/app/web'), '--tags', 'team');
    assert.deepEqual((await logs('list-tags-log-group', ...group('/app/web'))).tags, { stage: 'prod' });
    const [found] = (await logs('describe-log-groups', '--log-group-name-prefix', '/app/')).logGroups;
    assert.deepEqual(
      { ...found, creationTime: 0 },
      {
        logGroupName: '/app/web',
        creationTime: 0,
        retentionInDays: 7,
        metricFilterCount: 0,
        arn: `${arn}:*`,
        storedBytes: 0,
        logGroupClass: 'STANDARD',
        logGroupArn: arn,
        deletionProtectionEnabled: false,
      },
    );
    await logs('create-log-stream', ...stream('/app/web', 'one'));
    await putEvents('/app/web', 'one', [{ timestamp: now, message: 'before' }]);
    await logs('delete-log-group', ...group('/app/web'));
    assert.equal(await refused('describe-log-streams', ...group('/app/web')), 'ResourceNotFoundException');
    await logs('create-log-group', ...group('/app/web'));
    assert.deepEqual((await logs('describe-log-streams', ...group('/app/web'))).logStreams, []);
    assert.deepEqual((await logs('filter-log-events', ...group('/app/web'))).events, []);
    assert.equal(await refused('get-log-events', ...stream('/app/web', 'one')), 'ResourceNotFoundException');
  });

  test('many groups and streams come in pages', async () => {
    const names = Array.from({ length: 7 }, (_, i) => `paged/${i}`);
    for (const name of names) await logs('create-log-group', ...group(name));
    const listed = await logs('describe-log-groups', '--log-group-name-prefix', 'paged/', '--page-size', '3');
    assert.deepEqual(
      listed.logGroups.map(({ logGroupName }) => logGroupName),
      names,
    );
    const found = await logs('describe-log-groups', '--log-group-name-pattern', 'aged/4');
    assert.deepEqual(Object.keys(found.logGroups[0]).sort(), ['arn', 'creationTime', 'logGroupName']);
    for (const name of ['a', 'b1', 'b2', 'c']) await logs('create-log-stream', ...stream('paged/0', name));
    await putEvents('paged/0', 'c', [{ timestamp: now - 3_000, message: 'c' }]);
    await putEvents('paged/0', 'a', [
      { timestamp: now - 9_000, message: 'a0' },
      { timestamp: now - 1_000, message: 'a' },
    ]);
    const list = async (...args) =>
      (await logs('describe-log-streams', ...group('paged/0'), '--page-size', '1', ...args)).logStreams;
    const order = async (...args) => (await list(...args)).map(({ logStreamName }) => logStreamName);
    assert.deepEqual(await order(), ['a', 'b1', 'b2', 'c']);
    assert.deepEqual(await order('--descending'), ['c', 'b2', 'b1', 'a']);
    assert.deepEqual(await order('--log-stream-name-prefix', 'b'), ['b1', 'b2']);
    assert.deepEqual((await order('--order-by', 'LastEventTime', '--descending')).slice(0, 2), ['a', 'c']);
    const [a] = await list('--log-stream-name-prefix', 'a');
    assert.deepEqual(
      [a.firstEventTimestamp, a.lastEventTimestamp, a.storedBytes],
      [now - 9_000, now - 1_000, 0],
    );
    assert.equal(
      await refused(
        'describe-log-streams',
        ...group('paged/0'),
        '--order-by',
        'LastEventTime',
        '--log-stream-name-prefix',
        'a',
      ),
      'InvalidParameterException',
    );
  });

  test('events are taken or left as the limits say', async () => {
    await logs('create-log-group', ...group('limits'));
    assert.equal(
      await refused('put-log-events', ...stream('limits', 's'), '--log-events', 'timestamp=1,message=x'),
      'ResourceNotFoundException',
    );
    await logs('create-log-stream', ...stream('limits', 's'));
    const put = (events) => putEvents('limits', 's', events);
    const why = async (events) => {
      writeFileSync(join(cairn.dir, 'bad.json'), JSON.stringify(events));
      return cairn.awsRefused(
        'logs',
        'put-log-events',
        ...stream('limits', 's'),
        '--log-events',
        `file://${join(cairn.dir, 'bad.json')}`,
      );
    };
    const day = 86_400_000;
    const answer = await put([
      { timestamp: now - 15 * day, message: 'too old' },
      { timestamp: now - 1_000, message: 'good' },
      { timestamp: now, message: 'good too' },
      { timestamp: now + 3 * 3_600_000, message: 'too new' },
    ]);
    assert.deepEqual(answer.rejectedLogEventsInfo, {
      tooNewLogEventStartIndex: 3,
      tooOldLogEventEndIndex: 1,
    });
    assert.match(
      (
        await why([
          { timestamp: now, message: 'b' },
          { timestamp: now - 1, message: 'a' },
        ])
      ).message,
      /chronological order/,
    );
    assert.match(
      (
        await why([
          { timestamp: now - 2 * day, message: 'a' },
          { timestamp: now, message: 'b' },
        ])
      ).message,
      /24 hours/,
    );
    assert.match(
      (await why([{ timestamp: now, message: 'x'.repeat(1_048_551) }])).message,
      /Upload too large: 1048577 bytes exceeds limit of 1048576/,
    );
    assert.match(
      (await why(Array.from({ length: 10_001 }, () => ({ timestamp: now, message: 'x' })))).message,
      /less than or equal to 10000/,
    );
    await logs(
      'put-log-events',
      ...stream('limits', 's'),
      '--sequence-token',
      'whatever',
      '--log-events',
      `timestamp=${now},message=ignored`,
    );
    const found = await logs('get-log-events', ...stream('limits', 's'));
    assert.deepEqual(
      found.events.map(({ message }) => message),
      ['good', 'good too', 'ignored'],
    );
  });

  test('the whole of a stream, forwards and backwards, until the token stays what it is', async () => {
    await logs('create-log-group', ...group('walk'));
    await logs('create-log-stream', ...stream('walk', 's'));
    const events = Array.from({ length: 25 }, (_, i) => ({
      timestamp: now - 25_000 + i * 1_000,
      message: `m${i}`,
    }));
    await putEvents('walk', 's', events);
    const page = (...args) => logs('get-log-events', ...stream('walk', 's'), '--limit', '10', ...args);
    const walk = async (first, tokenName) => {
      const pages = [];
      for (let token; ; ) {
        const found = await page(...first, ...(token === undefined ? [] : ['--next-token', token]));
        if (found[tokenName] === token) return pages;
        pages.push(found.events.map(({ message }) => message));
        token = found[tokenName];
      }
    };
    const forward = await walk(['--start-from-head'], 'nextForwardToken');
    assert.deepEqual(
      forward.flat(),
      events.map(({ message }) => message),
    );
    const backward = await walk([], 'nextBackwardToken');
    assert.deepEqual(
      backward
        .filter(({ length }) => length > 0)
        .reverse()
        .flat(),
      events.map(({ message }) => message),
    );
    const [from, to] = [events[5].timestamp, events[8].timestamp];
    const part = await page('--start-time', String(from), '--end-time', String(to), '--start-from-head');
    assert.deepEqual(
      part.events.map(({ message }) => message),
      ['m5', 'm6', 'm7'],
    );
    const end = await page('--start-from-head', '--next-token', part.nextForwardToken);
    await putEvents('walk', 's', [{ timestamp: now, message: 'later' }]);
    assert.equal(end.events[0]?.message, 'm8');
  });

  test('a group is searched over all its streams, page by page', async () => {
    const names = ['x-1', 'x-2', 'y-1'];
    await logs('create-log-group', ...group('search'));
    for (const name of names) await logs('create-log-stream', ...stream('search', name));
    for (const [at, name] of names.entries())
      await putEvents(
        'search',
        name,
        Array.from({ length: 8 }, (_, i) => ({
          timestamp: now - 20_000 + i * 1_000 + at,
          message: `${i % 2 ? 'ERROR' : 'INFO'} ${name} ${i}`,
        })),
      );
    const found = await logs(
      'filter-log-events',
      ...group('search'),
      '--filter-pattern',
      'ERROR',
      '--page-size',
      '5',
    );
    assert.equal(found.events.length, 12);
    assert.deepEqual(found.searchedLogStreams, []);
    const times = found.events.map(({ timestamp }) => timestamp);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    assert.equal(new Set(found.events.map(({ eventId }) => eventId)).size, 12);
    const count = async (...args) =>
      (await logs('filter-log-events', ...group('search'), ...args)).events.length;
    assert.equal(await count('--log-stream-name-prefix', 'x-'), 16);
    assert.equal(
      await count('--log-stream-names', 'x-1', 'y-1', '--filter-pattern', '[level=INFO, stream, number>=4]'),
      4,
    );
    assert.equal(await count('--start-time', String(now - 19_000), '--end-time', String(now - 18_998)), 3);
    const bad = await cairn.awsRefused(
      'logs',
      'filter-log-events',
      ...group('search'),
      '--filter-pattern',
      'a b:c',
    );
    assert.equal(bad.code, 'InvalidParameterException');
    assert.match(bad.message, /Invalid character\(s\) in term ':' \(at position 3\)/);
    assert.equal(
      await refused('filter-log-events', ...group('search'), '--log-stream-names', 'none'),
      'ResourceNotFoundException',
    );
  });

  test('a pattern is tried on examples', async () => {
    const access = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
    const { matches } = await logs(
      'test-metric-filter',
      '--filter-pattern',
      '[..., request=*.html*, status_code=4*,]',
      '--log-event-messages',
      'no',
      access,
    );
    assert.deepEqual(matches, [
      {
        eventNumber: 1,
        eventMessage: access,
        extractedValues: {
          $1: '127.0.0.1',
          $2: '-',
          $3: 'frank',
          $4: '10/Oct/2000:13:25:15 -0700',
          $request: 'GET /index.html HTTP/1.0',
          $status_code: '404',
          $7: '1534',
        },
      },
    ]);
  });

  test('records have no lines of logs in them', async () => {
    const found = await eventually(async () => {
      const { Events } = await cairn.awsOk(
        'cloudtrail',
        'lookup-events',
        '--lookup-attributes',
        'AttributeKey=EventName,AttributeValue=TestMetricFilter',
      );
      assert.equal(Events.length, 1);
      return JSON.parse(Events[0].CloudTrailEvent);
    });
    assert.deepEqual(found.requestParameters, { filterPattern: '[..., request=*.html*, status_code=4*,]' });
    assert.equal(found.eventSource, 'logs.amazonaws.com');
    const put = await cairn.awsOk(
      'cloudtrail',
      'lookup-events',
      '--lookup-attributes',
      'AttributeKey=EventName,AttributeValue=PutLogEvents',
    );
    assert.deepEqual(put.Events, []);
  });
});

describe('a trail that writes to a log group', () => {
  const iam = (...args) => cairn.awsOk('iam', ...args);
  const document = (statement) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const trusting = document({ Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'sts:AssumeRole' });
  /** Source: CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring". */
  const makeTrailRole = async () => {
    const name = ['--role-name', 'CloudTrail_CloudWatchLogs_Role'];
    await iam('create-role', ...name, '--assume-role-policy-document', trusting);
    const writing = document({
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:aws:logs:us-east-1:${accountId}:log-group:CloudTrail/*:log-stream:${trailStream()}*`,
    });
    await iam('put-role-policy', ...name, '--policy-name', 'write', '--policy-document', writing);
  };
  const roleArn = () => `arn:aws:iam::${accountId}:role/CloudTrail_CloudWatchLogs_Role`;
  const groupArn = (name) => `arn:aws:logs:us-east-1:${accountId}:log-group:${name}:*`;
  const trailStream = () => `${accountId}_CloudTrail_us-east-1`;
  const trail = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
  const toGroup = (name) => [
    '--cloud-watch-logs-log-group-arn',
    groupArn(name),
    '--cloud-watch-logs-role-arn',
    roleArn(),
  ];

  const search = async (pattern) =>
    (await logs('filter-log-events', ...group('CloudTrail/logs'), '--filter-pattern', pattern)).events.map(
      (event) => ({
        ...event,
        record: JSON.parse(event.message),
      }),
    );

  test('what it cannot write to is refused', async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'group-logs');
    const file = join(cairn.dir, 'policy.json');
    writeFileSync(file, JSON.stringify(cloudTrailBucketPolicy('group-logs', accountId)));
    await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', 'group-logs', '--policy', `file://${file}`);
    await logs('create-log-group', ...group('CloudTrail/logs'));
    await makeTrailRole();
    const create = async (...args) =>
      (
        await cairn.awsRefused(
          'cloudtrail',
          'create-trail',
          '--name',
          'to-group',
          '--s3-bucket-name',
          'group-logs',
          ...args,
        )
      ).code;
    const [arn, role] = ['--cloud-watch-logs-log-group-arn', '--cloud-watch-logs-role-arn'];
    const [badGroup, badRole] = [
      'InvalidCloudWatchLogsLogGroupArnException',
      'InvalidCloudWatchLogsRoleArnException',
    ];
    assert.equal(await create(arn, groupArn('CloudTrail/logs')), badRole);
    assert.equal(await create(role, roleArn()), badGroup);
    assert.equal(await create(arn, groupArn('CloudTrail/none'), role, roleArn()), badGroup);
    assert.equal(await create(arn, groupArn('CloudTrail/logs').slice(0, -2), role, roleArn()), badGroup);
    assert.equal(
      await create(arn, groupArn('CloudTrail/logs').replace('us-east-1', 'eu-west-1'), role, roleArn()),
      badGroup,
    );
    assert.equal(
      await create(arn, groupArn('CloudTrail/logs'), role, 'arn:aws:iam::999999999999:role/x'),
      badRole,
    );
    assert.equal(await create(arn, groupArn('CloudTrail/logs'), role, 'no-arn'), badRole);
    assert.equal(await create(arn, groupArn('CloudTrail/logs'), role, `${roleArn()}-2`), badRole);
    await iam('create-role', '--role-name', 'closed', '--assume-role-policy-document', trusting);
    const closed = `arn:aws:iam::${accountId}:role/closed`;
    assert.equal(await create(arn, groupArn('CloudTrail/logs'), role, closed), badGroup);
  });

  test('its events are in the stream within a second or so, and the filters of the guides find them', async () => {
    await trail(
      'create-trail',
      '--name',
      'to-group',
      '--s3-bucket-name',
      'group-logs',
      '--is-multi-region-trail',
      ...toGroup('CloudTrail/logs'),
    );
    await trail('start-logging', '--name', 'to-group');
    await cairn.awsOk(
      's3api',
      'put-bucket-policy',
      '--bucket',
      'group-logs',
      '--policy',
      `file://${join(cairn.dir, 'policy.json')}`,
    );
    await logs('create-log-group', ...group('elsewhere'), '--region', 'eu-west-1');
    await trail('stop-logging', '--name', 'to-group');
    const names = ($) => $.map(({ record }) => record.eventName);
    const changes =
      '{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }';
    const found = await eventually(async () => {
      const events = await search(changes);
      assert.deepEqual(names(events), ['StartLogging', 'StopLogging']);
      return events;
    });
    // `eventTime` has whole seconds: one of them is its own.
    const tookMs = found[1].ingestionTime - Date.parse(found[1].record.eventTime);
    assert.ok(tookMs < 2_500, `it took ${tookMs} ms`);
    assert.equal(found[0].logStreamName, trailStream());
    assert.equal(found[0].timestamp, Date.parse(found[0].record.eventTime));
    assert.deepEqual(
      names(
        await search(
          '{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy) || ($.eventName = PutBucketCors) || ($.eventName = PutBucketLifecycle) || ($.eventName = PutBucketReplication) || ($.eventName = DeleteBucketPolicy) || ($.eventName = DeleteBucketCors) || ($.eventName = DeleteBucketLifecycle) || ($.eventName = DeleteBucketReplication)) }',
        ),
      ),
      ['PutBucketPolicy'],
    );
    const root = await search(
      '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
    );
    assert.equal(root.length, (await search('')).length);
    assert.deepEqual(names(await search('{ $.awsRegion != "us-east-1" }')), ['CreateLogGroup']);
    assert.deepEqual(
      await search('{ ($.errorCode ="*UnauthorizedOperation") || ($.errorCode ="AccessDenied*") }'),
      [],
    );
    const status = await trail('get-trail-status', '--name', 'to-group');
    assert.equal(status.LatestCloudWatchLogsDeliveryError, undefined);
    assert.ok(status.LatestCloudWatchLogsDeliveryTime);
  });

  test('kill -9 in the middle: every event is there once', async () => {
    await trail('start-logging', '--name', 'to-group');
    for (let i = 0; i < 3; i++) {
      await Promise.all(
        Array.from({ length: 4 }, (_, n) => logs('create-log-group', ...group(`kill/${i}-${n}`))),
      );
      await cairn.kill();
      await cairn.start();
    }
    const made = await eventually(async () => {
      const events = await search(
        '{ $.eventName = CreateLogGroup && $.requestParameters.logGroupName = "kill/*" }',
      );
      assert.equal(events.length, 12);
      return events;
    });
    assert.equal(new Set(made.map(({ record }) => record.eventID)).size, 12);
  });

  test('a stream that was deleted comes again; a group that is gone is an error, and gets what it missed', async () => {
    await logs('delete-log-stream', ...stream('CloudTrail/logs', trailStream()));
    await logs('create-log-group', ...group('after/stream'));
    await eventually(async () => assert.ok((await search('"after/stream"')).length > 0));
    assert.deepEqual(await search('{ $.eventName = CreateBucket }'), []);
    await logs('delete-log-group', ...group('CloudTrail/logs'));
    await logs('create-log-group', ...group('while/gone'));
    const failed = await eventually(async () => {
      const status = await trail('get-trail-status', '--name', 'to-group');
      assert.ok(status.LatestCloudWatchLogsDeliveryError);
      return status;
    });
    assert.equal(failed.LatestCloudWatchLogsDeliveryError, 'ResourceNotFoundException');
    await logs('create-log-group', ...group('CloudTrail/logs'));
    await eventually(async () =>
      assert.equal((await search('{ $.requestParameters.logGroupName = "while/gone" }')).length, 1),
    );
    const status = await trail('get-trail-status', '--name', 'to-group');
    assert.equal(status.LatestCloudWatchLogsDeliveryError, undefined);
    await trail(
      'update-trail',
      '--name',
      'to-group',
      '--cloud-watch-logs-log-group-arn',
      '',
      '--cloud-watch-logs-role-arn',
      '',
    );
    assert.equal((await trail('get-trail', '--name', 'to-group')).Trail.CloudWatchLogsLogGroupArn, undefined);
  });
});

/** A moto server on a free port; undefined where there is none on this machine. */
async function startMoto() {
  if ((await run('sh', ['-c', 'command -v moto_server'])).code !== 0) return undefined;
  const moto = new Moto();
  await moto.start();
  return moto;
}

describe('moto gives the same codes', () => {
  const now = Date.now();
  const cases = [
    ['create-log-group', ...group('m')],
    ['create-log-stream', ...group('none'), '--log-stream-name', 's'],
    ['create-log-stream', ...stream('m', 's')],
    ['delete-log-group', ...group('none')],
    ['delete-log-stream', ...stream('m', 'none')],
    ['put-log-events', ...stream('none', 's'), '--log-events', `timestamp=${now},message=x`],
    [
      'put-log-events',
      ...stream('m', 's'),
      '--log-events',
      `timestamp=${now},message=x`,
      `timestamp=${now - 5},message=x`,
    ],
    ['put-retention-policy', ...group('none'), '--retention-in-days', '7'],
    ['describe-log-streams', ...group('none')],
    ['describe-log-streams', ...group('m'), '--order-by', 'LastEventTime', '--log-stream-name-prefix', 's'],
    ['get-log-events', ...stream('m', 's'), '--next-token', 'nonsense'],
    ['filter-log-events', ...group('none')],
    ['delete-resource-policy', '--policy-name', 'none'],
    ['list-tags-log-group', ...group('none')],
  ];

  test(`on ${cases.length} refusals`, async (t) => {
    const moto = await startMoto();
    if (moto === undefined) return t.diagnostic('no moto_server on this machine: nothing was compared');
    try {
      const theirs = (...args) => cairn.awsWith({ AWS_ENDPOINT_URL: moto.url }, 'logs', ...args);
      for (const ask of [(...args) => cairn.aws('logs', ...args), theirs]) {
        await ask('create-log-group', ...group('m'));
        await ask('create-log-stream', ...stream('m', 's'));
      }
      for (const args of cases) {
        const [ours, moto] = [await cairn.aws('logs', ...args), await theirs(...args)];
        assert.equal(refusalOf(ours, args).code, refusalOf(moto, args).code, args.join(' '));
      }
    } finally {
      await moto.stop();
    }
  });
});
