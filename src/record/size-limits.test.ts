// SPDX-License-Identifier: Apache-2.0
// Oracle: the limits of the user guide's page "CloudTrail record contents for management, data, and network activity
// events", measured on the finished JSON text by Buffer.byteLength and read back by JSON.parse.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { buildRecord } from './build-record.js';
import {
  cutToBytes,
  isCut,
  largeRecordBytesMax,
  recordBytesMax,
  withinLargeSizeLimits,
  withinSizeLimits,
} from './size-limits.js';
import { exampleCall } from './testing/example-call.js';
import { toJson } from './to-json.js';
import type { CloudTrailRecord, JsonObject } from './types.js';

const KB = 1024;
const record = buildRecord(exampleCall('cloudtrail', 'UpdateTrail', { input: { Name: 'trail' } }));
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** A JSON object whose text is exactly so many bytes. */
const documentOf = (bytes: number): JsonObject => ({ a: 'x'.repeat(bytes - 8) });

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4_000 }),
  fc.integer({ min: 0, max: 200_000 }).map((length) => '😀'.repeat(length / 2)),
  fc.integer({ min: 0, max: 200_000 }).map((length) => '\u0001'.repeat(length)),
  fc.integer({ min: 0, max: 300_000 }).map((length) => 'x'.repeat(length)),
);
const anyDocument = fc.oneof(
  fc.constant(null),
  anyText.map((text): JsonObject => ({ text })),
  fc.array(anyText, { maxLength: 4 }).map((list): JsonObject => ({ list, more: { list } })),
);

const anyRecord = fc
  .record({
    userAgent: anyText,
    errorCode: anyText,
    errorMessage: anyText,
    requestID: anyText,
    requestParameters: anyDocument,
    responseElements: anyDocument,
    serviceEventDetails: anyDocument,
    additionalEventData: anyDocument,
    sourceIPAddress: anyText,
    resources: fc.array(
      anyText.map((text) => ({ ARN: text })),
      { maxLength: 4 },
    ),
  })
  .map((parts): CloudTrailRecord => {
    const { serviceEventDetails, additionalEventData, ...rest } = parts;
    return {
      ...record,
      ...rest,
      ...(serviceEventDetails === null ? {} : { serviceEventDetails }),
      ...(additionalEventData === null ? {} : { additionalEventData }),
    };
  });

describe('size limits', () => {
  test('no record and no field is ever above its limit, nor broken, nor different the next time', () => {
    fc.assert(
      fc.property(anyRecord, (large) => {
        const before = toJson(large);
        const limited = withinSizeLimits(large);
        const text = toJson(limited);
        assert.ok(Buffer.byteLength(text) <= recordBytesMax);
        assert.deepEqual(JSON.parse(text), JSON.parse(toJson(limited)));
        for (const name of ['userAgent', 'errorCode', 'errorMessage', 'requestID'] as const) {
          assert.ok(Buffer.byteLength(limited[name] ?? '') <= KB);
          assert.ok(!loneSurrogate.test(limited[name] ?? '') || loneSurrogate.test(large[name] ?? ''));
        }
        assert.ok(bytesOf(limited.requestParameters) <= 100 * KB);
        assert.ok(bytesOf(limited.responseElements) <= 100 * KB);
        assert.ok(bytesOf(limited.additionalEventData ?? null) <= 28 * KB);
        assert.equal(text, toJson(withinSizeLimits(large)), 'deterministic');
        assert.equal(text, toJson(withinSizeLimits(limited)), 'nothing left to do');
        assert.equal(before, toJson(large), 'the argument stays');
      }),
      { numRuns: 40, verbose: true },
    );
  });

  for (const [field, bytesMax] of [
    ['requestParameters', 100 * KB],
    ['responseElements', 100 * KB],
    ['additionalEventData', 28 * KB],
  ] as const) {
    test(`${field}: ${bytesMax} bytes stay, one more is omitted`, () => {
      const full = documentOf(bytesMax);
      assert.equal(bytesOf(full), bytesMax);
      assert.deepEqual(withinSizeLimits({ ...record, [field]: full })[field], full);
      assert.deepEqual(withinSizeLimits({ ...record, [field]: documentOf(bytesMax + 1) })[field], {
        omitted: true,
        originalSize: bytesMax + 1,
        reason: `${field} too large`,
      });
    });
  }

  test('texts are cut between characters', () => {
    assert.equal(cutToBytes('aé😀b', 8), 'aé😀b');
    assert.equal(cutToBytes('aé😀b', 7), 'aé😀');
    assert.equal(cutToBytes('aé😀b', 6), 'aé');
    assert.equal(cutToBytes('aé😀b', 2), 'a');
    assert.equal(
      withinSizeLimits({ ...record, errorMessage: 'x'.repeat(1025) }).errorMessage,
      'x'.repeat(1024),
    );
  });

  test('a record that is too large as a whole loses answers before questions', () => {
    const resources = Array.from({ length: 1_000 }, (_, index) => ({
      ARN: `arn:aws:s3:::bucket/${index}${'x'.repeat(60)}`,
    }));
    const parts = {
      requestParameters: documentOf(100 * KB),
      responseElements: documentOf(100 * KB),
      resources,
    };
    const limited = withinSizeLimits({ ...record, ...parts });
    assert.deepEqual(limited.requestParameters, parts.requestParameters);
    assert.equal(limited.responseElements?.omitted, true);
    assert.equal(limited.resources?.length, 1_000);
  });

  test('an ordinary record comes through as it is', () => {
    assert.deepEqual(withinSizeLimits(record), record);
  });
});

