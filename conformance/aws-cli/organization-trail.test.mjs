// SPDX-License-Identifier: Apache-2.0
// Oracle: `aws cloudtrail validate-logs --account-id` of the real AWS CLI on the trail of an organization; CloudTrail User Guide,
// "Creating a trail for an organization with the AWS CLI" (the walk, the bucket policy, what members see), "Organization
// delegated administrator".
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { CairnServer, eventually, refusalOf } from '../harness.mjs';

const cairn = new CairnServer({
  CAIRN_ACCOUNT_ID: '111111111111',
  CAIRN_DELIVERY_INTERVAL: '1',
  CAIRN_DIGEST_INTERVAL: '2',
});
const management = '111111111111';
const [team, late] = ['222222222222', '333333333333'];
const [home, abroad] = ['us-east-1', 'eu-west-1'];
const bucket = 'organization-logs';
const arn = `arn:aws:cloudtrail:${home}:${management}:trail/org-trail`;
const keys = { [management]: {} };
let organizationId;
let startTime;

before(async () => {
  await cairn.start();
  for (const id of [team, late]) keys[id] = await cairn.newAccount(id);
  organizationId = (await organizations('create-organization')).Organization.Id;
  await joins(team);
});
after(() => cairn.remove());

const organizations = (operation, ...args) => cairn.awsOk('organizations', operation, ...args);
const trails = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);

const as = (id, ...args) => cairn.awsWith(keys[id], ...args);
async function okAs(id, ...args) {
  const { code, stdout, stderr } = await as(id, ...args);
  assert.equal(code, 0, `aws ${args.join(' ')}: ${stderr}`);
  return stdout === '' ? undefined : JSON.parse(stdout);
}
const refusedAs = async (id, ...args) => refusalOf(await as(id, ...args), args).code;

async function joins(id) {
  const { Handshake } = await organizations(
    'invite-account-to-organization',
    '--target',
    `Id=${id},Type=ACCOUNT`,
  );
  await okAs(id, 'organizations', 'accept-handshake', '--handshake-id', Handshake.Id);
}

