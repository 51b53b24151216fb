// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Receiving CloudTrail log files from multiple accounts" and "Sharing CloudTrail log files between
// AWS accounts" (bucket policy, role per account, user who assumes it), walked with the real AWS CLI and profiles; records as in
// "CloudTrail record contents" (sharedEventID); S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors".
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { CairnServer, eventually, refusalOf } from '../harness.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const profiles = join(cairn.dir, 'profiles');
const bucket = 'central-logs';
const externalB = '210987654321';
let a;
let b;
let keyB;
let trailB;

const json = (value) => JSON.stringify(value);
const document = (...Statement) => json({ Version: '2012-10-17', Statement });
const variablesOf = (key) => ({
  AWS_ACCESS_KEY_ID: key.accessKeyId ?? key.AccessKeyId,
  AWS_SECRET_ACCESS_KEY: key.secretAccessKey ?? key.SecretAccessKey,
});

/** As the root of B, or as somebody else by his key. */
async function okAs(key, ...args) {
  const { code, stdout, stderr } = await cairn.awsWith(variablesOf(key), ...args);
  assert.equal(code, 0, `aws ${args.join(' ')}: ${stderr}${cairn.output}`);
  return stdout === '' ? undefined : JSON.parse(stdout);
}
const refusedAs = async (key, ...args) => refusalOf(await cairn.awsWith(variablesOf(key), ...args), args);

/** By a profile of the file, as the CLI resolves it. */
const byProfile = (profile, ...args) =>
  cairn.awsWith(
    { AWS_CONFIG_FILE: profiles, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    ...['--profile', profile, ...args],
  );
async function okBy(profile, ...args) {
  const { code, stdout, stderr } = await byProfile(profile, ...args);
  assert.equal(code, 0, `aws ${args.join(' ')}: ${stderr}`);
  return stdout === '' ? undefined : JSON.parse(stdout);
}
const refusedBy = async (profile, ...args) => refusalOf(await byProfile(profile, ...args), args);

/** Events of an account by name, as their records. */
async function eventsOf(key, name) {
  const attribute = ['--lookup-attributes', `AttributeKey=EventName,AttributeValue=${name}`];
  const found =
    key === undefined
      ? await cairn.awsOk('cloudtrail', 'lookup-events', ...attribute)
      : await okAs(key, 'cloudtrail', 'lookup-events', ...attribute);
  return found.Events.map(({ CloudTrailEvent: text }) => JSON.parse(text));
}

before(async () => {
  await cairn.start();
  a = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  const made = await cairn.cairn(
    ...['account', 'create', '--name', 'second', '--email', 'second@example.com', '--account-id', externalB],
  );
  assert.equal(made.code, 0, made.stderr);
  keyB = JSON.parse(made.stdout);
  b = (await okAs(keyB, 'sts', 'get-caller-identity')).Account;
  assert.equal(b, externalB);
});
after(() => cairn.remove());

/** The policy of the guide, with a line for each account. */
function centralPolicy(accounts, sourceArns) {
  const Principal = { Service: 'cloudtrail.amazonaws.com' };
  const from = sourceArns === undefined ? {} : { 'aws:SourceArn': sourceArns };
  return document(
    {
      Sid: 'AWSCloudTrailAclCheck20131101',
      Effect: 'Allow',
      Principal,
      Action: 's3:GetBucketAcl',
      Resource: `arn:aws:s3:::${bucket}`,
      ...(sourceArns === undefined ? {} : { Condition: { StringEquals: from } }),
    },
    {
      Sid: 'AWSCloudTrailWrite20131101',
      Effect: 'Allow',
      Principal,
      Action: 's3:PutObject',
      Resource: accounts.map((account) => `arn:aws:s3:::${bucket}/AWSLogs/${account}/*`),
      Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', ...from } },
    },
  );
}

const putPolicy = (policy) =>
  cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', policy);
const createB = [
  'cloudtrail',
  'create-trail',
  '--name',
  'to-a',
  '--s3-bucket-name',
  bucket,
  '--is-multi-region-trail',
];

describe('the central bucket', () => {
  test('takes nothing of an account that its policy does not name', async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
    await putPolicy(centralPolicy([a]));
    const own = ['cloudtrail', 'create-trail', '--name', 'own', '--s3-bucket-name', bucket];
    await cairn.awsOk(...own);
    await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'own');
    assert.equal((await refusedAs(keyB, ...createB)).code, 'InsufficientS3BucketPolicyException');
  });

  test('honours aws:SourceArn: only the trail that it names', async () => {
    const arn = (name) => `arn:aws:cloudtrail:us-east-1:${b}:trail/${name}`;
    const ofA = `arn:aws:cloudtrail:us-east-1:${a}:trail/own`;
    await putPolicy(centralPolicy([a, b], [ofA, arn('another')]));
    assert.equal((await refusedAs(keyB, ...createB)).code, 'InsufficientS3BucketPolicyException');
    await putPolicy(centralPolicy([a, b], [ofA, arn('to-a')]));
    trailB = (await okAs(keyB, ...createB)).TrailARN;
    assert.equal(trailB, arn('to-a'));
    await okAs(keyB, 'cloudtrail', 'start-logging', '--name', 'to-a');
  });

  test("gets B's files under B's folder; B itself may not look into it", async () => {
    await okAs(keyB, 's3api', 'create-bucket', '--bucket', 'bucket-of-b');
    const prefix = `AWSLogs/${b}/CloudTrail/us-east-1/`;
    const files = await eventually(async () => {
      const listed = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', prefix);
      assert.ok(listed.Contents?.length > 0);
      return listed.Contents;
    });
    const target = join(cairn.dir, 'b.json.gz');
    await cairn.awsOk('s3api', 'get-object', '--bucket', bucket, '--key', files[0].Key, target);
    const { Records } = JSON.parse(gunzipSync(readFileSync(target)));
    assert.ok(Records.every(({ recipientAccountId }) => recipientAccountId === b));
    const refusal = await refusedAs(keyB, 's3api', 'list-objects-v2', '--bucket', bucket);
    assert.deepEqual(refusal, { code: 'AccessDenied', message: 'Access Denied' });
  });

  test('is asked at every delivery: when B is taken off the policy, its files wait', async () => {
    await putPolicy(centralPolicy([a]));
    await okAs(keyB, 's3api', 'put-bucket-tagging', '--bucket', 'bucket-of-b', '--tagging', 'TagSet=[]');
    await eventually(async () => {
      const status = await okAs(keyB, 'cloudtrail', 'get-trail-status', '--name', 'to-a');
      assert.equal(status.LatestDeliveryError, 'AccessDenied');
    });
    await putPolicy(centralPolicy([a, b]));
    await eventually(async () => {
      const status = await okAs(keyB, 'cloudtrail', 'get-trail-status', '--name', 'to-a');
      assert.equal(status.LatestDeliveryError, undefined);
    });
  });
});

