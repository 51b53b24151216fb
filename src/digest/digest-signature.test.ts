// SPDX-License-Identifier: Apache-2.0
// Oracle: sample keys and fingerprints of CloudTrail User Guide, "Custom implementations of CloudTrail log file integrity
// validation"; the text to sign as the AWS CLI builds it (customizations/cloudtrail/validation.py).
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { type DigestHead, digestPieces, parseDigest } from './digest-document.js';
import { isSignatureOf, publicKeyFingerprint, readPublicKey, signText } from './digest-signature.js';
import { signedText } from './signed-text.js';

const samples = [
  [
    '8eba5db5bea9b640d1c96a77256fe7f2',
    'MIIBCgKCAQEAn11L2YZ9h7onug2ILi1MWyHiMRsTQjfWE+pHVRLk1QjfWhirG+lpOa8NrwQ/r7Ah5bNL6HepznOU9XTDSfmmnP97mqyc7z/upfZdS/AHhYcGaz7n6Wc/RRBU6VmiPCrAUojuSk6/GjvA8iOPFsYDuBtviXarvuLPlrT9kAd4Lb+rFfR5peEgBEkhlzc5HuWO7S0y+KunqxX6jQBnXGMtxmPBPP0FylgWGNdFtks/4YSKcgqwH0YDcawP9GGGDAeCIqPWIXDLG1jOjRRzWfCmD0iJUkz8vTsn4hq/5ZxRFE7UBAUiVcGbdnDdvVfhF9C3dQiDq3k7adQIziLT0cShgQIDAQAB',
  ],
  [
    '8933b39ddc64d26d8e14ffbf6566fee4',
    'MIIBCgKCAQEApfYL2FiZhpN74LNWVUzhR+VheYhwhYm8w0n5Gf6i95ylW5kBAWKVEmnAQG7BvS5g9SMqFDQx52fW7NWV44IvfJ2xGXT+wT+DgR6ZQ+6yxskQNqV5YcXj4Aa5Zz4jJfsYjDuO2MDTZNIzNvBNzaBJ+r2WIWAJ/Xq54kyF63B6WE38vKuDE7nSd1FqQuEoNBFLPInvgggYe2Ym1Refe2z71wNcJ2kY+q0h1BSHrSM8RWuJIw7MXwF9iQncg9jYzUlNJomozQzAG5wSRfbplcCYNY40xvGd/aAmO0m+Y+XFMrKwtLCwseHPvj843qVno6x4BJN9bpWnoPo9sdsbGoiK3QIDAQAB',
  ],
] as const;

for (const [fingerprint, value] of samples) {
  test(`fingerprint ${fingerprint}`, () => {
    const pkcs1 = Buffer.from(value, 'base64');
    assert.equal(publicKeyFingerprint(pkcs1), fingerprint);
    assert.equal(readPublicKey(pkcs1).asymmetricKeyDetails?.modulusLength, 2048);
  });
}

test('the text to sign; a starting digest says null', () => {
  const digest = {
    digestEndTime: '2015-08-17T15:01:31Z',
    digestS3Bucket: 'logs',
    digestS3Object: 'AWSLogs/x.json.gz',
    previousDigestSignature: null,
  };
  assert.equal(signedText(digest, 'ab'), '2015-08-17T15:01:31Z\nlogs/AWSLogs/x.json.gz\nab\nnull');
  assert.match(signedText({ ...digest, previousDigestSignature: 'cd' }, 'ab'), /\ncd$/);
});

test('a signature verifies its text and no other, and nothing but whole hex', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const signature = signText('text', privateKey);
  assert.ok(isSignatureOf('text', signature, publicKey));
  for (const [text, other] of [
    ['Text', signature],
    ['text', `${signature}zz`],
    ['text', signature.slice(2)],
    ['text', ''],
  ] as const)
    assert.ok(!isSignatureOf(text, other, publicKey), other);
});

const head: DigestHead = {
  awsAccountId: '111122223333',
  digestStartTime: '2015-08-17T14:01:31Z',
  digestEndTime: '2015-08-17T15:01:31Z',
  digestS3Bucket: 'logs',
  digestS3Object: 'key',
  digestPublicKeyFingerprint: 'f',
  digestSignatureAlgorithm: 'SHA256withRSA',
  newestEventTime: null,
  oldestEventTime: null,
  previousDigestS3Bucket: null,
  previousDigestS3Object: null,
  previousDigestHashValue: null,
  previousDigestHashAlgorithm: null,
  previousDigestSignature: null,
};
const file = {
  s3Bucket: 'logs',
  s3Object: 'file',
  hashValue: 'ab',
  hashAlgorithm: 'SHA-256',
  newestEventTime: '2015-08-17T14:52:27Z',
  oldestEventTime: '2015-08-17T14:42:27Z',
};

for (const count of [0, 1, 199, 200, 201, 1_000]) {
  test(`a document of ${count} files in pieces is one JSON text`, async () => {
    const files = Array.from({ length: count }, (_, number) => ({ ...file, s3Object: `file-${number}` }));
    let text = '';
    for await (const piece of digestPieces(head, files)) text += piece;
    assert.equal(text, JSON.stringify({ ...head, logFiles: files }));
    assert.deepEqual(parseDigest(text), { ...head, logFiles: files });
  });
}

for (const text of [
  '',
  '[]',
  'null',
  '{}',
  JSON.stringify({ ...head, logFiles: [{}] }),
  JSON.stringify({ ...head, digestS3Bucket: 5, logFiles: [] }),
]) {
  test(`no digest: ${text.slice(0, 40)}`, () => assert.equal(parseDigest(text), undefined));
}
