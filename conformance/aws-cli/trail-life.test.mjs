// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference and User Guide (names, home Region, shadow trails, delivery errors), read by the real
// AWS CLI; every event that was recorded while the bucket could not be written is counted in the files that come after.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { CairnServer, eventually } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const abroad = ['--region', 'eu-west-1'];
let accountId;
let arn;

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
});
after(() => cairn.remove());

const trail = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const refusal = async (operation, ...args) => (await cairn.awsRefused('cloudtrail', operation, ...args)).code;

async function letIn(bucket) {
  const file = join(cairn.dir, `${bucket}.json`);
  writeFileSync(file, JSON.stringify(cloudTrailBucketPolicy(bucket, accountId)));
  await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', `file://${file}`);
}

async function logBucket(bucket) {
  await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
  await letIn(bucket);
}

let downloads = 0;
/** Records of every file in a bucket, each with its key. Delivery goes on meanwhile: only the copy is asked what there is. */
async function delivered(bucket) {
  const folder = join(cairn.dir, `download-${++downloads}`);
  await cairn.awsOk('s3', 'sync', '--quiet', `s3://${bucket}`, folder);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { Records } = JSON.parse(gunzipSync(readFileSync(path)));
    return Records.map((record) => ({ ...record, key: relative(folder, path) }));
  });
}

function statusWith(name, holds) {
  return eventually(async () => {
    const status = await trail('get-trail-status', '--name', name);
    assert.ok(holds(status), JSON.stringify(status));
    return status;
  });
}

describe('making a trail', () => {
  test('without a bucket, without its leave, under a name that cannot be: refused', async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'life-logs');
    const create = (name, bucket) => refusal('create-trail', '--name', name, '--s3-bucket-name', bucket);
    assert.equal(await create('life', 'no-such-logs'), 'S3BucketDoesNotExistException');
    assert.equal(await create('life', 'life-logs'), 'InsufficientS3BucketPolicyException');
    assert.equal(await create('li..fe', 'life-logs'), 'InvalidTrailNameException');
    assert.equal(await create('192.168.5.4', 'life-logs'), 'InvalidTrailNameException');
  });

  test('its record has the resources, the settings answered, and the tags', async () => {
    await letIn('life-logs');
    const tags = ['--tags-list', 'Key=team,Value=audit'];
    const made = await trail('create-trail', '--name', 'life', '--s3-bucket-name', 'life-logs', ...tags);
    arn = made.TrailARN;
    assert.equal(
      await refusal('create-trail', '--name', 'life', '--s3-bucket-name', 'life-logs'),
      'TrailAlreadyExistsException',
    );
    const event = await eventually(async () => {
      const filter = ['--lookup-attributes', `AttributeKey=ResourceName,AttributeValue=${arn}`];
      const [found] = (await trail('lookup-events', ...filter)).Events;
      assert.ok(found);
      return found;
    });
    const record = JSON.parse(event.CloudTrailEvent);
    assert.deepEqual(record.requestParameters, {
      name: 'life',
      s3BucketName: 'life-logs',
      tagsList: [{ key: 'team', value: 'audit' }],
    });
    assert.deepEqual(record.responseElements, {
      name: 'life',
      s3BucketName: 'life-logs',
      includeGlobalServiceEvents: true,
      isMultiRegionTrail: false,
      trailARN: arn,
      logFileValidationEnabled: false,
      isOrganizationTrail: false,
    });
    const resources = event.Resources.map(
      ({ ResourceType, ResourceName }) => `${ResourceType} ${ResourceName}`,
    );
    for (const expected of ['Trail life', `Trail ${arn}`])
      assert.ok(resources.includes(`AWS::CloudTrail::${expected}`), expected);
    assert.ok(resources.includes('AWS::S3::Bucket life-logs'));
    const { ResourceTagList } = await trail('list-tags', '--resource-id-list', arn);
    assert.deepEqual(ResourceTagList, [{ ResourceId: arn, TagsList: [{ Key: 'team', Value: 'audit' }] }]);
  });
});

