// SPDX-License-Identifier: Apache-2.0
// Oracle: node:crypto's own X.509 reader (OpenSSL's), which parses strictly and verifies; RFC 5280 for the values.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { derInteger, derObjectId, derOctets, derTime } from './der.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const validFromMs = Date.UTC(2026, 10, 21, 10, 0, 0);

function certificate(overrides: object = {}): X509Certificate {
  return new X509Certificate(
    selfSignedCertificate({
      privateKey,
      commonName: 'Simple Notification Service',
      organization: 'Größe & Söhne',
      serialNumber: Buffer.from('80ff', 'hex'),
      validFromMs,
      validUntilMs: Date.UTC(2031, 10, 20, 9, 8, 7),
      ...overrides,
    }),
  );
}

describe('a self-signed certificate', () => {
  test('is read with its names, number, times and key, and verifies under that key', () => {
    const read = certificate();
    assert.equal(read.subject, 'O=Größe & Söhne\nCN=Simple Notification Service');
    assert.equal(read.issuer, read.subject);
    assert.equal(read.serialNumber, '80FF');
    assert.equal(Date.parse(read.validFrom), validFromMs);
    assert.equal(Date.parse(read.validTo), Date.UTC(2031, 10, 20, 9, 8, 7));
    assert.equal(read.ca, false);
    assert.ok(read.publicKey.equals(createPublicKey(privateKey)));
    assert.ok(read.verify(createPublicKey(privateKey)));
  });

  test('beyond 2049 the time has another form', () => {
    const read = certificate({ validUntilMs: Date.UTC(2126, 0, 1, 0, 0, 0) });
    assert.equal(Date.parse(read.validTo), Date.UTC(2126, 0, 1, 0, 0, 0));
  });

  test('a changed byte anywhere in what is signed does not verify', () => {
    const { raw } = certificate();
    const at = raw.indexOf(Buffer.from('Simple Notification'));
    raw[at] = 'P'.charCodeAt(0);
    assert.equal(new X509Certificate(raw).verify(createPublicKey(privateKey)), false);
  });
});

describe('DER', () => {
  const cases: [name: string, bytes: Buffer, hex: string][] = [
    ['zero', derInteger(Buffer.of(0, 0)), '020100'],
    ['a small number', derInteger(Buffer.of(0, 2)), '020102'],
    ['a high first bit gets a zero', derInteger(Buffer.of(0x80)), '02020080'],
    // X.690, 8.19.5 and RFC 8017.
    ['an object id', derObjectId('1.2.840.113549.1.1.11'), '06092a864886f70d01010b'],
    ['a length of two bytes', derOctets(Buffer.alloc(300)).subarray(0, 4), '0482012c'],
    ['a length of one byte behind 127', derOctets(Buffer.alloc(128)).subarray(0, 3), '048180'],
    ['UTCTime', derTime(Date.UTC(2049, 11, 31, 23, 59, 59)), `170d${ascii('491231235959Z')}`],
    ['GeneralizedTime', derTime(Date.UTC(2050, 0, 1)), `180f${ascii('20500101000000Z')}`],
  ];
  for (const [name, bytes, hex] of cases) test(name, () => assert.equal(bytes.toString('hex'), hex));
});

function ascii(text: string): string {
  return Buffer.from(text).toString('hex');
}

test('two certificates of one key differ by their numbers', () => {
  const sha = (one: X509Certificate) => createHash('sha256').update(one.raw).digest('hex');
  assert.notEqual(sha(certificate()), sha(certificate({ serialNumber: Buffer.of(1) })));
});