describe('reading back', () => {
  const role = () => `arn:aws:iam::${a}:role/logs-of-b`;
  let reader;

  before(async () => {
    const trust = document({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${b}:root` },
      Action: 'sts:AssumeRole',
    });
    await cairn.awsOk(
      'iam',
      'create-role',
      '--role-name',
      'logs-of-b',
      '--assume-role-policy-document',
      trust,
    );
    const access = document(
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket}/AWSLogs/${b}/*`,
      },
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringLike: { 's3:prefix': `AWSLogs/${b}/*` } },
      },
    );
    await cairn.awsOk(
      ...[
        'iam',
        'put-role-policy',
        '--role-name',
        'logs-of-b',
        '--policy-name',
        'read',
        '--policy-document',
        access,
      ],
    );
    await okAs(keyB, 'iam', 'create-user', '--user-name', 'reader');
    reader = (await okAs(keyB, 'iam', 'create-access-key', '--user-name', 'reader')).AccessKey;
    writeFileSync(
      profiles,
      [
        '[profile b]',
        `aws_access_key_id = ${reader.AccessKeyId}`,
        `aws_secret_access_key = ${reader.SecretAccessKey}`,
        '[profile logs]',
        'source_profile = b',
        `role_arn = ${role()}`,
        'role_session_name = walk',
        '',
      ].join('\n'),
    );
  });

  test('a user of B may not assume the role before B lets him', async () => {
    const refusal = await refusedBy(
      'b',
      'sts',
      'assume-role',
      '--role-arn',
      role(),
      '--role-session-name',
      'walk',
    );
    assert.equal(refusal.code, 'AccessDenied');
    const policy = document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role() });
    await okAs(
      ...[
        keyB,
        'iam',
        'put-user-policy',
        '--user-name',
        'reader',
        '--policy-name',
        'assume',
        '--policy-document',
        policy,
      ],
    );
    const identity = await okBy('logs', 'sts', 'get-caller-identity');
    assert.equal(identity.Arn, `arn:aws:sts::${a}:assumed-role/logs-of-b/walk`);
  });

  test("he lists and reads B's logs", async () => {
    const prefix = `AWSLogs/${b}/`;
    const { Contents } = await okBy(
      'logs',
      's3api',
      'list-objects-v2',
      '--bucket',
      bucket,
      '--prefix',
      prefix,
    );
    assert.ok(Contents.length > 0);
    const target = join(cairn.dir, 'read.json.gz');
    await okBy('logs', 's3api', 'get-object', '--bucket', bucket, '--key', Contents[0].Key, target);
    const { Records } = JSON.parse(gunzipSync(readFileSync(target)));
    assert.ok(Records.every(({ recipientAccountId }) => recipientAccountId === b));
  });

  test("and is refused A's, in words that say why: the role is of A", async () => {
    const prefix = `AWSLogs/${a}/`;
    const key = await eventually(async () => {
      const listed = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', prefix);
      assert.ok(listed.Contents?.length > 0);
      return listed.Contents[0].Key;
    });
    const who = `User: arn:aws:sts::${a}:assumed-role/logs-of-b/walk is not authorized to perform`;
    const get = await refusedBy('logs', 's3api', 'get-object', '--bucket', bucket, '--key', key, '/dev/null');
    assert.deepEqual(get, {
      code: 'AccessDenied',
      message: `${who}: s3:GetObject on resource: "arn:aws:s3:::${bucket}/${key}" because no identity-based policy allows the s3:GetObject action`,
    });
    for (const more of [['--prefix', prefix], []]) {
      const list = await refusedBy('logs', 's3api', 'list-objects-v2', '--bucket', bucket, ...more);
      assert.equal(list.code, 'AccessDenied');
      assert.ok(
        list.message.startsWith(`${who}: s3:ListBucket on resource: "arn:aws:s3:::${bucket}"`),
        list.message,
      );
    }
    const put = await refusedBy('logs', 's3api', 'put-object', '--bucket', bucket, '--key', `AWSLogs/${b}/x`);
    assert.equal(put.code, 'AccessDenied');
  });

  test('the user himself, without the role, is refused everything in A', async () => {
    const refusal = await refusedBy(
      'b',
      's3api',
      'list-objects-v2',
      '--bucket',
      bucket,
      '--prefix',
      `AWSLogs/${b}/`,
    );
    assert.deepEqual(refusal, { code: 'AccessDenied', message: 'Access Denied' });
  });
});

