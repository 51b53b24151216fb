// SPDX-License-Identifier: Apache-2.0
import type {
  ListPartsCommandInput,
  ListPartsCommandOutput,
  UploadPartCommandInput,
  UploadPartCommandOutput,
  UploadPartCopyCommandInput,
  UploadPartCopyCommandOutput,
} from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import { canonicalUserId } from '../../buckets/canonical-user.js';
import {
  partKey,
  partNumberMax,
  partNumberOf,
  partsNamespace,
  partsPrefix,
} from '../../buckets/upload-namespace.js';
import type { ByteSource, ObjectInfo } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { toCopyRange } from './byte-range.js';
import { openCopySource, openSourceBody, verifyCopySize } from './copy-source.js';
import { pageLimit } from './list-objects.js';
import { dataKeyOf, encryptionOutput, etagOption } from './object-encryption.js';
import { openObject, verifyStillThere } from './open-bucket.js';
import { quoted } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { invalidArgument } from './s3-error.js';
import { type MeasuredBody, measuredBody, verifyUploadLength, wantedChecksum } from './upload-body.js';
import { checksumOfUpload, partChecksum } from './upload-checksum.js';
import { findUpload, verifyUploadStillThere } from './upload-id.js';

export function multipartParts(deps: S3Dependencies): HandlerMap {
  return {
    UploadPart: (input: UploadPartCommandInput, call: Call) => uploadPart(deps, input, call),
    UploadPartCopy: (input: UploadPartCopyCommandInput, call: Call) => uploadPartCopy(deps, input, call),
    ListParts: (input: ListPartsCommandInput, call: Call) => listParts(deps, input, call),
  };
}

async function uploadPart(
  deps: S3Dependencies,
  input: UploadPartCommandInput,
  call: Call,
): Promise<Partial<UploadPartCommandOutput>> {
  const { objectStore: store } = deps;
  const { bucket, key } = await openObject(store, call, input, 's3:PutObject');
  const partNumber = verifiedPartNumber(input.PartNumber);
  verifyUploadLength(call);
  const upload = await findUpload(store, bucket.name, key, input.UploadId);
  const body = measuredBody(input, partChecksum(upload, wantedChecksum(input, call)));
  const part = await storePart(deps, call, { bucket, upload, partNumber, body });
  return { ETag: quoted(part.etag), ...encryptionOutput(upload.attributes), ...part.attributes.checksums };
}

async function uploadPartCopy(
  deps: S3Dependencies,
  input: UploadPartCopyCommandInput,
  call: Call,
): Promise<Partial<UploadPartCopyCommandOutput>> {
  const { objectStore: store } = deps;
  const { bucket, key } = await openObject(store, call, input, 's3:PutObject');
  const partNumber = verifiedPartNumber(input.PartNumber);
  const source = await openCopySource(store, call, input);
  const upload = await findUpload(store, bucket.name, key, input.UploadId);
  const range = toCopyRange(input.CopySourceRange, source.info.size);
  verifyCopySize(range === undefined ? source.info.size : range.end - range.start + 1);
  const body = await openSourceBody(store, deps.dataKeys, call, source, range);
  try {
    const measured = measuredBody({ Body: body }, partChecksum(upload, undefined));
    const part = await storePart(deps, call, { bucket, upload, partNumber, body: measured });
    return {
      CopyPartResult: {
        ETag: quoted(part.etag),
        LastModified: new Date(part.lastModifiedMs),
        ...part.attributes.checksums,
      },
      ...encryptionOutput(upload.attributes),
      ...(source.bucket.versioning === undefined
        ? undefined
        : { CopySourceVersionId: source.info.versionId }),
    };
  } finally {
    body.destroy();
  }
}

interface PartToStore {
  readonly bucket: BucketDocument;
  readonly upload: ObjectInfo;
  readonly partNumber: number;
  readonly body: MeasuredBody;
}

/** All parts of an upload are under its one data key, where it has one. */
async function storePart(
  { objectStore: store, dataKeys, randomId }: S3Dependencies,
  call: Call,
  { bucket, upload, partNumber, body }: PartToStore,
): Promise<ObjectInfo> {
  const source: ByteSource = body.source;
  const key = await dataKeyOf(dataKeys, call, bucket, upload);
  const part = await store.put(partsNamespace(bucket.name), partKey(upload.versionId, partNumber), source, {
    ...key,
    ...etagOption(key, randomId),
    beforeCommit: (facts) => {
      verifyStillThere(call, bucket);
      return body.verify(facts);
    },
  });
  await verifyUploadStillThere(store, upload, bucket.name);
  return part;
}

function verifiedPartNumber(partNumber: number | undefined): number {
  if (
    partNumber !== undefined &&
    Number.isInteger(partNumber) &&
    partNumber >= 1 &&
    partNumber <= partNumberMax
  )
    return partNumber;
  throw invalidArgument(
    `Part number must be an integer between 1 and ${partNumberMax}, inclusive`,
    'partNumber',
    partNumber,
  );
}

/** Of an upload under a KMS key only to who may decrypt: parts tell checksums. Source: S3 API Reference, ListParts, Permissions. */
async function listParts(
  { objectStore: store, dataKeys }: S3Dependencies,
  input: ListPartsCommandInput,
  call: Call,
): Promise<Partial<ListPartsCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, 's3:ListMultipartUploadParts');
  const upload = await findUpload(store, bucket.name, key, input.UploadId);
  await dataKeyOf(dataKeys, call, bucket, upload);
  const limit = pageLimit(input.MaxParts, 'max-parts');
  const marker = Number(input.PartNumberMarker ?? 0);
  if (!Number.isInteger(marker) || marker < 0)
    throw invalidArgument(
      'Argument part-number-marker must be an integer',
      'part-number-marker',
      input.PartNumberMarker,
    );
  const { objects, truncated } =
    limit === 0 || marker >= partNumberMax
      ? { objects: [], truncated: false }
      : await store.list(partsNamespace(bucket.name), {
          prefix: partsPrefix(upload.versionId),
          after: partKey(upload.versionId, marker),
          limit,
        });
  const checksum = checksumOfUpload(upload);
  const last = objects.at(-1);
  return {
    Bucket: bucket.name,
    Key: key,
    ...(input.UploadId === undefined ? undefined : { UploadId: input.UploadId }),
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(last === undefined ? 0 : partNumberOf(last)),
    MaxParts: limit,
    IsTruncated: truncated,
    ...(objects.length === 0 ? undefined : { Parts: objects.map(toPart) }),
    Initiator: { ID: canonicalUserId(upload.attributes.ownerAccountId ?? bucket.accountId) },
    Owner: { ID: canonicalUserId(upload.attributes.ownerAccountId ?? bucket.accountId) },
    StorageClass: (upload.attributes.storageClass ?? 'STANDARD') as 'STANDARD',
    ...(checksum === undefined
      ? undefined
      : { ChecksumAlgorithm: checksum.name, ChecksumType: checksum.type }),
  };
}

function toPart(part: ObjectInfo): NonNullable<ListPartsCommandOutput['Parts']>[number] {
  return {
    PartNumber: partNumberOf(part),
    LastModified: new Date(part.lastModifiedMs),
    ETag: quoted(part.etag),
    Size: part.size,
    ...part.attributes.checksums,
  };
}
