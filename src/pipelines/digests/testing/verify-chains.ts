// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { DigestDocument } from '../../../digest/digest-document.js';
import { fingerprint, publicKey, type SignedDestination } from './digest-scene.js';

export interface FoundDigest {
  readonly bucket: string;
  readonly key: string;
  readonly content: string;
  readonly document: DigestDocument;
  readonly signature: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Every digest in every bucket, by place and end. */
export function digestsIn(
  destination: SignedDestination,
  form: RegExp = /\/CloudTrail-Digest\//,
): FoundDigest[] {
  return [...destination.objects]
    .filter(([address]) => form.test(address))
    .map(([address, bytes]) => {
      const [bucket, ...rest] = address.split('/') as [string, ...string[]];
      const content = gunzipSync(bytes).toString();
      const metadata = destination.metadata.get(address) ?? {};
      const document = JSON.parse(content) as DigestDocument;
      return {
        bucket,
        key: rest.join('/'),
        content,
        document,
        metadata,
        signature: metadata.signature ?? '',
      };
    })
    .sort((a, b) => (a.document.digestEndTime < b.document.digestEndTime ? -1 : 1));
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/**
 * The slow reference: every digest is what it says, lies where it says and is signed; digests of one place follow each
 * other without holes; log files are as listed, each listed once.
 */
export function verifyChains(destination: SignedDestination, what: string): void {
  const all = digestsIn(destination);
  for (const digest of all) verifyDigest(digest, what);
  const regular = all.filter(({ key }) => !key.endsWith('_backfill.json.gz'));
  const backfill = all.filter(({ key }) => key.endsWith('_backfill.json.gz'));
  for (const { metadata } of backfill)
    assert.match(metadata['backfill-generation-timestamp'] ?? '', /Z$/, what);
  for (const chains of [regular, backfill]) {
    const places = byPlace(chains);
    for (const [place, digests] of places) verifyOrder(digests, chains === regular, `${place}: ${what}`);
  }
  verifyFiles(all, destination, what);
}

function byPlace(digests: readonly FoundDigest[]): Map<string, FoundDigest[]> {
  const places = new Map<string, FoundDigest[]>();
  for (const digest of digests) {
    const place = digest.key.replace(/.*\/([^/]*)_\d{8}T.*/, '$1');
    places.set(place, [...(places.get(place) ?? []), digest]);
  }
  return places;
}

function verifyDigest(
  { bucket, key, content, document, signature, metadata }: FoundDigest,
  what: string,
): void {
  const { digestS3Bucket, digestS3Object, digestEndTime, previousDigestSignature } = document;
  assert.deepEqual([digestS3Bucket, digestS3Object], [bucket, key], what);
  assert.equal(document.digestPublicKeyFingerprint, fingerprint, what);
  assert.equal(metadata['signature-algorithm'], 'SHA256withRSA', what);
  const text = `${digestEndTime}\n${bucket}/${key}\n${sha256(content)}\n${previousDigestSignature ?? 'null'}`;
  assert.ok(
    verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'hex')),
    `signature: ${what}`,
  );
  assert.ok(key.includes(digestEndTime.replaceAll(/[-:]/g, '')), what);
  assert.ok(document.digestStartTime < digestEndTime, what);
  const times = document.logFiles.flatMap((file) => [file.oldestEventTime, file.newestEventTime]).sort();
  assert.deepEqual(
    [document.oldestEventTime, document.newestEventTime],
    [times[0] ?? null, times.at(-1) ?? null],
    what,
  );
}

function verifyOrder(digests: readonly FoundDigest[], isContiguous: boolean, what: string): void {
  for (const [index, digest] of digests.entries()) {
    const before = digests[index - 1];
    const { document } = digest;
    if (before !== undefined)
      assert.ok(before.document.digestEndTime < document.digestEndTime, `two digests for one end: ${what}`);
    if (document.previousDigestS3Object === null) {
      assert.deepEqual(
        [
          document.previousDigestS3Bucket,
          document.previousDigestHashValue,
          document.previousDigestHashAlgorithm,
          document.previousDigestSignature,
        ],
        [null, null, null, null],
        what,
      );
      if (before !== undefined)
        assert.ok(before.document.digestEndTime <= document.digestStartTime, `chains overlap: ${what}`);
      continue;
    }
    assert.ok(before !== undefined, `the digest before ${digest.key} is missing: ${what}`);
    assert.deepEqual(
      [
        document.previousDigestS3Bucket,
        document.previousDigestS3Object,
        document.previousDigestHashValue,
        document.previousDigestHashAlgorithm,
        document.previousDigestSignature,
      ],
      [before.bucket, before.key, sha256(before.content), 'SHA-256', before.signature],
      `a hole before ${digest.key}: ${what}`,
    );
    if (isContiguous) assert.equal(document.digestStartTime, before.document.digestEndTime, what);
  }
}

function verifyFiles(all: readonly FoundDigest[], destination: SignedDestination, what: string): void {
  const listed = all.flatMap(({ document }) => document.logFiles);
  const addresses = listed.map(({ s3Bucket, s3Object }) => `${s3Bucket}/${s3Object}`).sort();
  assert.equal(new Set(addresses).size, addresses.length, `a file is listed twice: ${what}`);
  const delivered = [...destination.objects.keys()]
    .filter((address) => /\/CloudTrail\//.test(address))
    .sort();
  assert.deepEqual(addresses, delivered, `files listed, files delivered: ${what}`);
  for (const { s3Bucket, s3Object, hashValue, hashAlgorithm } of listed) {
    const bytes = destination.objects.get(`${s3Bucket}/${s3Object}`) as Buffer;
    assert.deepEqual([hashValue, hashAlgorithm], [sha256(gunzipSync(bytes)), 'SHA-256'], what);
  }
}
