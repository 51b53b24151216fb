// SPDX-License-Identifier: Apache-2.0
// Oracle: the sample key in CloudTrail User Guide, "CloudTrail digest file structure"; the slices and the expression by
// which the AWS CLI knows digests (customizations/cloudtrail/validation.py).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DigestFileName, digestFolder, parseDigestKey, toDigestKey } from './digest-file-name.js';

const name: DigestFileName = {
  accountId: '111122223333',
  region: 'us-east-2',
  trailName: 'your-trail-name',
  homeRegion: 'us-east-2',
  endMs: Date.parse('2015-08-17T15:01:31Z'),
  isBackfill: false,
};

const cases: [string, Partial<DigestFileName>, string][] = [
  [
    'the sample of the user guide',
    {},
    'AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/111122223333_CloudTrail-Digest_us-east-2_your-trail-name_us-east-2_20150817T150131Z.json.gz',
  ],
  [
    'a multi-Region trail abroad, a prefix, underscores in the name',
    { prefix: 'a/b', trailName: 'my_trail_x', region: 'eu-west-1' },
    'a/b/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2015/08/17/111122223333_CloudTrail-Digest_eu-west-1_my_trail_x_us-east-2_20150817T150131Z.json.gz',
  ],
  [
    'an organization',
    { organizationId: 'o-exampleorgid' },
    'AWSLogs/o-exampleorgid/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/111122223333_CloudTrail-Digest_us-east-2_your-trail-name_us-east-2_20150817T150131Z.json.gz',
  ],
  [
    'a backfill digest',
    { isBackfill: true },
    'AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/111122223333_CloudTrail-Digest_us-east-2_your-trail-name_us-east-2_20150817T150131Z_backfill.json.gz',
  ],
];

for (const [what, facts, key] of cases) {
  test(`${what}: written and read`, () => {
    assert.equal(toDigestKey({ ...name, ...facts }), key);
    assert.deepEqual(parseDigestKey(key), { ...name, ...facts });
    assert.ok(key.startsWith(`${digestFolder({ ...name, ...facts })}/2015/08/17/`));
    const stamp = facts.isBackfill ? key.slice(-33, -17) : key.slice(-24, -8);
    assert.equal(stamp, '20150817T150131Z');
  });
}

for (const [what, key] of [
  [
    'a log file',
    'AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/17/111122223333_CloudTrail_us-east-2_20150817T1445Z_9nYN7gp2eWAJHIfT.json.gz',
  ],
  ['another day than its end', cases[0]?.[2].replace('/08/17/', '/08/18/')],
  ['another account in the name', cases[0]?.[2].replace('/111122223333_', '/111122223334_')],
  ['no such time', cases[0]?.[2].replace('T150131', 'T256131')],
  ['another ending', `${cases[0]?.[2]}.bak`],
] as const) {
  test(`${what}: no digest`, () => assert.equal(parseDigestKey(key as string), undefined));
}