describe('a call across accounts is in both histories, under one sharedEventID', () => {
  const both = (name, holds) =>
    eventually(async () => {
      const [inA, inB] = await Promise.all([eventsOf(undefined, name), eventsOf(keyB, name)]);
      const pair = inB
        .map((theirs) => [
          inA.find(
            ({ sharedEventID }) => sharedEventID !== undefined && sharedEventID === theirs.sharedEventID,
          ),
          theirs,
        ])
        .find(([ours, theirs]) => ours !== undefined && holds(theirs));
      assert.ok(pair !== undefined, `no pair of ${name}`);
      const [ours, theirs] = pair;
      assert.notEqual(ours.eventID, theirs.eventID);
      assert.deepEqual([ours.recipientAccountId, theirs.recipientAccountId], [a, b]);
      return pair;
    });

  test('AssumeRole: the role’s account sees the caller by id and account alone', async () => {
    const [ours, theirs] = await both('AssumeRole', ({ errorCode }) => errorCode === undefined);
    assert.equal(theirs.userIdentity.type, 'IAMUser');
    assert.equal(theirs.userIdentity.userName, 'reader');
    const { userId } = (await okAs(keyB, 'iam', 'get-user', '--user-name', 'reader')).User ?? {};
    assert.deepEqual(ours.userIdentity, {
      type: 'AWSAccount',
      principalId: userId ?? theirs.userIdentity.principalId,
      accountId: b,
    });
  });

  test('a bucket of A, asked by B, also where it is refused', async () => {
    await refusedAs(keyB, 's3api', 'get-bucket-location', '--bucket', bucket);
    const [ours] = await both('GetBucketLocation', ({ errorCode }) => errorCode === 'AccessDenied');
    assert.deepEqual(ours.userIdentity, { type: 'AWSAccount', principalId: b, accountId: b });
  });

  test('a key of A that B uses; what is refused, is B’s affair alone', async () => {
    const key = (await cairn.awsOk('kms', 'create-key')).KeyMetadata;
    const encrypt = ['kms', 'encrypt', '--key-id', key.Arn, '--plaintext', 'aGk='];
    const refusal = await refusedAs(keyB, ...encrypt);
    assert.equal(refusal.code, 'AccessDeniedException');
    const policy = document(
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${a}:root` }, Action: 'kms:*', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${b}:root` }, Action: 'kms:Encrypt', Resource: '*' },
    );
    await cairn.awsOk(
      'kms',
      'put-key-policy',
      '--key-id',
      key.KeyId,
      '--policy-name',
      'default',
      '--policy',
      policy,
    );
    await okAs(keyB, ...encrypt);
    const [ours] = await both('Encrypt', ({ errorCode }) => errorCode === undefined);
    assert.deepEqual(ours.resources, [{ accountId: a, type: 'AWS::KMS::Key', ARN: key.Arn }]);
    assert.ok((await eventsOf(undefined, 'Encrypt')).every(({ errorCode }) => errorCode === undefined));
  });

  test('a topic of A to which B subscribes and, let in, publishes', async () => {
    const { TopicArn: topic } = await cairn.awsOk('sns', 'create-topic', '--name', 'of-a');
    const publish = ['sns', 'publish', '--topic-arn', topic, '--message', 'm'];
    assert.equal((await refusedAs(keyB, ...publish)).code, 'AuthorizationError');
    await cairn.awsOk(
      ...[
        'sns',
        'add-permission',
        '--topic-arn',
        topic,
        '--label',
        'b',
        '--aws-account-id',
        b,
        '--action-name',
        'Publish',
        'GetTopicAttributes',
      ],
    );
    await okAs(keyB, ...publish);
    await okAs(keyB, 'sns', 'get-topic-attributes', '--topic-arn', topic);
    await both('GetTopicAttributes', () => true);
  });
});

