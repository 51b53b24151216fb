// SPDX-License-Identifier: Apache-2.0
// Oracle: the errors of CreateTrail and UpdateTrail in the CloudTrail API Reference; which of Cairn and a foreign endpoint is
// asked follows the rule at ForeignBuckets.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ForeignBuckets, ForeignBucketVerdict } from '../../buckets/foreign-buckets.js';
import { type TrailDocument, trailKey } from '../../trails/trail.js';
import { account, CloudTrailScene } from './testing/scene.js';

const input = { Name: 'my-trail', S3BucketName: 'theirs' };

function sceneWith(verdict: ForeignBucketVerdict, place: ReturnType<ForeignBuckets['place']> = 'otherwise') {
  const asked: string[] = [];
  const check = (bucket: string) => {
    asked.push(bucket);
    return Promise.resolve(verdict);
  };
  return { asked, scene: new CloudTrailScene({ foreignBuckets: { place: () => place, check } }) };
}

function isForeign(scene: CloudTrailScene): boolean | undefined {
  const document = scene.state.get<TrailDocument>(trailKey(account, 'us-east-1', 'my-trail'));
  return document?.s3BucketIsForeign;
}

const refusals: [reason: 'missing' | 'forbidden' | 'unreachable', code: string, message: RegExp][] = [
  ['missing', 'S3BucketDoesNotExistException', /^S3 bucket theirs does not exist!$/],
  ['forbidden', 'InsufficientS3BucketPolicyException', /^Incorrect S3 bucket policy .* bucket: theirs$/],
  ['unreachable', 'ServiceUnavailable', /endpoint of bucket theirs could not be asked \(ECONNREFUSED\)/],
];

describe('a bucket at a foreign endpoint', () => {
  for (const [reason, code, message] of refusals) {
    test(`that is ${reason}: ${code}`, async () => {
      const { scene } = sceneWith({ ok: false, reason, message: 'ECONNREFUSED' });
      const refusal = await scene.refusal('CreateTrail', input);
      assert.equal(refusal[0], code);
      assert.match(refusal[1], message);
    });
  }

  test('that answers is taken, and the trail remembers where it was found', async () => {
    const { scene, asked } = sceneWith({ ok: true });
    assert.equal((await scene.call('CreateTrail', input)).S3BucketName, 'theirs');
    assert.deepEqual([asked, isForeign(scene)], [['theirs'], true]);
    await scene.call('UpdateTrail', { Name: 'my-trail', IncludeGlobalServiceEvents: false });
    assert.deepEqual([asked, isForeign(scene)], [['theirs'], true], 'nothing about the bucket was asked');
    await scene.call('UpdateTrail', { Name: 'my-trail', S3BucketName: 'logs' });
    assert.deepEqual([asked, isForeign(scene)], [['theirs'], undefined], "Cairn's own");
  });

  test('is not asked about a bucket that Cairn has, unless the configuration names it', async () => {
    const own = sceneWith({ ok: true });
    await own.scene.call('CreateTrail', { ...input, S3BucketName: 'logs' });
    assert.deepEqual([own.asked, isForeign(own.scene)], [[], undefined]);
    const named = sceneWith({ ok: true }, 'named');
    await named.scene.call('CreateTrail', { ...input, S3BucketName: 'logs' });
    assert.deepEqual([named.asked, isForeign(named.scene)], [['logs'], true]);
  });

  test('is not asked for what is wrong anyway', async () => {
    const { scene, asked } = sceneWith({ ok: true });
    await scene.refusal('CreateTrail', { ...input, S3BucketName: 'No_Bucket' });
    await scene.refusal('CreateTrail', { ...input, S3KeyPrefix: 'x'.repeat(201) });
    assert.deepEqual(asked, []);
  });
});
