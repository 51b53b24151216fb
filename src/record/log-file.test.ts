// SPDX-License-Identifier: Apache-2.0
// Oracle: files made of known records in every shape; the records that come out must be those, as JSON.parse reads them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkLogFile,
  importedRecordBytesMax,
  LogFileError,
  type LogFileShape,
  readLogFile,
  rejectedToldMax,
  walkLogFile,
} from './log-file.js';
import { nestingDepthMax } from './scan-json.js';

const one = {
  eventVersion: '1.11',
  eventTime: '2026-11-21T10:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'CreateBucket',
  awsRegion: 'eu-central-1',
  eventID: '1',
  requestParameters: { bucketName: 'naïve "b"\\' },
};
const two = { ...one, eventName: 'DeleteBucket', eventID: '2', note: '€ {"Records":[{}]}' };
const insight = {
  eventVersion: '1.08',
  eventTime: '2022-04-12T16:10:00Z',
  awsRegion: 'eu-central-1',
  eventID: '3',
  eventType: 'AwsCloudTrailInsight',
  insightDetails: {
    state: 'Start',
    eventSource: 'autoscaling.amazonaws.com',
    eventName: 'CompleteLifecycleAction',
  },
  eventCategory: 'Insight',
};
const envelope = (detail: unknown, detailType = 'AWS API Call via CloudTrail') => ({
  version: '0',
  id: 'x',
  'detail-type': detailType,
  source: 'aws.s3',
  account: '111122223333',
  time: '2026-11-21T10:00:05Z',
  region: 'eu-central-1',
  resources: [],
  detail,
});
const lookedUp = (record: unknown) => ({
  EventId: '1',
  EventName: 'CreateBucket',
  Resources: [],
  CloudTrailEvent: JSON.stringify(record),
});
const digest = {
  awsAccountId: '111122223333',
  digestStartTime: '2026-11-21T09:00:00Z',
  digestEndTime: '2026-11-21T10:00:00Z',
  digestS3Bucket: 'b',
  digestS3Object: 'k',
  logFiles: [],
};

const json = JSON.stringify;
const pretty = (value: unknown) => JSON.stringify(value, null, 4);

const shapes: [string, string, LogFileShape, object[]][] = [
  ['a delivered file', json({ Records: [one, two] }), 'Records', [one, two]],
  ['a delivered file, pretty', pretty({ Records: [one, two] }), 'Records', [one, two]],
  ['a delivered file with more members', json({ Records: [one], other: { a: 1 } }), 'Records', [one]],
  ['Records behind another member', json({ version: 1, Records: [one, two] }), 'Records', [one, two]],
  ['an Insights file', json({ Records: [insight] }), 'Records', [insight]],
  ['a bare array', pretty([one, two]), 'array', [one, two]],
  ['a bare object', json(one), 'object', [one]],
  ['lines', `${json(one)}\n${json(two)}\n`, 'ndjson', [one, two]],
  ['lines of Windows', `${json(one)}\r\n\r\n${json(two)}`, 'ndjson', [one, two]],
  ['records one behind the other', json(one) + json(two), 'ndjson', [one, two]],
  ['files one behind the other', json({ Records: [one] }) + json({ Records: [two] }), 'Records', [one, two]],
  ['an EventBridge event', json(envelope(one)), 'eventBridge', [one]],
  [
    'EventBridge events as lines',
    `${json(envelope(one))}\n${json(envelope(insight, 'AWS Insight via CloudTrail'))}`,
    'eventBridge',
    [one, insight],
  ],
  [
    'EventBridge events as a list',
    json([envelope(one), envelope(two, 'AWS Console Sign In via CloudTrail')]),
    'eventBridge',
    [one, two],
  ],
  [
    'an answer of LookupEvents',
    pretty({ Events: [lookedUp(one), lookedUp(two)], NextToken: 'x' }),
    'lookupEvents',
    [one, two],
  ],
  ['events of LookupEvents as a list', json([lookedUp(one), lookedUp(two)]), 'lookupEvents', [one, two]],
  ['an event of LookupEvents', json(lookedUp(one)), 'lookupEvents', [one]],
  [
    'log events of CloudWatch',
    json({ messageType: 'DATA_MESSAGE', logEvents: [{ id: '1', timestamp: 1, message: json(one) }] }),
    'logEvents',
    [one],
  ],
  [
    'Records inside of a test document',
    pretty([{ data: { Records: [insight] }, log: 'x' }]),
    'nested',
    [insight],
  ],
  ['a digest', json(digest), 'digest', []],
  ['an empty list', '[]', 'empty', []],
  ['no Records', '{"Records": []}', 'empty', []],
  [
    'summaries of data events',
    '{"Records": [{"eventVersion": "1.0", "eventID": "1", "eventCategory": "Aggregated", "timeWindow": {}}]}',
    'empty',
    [],
  ],
  ['nothing', '', 'empty', []],
  ['white space', ' \n', 'empty', []],
  ['a mark of byte order before it', `\ufeff${json({ Records: [one] })}`, 'Records', [one]],
];

