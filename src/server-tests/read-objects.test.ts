// SPDX-License-Identifier: Apache-2.0
// Oracle: GetObject of the same server's S3 API, called by the same callers for the same objects; and, for what is recorded,
// the log files that a trail with a data selector delivers.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { until } from '../testing/until.js';
import { type FrameHead, readFrames } from '../wire/object-frames.js';
import { root, type Server, serve, temporaryFolder } from './cairn-process.js';
import { Client, type HistoryEvent, logBucketPolicy } from './client.js';
import { signed } from './signed-request.js';

const path = '/cairn/v1/objects';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const bucket = 'evidence';
const large = Buffer.alloc(3_000_000, 'x');
const endings: (() => void)[] = [];

let server: Server;
let client: Client;
/** Of a user who may read `open/` and list. */
let reader: { accessKeyId: string; secretAccessKey: string };

interface Key {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
}

async function ask(
  keys: readonly string[],
  by: Key = {},
  name = bucket,
): Promise<{ head: FrameHead; bytes: Buffer }[]> {
  const body = JSON.stringify({ bucket: name, keys });
  const answer = await client.call({ service: 'cairn', path, body, ...by });
  assert.equal(answer.status, 200, answer.text.slice(0, 300));
  return readFrames(answer.body, keys.length);
}

const encoded = (key: string) =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');

const getAlone = (key: string, by: Key = {}, name = bucket) =>
  client.call({ service: 's3', method: 'GET', path: `/${name}/${encoded(key)}`, ...by });

/** That the route says of each object what GetObject says. */
async function assertAsAlone(keys: readonly string[], by: Key = {}, name = bucket): Promise<number[]> {
  const frames = await ask(keys, by, name);
  for (const [index, key] of keys.entries()) {
    const { head, bytes } = frames[index]!;
    const alone = await getAlone(key, by, name);
    assert.equal(head.status, alone.status, `${key}: ${JSON.stringify(head)} ${alone.text.slice(0, 200)}`);
    if ('metadata' in head) {
      assert.ok(bytes.equals(alone.body), key);
      const metadata = Object.entries(alone.headers).filter(([header]) => header.startsWith('x-amz-meta-'));
      const named = metadata.map(([header, value]) => [header.slice('x-amz-meta-'.length), value]);
      assert.deepEqual(head.metadata, Object.fromEntries(named), key);
    } else {
      assert.equal(head.code, /<Code>([^<]*)/.exec(alone.text)?.[1], key);
      assert.equal(head.message, /<Message>([^<]*)/.exec(alone.text)?.[1]?.replaceAll('&quot;', '"'), key);
    }
  }
  return frames.map(({ head }) => head.status);
}

async function put(key: string, bytes: Uint8Array | string, headers = {}, name = bucket): Promise<void> {
  const answer = await client.s3('PUT', `/${name}/${encoded(key)}`, bytes, headers);
  assert.equal(answer.status, 200, answer.text);
}

async function iam(parameters: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString();
  const answer = await client.call({ service: 'iam', headers: form, body });
  assert.equal(answer.status, 200, answer.text);
  return answer.text;
}

async function makeUser(name: string, statement: readonly object[]): Promise<typeof reader> {
  await iam({ Action: 'CreateUser', UserName: name });
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await iam({ Action: 'PutUserPolicy', UserName: name, PolicyName: 'p', PolicyDocument: policy });
  const text = await iam({ Action: 'CreateAccessKey', UserName: name });
  const of = (element: string) => new RegExp(`<${element}>([^<]*)`).exec(text)![1]!;
  return { accessKeyId: of('AccessKeyId'), secretAccessKey: of('SecretAccessKey') };
}

