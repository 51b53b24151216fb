// SPDX-License-Identifier: Apache-2.0
// Oracle: what was said for and against a digest, by hand; signatures by Node's RSA over the documented text.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { publicKeyFingerprint, signText } from './digest-signature.js';
import { signedText } from './signed-text.js';
import { type DigestEvidence, judgeDigest, type SuccessorClaim } from './verify-digest.js';
import { PublicKeys } from './verify-keys.js';
import { placeDigest } from './verify-place.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const value = publicKey.export({ format: 'der', type: 'pkcs1' });
const fingerprint = publicKeyFingerprint(value);
const key =
  'AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/111122223333_CloudTrail-Digest_us-east-2_t_us-east-2_20150817T150131Z.json.gz';
const document = {
  awsAccountId: '111122223333',
  digestStartTime: '2015-08-17T14:01:31Z',
  digestEndTime: '2015-08-17T15:01:31Z',
  digestS3Bucket: 'logs',
  digestS3Object: `p/${key}`,
  digestPublicKeyFingerprint: fingerprint,
  digestSignatureAlgorithm: 'SHA256withRSA',
  newestEventTime: null,
  oldestEventTime: null,
  previousDigestS3Bucket: null,
  previousDigestS3Object: null,
  previousDigestHashValue: null,
  previousDigestHashAlgorithm: null,
  previousDigestSignature: null,
  logFiles: [],
};
const content = Buffer.from(JSON.stringify(document));
const sha256 = createHash('sha256').update(content).digest('hex');
const good = signText(signedText(document, sha256), privateKey);
const wrong = signText('another text', privateKey);
const says = (claim: Partial<SuccessorClaim>): SuccessorClaim => ({
  hash: sha256,
  signature: good,
  isBad: false,
  ...claim,
});

function judge(more: Partial<DigestEvidence>, validity: { validFromMs?: number; validToMs?: number } = {}) {
  const keys = new PublicKeys();
  keys.add({ fingerprint, value, ...validity });
  const { standing, problems } = judgeDigest(
    {
      at: placeDigest(`/copy/${key}`)!,
      content,
      sha256,
      metadataSignature: null,
      foundAt: undefined,
      backfillTime: null,
      exportedSignature: undefined,
      successor: undefined,
      wasProven: false,
      ...more,
    },
    keys,
  );
  return [standing, ...problems.map(({ code }) => code)];
}

const original = { bucket: 'logs', key: `p/${key}` };
for (const [what, evidence, expected] of [
  ['its metadata', { metadataSignature: good }, ['proven']],
  ['an exported signature', { exportedSignature: good }, ['proven']],
  ['its successor', { successor: says({}) }, ['proven']],
  ['upper-case hex', { metadataSignature: good.toUpperCase() }, ['proven']],
  ['an altered successor with the right signature', { successor: says({ isBad: true }) }, ['proven']],
  ['an earlier validation', { wasProven: true }, ['proven']],
  ['nobody', {}, ['unsigned']],
  [
    'nobody but an altered successor',
    { successor: says({ isBad: true, hash: 'x', signature: wrong }) },
    ['unsigned'],
  ],
  ['wrong metadata', { metadataSignature: wrong }, ['bad', 'digest-signature']],
  ['metadata that is no hex', { metadataSignature: `${good}zz` }, ['bad', 'digest-signature']],
  ['an empty signature', { metadataSignature: '' }, ['bad', 'digest-signature']],
  [
    'wrong metadata and a right successor',
    { metadataSignature: wrong, successor: says({}) },
    ['proven', 'digest-signature'],
  ],
  [
    'a wrong exported signature against its metadata',
    { metadataSignature: good, exportedSignature: wrong },
    ['proven', 'digest-signature'],
  ],
  [
    'a successor for another content, unsigned',
    { successor: says({ hash: 'x', signature: wrong }) },
    ['bad', 'digest-altered'],
  ],
  [
    'a successor for another content, signed anew',
    { metadataSignature: good, successor: says({ hash: 'x', signature: wrong }) },
    ['proven', 'digest-rewritten'],
  ],
  [
    'a successor with another signature',
    { successor: says({ signature: wrong }) },
    ['bad', 'digest-signature'],
  ],
  [
    'an earlier validation against its successor',
    { wasProven: true, successor: says({ hash: 'x', signature: wrong }) },
    ['bad', 'digest-altered'],
  ],
  ['its original place without metadata', { foundAt: original }, ['bad', 'digest-signature']],
  ['another bucket without metadata', { foundAt: { ...original, bucket: 'copy' } }, ['unsigned']],
] as const satisfies readonly (readonly [string, Partial<DigestEvidence>, readonly string[]])[]) {
  test(`${what}: ${expected.join(', ')}`, () => assert.deepEqual(judge(evidence), expected));
}

test('a digest at another place than its own, one that is none, and one with an unknown key', () => {
  const other = placeDigest(key.replaceAll('us-east-2_t_', 'us-east-2_u_'))!;
  assert.deepEqual(judge({ at: other, metadataSignature: good }), ['bad', 'digest-moved']);
  assert.deepEqual(judge({ content: Buffer.from('[]') }), ['bad', 'digest-unreadable']);
  const foreign = Buffer.from(JSON.stringify({ ...document, digestPublicKeyFingerprint: 'ab' }));
  assert.deepEqual(judge({ content: foreign, metadataSignature: good }), ['bad', 'key-unknown']);
});

test('a key that signs outside of its time is pointed out', () => {
  const endMs = Date.parse(document.digestEndTime);
  const proven = { metadataSignature: good };
  assert.deepEqual(judge(proven, { validFromMs: endMs - 1, validToMs: endMs + 1 }), ['proven']);
  assert.deepEqual(judge(proven, { validToMs: endMs - 3_600_000 }), ['proven', 'key-outside-validity']);
  assert.deepEqual(judge(proven, { validFromMs: endMs + 3_600_000 }), ['proven', 'key-outside-validity']);
});
