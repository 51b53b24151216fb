// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import {
  discardUpload,
  partNumberMax,
  partNumberOf,
  partsNamespace,
  partsPrefix,
} from '../../buckets/upload-namespace.js';
import type { ObjectAttributes, ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import { checksumAlgorithms } from '../../wire/body/checksums.js';
import type { Call } from '../service.js';
import { expirationHeader } from './expiration-header.js';
import { dataKeyOf } from './object-encryption.js';
import { lockOfNewVersion } from './object-lock.js';
import { openObject, verifyStillThere } from './open-bucket.js';
import { putConditions, versionedIn, withoutQuotes, writtenOutput } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { malformedXml, s3Error } from './s3-error.js';
import { checksumMember, wantedChecksum } from './upload-body.js';
import { checksumOfUpload, completedChecksum } from './upload-checksum.js';
import { findUpload } from './upload-id.js';

/** Source: S3 User Guide, "Amazon S3 multipart upload limits": every part but the last. */
const partBytesMin = 5 * 1024 ** 2;

export function completeUploadOperation(deps: S3Dependencies): HandlerMap {
  return {
    CompleteMultipartUpload: (input: CompleteMultipartUploadCommandInput, call: Call) =>
      completeUpload(deps, input, call),
  };
}

/**
 * The parts become one object, which appears before the upload goes: a crash in between leaves the upload, and completing
 * again gives the same object.
 */
async function completeUpload(
  { objectStore: store, dataKeys, clock }: S3Dependencies,
  input: CompleteMultipartUploadCommandInput,
  call: Call,
): Promise<Partial<CompleteMultipartUploadCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, 's3:PutObject');
  const upload = await findUpload(store, bucket.name, key, input.UploadId);
  const parts = await chosenParts(store, bucket.name, upload, input.MultipartUpload?.Parts ?? []);
  verifyObjectSize(parts, input.MpuObjectSize);
  const checksum = completedChecksum(upload, parts, wantedChecksum(withoutPartCount(input), call));
  const conditions = await putConditions(store, bucket.name, key, input);
  const dataKey = await dataKeyOf(dataKeys, call, bucket, upload);
  const info = await store.compose(
    bucket.name,
    key,
    parts.map((part) => ({ bucket: part.bucket, key: part.key })),
    {
      ...conditions,
      ...versionedIn(bucket),
      ...dataKey,
      etag: multipartEtag(parts),
      attributes: completedAttributes(upload, checksum, parts),
      beforeCommit: () => {
        const current = verifyStillThere(call, bucket);
        return lockOfNewVersion(upload.attributes.uploadLock ?? {}, current, clock.now());
      },
    },
  );
  await discardUpload(store, bucket.name, key, upload.versionId);
  return {
    ...writtenOutput(bucket, info),
    Bucket: bucket.name,
    Key: key,
    Location: `${call.request.tls === undefined ? 'http' : 'https'}://${call.request.headers.host ?? ''}/${bucket.name}/${encodeURIComponent(key).replaceAll('%2F', '/')}`,
    ...expirationHeader(bucket, info),
  };
}

/** The parts that the client lists, as they are stored. Throws InvalidPartOrder, InvalidPart, EntityTooSmall. */
async function chosenParts(
  store: ObjectStore,
  bucket: string,
  upload: ObjectInfo,
  listed: readonly CompletedPart[],
): Promise<ObjectInfo[]> {
  if (listed.length === 0 || listed.length > partNumberMax) throw malformedXml();
  listed.forEach((part, index) => {
    if (index > 0 && (part.PartNumber ?? 0) <= (listed[index - 1]?.PartNumber ?? 0))
      throw s3Error('InvalidPartOrder');
  });
  const stored = await storedParts(store, bucket, upload.versionId);
  const chosen = listed.map((part) => verifiedPart(part, stored.get(part.PartNumber ?? 0), upload));
  for (const part of chosen.slice(0, -1)) {
    if (part.size >= partBytesMin) continue;
    throw s3Error('EntityTooSmall', undefined, {
      ProposedSize: part.size,
      MinSizeAllowed: partBytesMin,
      PartNumber: partNumberOf(part),
      ETag: part.etag,
    });
  }
  return chosen;
}

async function storedParts(
  store: ObjectStore,
  bucket: string,
  versionId: string,
): Promise<Map<number, ObjectInfo>> {
  const parts = new Map<number, ObjectInfo>();
  let after: string | undefined;
  for (;;) {
    const page = await store.list(partsNamespace(bucket), {
      prefix: partsPrefix(versionId),
      limit: 1000,
      ...(after === undefined ? undefined : { after }),
    });
    for (const part of page.objects) parts.set(partNumberOf(part), part);
    after = page.objects.at(-1)?.key;
    if (!page.truncated || after === undefined) return parts;
  }
}

function verifiedPart(listed: CompletedPart, stored: ObjectInfo | undefined, upload: ObjectInfo): ObjectInfo {
  const { PartNumber: number, ETag: etag = '' } = listed;
  if (stored === undefined || withoutQuotes(etag) !== stored.etag) {
    throw s3Error('InvalidPart', undefined, {
      UploadId: upload.versionId,
      PartNumber: number,
      ETag: withoutQuotes(etag),
    });
  }
  const promised = checksumOfUpload(upload);
  for (const name of checksumAlgorithms) {
    const member = checksumMember(name);
    const sent = (listed as Readonly<Record<string, unknown>>)[member];
    if (typeof sent === 'string' && sent !== stored.attributes.checksums?.[member]) {
      throw s3Error('InvalidPart', undefined, { PartNumber: number, ETag: withoutQuotes(etag) });
    }
    if (sent === undefined && promised?.name === name && promised.type === 'COMPOSITE') {
      const message = `The upload was created using a ${name.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`;
      throw s3Error('InvalidRequest', message);
    }
  }
  return stored;
}

function verifyObjectSize(parts: readonly ObjectInfo[], expected: number | undefined): void {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (expected === undefined || Number(expected) === size) return;
  throw s3Error(
    'InvalidRequest',
    `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`,
  );
}

function completedAttributes(
  upload: ObjectInfo,
  checksum: ObjectAttributes,
  parts: readonly ObjectInfo[],
): ObjectAttributes {
  const { checksums: _promised, checksumType: _type, uploadLock: _lock, ...attributes } = upload.attributes;
  return { ...attributes, ...checksum, partSizes: parts.map((part) => part.size) };
}

/** A composite value may come with its `-N`: only what is before it is the value. */
function withoutPartCount(input: CompleteMultipartUploadCommandInput): object {
  const entries = Object.entries(input).map(([member, value]) =>
    member.startsWith('Checksum') && typeof value === 'string' && member !== 'ChecksumType'
      ? [member, value.replace(/-\d+$/, '')]
      : [member, value],
  );
  return Object.fromEntries(entries) as object;
}

/** MD5 of the parts' MD5s, and how many there were. */
function multipartEtag(parts: readonly ObjectInfo[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}
