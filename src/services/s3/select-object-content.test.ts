// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 API Reference, SelectObjectContent with "Appendix: SelectObjectContent Response" (which events, in which order) and
// "Error responses", List of SELECT Object Content Error Codes; the SDK's decoder reads the frames.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { anonymous, openScene, type S3Scene, stranger } from './testing/s3-scene.js';

const text = new TextDecoder();
const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : text.decode(bytes as Uint8Array)),
  (from) => new TextEncoder().encode(from),
);

interface Event {
  readonly type: string;
  readonly body: string;
}

async function eventsOf(payload: unknown): Promise<Event[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of payload as AsyncIterable<Buffer>) chunks.push(chunk);
  let bytes = Buffer.concat(chunks);
  const events: Event[] = [];
  while (bytes.length > 0) {
    const length = bytes.readUInt32BE(0);
    const { headers, body } = codec.decode(bytes.subarray(0, length));
    const type = headers[':event-type'] ?? headers[':error-code'];
    events.push({ type: String(type?.value), body: text.decode(body) });
    bytes = bytes.subarray(length);
  }
  // Whether they come is a matter of time.
  return events.filter(
    ({ type }, at) => type !== 'Cont' && !(type === 'Progress' && events[at + 1]?.type !== 'Stats'),
  );
}

let scene: S3Scene;
before(async () => {
  scene = await openScene();
  await scene.makeBucket('data');
  const lines = Array.from({ length: 50_000 }, (_, n) => JSON.stringify({ n, text: `row ${n}` }));
  await scene.put('data', 'lines', lines.join('\n'));
  await scene.put('data', 'lines.gz', gzipSync(lines.join('\n')));
  await scene.put('data', 'late', `${lines.join('\n')}\n{"n":`);
  await scene.put('data', 'empty', '');
  await scene.put('data', 'sealed', '{"a":1}', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'my-key' });
});
after(() => scene.close());

const lines = { JSON: { Type: 'LINES' } };

function request(key: string, expression: string, more: object = {}): object {
  return {
    Bucket: 'data',
    Key: key,
    Expression: expression,
    ExpressionType: 'SQL',
    InputSerialization: lines,
    OutputSerialization: { JSON: {} },
    ...more,
  };
}

async function select(...given: Parameters<typeof request>): Promise<Event[]> {
  const { Payload } = await scene.run('SelectObjectContent', request(...given));
  return eventsOf(Payload);
}

const recordsOf = (events: readonly Event[]) =>
  events
    .filter(({ type }) => type === 'Records')
    .map(({ body }) => body)
    .join('');

describe('events', () => {
  test('Records, Stats, End', async () => {
    const events = await select('lines', 'SELECT s.n FROM S3Object s WHERE s.n < 2');
    assert.deepEqual(
      events.map(({ type }) => type),
      ['Records', 'Stats', 'End'],
    );
    assert.equal(recordsOf(events), '{"n":0}\n{"n":1}\n');
    assert.match(events[1]!.body, /<BytesReturned>16<\/BytesReturned><\/Stats>$/);
  });

  test('Progress when asked for; bytes scanned and processed of compressed objects', async () => {
    const more = {
      RequestProgress: { Enabled: true },
      InputSerialization: { ...lines, CompressionType: 'GZIP' },
    };
    const events = await select('lines.gz', 'SELECT COUNT(*) FROM S3Object', more);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['Records', 'Progress', 'Stats', 'End'],
    );
    const { size } = await scene.store.head('data', 'lines.gz');
    const whole = (await scene.store.head('data', 'lines')).size;
    assert.match(
      events[2]!.body,
      new RegExp(`<BytesScanned>${size}</BytesScanned><BytesProcessed>${whole}<`),
    );
  });

  test('many records in many messages, all of them', async () => {
    const events = await select('lines', 'SELECT * FROM S3Object');
    assert.ok(events.filter(({ type }) => type === 'Records').length > 5);
    assert.equal(recordsOf(events).split('\n').length, 50_001);
  });

  test('a line feed as delimiter is one of CR LF too: boto3 cannot send the two', async () => {
    await scene.put('data', 'crlf', 'a,b\r\n1,"2"\r\n');
    for (const delimiter of ['\n', '\r\n']) {
      const InputSerialization = { CSV: { FileHeaderInfo: 'USE', RecordDelimiter: delimiter } };
      const events = await select('crlf', 'SELECT b FROM S3Object', { InputSerialization });
      assert.equal(recordsOf(events), '{"b":"2"}\n', JSON.stringify(delimiter));
    }
  });

  test('nothing found: no Records', async () => {
    assert.deepEqual(
      (await select('empty', 'SELECT * FROM S3Object')).map(({ type }) => type),
      ['Stats', 'End'],
    );
  });

  test('an error behind the first records is an event, and the last one', async () => {
    const events = await select('late', 'SELECT * FROM S3Object');
    assert.equal(events.at(-1)?.type, 'JSONParsingError');
    assert.ok(!events.some(({ type }) => type === 'End'));
  });

  test('who reads slowly holds the thread up, and who goes away frees it', async () => {
    const { Payload } = await scene.run('SelectObjectContent', request('lines', 'SELECT * FROM S3Object'));
    (Payload as NodeJS.ReadableStream & { destroy(): void }).destroy();
    const all = Array.from({ length: 8 }, (_, n) =>
      select('lines', `SELECT s.n FROM S3Object s WHERE s.n = ${n}`),
    );
    assert.deepEqual(
      (await Promise.all(all)).map(recordsOf),
      Array.from({ length: 8 }, (_, n) => `{"n":${n}}\n`),
    );
  });

  test('objects under a KMS key', async () => {
    assert.equal(recordsOf(await select('sealed', 'SELECT s.a FROM S3Object s')), '{"a":1}\n');
  });
});