/** The policy of the guide: the management account's own folder, and the organization's. */
function policy() {
  const service = { Service: 'cloudtrail.amazonaws.com' };
  const source = { 'aws:SourceArn': arn };
  const writing = { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', ...source } };
  const write = (folder) => ({
    Effect: 'Allow',
    Principal: service,
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${bucket}/AWSLogs/${folder}/*`,
    Condition: writing,
  });
  const acl = {
    Effect: 'Allow',
    Principal: service,
    Action: 's3:GetBucketAcl',
    Resource: `arn:aws:s3:::${bucket}`,
    Condition: { StringEquals: source },
  };
  return { Version: '2012-10-17', Statement: [acl, write(management), write(organizationId)] };
}

let copies = 0;
/** The records of an account's log files, from a copy of the bucket. */
async function recordsOf(id, kind = 'CloudTrail') {
  const folder = join(cairn.dir, `copy-${++copies}`);
  await cairn.awsOk(
    's3',
    'sync',
    '--quiet',
    `s3://${bucket}/AWSLogs/${organizationId}/${id}/${kind}/`,
    folder,
  );
  let entries = [];
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((path) => JSON.parse(gunzipSync(readFileSync(path))).Records ?? [{}]);
}

/** Sorted: files of one minute have no order. */
const namesOf = async (id) => (await recordsOf(id)).map(({ eventName }) => eventName).sort();

/** What the validator says of one account and Region. */
async function validate(id, region) {
  const range = ['--trail-arn', arn, '--account-id', id, '--start-time', startTime, '--region', region];
  const { code, stdout, stderr } = await cairn.aws('cloudtrail', 'validate-logs', ...range, '--verbose');
  const [, digests = 0, all = 0] = /(\d+)\/(\d+) digest files valid/.exec(stdout) ?? [];
  const [, logs = 0] = /(\d+)\/\d+ log files valid/.exec(stdout) ?? [];
  assert.equal(code, 0, stdout + stderr);
  assert.equal(digests, all, stdout);
  assert.doesNotMatch(stdout, /INVALID/);
  return { digests: Number(digests), logs: Number(logs), stdout };
}

/** Valid, with so many log files at least. */
const validWith = (id, region, logs) =>
  eventually(
    async () => {
      const said = await validate(id, region);
      assert.ok(said.logs >= logs, `${said.logs} log files of ${id} in ${region}`);
      // Of two, `cairn validate` knows the interval, and so whether a chain has ended.
      assert.ok(said.digests > 1, `${said.digests} digests of ${id} in ${region}`);
      return said;
    },
    { everyMs: 1_000 },
  );

describe('making it', () => {
  const wanted = [
    '--name',
    'org-trail',
    '--s3-bucket-name',
    bucket,
    '--is-organization-trail',
    '--is-multi-region-trail',
    '--enable-log-file-validation',
  ];

  test('takes trusted access and a bucket that is open to the organization', async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
    const code = async () => (await cairn.awsRefused('cloudtrail', 'create-trail', ...wanted)).code;
    assert.equal(await code(), 'CloudTrailAccessNotEnabledException');
    await organizations('enable-aws-service-access', '--service-principal', 'cloudtrail.amazonaws.com');
    assert.equal(await code(), 'InsufficientS3BucketPolicyException');
    assert.equal(
      await refusedAs(team, 'cloudtrail', 'create-trail', ...wanted),
      'NotOrganizationMasterAccountException',
    );
    assert.equal(
      await refusedAs(late, 'cloudtrail', 'create-trail', ...wanted),
      'OrganizationsNotInUseException',
    );
    const file = join(cairn.dir, 'policy.json');
    writeFileSync(file, JSON.stringify(policy()));
    await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', `file://${file}`);
    const made = await trails('create-trail', ...wanted);
    assert.deepEqual([made.TrailARN, made.IsOrganizationTrail], [arn, true]);
    startTime = new Date().toISOString();
    await trails('start-logging', '--name', 'org-trail');
  });

  test('members see it and cannot touch it', async () => {
    const { trailList } = await okAs(team, 'cloudtrail', 'describe-trails');
    assert.deepEqual(
      trailList.map((trail) => [trail.TrailARN, trail.IsOrganizationTrail]),
      [[arn, true]],
    );
    assert.equal((await okAs(team, 'cloudtrail', 'get-trail-status', '--name', arn)).IsLogging, true);
    for (const operation of ['stop-logging', 'delete-trail'])
      assert.equal(
        await refusedAs(team, 'cloudtrail', operation, '--name', arn),
        'NotOrganizationMasterAccountException',
      );
  });
});

describe('logging', () => {
  test('every member has its folder, in every Region, and valid digests', async () => {
    for (const id of [management, team])
      for (const region of [home, abroad]) await okAs(id, 'sts', 'get-caller-identity', '--region', region);
    for (const id of [management, team]) {
      for (const region of [home, abroad]) await validWith(id, region, 1);
      const records = await recordsOf(id);
      assert.ok(records.length > 0);
      assert.deepEqual([...new Set(records.map(({ recipientAccountId }) => recipientAccountId))], [id]);
    }
  });

  test('whoever joins is logged from the joining on, whoever leaves until the leaving', async () => {
    await okAs(late, 'sts', 'get-caller-identity');
    await joins(late);
    await okAs(late, 's3api', 'create-bucket', '--bucket', 'of-the-late');
    await validWith(late, home, 1);
    await okAs(late, 'organizations', 'leave-organization');
    await okAs(late, 's3api', 'delete-bucket', '--bucket', 'of-the-late');
    await eventually(async () => {
      assert.deepEqual(await namesOf(late), ['AcceptHandshake', 'CreateBucket', 'LeaveOrganization']);
    });
    const { stdout } = await validWith(late, home, 1);
    assert.match(stdout, /digest files valid/);
    assert.deepEqual((await okAs(late, 'cloudtrail', 'describe-trails')).trailList, []);
  });

  test('an account that is made is logged, idle or not, until it is removed', async () => {
    await organizations('create-account', '--email', 'new@example.com', '--account-name', 'New');
    const made = await eventually(async () => {
      const { CreateAccountStatuses } = await organizations('list-create-account-status');
      assert.equal(CreateAccountStatuses[0].State, 'SUCCEEDED');
      return CreateAccountStatuses[0].AccountId;
    });
    await validWith(made, home, 0);
    await organizations('remove-account-from-organization', '--account-id', made);
    await eventually(async () => assert.deepEqual(await namesOf(made), ['RemoveAccountFromOrganization']));
  });

  test('through kill -9 nothing is lost, nothing is there twice, and the chains go on', async () => {
    for (let round = 0; round < 2; round += 1) {
      await okAs(team, 'sts', 'get-caller-identity');
      await cairn.kill();
      await cairn.start();
      for (const id of [team, late]) {
        const { stdout } = await cairn.cairn('env', '--account', id);
        keys[id].AWS_ENDPOINT_URL = /AWS_ENDPOINT_URL='?(.*?)'?\n/.exec(stdout)[1];
      }
    }
    await validWith(team, home, 3);
    const ids = (await recordsOf(team)).map(({ eventID }) => eventID);
    assert.equal(new Set(ids).size, ids.length);
  });

  test('cairn validate knows every member', async () => {
    const stdout = await eventually(
      async () => {
        const said = await cairn.cairnAsClient('validate', `s3://${bucket}/`);
        assert.equal(said.code, 0, said.stdout + said.stderr);
        // An end shows once the next digest would be due.
        assert.match(said.stdout, /the chain ends here: LeaveOrganization/);
        assert.match(said.stdout, /the chain ends here: RemoveAccountFromOrganization/);
        return said.stdout;
      },
      { everyMs: 1_000 },
    );
    for (const id of [management, team, late])
      assert.match(stdout, new RegExp(`account ${id} \\(${organizationId}\\)`));
  });
});

describe('a delegated administrator', () => {
  test('manages it, and the owner’s history tells of it', async () => {
    await trails('register-organization-delegated-admin', '--member-account-id', team);
    await okAs(team, 'cloudtrail', 'stop-logging', '--name', arn);
    assert.equal((await trails('get-trail-status', '--name', 'org-trail')).IsLogging, false);
    await okAs(team, 'cloudtrail', 'start-logging', '--name', arn);
    const events = async (id) => {
      const found = await okAs(
        id,
        'cloudtrail',
        'lookup-events',
        '--lookup-attributes',
        'AttributeKey=EventName,AttributeValue=StopLogging',
      );
      return found.Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent)).filter(
        ({ errorCode }) => errorCode === undefined,
      );
    };
    const [own] = await eventually(async () => {
      const found = await events(team);
      assert.equal(found.length, 1);
      return found;
    });
    const [shared] = await events(management);
    assert.ok(own.sharedEventID !== undefined && own.sharedEventID === shared.sharedEventID);
    assert.deepEqual([own.recipientAccountId, shared.recipientAccountId], [team, management]);
    await trails('deregister-organization-delegated-admin', '--delegated-admin-account-id', team);
    assert.equal(
      await refusedAs(team, 'cloudtrail', 'stop-logging', '--name', arn),
      'NotOrganizationMasterAccountException',
    );
  });
});

describe('a log group and a topic', () => {
  test('members’ events reach the group, in the organization’s stream', async () => {
    await cairn.awsOk('logs', 'create-log-group', '--log-group-name', 'CloudTrail/org');
    const role = ['--role-name', 'CloudTrail_CloudWatchLogs_Role'];
    const trust = {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    await cairn.awsOk(
      'iam',
      'create-role',
      ...role,
      '--assume-role-policy-document',
      JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    );
    const group = `arn:aws:logs:${home}:${management}:log-group:CloudTrail/org`;
    const write = {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `${group}:log-stream:${organizationId}_*`,
    };
    await cairn.awsOk(
      'iam',
      'put-role-policy',
      ...role,
      '--policy-name',
      'write',
      '--policy-document',
      JSON.stringify({ Version: '2012-10-17', Statement: [write] }),
    );
    const roleArn = `arn:aws:iam::${management}:role/CloudTrail_CloudWatchLogs_Role`;
    await trails(
      'update-trail',
      '--name',
      'org-trail',
      '--cloud-watch-logs-log-group-arn',
      `${group}:*`,
      '--cloud-watch-logs-role-arn',
      roleArn,
    );
    await okAs(team, 'sts', 'get-caller-identity', '--region', abroad);
    await eventually(async () => {
      const filter = `{ $.recipientAccountId = "${team}" }`;
      const { events } = await cairn.awsOk(
        'logs',
        'filter-log-events',
        '--log-group-name',
        'CloudTrail/org',
        '--filter-pattern',
        filter,
      );
      assert.ok(events.length > 0);
      assert.ok(events.every(({ logStreamName }) => logStreamName.startsWith(`${organizationId}_`)));
    });
  });
});

describe('the end of it', () => {
  test('CloudTrail is trusted no more: a trail of the management account alone', async () => {
    await organizations('disable-aws-service-access', '--service-principal', 'cloudtrail.amazonaws.com');
    const { Trail } = await trails('get-trail', '--name', 'org-trail');
    assert.equal(Trail.IsOrganizationTrail, false);
    assert.deepEqual((await okAs(team, 'cloudtrail', 'describe-trails')).trailList, []);
    await okAs(team, 's3api', 'create-bucket', '--bucket', 'unseen-bucket');
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'seen-bucket');
    await eventually(async () => {
      const listed = await cairn.awsOk(
        's3api',
        'list-objects-v2',
        '--bucket',
        bucket,
        '--prefix',
        `AWSLogs/${management}/CloudTrail/`,
      );
      assert.ok(listed.Contents?.length > 0);
    });
    const unseen = (await recordsOf(team)).filter(
      ({ requestParameters: sent }) => sent?.bucketName === 'unseen-bucket',
    );
    assert.deepEqual(unseen, []);
  });
});
