// SPDX-License-Identifier: Apache-2.0
// Oracle: the sample keys of CloudTrail User Guide, "Custom implementations of CloudTrail log file integrity validation", and
// OpenSSL's own reading of the PEM (Node's crypto).
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readKeysFile, toKeysFile } from './keys-file.js';

const folder = mkdtempSync(join(tmpdir(), 'cairn-keys-'));
after(() => rmSync(folder, { recursive: true }));

/** The guide's first (PKCS#1) and third (SubjectPublicKeyInfo) sample. */
const documented = [
  {
    ValidityStartTime: '1436317441.0',
    ValidityEndTime: '1438909441.0',
    Value:
      'MIIBCgKCAQEAn11L2YZ9h7onug2ILi1MWyHiMRsTQjfWE+pHVRLk1QjfWhirG+lpOa8NrwQ/r7Ah5bNL6HepznOU9XTDSfmmnP97mqyc7z/upfZdS/AHhYcGaz7n6Wc/RRBU6VmiPCrAUojuSk6/GjvA8iOPFsYDuBtviXarvuLPlrT9kAd4Lb+rFfR5peEgBEkhlzc5HuWO7S0y+KunqxX6jQBnXGMtxmPBPP0FylgWGNdFtks/4YSKcgqwH0YDcawP9GGGDAeCIqPWIXDLG1jOjRRzWfCmD0iJUkz8vTsn4hq/5ZxRFE7UBAUiVcGbdnDdvVfhF9C3dQiDq3k7adQIziLT0cShgQIDAQAB',
    Fingerprint: '8eba5db5bea9b640d1c96a77256fe7f2',
  },
  {
    ValidityStartTime: 1434589370,
    ValidityEndTime: '2015-07-18T01:02:50Z',
    Value:
      'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqlzPJbvZJ42UdcmLfPUqXYNfOs6I8lCfao/tOs8CmzPOEdtLWugB9xoIUz78qVHdKIqxbaG4jWHfJBiOSSFBM0lt8cdVo4TnRa7oG9io5pysS6DJhBBAeXsicufsiFJR+wrUNh8RSLxL4k6G1+BhLX20tJkZ/erT97tDGBujAelqseGg3vPZbTx9SMfOLN65PdLFudLP7Gat0Z9p5jw/rjpclKfo9Bfc3heeBxWGKwBBOKnFAaN9V57pOaosCvPKmHd9bg7jsQkI9Xp22IzGLsTFJZYVA3KiTAElDMu80iFXPHEq9hKNbt9e4URFam+1utKVEiLkR2disdCmPTK0VQIDAQAB',
    Fingerprint: '31e8b5433410dfb61a9dc45cc65b22ff',
  },
];

function fileOf(document: unknown): string {
  const path = join(folder, 'keys.json');
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
  return path;
}

for (const member of ['PublicKeyList', 'publicKeyList']) {
  test(`an answer of list-public-keys as the guide shows it (${member})`, () => {
    const { keys } = readKeysFile(fileOf({ [member]: documented }));
    const [pkcs1, spki] = keys.all();
    assert.equal(pkcs1!.validFromMs, Date.parse('2015-07-08T01:04:01Z'));
    assert.equal(spki!.validToMs, Date.parse('2015-07-18T01:02:50Z'));
    assert.equal(keys.size, 2);
  });
}

test('what is written is read back, and its PEM is the same key', () => {
  const { keys } = readKeysFile(fileOf({ PublicKeyList: documented }));
  const facts = { source: 'http://127.0.0.1:4577', exportedAt: '2026-11-21T00:00:00.000Z' };
  const written = toKeysFile(keys.all(), new Map([['b/k', 'ff']]), facts);
  const again = readKeysFile(fileOf(written));
  assert.deepEqual(again.keys.all(), keys.all());
  assert.deepEqual([...again.signatures], [['b/k', 'ff']]);
  const modulus = (input: Parameters<typeof createPublicKey>[0]) =>
    createPublicKey(input).export({ format: 'jwk' }).n;
  const der = Buffer.from(documented[0]!.Value, 'base64');
  assert.equal(modulus(written.PublicKeyList[0]!.Pem), modulus({ key: der, format: 'der', type: 'pkcs1' }));
});

for (const [what, document, message] of [
  ['no JSON', 'PK', /cannot be read/],
  ['no keys', { PublicKeyList: [] }, /no public keys in it/],
  ['no list', {}, /no list of public keys/],
  [
    'another key than the fingerprint says',
    { PublicKeyList: [{ ...documented[0], Fingerprint: 'ab' }] },
    /another key/,
  ],
  ['bytes that are no key', { PublicKeyList: [{ Fingerprint: 'ab', Value: 'AAAA' }] }, /no RSA key/],
  ['a key without its value', { PublicKeyList: [{ Fingerprint: 'ab' }] }, /without Fingerprint and Value/],
  ['signatures that are no texts', { PublicKeyList: documented, signatures: { a: 1 } }, /no texts/],
] as const) {
  test(`refused: ${what}`, () => assert.throws(() => readKeysFile(fileOf(document)), message));
}