describe('users', () => {
  let key;
  const policyOf = (policy) =>
    cairn.awsOk(
      'iam',
      'put-user-policy',
      '--user-name',
      'jane',
      '--policy-name',
      'own',
      '--policy-document',
      policy,
    );

  before(async () => {
    await cairn.awsOk('iam', 'create-user', '--user-name', 'jane');
    key = (await cairn.awsOk('iam', 'create-access-key', '--user-name', 'jane')).AccessKey;
  });

  test('may nothing by default, in each API’s own words', async () => {
    const refusals = {
      s3: ['s3api', 'list-buckets'],
      kms: ['kms', 'list-keys'],
      logs: ['logs', 'describe-log-groups'],
      cloudtrail: ['cloudtrail', 'lookup-events'],
      sns: ['sns', 'list-topics'],
      iam: ['iam', 'list-users'],
    };
    const codes = {};
    for (const [api, args] of Object.entries(refusals)) codes[api] = (await refusedAs(key, ...args)).code;
    assert.deepEqual(codes, {
      s3: 'AccessDenied',
      kms: 'AccessDeniedException',
      logs: 'AccessDeniedException',
      cloudtrail: 'AccessDeniedException',
      sns: 'AuthorizationError',
      iam: 'AccessDenied',
    });
  });

  test('make buckets, which are their account’s', async () => {
    await policyOf(document({ Effect: 'Allow', Action: 's3:*', Resource: ['arn:aws:s3:::janes-*', '*'] }));
    await okAs(key, 's3api', 'create-bucket', '--bucket', 'janes-bucket');
    await okAs(key, 's3api', 'put-object', '--bucket', 'janes-bucket', '--key', 'k');
    const acl = await cairn.awsOk('s3api', 'get-bucket-acl', '--bucket', 'janes-bucket');
    const ofRoot = await cairn.awsOk('s3api', 'list-buckets');
    assert.equal(acl.Owner.ID, ofRoot.Owner.ID);
    assert.ok(ofRoot.Buckets.some(({ Name }) => Name === 'janes-bucket'));
  });

  test('hand roles to CloudTrail only where they may pass them', async () => {
    const group = `arn:aws:logs:us-east-1:${a}:log-group:trail-events:*`;
    await cairn.awsOk('logs', 'create-log-group', '--log-group-name', 'trail-events');
    const trust = document({
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    const { Role } = await cairn.awsOk(
      'iam',
      'create-role',
      '--role-name',
      'ct',
      '--assume-role-policy-document',
      trust,
    );
    const writing = document({
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: group,
    });
    await cairn.awsOk(
      'iam',
      'put-role-policy',
      '--role-name',
      'ct',
      '--policy-name',
      'w',
      '--policy-document',
      writing,
    );
    const update = [
      'cloudtrail',
      'update-trail',
      '--name',
      'own',
      '--cloud-watch-logs-log-group-arn',
      group,
      '--cloud-watch-logs-role-arn',
      Role.Arn,
    ];
    const trails = { Effect: 'Allow', Action: 'cloudtrail:*', Resource: '*' };
    await policyOf(document(trails));
    const refusal = await refusedAs(key, ...update);
    assert.equal(refusal.code, 'AccessDeniedException');
    assert.match(refusal.message, /iam:PassRole on resource: arn:aws:iam::\d{12}:role\/ct/);
    const pass = { Effect: 'Allow', Action: 'iam:PassRole', Resource: Role.Arn };
    const toOther = { ...pass, Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } };
    await policyOf(document(trails, toOther));
    assert.equal((await refusedAs(key, ...update)).code, 'AccessDeniedException');
    await policyOf(document(trails, pass));
    await okAs(key, ...update);
  });
});
