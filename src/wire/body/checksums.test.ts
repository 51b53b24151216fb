// SPDX-License-Identifier: Apache-2.0
//
// Oracles: the check values of the CRC catalogue for "123456789" (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME), the
// digest in the S3 API Reference's trailer example, node:crypto, and for whole ranges of inputs a bit-by-bit CRC.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { WireError } from '../wire-error.js';
import {
  type ChecksumAlgorithm,
  checksumAlgorithms,
  expectedChecksum,
  expectedMd5,
  startChecksum,
} from './checksums.js';

const digits = Buffer.from('123456789');

function checksum(algorithm: ChecksumAlgorithm, ...parts: Uint8Array[]): string {
  const running = startChecksum(algorithm);
  for (const part of parts) running.update(part);
  return running.digest();
}

const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');

describe('published values', () => {
  test('CRC32', () => assert.equal(hex(checksum('CRC32', digits)), 'cbf43926'));
  test('CRC32C', () => assert.equal(hex(checksum('CRC32C', digits)), 'e3069283'));
  test('CRC64NVME', () => assert.equal(hex(checksum('CRC64NVME', digits)), 'ae8b14860a799888'));
  test('CRC32C of 65 KiB of "a"', () => {
    assert.equal(checksum('CRC32C', Buffer.alloc(66_560, 'a')), 'sOO8/Q==');
  });
  for (const algorithm of ['SHA1', 'SHA256', 'SHA512', 'MD5'] as const) {
    test(algorithm, () => {
      assert.equal(
        checksum(algorithm, digits),
        createHash(algorithm.toLowerCase()).update(digits).digest('base64'),
      );
    });
  }
  test('nothing at all', () => {
    assert.equal(checksum('CRC32'), 'AAAAAA==');
    assert.equal(checksum('CRC32C'), 'AAAAAA==');
    assert.equal(checksum('CRC64NVME'), 'AAAAAAAAAAA=');
  });
});

/** A CRC one bit at a time, straight from its definition. */
function slowCrc(bytes: Uint8Array, width: bigint, polynomialReversed: bigint): string {
  const ones = (1n << width) - 1n;
  let crc = ones;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomialReversed : crc >> 1n;
  }
  return (crc ^ ones).toString(16).padStart(Number(width) / 4, '0');
}

test('in one piece or many, the same as bit by bit (property)', () => {
  const polynomials = { CRC32: 0xedb88320n, CRC32C: 0x82f63b78n, CRC64NVME: 0x9a6c9329ac4bc9b5n } as const;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      const parts = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      for (const [algorithm, polynomial] of Object.entries(polynomials) as [
        keyof typeof polynomials,
        bigint,
      ][]) {
        const expected = slowCrc(bytes, algorithm === 'CRC64NVME' ? 64n : 32n, polynomial);
        assert.equal(hex(checksum(algorithm, bytes)), expected);
        assert.equal(hex(checksum(algorithm, ...parts)), expected);
      }
    }),
    { numRuns: 200, verbose: 1 },
  );
});

describe('what a request promises', () => {
  test('nothing', () => assert.equal(expectedChecksum({ 'x-amz-checksum-mode': 'ENABLED' }), undefined));
  for (const algorithm of checksumAlgorithms) {
    test(`${algorithm} in a header`, () => {
      const value = checksum(algorithm, digits);
      const headers = {
        [`x-amz-checksum-${algorithm.toLowerCase()}`]: value,
        'x-amz-sdk-checksum-algorithm': algorithm,
        'x-amz-checksum-type': 'FULL_OBJECT',
      };
      assert.deepEqual(expectedChecksum(headers), { algorithm, value });
    });
  }
  test('a trailer', () => {
    const expected = { algorithm: 'CRC64NVME', value: undefined };
    assert.deepEqual(expectedChecksum({ 'x-amz-trailer': ' X-Amz-Checksum-CRC64NVME ' }), expected);
  });
  const broken: Record<string, string>[] = [
    { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' },
    { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-trailer': 'x-amz-checksum-crc32c' },
    { 'x-amz-checksum-crc32': 'AAAA' },
    { 'x-amz-checksum-crc32': 'not base64' },
    { 'x-amz-checksum-crc32': '' },
    { 'x-amz-checksum-sha256': 'AAAAAA==' },
    { 'x-amz-checksum-crc99': 'AAAAAA==' },
    { 'x-amz-checksum-xxhash64': 'AAAAAAAAAAA=' },
    { 'x-amz-sdk-checksum-algorithm': 'CRC32' },
    { 'x-amz-sdk-checksum-algorithm': 'CRC32C', 'x-amz-checksum-crc32': 'AAAAAA==' },
  ];
  for (const headers of broken) {
    test(`${JSON.stringify(headers)}: InvalidRequest`, () => {
      assert.throws(
        () => expectedChecksum(headers),
        (e) => e instanceof WireError && e.code === 'InvalidRequest',
      );
    });
  }
  test('Content-MD5', () => {
    const value = createHash('md5').update(digits).digest('base64');
    assert.equal(expectedMd5({ 'content-md5': value }), value);
    assert.equal(expectedMd5({}), undefined);
    for (const bad of ['', 'abc', hex(value), `${value}=`]) {
      assert.throws(
        () => expectedMd5({ 'content-md5': bad }),
        (e) => e instanceof WireError && e.code === 'InvalidDigest',
      );
    }
  });
});
