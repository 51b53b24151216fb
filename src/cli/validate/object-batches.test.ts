// SPDX-License-Identifier: Apache-2.0
// Oracle: what is asked of a server that the test plays, byte by byte, and the contract at ObjectBatches: whatever has no
// whole frame is read by itself, and who answers anything else is not asked again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { frameHead, objectFramesType } from '../../wire/object-frames.js';
import type { AwsRequest, AwsRequests } from './aws-requests.js';
import { AnswerTooLargeError, BrokenAnswerError, type HttpAnswer } from './http-answer-reader.js';
import { batchOrigin, ObjectBatches } from './object-batches.js';

type Say = (keys: readonly string[]) => HttpAnswer | Promise<HttpAnswer>;

const answer = (status: number, type: string, body: Buffer | string): HttpAnswer => ({
  status,
  headers: { 'content-type': type },
  body: Buffer.from(body),
});
const frames: Say = (keys) => {
  const bytes = keys.flatMap((key) => [
    frameHead({ status: 200, length: Buffer.byteLength(key), metadata: { of: key } }),
    Buffer.from(key),
  ]);
  return answer(200, objectFramesType, Buffer.concat(bytes));
};
const refusing =
  (status: number, code: string): Say =>
  (keys) =>
    answer(
      200,
      objectFramesType,
      Buffer.concat(keys.map(() => frameHead({ status, code, message: 'because' }))),
    );

/** Says one after the other; the last one from then on. */
function scene(...says: Say[]) {
  const asked: { readonly bucket: string; readonly keys: string[] }[] = [];
  const sent: AwsRequest[] = [];
  const requests: Pick<AwsRequests, 'send'> = {
    send: async (request) => {
      sent.push(request);
      const document = JSON.parse(request.body ?? '') as { bucket: string; keys: string[] };
      asked.push(document);
      return (says.length > 1 ? says.shift() : says[0])!(document.keys);
    },
  };
  const batches = new ObjectBatches(requests as AwsRequests, 'http://127.0.0.1:1', 'eu-west-1');
  const read = async (bucket: string, key: string, sizeBytes: number | undefined = 10) =>
    (await batches.read(bucket, key, sizeBytes))?.bytes.toString();
  const readAll = (...keys: string[]) => Promise.all(keys.map((key) => read('logs', key)));
  return { batches, read, readAll, asked, sent };
}

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

test('what is asked within one turn goes in one request, and comes back by its key', async () => {
  const { readAll, asked, sent } = scene(frames);
  assert.deepEqual(await readAll('a', 'ü/b', 'c'), ['a', 'ü/b', 'c']);
  assert.deepEqual(asked, [{ bucket: 'logs', keys: ['a', 'ü/b', 'c'] }]);
  const { service, method, region, origin, path } = sent[0]!;
  assert.deepEqual(
    [service, method, region, origin, path],
    ['cairn', 'POST', 'eu-west-1', 'http://127.0.0.1:1', '/cairn/v1/objects'],
  );
});

test('each bucket, and no more than fits into a request', async () => {
  const { read, readAll, asked } = scene(frames);
  const wanted = keysOf(150);
  const both = await Promise.all([readAll(...wanted), read('other', 'x'), read('logs', 'large', 256 * 1024)]);
  assert.deepEqual(both, [wanted, 'x', 'large']);
  assert.ok(asked.every(({ keys }) => keys.length <= 64));
  assert.deepEqual(new Set(asked.map(({ bucket }) => bucket)), new Set(['logs', 'other']));
  const many = await Promise.all(keysOf(40).map((key) => read('logs', key, 250_000)));
  assert.deepEqual(many, keysOf(40));
  assert.ok(
    asked.slice(-3).every(({ keys }) => keys.length <= 17),
    'by the bytes that they have',
  );
});

test('nothing more is asked while nobody knows whom', async () => {
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  const { readAll, asked } = scene(async (keys) => {
    await told;
    return frames(keys);
  });
  const first = readAll(...keysOf(100));
  for (let turns = 0; turns < 5; turns++) await nextTurn();
  const second = readAll('z');
  for (let turns = 0; turns < 5; turns++) await nextTurn();
  assert.equal(asked.length, 1);
  tell();
  assert.deepEqual([await first, await second], [keysOf(100), ['z']]);
  assert.ok(asked.length >= 2);
});

