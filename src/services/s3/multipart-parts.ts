// SPDX-License-Identifier: Apache-2.0
import type {
  ListPartsCommandInput,
  ListPartsCommandOutput,
  UploadPartCommandInput,
  UploadPartCommandOutput,
  UploadPartCopyCommandInput,
  UploadPartCopyCommandOutput,
} from '@aws-sdk/client-s3';
import { canonicalUserId } from '../../buckets/canonical-user.js';
import {
  partKey,
  partNumberMax,
  partNumberOf,
  partsNamespace,
  partsPrefix,
} from '../../buckets/upload-namespace.js';
import type { ByteSource, ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { toCopyRange } from './byte-range.js';
import { openCopySource, verifyCopySize } from './copy-source.js';
import { pageLimit } from './list-objects.js';
import { openObject, verifyStillThere } from './open-bucket.js';
import { quoted } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { invalidArgument } from './s3-error.js';
import { type MeasuredBody, measuredBody, verifyUploadLength, wantedChecksum } from './upload-body.js';
import { checksumOfUpload, partChecksum } from './upload-checksum.js';
import { findUpload, verifyUploadStillThere } from './upload-id.js';

export function multipartParts({ objectStore }: S3Dependencies): HandlerMap {
  return {
    UploadPart: (input: UploadPartCommandInput, call: Call) => uploadPart(objectStore, input, call),
    UploadPartCopy: (input: UploadPartCopyCommandInput, call: Call) =>
      uploadPartCopy(objectStore, input, call),
    ListParts: (input: ListPartsCommandInput, call: Call) => listParts(objectStore, input, call),
  };
}

async function uploadPart(
  store: ObjectStore,
  input: UploadPartCommandInput,
  call: Call,
): Promise<Partial<UploadPartCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, 's3:PutObject');
  const partNumber = verifiedPartNumber(input.PartNumber);
  verifyUploadLength(call);
  const upload = await findUpload(store, bucket.name, key, input.UploadId);
  const body = measuredBody(input, partChecksum(upload, wantedChecksum(input, call)));
  const part = await storePart(
    store,
    upload,
    partNumber,
    body,
    () => verifyStillThere(call, bucket),
    bucket.name,
  );
  return { ETag: quoted(part.etag), ServerSideEncryption: 'AES256', ...part.attributes.checksums };
}

async function uploadPartCopy(
  store: ObjectStore,
  input: UploadPartCopyCommandInput,
  call: Call,
): Promise<Partial<UploadPartCopyCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, 's3:PutObject');
  const partNumber = verifiedPartNumber(input.PartNumber);
  const source = await openCopySource(store, call, input);
  const upload = await findUpload(store, bucket.name, key, input.UploadId);
  const range = toCopyRange(input.CopySourceRange, source.info.size);
  verifyCopySize(range === undefined ? source.info.size : range.end - range.start + 1);
  const { body } = await store.get(source.bucket.name, source.info.key, {
    versionId: source.info.versionId,
    ...range,
  });
  try {
    const measured = measuredBody({ Body: body }, partChecksum(upload, undefined));
    const part = await storePart(
      store,
      upload,
      partNumber,
      measured,
      () => verifyStillThere(call, bucket),
      bucket.name,
    );
    return {
      CopyPartResult: {
        ETag: quoted(part.etag),
        LastModified: new Date(part.lastModifiedMs),
        ...part.attributes.checksums,
      },
      ServerSideEncryption: 'AES256',
      ...(source.bucket.versioning === undefined
        ? undefined
        : { CopySourceVersionId: source.info.versionId }),
    };
  } finally {
    body.destroy();
  }
}

async function storePart(
  store: ObjectStore,
  upload: ObjectInfo,
  partNumber: number,
  body: MeasuredBody,
  verify: () => void,
  bucket: string,
): Promise<ObjectInfo> {
  const source: ByteSource = body.source;
  const part = await store.put(partsNamespace(bucket), partKey(upload.versionId, partNumber), source, {
    beforeCommit: (facts) => {
      verify();
      return body.verify(facts);
    },
  });
  await verifyUploadStillThere(store, upload, bucket);
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

async function listParts(
  store: ObjectStore,
  input: ListPartsCommandInput,
  call: Call,
): Promise<Partial<ListPartsCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, 's3:ListMultipartUploadParts');
  const upload = await findUpload(store, bucket.name, key, input.UploadId);
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