describe('readLogFile', () => {
  for (const [title, text, shape, records] of shapes) {
    test(title, () => {
      const file = readLogFile(Buffer.from(text));
      assert.deepEqual(file.rejected, []);
      assert.equal(file.shape, shape);
      assert.deepEqual(
        file.records.map((record) => JSON.parse(record.json)),
        records,
      );
      // On one line and without white space, so that a record never depends on the file it came in.
      for (const record of file.records) assert.equal(record.json, json(JSON.parse(record.json)));
      assert.deepEqual(checkLogFile(Buffer.from(text)), {
        shape,
        recordCount: records.length,
        rejectedCount: 0,
        rejected: [],
      });
    });
  }

  test('bytes may be a part of a larger buffer', () => {
    const whole = Buffer.concat([Buffer.from('garbage'), Buffer.from(json([one])), Buffer.from('garbage')]);
    const file = readLogFile(new Uint8Array(whole.buffer, whole.byteOffset + 7, whole.length - 14));
    assert.equal(file.records.length, 1);
  });

  test('numbers and duplicate names stay as they were written', () => {
    const text =
      '{"eventTime":"2026-11-21T10:00:00Z", "eventName":"X","big":12345678901234567890,"f":1.0,"f":2.50}';
    assert.equal(readLogFile(Buffer.from(text)).records[0]!.json, text.replace(', ', ','));
  });

  const rejected: [string, unknown, RegExp][] = [
    ['without a time', { Records: [{ ...one, eventTime: undefined }] }, /^the record has no eventTime$/],
    [
      'with a time of another kind',
      { Records: [{ ...one, eventTime: 1700000000 }] },
      /^the record has no eventTime$/,
    ],
    [
      'with a bad time',
      [{ ...one, eventTime: '2026-02-31T00:00:00Z' }],
      /^eventTime is no ISO 8601 time: "2026-02-31T00:00:00Z"$/,
    ],
    ['no object', [7], /^not an object: 7$/],
    ['something else', [{ hello: 'world' }], /^not a CloudTrail record/],
    ['a notification of S3', { Records: [{ ...one, eventSource: 'aws:s3' }] }, /^a notification of aws:s3/],
    [
      'another EventBridge event',
      envelope({ a: 1 }, 'EC2 Instance State-change Notification'),
      /^an EventBridge event that is not from CloudTrail/,
    ],
    ['an EventBridge event without detail', envelope(null), /without detail/],
    [
      'an event of LookupEvents that is cut',
      { Events: [{ CloudTrailEvent: '{"eventName":' }] },
      /^CloudTrailEvent is not valid JSON: unexpected end/,
    ],
    [
      'an event of LookupEvents without text',
      { Events: [{ CloudTrailEvent: null }] },
      /^CloudTrailEvent is no string$/,
    ],
    [
      'too large',
      { Records: [{ ...one, pad: 'x'.repeat(importedRecordBytesMax) }] },
      /bytes, more than 1048576$/,
    ],
    ['Records that are no list', { Records: {} }, /is no list$/],
  ];
  for (const [title, document, reason] of rejected) {
    test(`rejects one record: ${title}`, () => {
      const file = readLogFile(Buffer.from(json(document)));
      assert.deepEqual([file.records.length, file.rejectedCount], [0, 1]);
      assert.equal(file.rejected[0]!.index, 0);
      assert.match(file.rejected[0]!.reason, reason);
    });
  }

  test('the good ones of a file go in, the bad ones are named by their place', () => {
    const file = readLogFile(Buffer.from(json({ Records: [one, {}, two, 'x'] })));
    assert.deepEqual(
      file.records.map((record) => record.fields.eventId),
      ['1', '2'],
    );
    assert.deepEqual(
      file.rejected.map((record) => record.index),
      [1, 3],
    );
  });

  test(`tells at most ${rejectedToldMax} rejected records, and counts all`, () => {
    const file = readLogFile(Buffer.from(json(Array.from({ length: rejectedToldMax + 5 }, () => 1))));
    assert.deepEqual([file.rejected.length, file.rejectedCount], [rejectedToldMax, rejectedToldMax + 5]);
  });

  const broken: [string, Uint8Array | string, RegExp][] = [
    [
      'cut in the middle',
      json({ Records: [one, two] }).slice(0, -30),
      /^not valid JSON: unterminated string at byte \d+ \(line 1, column \d+\)$/,
    ],
    [
      'cut between records',
      `${json(one)}\n{"eventName":`,
      /^not valid JSON: unexpected end at byte \d+ \(line 2, column 14\)$/,
    ],
    ['a comma too many', '{"Records":[\n{},\n]}', /unexpected character \] at byte 17 \(line 3, column 1\)/],
    ['text', 'hello', /^not valid JSON: unexpected character h at byte 0/],
    ['a number', '42', /^neither an object nor a list at byte 0 .*: 42$/],
    ['Latin-1', Uint8Array.from([0x7b, 0x22, 0xe9, 0x22, 0x7d]), /^not UTF-8 text \(near byte [2-5]\)$/],
    ['UTF-16', Buffer.from(`\ufeff${json([one])}`, 'utf16le'), /^not UTF-8 text/],
    ['a bomb of brackets', '['.repeat(1_000_000), new RegExp(`nested deeper than ${nestingDepthMax} levels`)],
    [
      'a bomb inside of a record',
      `{"Records":[{"eventName":${'{"a":'.repeat(100_000)}`,
      new RegExp(`nested deeper than ${nestingDepthMax} levels`),
    ],
  ];
  for (const [title, bytes, message] of broken) {
    test(`refuses a file: ${title}`, () => {
      const read = (reader: (bytes: Uint8Array) => unknown) => () =>
        reader(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
      for (const reader of [readLogFile, checkLogFile]) {
        assert.throws(
          read(reader),
          (error) => error instanceof LogFileError && message.test(error.message) === true,
        );
      }
    });
  }

  test('wrappers in wrappers end somewhere', () => {
    let text = json(one);
    for (let i = 0; i < 12; i++) text = json({ CloudTrailEvent: text });
    assert.match(readLogFile(Buffer.from(text)).rejected[0]!.reason, /wrapped too often/);
  });

  test('walkLogFile gives the records of readLogFile one by one', () => {
    const bytes = Buffer.from(json({ Records: [one, two, {}] }));
    const walked: unknown[] = [];
    const { records, ...summary } = readLogFile(bytes);
    assert.deepEqual(
      walkLogFile(bytes, (record) => walked.push(record)),
      summary,
    );
    assert.deepEqual(walked, records);
  });
});