test('large objects, and those whose size nobody told, are for others', async () => {
  const { batches, read, asked } = scene(frames);
  assert.equal(await read('logs', 'a', 256 * 1024 + 1), undefined);
  assert.equal(await batches.read('logs', 'b', undefined), undefined);
  assert.equal(asked.length, 0);
});

describe('whoever does not answer as a Cairn is asked once', () => {
  const cases: readonly [what: string, say: Say][] = [
    ['404', () => answer(404, 'application/json', '{"code":"UnknownOperation"}')],
    ['403 in XML', () => answer(403, 'application/xml', '<Error><Code>SignatureDoesNotMatch</Code></Error>')],
    ['405', () => answer(405, 'text/html', '<html>')],
    ['400', () => answer(400, 'application/json', '{}')],
    ['501', () => answer(501, 'application/xml', '')],
    ['503', () => answer(503, 'application/xml', '<Error><Code>SlowDown</Code></Error>')],
    ['a page', () => answer(200, 'text/html', '<html>welcome</html>')],
    ['JSON', () => answer(200, 'application/json', '{"PublicKeyList":[]}')],
    ['nothing', () => answer(200, objectFramesType, '')],
    ['frames under another name', (keys) => ({ ...(frames(keys) as HttpAnswer), headers: {} })],
    ['another status', (keys) => ({ ...(frames(keys) as HttpAnswer), status: 201 })],
    ['a frame too few', (keys) => frames(keys.slice(1))],
    ['a frame too many', (keys) => frames([...keys, 'more'])],
    ['a broken connection', () => Promise.reject(new BrokenAnswerError('the connection broke'))],
    ['far too much', () => Promise.reject(new AnswerTooLargeError('more than 5 bytes'))],
  ];
  for (const [what, say] of cases)
    test(what, async () => {
      const { readAll, asked } = scene(say, frames);
      assert.deepEqual(new Set(await readAll(...keysOf(200))), new Set([undefined]));
      assert.deepEqual(await readAll('later'), [undefined]);
      assert.equal(asked.length, 1);
    });
  test('also when it did before', async () => {
    const { readAll, asked } = scene(frames, () => answer(500, 'text/html', ''), frames);
    assert.deepEqual(await readAll('a'), ['a']);
    assert.deepEqual(await readAll('b'), [undefined]);
    assert.deepEqual(await readAll('c'), [undefined]);
    assert.equal(asked.length, 2);
  });
});

describe('a Cairn that cannot at the moment is asked again for others', () => {
  for (const [what, say] of [
    ['busy', () => answer(503, 'application/json', '{"code":"SlowDown"}')],
    ['objects that have grown', () => Promise.reject(new AnswerTooLargeError('more than 5 bytes'))],
    ['a full answer', refusing(503, 'AnswerFull')],
    ['an error of its own', refusing(500, 'InternalError')],
    ['too many', refusing(429, 'TooManyRequests')],
  ] as readonly [string, Say][])
    test(what, async () => {
      const { readAll } = scene(frames, say, frames);
      assert.deepEqual(
        [await readAll('a'), await readAll('b'), await readAll('c')],
        [['a'], [undefined], ['c']],
      );
    });
});

test('a refusal is an answer', async () => {
  const { batches } = scene(refusing(404, 'NoSuchKey'));
  const frame = await batches.read('logs', 'a', 10);
  assert.deepEqual(frame?.head, { status: 404, code: 'NoSuchKey', message: 'because' });
});

for (const [endpoint, origin] of [
  [undefined, undefined],
  ['http://127.0.0.1:4577', 'http://127.0.0.1:4577'],
  ['https://cairn.example.org/', 'https://cairn.example.org'],
  ['https://example.org/s3', undefined],
  ['https://s3.eu-west-1.amazonaws.com', undefined],
  ['https://s3.cn-north-1.amazonaws.com.cn', undefined],
  ['no address', undefined],
] as const)
  test(`where it is asked: ${endpoint}`, () => {
    const connection = { region: 'us-east-1', credentials: { accessKeyId: '', secretAccessKey: '' } };
    const options = { ...connection, isCertificateChecked: true, ...(endpoint && { endpoint }) };
    assert.equal(batchOrigin(options), origin);
  });
