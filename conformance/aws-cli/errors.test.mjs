// SPDX-License-Identifier: Apache-2.0
// Oracle: AWS's error codes in each protocol's own dialect (IAM User Guide, "Troubleshoot AWS API requests"; Amazon S3
// API Reference, "Error responses"), as the real AWS CLI reads them, and URLs that it signs.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually, refusalOf } from '../harness.mjs';

const cairn = new CairnServer();
const bucket = 'error-bucket';

before(async () => {
  await cairn.start();
  await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
  writeFileSync(join(cairn.dir, 'a b.txt'), 'hello');
  await cairn.awsOk('s3', 'cp', 'a b.txt', `s3://${bucket}/a b.txt`);
});
after(() => cairn.remove());

const calls = {
  'query (STS)': ['sts', 'get-caller-identity'],
  'JSON (CloudTrail)': ['cloudtrail', 'lookup-events'],
  'REST JSON (CloudTrail data)': [
    'cloudtrail-data',
    'put-audit-events',
    '--channel-arn',
    'arn:aws:cloudtrail:us-east-1:111122223333:channel/11111111-2222-3333-4444-555555555555',
    '--audit-events',
    'id=1,eventData=x',
  ],
  'REST XML (S3)': ['s3api', 'list-buckets'],
};

describe('bad credentials', () => {
  const cases = [
    [
      'a key that nobody has',
      { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
      [
        'InvalidClientTokenId',
        'UnrecognizedClientException',
        'UnrecognizedClientException',
        'InvalidAccessKeyId',
      ],
    ],
    [
      'a wrong secret',
      { AWS_SECRET_ACCESS_KEY: 'wrong' },
      [
        'SignatureDoesNotMatch',
        'InvalidSignatureException',
        'InvalidSignatureException',
        'SignatureDoesNotMatch',
      ],
    ],
  ];
  for (const [what, variables, codes] of cases) {
    for (const [index, [protocol, args]] of Object.entries(calls).entries()) {
      test(`${what}, ${protocol}: ${codes[index]}`, async () => {
        assert.equal(refusalOf(await cairn.awsWith(variables, ...args), args).code, codes[index]);
      });
    }
  }

  test('leave nothing in the history: they name nobody', async () => {
    await cairn.awsOk('sts', 'get-caller-identity');
    const names = await eventually(async () => {
      const { Events } = await cairn.awsOk('cloudtrail', 'lookup-events');
      const found = Events.map((event) => event.EventName);
      assert.ok(found.includes('GetCallerIdentity'));
      return found;
    });
    assert.equal(names.filter((name) => name === 'GetCallerIdentity').length, 1);
    assert.ok(!names.includes('ListBuckets'));
  });

  test('no signature at all', async () => {
    const json = {
      'x-amz-target': 'CloudTrail_20131101.LookupEvents',
      'content-type': 'application/x-amz-json-1.1',
    };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const query = 'Action=GetCallerIdentity&Version=2011-06-15';
    for (const [headers, body, status, code] of [
      [json, '{}', 400, '"__type":"MissingAuthenticationTokenException"'],
      [form, query, 403, '<Code>MissingAuthenticationToken</Code>'],
    ]) {
      const answer = await fetch(cairn.url, { method: 'POST', headers, body });
      assert.equal(answer.status, status);
      assert.ok((await answer.text()).includes(code), code);
    }
    const object = await fetch(`${cairn.url}/${bucket}/a%20b.txt`);
    assert.equal(object.status, 403);
    assert.match(await object.text(), /<Code>AccessDenied<\/Code>/);
  });
});

describe('calls that are refused', () => {
  test('are recorded with code and message, and a JSON error is a 400', async () => {
    const args = ['cloudtrail', 'get-trail-status', '--name', 'no-such-trail'];
    const refused = await cairn.aws('--debug', ...args);
    assert.match(refused.stderr, /TrailNotFoundException/);
    assert.match(refused.stderr, /"POST \/ HTTP\/1\.1" 400 /);
    const record = await eventually(async () => {
      const filter = ['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=GetTrailStatus'];
      const [event] = (await cairn.awsOk('cloudtrail', 'lookup-events', ...filter)).Events;
      assert.ok(event);
      return JSON.parse(event.CloudTrailEvent);
    });
    assert.equal(record.errorCode, 'TrailNotFoundException');
    assert.match(
      record.errorMessage,
      /^Unknown trail: arn:aws:cloudtrail:us-east-1:\d{12}:trail\/no-such-trail for/,
    );
    assert.deepEqual(record.requestParameters, { name: 'no-such-trail' });
    assert.equal(record.responseElements, null);
  });

  test('an operation that is not there says so, and is recorded too', async () => {
    const args = ['put-insight-selectors', '--trail-name', 'no-such-trail', '--insight-selectors', '[]'];
    const { code, message } = await cairn.awsRefused('cloudtrail', ...args);
    assert.equal(code, 'NotImplemented');
    assert.match(message, /PutInsightSelectors/);
  });
});

describe('signed URLs', () => {
  /** The CLI's first version signs S3 URLs with a signature that S3 takes for no new bucket, unless told otherwise. */
  const version4 = () => {
    const file = join(cairn.dir, 'config');
    writeFileSync(file, '[default]\ns3 =\n  signature_version = s3v4\n');
    return { AWS_CONFIG_FILE: file };
  };
  async function presigned(...args) {
    const { stdout } = await cairn.awsWith(version4(), 's3', 'presign', `s3://${bucket}/a b.txt`, ...args);
    return stdout.trim();
  }

  test('aws s3 presign', async () => {
    const url = await presigned();
    assert.equal(await (await fetch(url)).text(), 'hello');
    const changed = await fetch(url.replace('a%20b', 'a%20c'));
    assert.equal(changed.status, 403);
    assert.match(await changed.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
  });

  test('that have run out, or would run for more than a week', async () => {
    const short = await presigned('--expires-in', '1');
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const expired = await fetch(short);
    assert.equal(expired.status, 403);
    const text = await expired.text();
    assert.match(text, /<Code>AccessDenied<\/Code>/);
    assert.match(text, /<Message>Request has expired<\/Message>/);
    const long = await fetch(await presigned('--expires-in', '604801'));
    assert.equal(long.status, 400);
    assert.match(await long.text(), /<Code>AuthorizationQueryParametersError<\/Code>/);
  });

  test('for a virtual host', async () => {
    const { port } = new URL(cairn.url);
    const host = `${bucket}.s3.localhost:${port}`;
    const file = join(cairn.dir, 'virtual');
    writeFileSync(file, '[default]\ns3 =\n  signature_version = s3v4\n  addressing_style = virtual\n');
    const variables = { AWS_CONFIG_FILE: file, AWS_ENDPOINT_URL: `http://s3.localhost:${port}` };
    const { stdout } = await cairn.awsWith(variables, 's3', 'presign', `s3://${bucket}/a b.txt`);
    const url = new URL(stdout.trim());
    assert.equal(url.host, host);
    const options = { host: '127.0.0.1', port, path: url.pathname + url.search, headers: { host } };
    const answer = await new Promise((resolve, reject) => {
      request(options, resolve).on('error', reject).end();
    });
    assert.equal(answer.statusCode, 200);
    assert.equal((await answer.setEncoding('utf8').toArray()).join(''), 'hello');
  });

  test('the older signature is refused by name', async () => {
    const { stdout } = await cairn.aws('s3', 'presign', `s3://${bucket}/a b.txt`);
    const answer = await fetch(stdout.trim());
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /Please use AWS4-HMAC-SHA256/);
  });
});
