// SPDX-License-Identifier: Apache-2.0
// Oracle: the limits that the test gives, and the call as a GetObject of the S3 API would have it (S3 API Reference,
// GetObject; Service Authorization Reference, "Condition keys for Amazon S3", for the headers that policies are shown).
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { readFrames } from '../wire/object-frames.js';
import { WireError } from '../wire/wire-error.js';
import type { DirectCall } from './aws-api.js';
import { objectRoutes } from './object-routes.js';
import { type OwnRequest, StreamedAnswer } from './own-api.js';
import { wireRequest } from './testing/scene.js';

const limits = { keysMax: 3, answerBytesMax: 1_000, readingMax: 2, answersMax: 2 };
const headers = {
  host: '127.0.0.1:4577',
  authorization: 'AWS4-HMAC-SHA256 …',
  'user-agent': 'cairn',
  'x-amz-content-sha256': 'of the list of keys',
  'x-amz-acl': 'public-read',
  'if-match': '"etag"',
  'content-type': 'application/json',
};

function scene() {
  const calls: DirectCall[] = [];
  const route = objectRoutes(
    {
      run: async (call) => {
        calls.push(call);
        return { ContentLength: 2, Metadata: {}, Body: Buffer.from('ok') };
      },
      newRequestId: () => `id-${calls.length}`,
    },
    limits,
  ).get('POST /cairn/v1/objects');
  const ask = async (body: unknown): Promise<StreamedAnswer> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const wire = wireRequest({
      method: 'POST',
      path: '/cairn/v1/objects?versionId=1',
      headers,
      body: Buffer.from(text),
    });
    const principal = { kind: 'root', accountId: '111122223333', accessKeyId: 'AKIA' };
    const request = { body: Buffer.from(text), wire, principal, region: 'eu-west-1' };
    const answer = await route?.(request as unknown as OwnRequest);
    assert.ok(answer instanceof StreamedAnswer);
    return answer;
  };
  return { ask, calls };
}

test('each key is a GetObject of its own', async () => {
  const { ask, calls } = scene();
  const { body } = await ask({ bucket: 'logs', keys: ['a b/ü?.gz', 'c'] });
  const frames = readFrames(await buffer(body), 2);
  assert.deepEqual(
    frames.map(({ bytes }) => bytes.toString()),
    ['ok', 'ok'],
  );
  const [first, second] = calls;
  assert.deepEqual(
    [first?.service, first?.operation, first?.region, first?.input],
    ['s3', 'GetObject', 'eu-west-1', { Bucket: 'logs', Key: 'a b/ü?.gz' }],
  );
  assert.deepEqual(
    [first?.request.method, first?.request.rawPath, first?.request.rawQuery],
    ['GET', '/logs/a%20b/%C3%BC%3F.gz', ''],
  );
  assert.notEqual(first?.request.requestId, second?.request.requestId);
  assert.deepEqual(first?.request.headers, {
    host: headers.host,
    authorization: headers.authorization,
    'user-agent': 'cairn',
    // Of no bytes, as a GET has none.
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  });
  assert.equal(first?.request.sourceIp, '203.0.113.9');
});

for (const body of [
  '',
  'null',
  '[]',
  '{',
  {},
  { bucket: 'b' },
  { keys: ['a'] },
  { bucket: 1, keys: ['a'] },
  { bucket: 'b', keys: [] },
  { bucket: 'b', keys: 'a' },
  { bucket: 'b', keys: { length: 1 } },
  { bucket: 'b', keys: ['a', 1] },
  { bucket: 'b', keys: [null] },
  { bucket: 'b', keys: ['1', '2', '3', '4'] },
  '{"bucket":"b","keys":["\\ud800"]}',
  '{"bucket":"\\udc00","keys":["a"]}',
  `{"bucket":"b","keys":["a"]${' '.repeat(100_000)}}`,
])
  test(`refused: ${JSON.stringify(body).slice(0, 60)}`, async () => {
    const { ask, calls } = scene();
    await assert.rejects(
      ask(body),
      (error) => error instanceof WireError && error.code === 'ValidationException' && error.status === 400,
    );
    assert.equal(calls.length, 0);
  });

test('answers at a time are bounded, and an ended one makes room, also one that was never begun', async () => {
  const { ask } = scene();
  const asked = { bucket: 'logs', keys: ['a'] };
  const busy = (error: unknown) =>
    error instanceof WireError && error.code === 'SlowDown' && error.status === 503;
  const ended = ({ body }: StreamedAnswer) => new Promise((resolve) => body.once('close', resolve));
  const first = await ask(asked);
  const second = await ask(asked);
  await assert.rejects(ask(asked), busy);
  const isFirstEnded = ended(first);
  await buffer(first.body);
  await isFirstEnded;
  const third = await ask(asked);
  await assert.rejects(ask(asked), busy);
  for (const answer of [second, third]) {
    const isEnded = ended(answer);
    answer.body.destroy();
    await isEnded;
  }
  const last = await Promise.all([ask(asked), ask(asked)]);
  for (const { body } of last) assert.ok(body instanceof Readable && !body.destroyed);
  for (const { body } of last) body.destroy();
});