describe('refused', () => {
  const star = 'SELECT * FROM S3Object';
  const cases: readonly (readonly [code: string, key: string, expression: string, more?: object])[] = [
    ['NoSuchKey', 'none', star],
    ['ParseSelectMissingFrom', 'lines', 'SELECT 1'],
    ['CastFailed', 'lines', 'SELECT CAST(s.text AS INT) FROM S3Object s'],
    ['InvalidExpressionType', 'lines', star, { ExpressionType: 'XQUERY' }],
    ['MissingRequiredParameter', 'lines', star, { InputSerialization: undefined }],
    ['MissingRequiredParameter', 'lines', star, { OutputSerialization: {} }],
    ['MissingRequiredParameter', 'lines', star, { InputSerialization: { JSON: {} } }],
    ['InvalidDataSource', 'lines', star, { InputSerialization: {} }],
    [
      'ObjectSerializationConflict',
      'lines',
      star,
      { InputSerialization: { JSON: { Type: 'LINES' }, CSV: {} } },
    ],
    ['ObjectSerializationConflict', 'lines', star, { OutputSerialization: { JSON: {}, CSV: {} } }],
    ['InvalidJsonType', 'lines', star, { InputSerialization: { JSON: { Type: 'ROWS' } } }],
    ['InvalidFileHeaderInfo', 'lines', star, { InputSerialization: { CSV: { FileHeaderInfo: 'YES' } } }],
    ['InvalidQuoteFields', 'lines', star, { OutputSerialization: { CSV: { QuoteFields: 'NEVER' } } }],
    ['InvalidRequestParameter', 'lines', star, { InputSerialization: { CSV: { FieldDelimiter: 'abc' } } }],
    [
      'InvalidCompressionFormat',
      'lines',
      star,
      { InputSerialization: { ...lines, CompressionType: 'ZSTD' } },
    ],
    [
      'InvalidCompressionFormat',
      'lines',
      star,
      { InputSerialization: { ...lines, CompressionType: 'GZIP' } },
    ],
    [
      'InvalidCompressionFormat',
      'lines',
      star,
      { InputSerialization: { Parquet: {}, CompressionType: 'GZIP' } },
    ],
    ['InvalidScanRange', 'lines', star, { ScanRange: {} }],
    ['InvalidScanRange', 'lines', star, { ScanRange: { Start: 9, End: 3 } }],
    ['InvalidScanRange', 'lines', star, { ScanRange: { Start: 10 ** 9 } }],
    [
      'UnsupportedScanRangeInput',
      'lines',
      star,
      { InputSerialization: { JSON: { Type: 'DOCUMENT' } }, ScanRange: { Start: 1 } },
    ],
    [
      'UnsupportedScanRangeInput',
      'lines',
      star,
      { InputSerialization: { ...lines, CompressionType: 'GZIP' }, ScanRange: { Start: 1 } },
    ],
  ];
  for (const [code, key, expression, more] of cases)
    test(`${code}: ${JSON.stringify(more ?? expression)}`, async () => {
      await scene.refuse(code, 'SelectObjectContent', request(key, expression, more));
    });

  test('who may not read the object, and everybody without a signature', async () => {
    await scene.refuse('AccessDenied', 'SelectObjectContent', request('lines', star), {
      principal: stranger,
    });
    await scene.refuse('AccessDenied', 'SelectObjectContent', request('lines', star), {
      principal: anonymous,
    });
  });
});
