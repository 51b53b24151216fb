// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { WireError } from '../wire-error.js';
import { crc32c } from './crc32c.js';
import { Crc64Nvme } from './crc64nvme.js';

/**
 * The checksum algorithms of S3 that are computed here. Source: S3 User Guide, "Checking object integrity".
 * The XXHASH family is not.
 */
export const checksumAlgorithms = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** The name under which S3's shapes and the object's attributes hold it. */
export type ChecksumMember = `Checksum${ChecksumAlgorithm}`;

export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Base64. To be called once. */
  digest(): string;
}

const digestBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
};

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC32':
      return runningCrc(crc32Of);
    case 'CRC32C':
      return runningCrc(crc32c);
    case 'CRC64NVME': {
      const crc = new Crc64Nvme();
      return { update: (bytes) => crc.update(bytes), digest: () => crc.digest().toString('base64') };
    }
    case 'SHA1':
    case 'SHA256':
    case 'SHA512':
    case 'MD5': {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
    }
  }
}

function crc32Of(bytes: Uint8Array, before: number): number {
  return crc32(bytes, before);
}

function runningCrc(next: (bytes: Uint8Array, before: number) => number): RunningChecksum {
  let crc = 0;
  return {
    update: (bytes) => {
      crc = next(bytes, crc);
    },
    digest: () => {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(crc, 0);
      return out.toString('base64');
    },
  };
}

function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** What a request promises: a value now (`header`), or one at the end of an aws-chunked body (`trailer`). */
export interface ExpectedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; undefined when the trailer will tell. */
  readonly value: string | undefined;
}

const notValues = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-type', 'x-amz-checksum-mode']);

/**
 * Reads `x-amz-checksum-*`, `x-amz-trailer` and `x-amz-sdk-checksum-algorithm`. Throws InvalidRequest.
 * Source: S3 API Reference, PutObject.
 */
export function expectedChecksum(headers: Readonly<Record<string, string>>): ExpectedChecksum | undefined {
  const names = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-checksum-') && !notValues.has(name),
  );
  const trailers = trailerNames(headers).filter((name) => name.startsWith('x-amz-checksum-'));
  if (names.length + trailers.length > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [name] = [...names, ...trailers];
  const announced = headers['x-amz-sdk-checksum-algorithm'];
  if (name === undefined) {
    if (announced === undefined) return undefined;
    toAlgorithm(announced);
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const algorithm = toAlgorithm(name.slice('x-amz-checksum-'.length));
  if (announced !== undefined && toAlgorithm(announced) !== algorithm) {
    throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  const value = names.length === 1 ? headers[name] : undefined;
  if (value !== undefined && !isDigest(value, digestBytes[algorithm])) {
    throw invalidRequest(`Value for ${name} header is invalid.`);
  }
  return { algorithm, value };
}

/** The value of the trailer that was promised; throws InvalidRequest when it is none. */
export function checksumFromTrailer(
  algorithm: ChecksumAlgorithm,
  trailers: ReadonlyMap<string, string>,
): string {
  const name = checksumHeader(algorithm);
  const value = trailers.get(name) ?? '';
  if (!isDigest(value, digestBytes[algorithm])) {
    throw invalidRequest(`Value for ${name} trailing header is invalid.`);
  }
  return value;
}

/** The names in `x-amz-trailer`, lower-case. */
export function trailerNames(headers: Readonly<Record<string, string>>): string[] {
  const names = (headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '');
}

/** `Content-MD5` as base64; throws InvalidDigest when it is none. */
export function expectedMd5(headers: Readonly<Record<string, string>>): string | undefined {
  const value = headers['content-md5'];
  if (value === undefined) return undefined;
  if (isDigest(value, digestBytes.MD5)) return value;
  throw new WireError('InvalidDigest', 'The Content-MD5 you specified was invalid.', {
    status: 400,
    fields: { 'Content-MD5': value.slice(0, 128) },
  });
}

function isDigest(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
}

function toAlgorithm(text: string): ChecksumAlgorithm {
  const found = checksumAlgorithms.find((algorithm) => algorithm === text.toUpperCase());
  if (found !== undefined) return found;
  throw invalidRequest(
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${checksumAlgorithms.join(', ')}]`,
  );
}

function invalidRequest(message: string): WireError {
  return new WireError('InvalidRequest', message, { status: 400 });
}
