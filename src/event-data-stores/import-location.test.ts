// SPDX-License-Identifier: Apache-2.0
/** Oracle: CloudTrail User Guide, "Considerations for copying trail events", "Finding your CloudTrail log files" (names). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isNamedWithin, isTrailLogFile, parseImportLocation } from './import-location.js';

describe('which place is meant', () => {
  for (const [uri, expected] of [
    ['s3://logs', { bucket: 'logs', prefix: '' }],
    ['s3://logs/', { bucket: 'logs', prefix: '' }],
    [
      's3://logs/AWSLogs/111122223333/CloudTrail',
      { bucket: 'logs', prefix: 'AWSLogs/111122223333/CloudTrail/' },
    ],
    ['s3://logs/a b/', { bucket: 'logs', prefix: 'a b/' }],
    ['logs/a', undefined],
    ['s3://L/', undefined],
    ['https://logs.s3.amazonaws.com/', undefined],
  ] as const)
    test(uri, () => assert.deepEqual(parseImportLocation(uri), expected));
});

describe('which objects are log files', () => {
  const name = '111122223333_CloudTrail_us-east-1_20261121T1000Z_abc.json.gz';
  const trail = `AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/${name}`;
  for (const [key, prefix, verdict] of [
    [trail, '', true],
    [`any/${trail}`, '', true],
    [`AWSLogs/o-abcdefghij/${trail.slice(8)}`, '', true],
    [trail.replace('.gz', ''), '', false],
    [trail.replaceAll('CloudTrail/', 'CloudTrail-Digest/'), '', false],
    [trail.replaceAll('CloudTrail/', 'CloudTrail-Insight/'), '', false],
    [`AWSLogs/111122223333/Config/us-east-1/2026/11/21/${name}`, '', false],
    [`AWSLogs/111122223333/Config/us-east-1/2026/11/21/${name}`, 'AWSLogs/', false],
    [`old/${name}`, '', false],
    [`old/${name}`, 'old/', true],
  ] as const)
    test(`${key} below "${prefix}": ${verdict}`, () =>
      assert.equal(isTrailLogFile(key, { prefix }), verdict));

  const at = (text: string) => Date.parse(text);
  for (const [start, end, verdict] of [
    [undefined, undefined, true],
    ['2026-11-21T10:00:00Z', undefined, true],
    ['2026-11-21T10:00:30Z', undefined, true],
    ['2026-11-21T10:01:00Z', undefined, false],
    [undefined, '2026-11-21T10:00:00Z', true],
    [undefined, '2026-11-21T09:59:59Z', false],
  ] as const)
    test(`${start} to ${end}: ${verdict}`, () =>
      assert.equal(isNamedWithin(trail, start && at(start), end && at(end)), verdict));

  test('a name without a time is in no range', () =>
    assert.equal(isNamedWithin('a/b.json.gz', 0, undefined), false));
});
