// SPDX-License-Identifier: Apache-2.0
// Oracle: chains that were taken apart by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDigestKey } from './digest-file-name.js';
import { intervalOf, isTailOld, missingBetween, missingNamedMax, previousOf } from './verify-chain.js';

const hourMs = 3_600_000;
const key = (hour: string): string =>
  `AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/01/111122223333_CloudTrail-Digest_us-east-1_t_us-east-1_20260301T${hour}0000Z.json.gz`;
const nameAt = (hour: string) => parseDigestKey(key(hour))!;

test('the interval is the middle distance', () => {
  assert.equal(intervalOf([]), undefined);
  assert.equal(intervalOf([5]), undefined);
  assert.equal(intervalOf([0, 10, 20, 30, 31, 500]), 10);
  assert.equal(intervalOf([7, 7, 17]), 10);
});

test('every digest of a gap, the named one first', () => {
  const { missing } = missingBetween(nameAt('02').endMs, nameAt('06'), hourMs);
  assert.deepEqual(
    missing.map(({ relative, isEstimated }) => [relative, isEstimated]),
    [
      [key('06'), false],
      [key('05'), true],
      [key('04'), true],
      [key('03'), true],
    ],
  );
  assert.equal(missingBetween(nameAt('05').endMs, nameAt('06'), hourMs).missing.length, 1);
  assert.equal(missingBetween(undefined, nameAt('06'), hourMs).missing.length, 1);
  assert.equal(missingBetween(nameAt('02').endMs, nameAt('06'), undefined).missing.length, 1);
  const long = missingBetween(nameAt('06').endMs - 20_000 * hourMs, nameAt('06'), hourMs);
  assert.deepEqual([long.missing.length, long.unnamedCount], [missingNamedMax, 20_000 - missingNamedMax]);
});

test('a predecessor is a place of a digest, nothing, or nonsense', () => {
  const members = {
    previousDigestS3Bucket: 'b',
    previousDigestS3Object: `p/${key('05')}`,
    previousDigestHashValue: 'h',
    previousDigestSignature: 's',
  };
  assert.equal(previousOf(members)!.relative, key('05'));
  assert.equal(previousOf({ ...members, previousDigestS3Bucket: null, previousDigestS3Object: null }), null);
  assert.equal(previousOf({ ...members, previousDigestS3Object: 'x' }), undefined);
  assert.equal(previousOf({ ...members, previousDigestS3Bucket: null }), undefined);
});

test('a tail is old after an interval and half of one, at least five seconds, at most half an hour', () => {
  for (const [intervalMs, graceMs] of [
    [2_000, 5_000],
    [60_000, 30_000],
    [hourMs, hourMs / 2],
    [24 * hourMs, hourMs / 2],
  ] as const) {
    assert.equal(isTailOld(0, intervalMs + graceMs, intervalMs), false);
    assert.equal(isTailOld(0, intervalMs + graceMs + 1, intervalMs), true);
  }
});
