// SPDX-License-Identifier: Apache-2.0
// Oracle: the documented places (CloudTrail User Guide, "CloudTrail digest file structure") and paths that attack a copy.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainId, placeDigest, placeLogFile, relativeToRoot } from './verify-place.js';

const digest =
  'AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/111122223333_CloudTrail-Digest_us-east-2_your-trail_us-east-2_20150817T150131Z.json.gz';
const logFile =
  'AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/17/111122223333_CloudTrail_us-east-2_20150817T1445Z_9nYN7gp2eWAJHIfT.json.gz';

test('a root is whatever stands before AWSLogs/', () => {
  for (const root of ['', 'p/', '/mnt/copy/', '/a b/AWSLogs/copy/', 'x//']) {
    assert.equal(placeDigest(`${root}${digest}`)?.root, root);
    assert.equal(placeDigest(`${root}${digest}`)?.relative, digest);
    assert.equal(placeLogFile(`${root}${logFile}`)?.relative, logFile);
  }
  assert.equal(placeDigest(`x${digest}`), undefined);
  assert.notEqual(chainId(placeDigest(`a/${digest}`)!), chainId(placeDigest(digest)!));
});

for (const [key, prefix, expected] of [
  [logFile, undefined, logFile],
  [`p/${logFile}`, 'p', logFile],
  [`other/${logFile}`, 'p', logFile],
  [`AWSLogs/x/${logFile}`, 'AWSLogs/x', logFile],
  ['no/such/folder.json.gz', undefined, undefined],
  ['AWSLogs/../../etc/passwd', undefined, undefined],
  ['p/AWSLogs/./x', 'p', undefined],
  ['AWSLogs//x', undefined, undefined],
  ['AWSLogs/a\\..\\b', undefined, undefined],
  ['AWSLogs/a\0b', undefined, undefined],
] as const) {
  test(`${JSON.stringify(key.slice(-40))} below ${prefix ?? 'no prefix'}`, () =>
    assert.equal(relativeToRoot(key, prefix), expected));
}