describe('large events', () => {
  const withParameters = (bytes: number) => ({ ...record, requestParameters: documentOf(bytes) });

  test('are whole as long as they fit, also where a field is larger than its limit', () => {
    const whole = withParameters(900 * KB);
    assert.deepEqual(withinLargeSizeLimits(whole, largeRecordBytesMax), whole);
    assert.ok(isCut(whole, withinSizeLimits(whole)));
    assert.ok(!isCut(record, withinSizeLimits(record)));
  });

  test('lose the fields that are too large where they do not fit', () => {
    const { requestParameters } = withinLargeSizeLimits(withParameters(1_100 * KB), largeRecordBytesMax);
    assert.deepEqual(requestParameters, {
      omitted: true,
      originalSize: 1_100 * KB,
      reason: 'requestParameters too large',
    });
  });

  test('lose no more than it takes, in the order of the user guide', () => {
    const whole = {
      ...record,
      requestID: 'r'.repeat(2 * KB),
      userAgent: 'u'.repeat(2 * KB),
      errorMessage: 'm'.repeat(2 * KB),
      additionalEventData: documentOf(20 * KB),
      serviceEventDetails: documentOf(110 * KB),
      responseElements: documentOf(400 * KB),
      requestParameters: documentOf(400 * KB),
    };
    const cutOf = (bytesMax: number) => {
      const limited = withinLargeSizeLimits(whole, bytesMax);
      const names = Object.keys(whole) as (keyof typeof whole)[];
      return names.filter((name) => limited[name] !== whole[name]).sort();
    };
    assert.deepEqual(cutOf(largeRecordBytesMax), []);
    assert.deepEqual(cutOf(936 * KB), ['requestID']);
    assert.deepEqual(
      cutOf(935 * KB),
      ['requestID', 'serviceEventDetails'],
      'not what keeps to its own limit',
    );
    assert.deepEqual(cutOf(825 * KB), ['requestID', 'serviceEventDetails', 'userAgent']);
    assert.deepEqual(cutOf(800 * KB), ['requestID', 'responseElements', 'serviceEventDetails', 'userAgent']);
  });

  test('never are above their limit', () => {
    fc.assert(
      fc.property(anyRecord, fc.integer({ min: 300 * KB, max: 1_024 * KB }), (each, bytesMax) => {
        assert.ok(Buffer.byteLength(toJson(withinLargeSizeLimits(each, bytesMax))) <= bytesMax);
      }),
      { numRuns: 20 },
    );
  });
});