describe('Regions', () => {
  test('another Region sees a single-Region trail by its ARN only, and changes none', async () => {
    assert.deepEqual((await trail('describe-trails', ...abroad)).trailList, []);
    const named = await trail('describe-trails', '--trail-name-list', arn, ...abroad);
    assert.deepEqual(
      named.trailList.map((one) => one.HomeRegion),
      ['us-east-1'],
    );
    assert.equal(await refusal('start-logging', '--name', 'life', ...abroad), 'TrailNotFoundException');
    assert.equal(await refusal('delete-trail', '--name', arn, ...abroad), 'InvalidHomeRegionException');
  });

  test('a multi-Region trail shows everywhere as a shadow', async () => {
    await trail('update-trail', '--name', 'life', '--is-multi-region-trail');
    const shadows = (await trail('describe-trails', ...abroad)).trailList;
    assert.deepEqual(
      shadows.map((one) => [one.TrailARN, one.HomeRegion, one.LogFileValidationEnabled]),
      [[arn, 'us-east-1', false]],
    );
    assert.deepEqual((await trail('describe-trails', '--no-include-shadow-trails', ...abroad)).trailList, []);
    assert.equal(await refusal('get-trail-status', '--name', 'life', ...abroad), 'TrailNotFoundException');
    assert.equal((await trail('get-trail-status', '--name', arn, ...abroad)).IsLogging, false);
    assert.equal(await refusal('stop-logging', '--name', arn, ...abroad), 'InvalidHomeRegionException');
  });

  test('a single-Region trail gets its Region and no other', async () => {
    await logBucket('single-logs');
    await trail('create-trail', '--name', 'single', '--s3-bucket-name', 'single-logs', ...abroad);
    await trail('start-logging', '--name', 'single', ...abroad);
    await cairn.awsOk('sts', 'get-caller-identity');
    await cairn.awsOk('sts', 'get-caller-identity', ...abroad);
    const records = await eventually(async () => {
      const found = await delivered('single-logs');
      assert.ok(found.some((record) => record.eventName === 'GetCallerIdentity'));
      return found;
    });
    assert.deepEqual([...new Set(records.map((record) => record.awsRegion))], ['eu-west-1']);
    for (const { key } of records) assert.match(key, /\/CloudTrail\/eu-west-1\//);
    await trail('delete-trail', '--name', 'single', ...abroad);
  });
});

describe('deliveries that fail', () => {
  test('a policy taken back: AccessDenied; given again: everything comes, once', async () => {
    await trail('start-logging', '--name', 'life');
    const before = await statusWith('life', (status) => status.LatestDeliveryTime !== undefined);
    assert.equal(before.LatestDeliveryError, undefined);
    await cairn.awsOk('s3api', 'delete-bucket-policy', '--bucket', 'life-logs');
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'while-refused');
    const refused = await statusWith('life', (status) => status.LatestDeliveryError === 'AccessDenied');
    assert.equal(refused.IsLogging, true);
    await letIn('life-logs');
    await statusWith('life', (status) => status.LatestDeliveryError === undefined);
    await deliveredOnce('life-logs', ['DeleteBucketPolicy', 'CreateBucket']);
  });

  test('a bucket deleted: NoSuchBucket; made again: everything comes, once', async () => {
    await trail('stop-logging', '--name', 'life');
    await trail('start-logging', '--name', 'life');
    await cairn.awsOk('s3', 'rb', '--force', 's3://life-logs');
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'while-gone');
    await statusWith('life', (status) => status.LatestDeliveryError === 'NoSuchBucket');
    await logBucket('life-logs');
    await statusWith('life', (status) => status.LatestDeliveryError === undefined);
    await deliveredOnce('life-logs', ['DeleteBucket', 'CreateBucket']);
  });

  async function deliveredOnce(bucket, names) {
    await eventually(async () => {
      const records = await delivered(bucket);
      const found = records.map((record) => record.eventName);
      for (const name of names) assert.ok(found.includes(name), `${name} in ${found}`);
      assert.equal(new Set(records.map((record) => record.eventID)).size, records.length);
    });
  }
});

describe('the files', () => {
  test('are gzip of JSON by their metadata, encrypted as buckets are by default', async () => {
    const [record] = await delivered('life-logs');
    const head = await cairn.awsOk('s3api', 'head-object', '--bucket', 'life-logs', '--key', record.key);
    assert.deepEqual(
      [head.ContentType, head.ContentEncoding, head.ServerSideEncryption],
      ['application/json', 'gzip', 'AES256'],
    );
  });

  test('an idle trail comes to rest', async () => {
    const count = async () => {
      const { Contents } = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', 'life-logs');
      return Contents.length;
    };
    // Whatever the calls before have left is delivered first, in intervals of a second.
    await eventually(async () => {
      const before = await count();
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      assert.equal(await count(), before);
    });
  });

  test('stay when the trail goes', async () => {
    await trail('delete-trail', '--name', 'life');
    assert.equal(await refusal('get-trail-status', '--name', 'life'), 'TrailNotFoundException');
    assert.ok((await delivered('life-logs')).length > 0);
  });
});