before(async () => {
  const dataDir = temporaryFolder({ after: (work) => void endings.push(work) });
  server = await serve(dataDir, { env: { CAIRN_DELIVERY_INTERVAL: '1' } });
  client = new Client(server.url);
  assert.equal((await client.s3('PUT', `/${bucket}`)).status, 200);
  for (let index = 0; index < 100; index++)
    await put(`open/${index}`, createHash('sha512').update(`${index}`).digest(), {
      'x-amz-meta-index': `${index}`,
    });
  await put('open/large', large);
  await put('open/empty', '');
  await put("open/a b+c/%41!'()*ü", 'odd', { 'x-amz-meta-signature': 'abc', 'x-amz-meta-other': 'd' });
  await put('closed/1', 'secret');
  reader = await makeUser('reader', [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/open/*` },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
  ]);
});
after(async () => {
  client.close();
  await server.process.end('SIGTERM');
  for (const end of endings) end();
});

describe('many objects in one answer are what GetObject answers one by one', () => {
  const odd = [
    'open/large',
    'open/empty',
    "open/a b+c/%41!'()*ü",
    'open/none',
    'closed/1',
    'x'.repeat(1_025),
  ];
  test('to the root', async () => {
    const keys = [...Array.from({ length: 100 }, (_, index) => `open/${index}`), ...odd];
    const statuses = await assertAsAlone(keys);
    assert.deepEqual(statuses.slice(100), [200, 200, 200, 404, 200, 400]);
  });
  test('to a user who may read some of them', async () => {
    assert.deepEqual(
      await assertAsAlone(['open/1', ...odd, 'open/2'], reader),
      [200, 200, 200, 200, 404, 403, 400, 200],
    );
  });
  test('to a user who may not list: what is missing is denied', async () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` };
    const blind = await makeUser('blind', [statement]);
    assert.deepEqual(await assertAsAlone(['open/1', 'open/none', 'closed/1'], blind), [200, 403, 200]);
  });
  test('to a user who may nothing, and of buckets that are none', async () => {
    const nobody = await makeUser('nobody', [
      { Effect: 'Allow', Action: ['cairn:*', 'cloudtrail:*'], Resource: '*' },
    ]);
    assert.deepEqual(await assertAsAlone(['open/1', 'open/none'], nobody), [403, 403]);
    assert.deepEqual(await assertAsAlone(['a'], {}, 'no-such-bucket'), [404]);
    const [frame] = await ask(['a'], {}, '../evidence');
    assert.equal(frame && 'code' in frame.head && frame.head.code, 'InvalidBucketName');
  });
  test('where the policy of the bucket looks at the request', async () => {
    await client.s3('PUT', '/guarded');
    await put('1', 'a', {}, 'guarded');
    const deny = async (condition: object) => {
      const statement = {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::guarded/*',
      };
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ ...statement, Condition: condition }],
      });
      const { status } = await client.s3('PUT', '/guarded?policy', policy);
      assert.ok(status < 300, String(status));
      return assertAsAlone(['1'], {}, 'guarded');
    };
    assert.deepEqual(await deny({ StringEquals: { 's3:authType': 'REST-HEADER' } }), [403]);
    assert.deepEqual(await deny({ IpAddress: { 'aws:SourceIp': '127.0.0.1/32' } }), [403]);
    assert.deepEqual(
      await deny({ StringNotEquals: { 's3:x-amz-content-sha256': createHash('sha256').digest('hex') } }),
      [200],
    );
    assert.deepEqual(await deny({ Null: { 's3:authType': 'true' } }), [200]);
  });
  test('under a key of KMS, which its owner may disable', async () => {
    const target = (operation: string) => ({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    });
    const kms = (operation: string, input: object) =>
      client.call({ service: 'kms', headers: target(operation), body: JSON.stringify(input) });
    const { KeyMetadata } = JSON.parse((await kms('CreateKey', {})).text) as {
      KeyMetadata: { KeyId: string };
    };
    const { KeyId } = KeyMetadata;
    const sse = {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': KeyId,
    };
    await put('open/sealed', 'under a key', sse);
    assert.deepEqual(await assertAsAlone(['open/1', 'open/sealed']), [200, 200]);
    assert.deepEqual(await assertAsAlone(['open/1', 'open/sealed'], reader), [200, 403]);
    await kms('DisableKey', { KeyId });
    assert.deepEqual(await assertAsAlone(['open/sealed', 'open/1']), [400, 200]);
  });
});

test('what is no list of keys is refused, signed or not', async () => {
  const refused = async (body: string, by: Key = {}): Promise<unknown> => {
    const { status, text } = await client.call({ service: 'cairn', path, body, ...by });
    return [status, (JSON.parse(text) as { code: string }).code];
  };
  const keys = Array.from({ length: 257 }, () => 'k');
  assert.deepEqual(await refused(JSON.stringify({ bucket, keys })), [400, 'ValidationException']);
  assert.deepEqual(await refused('{'), [400, 'ValidationException']);
  assert.deepEqual(await refused(' '.repeat(4_000_000)), [400, 'ValidationException']);
  const stranger = { secretAccessKey: 'guessed' };
  assert.deepEqual(await refused(JSON.stringify({ bucket, keys: ['open/1'] }), stranger), [
    403,
    'InvalidSignatureException',
  ]);
  const unsigned = await client.send({ method: 'POST', path, headers: {}, body: Buffer.from('{}') });
  assert.ok(unsigned.status >= 400);
});

test('a client that goes away leaves nothing behind, and nothing of it is an error', async () => {
  const keys = Array.from({ length: 100 }, () => 'open/large');
  const { host } = client;
  const { headers, body } = signed(host, { service: 'cairn', path, body: JSON.stringify({ bucket, keys }) });
  const lines = Object.entries({ ...headers, 'content-length': body.length }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  // More than may be on their way at a time: each must have given its place back.
  for (let round = 0; round < 70; round++) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
  }
  const frames = await ask(['open/1', 'open/large']);
  assert.ok(frames[1]?.bytes.equals(large));
  assert.equal(server.process.stderr, '');
});

test('reading is recorded, object by object, as GetObject is', async () => {
  const logs = 'evidence-logs';
  for (const answer of [
    await client.s3('PUT', `/${logs}`),
    await client.s3('PUT', `/${logs}?policy`, logBucketPolicy(logs)),
    await client.cloudtrail('CreateTrail', { Name: 'reads', S3BucketName: logs }),
    await client.cloudtrail('PutEventSelectors', {
      TrailName: 'reads',
      EventSelectors: [
        {
          ReadWriteType: 'ReadOnly',
          IncludeManagementEvents: false,
          DataResources: [{ Type: 'AWS::S3::Object', Values: [`arn:aws:s3:::${bucket}/`] }],
        },
      ],
    }),
    await client.cloudtrail('StartLogging', { Name: 'reads' }),
  ])
    assert.ok(answer.status < 300, answer.text);
  const open = Array.from({ length: 60 }, (_, index) => `open/${index}`);
  const keys = [...open, 'closed/1', 'open/none'];
  await ask(keys, reader);
  for (const key of keys) await getAlone(key, reader);

  const recorded: HistoryEvent[] = [];
  await until(
    async () => {
      recorded.splice(0, Number.POSITIVE_INFINITY, ...[...(await client.logFiles(logs)).values()].flat());
      return recorded.length >= 2 * keys.length;
    },
    { everyMs: 200 },
  );
  assert.equal(recorded.length, 2 * keys.length);
  assert.equal(new Set(recorded.map(({ requestID }) => requestID)).size, 2 * keys.length);
  const byKey = new Map<string, HistoryEvent[]>();
  for (const event of recorded) {
    const key = String(event.requestParameters?.key);
    byKey.set(key, [...(byKey.get(key) ?? []), event]);
  }
  assert.deepEqual([...byKey.keys()].sort(), [...keys].sort());
  for (const [key, events] of byKey) {
    const [one, other] = events.map(comparable);
    assert.deepEqual(one, other, key);
  }
  const denied = byKey.get('closed/1')![0]!;
  assert.deepEqual([denied.errorCode, denied.eventName], ['AccessDenied', 'GetObject']);
  const { userName } = denied.userIdentity as { userName: string };
  assert.equal(userName, 'reader');
  assert.equal(denied.recipientAccountId, root.accountId);
});

/** Without what differs between any two calls. */
function comparable(event: HistoryEvent): object {
  const { eventID: _id, requestID: _request, eventTime: _time, additionalEventData, ...rest } = event;
  const { 'x-amz-id-2': _host, ...data } = additionalEventData as Record<string, unknown>;
  return { ...rest, additionalEventData: data };
}
