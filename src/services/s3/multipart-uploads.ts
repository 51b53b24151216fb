// SPDX-License-Identifier: Apache-2.0
import type {
  AbortMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput,
  MultipartUpload,
} from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import { discardUpload, uploadsNamespace } from '../../buckets/upload-namespace.js';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { ownerOf, pageLimit } from './list-objects.js';
import { toAttributes } from './object-attributes.js';
import { encryptionOutput, sealingOf } from './object-encryption.js';
import { requestedLock } from './object-lock.js';
import { openBucket, openObject, verifyStillThere } from './open-bucket.js';
import { writeActions } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { checksumOfUpload, toUploadAttributes, uploadChecksum } from './upload-checksum.js';
import { findUpload, toUploadId } from './upload-id.js';
import { listUploads } from './upload-listing.js';
import { encodingFor, type TextEncoding } from './url-encoding.js';

export function multipartUploads(deps: S3Dependencies): HandlerMap {
  const { objectStore } = deps;
  return {
    CreateMultipartUpload: (input: CreateMultipartUploadCommandInput, call: Call) =>
      createUpload(deps, input, call),
    AbortMultipartUpload: (input: AbortMultipartUploadCommandInput, call: Call) =>
      abortUpload(objectStore, input, call),
    ListMultipartUploads: (input: ListMultipartUploadsCommandInput, call: Call) =>
      listMultipartUploads(objectStore, input, call),
  };
}

async function createUpload(
  { objectStore: store, dataKeys }: S3Dependencies,
  input: CreateMultipartUploadCommandInput,
  call: Call,
): Promise<Partial<CreateMultipartUploadCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, ...writeActions(input));
  const checksum = uploadChecksum(input.ChecksumAlgorithm, input.ChecksumType);
  const attributes = toAttributes(input, call, bucket);
  const lock = requestedLock(input, call, bucket);
  const sealing = await sealingOf(dataKeys, call, bucket, key, input);
  const upload = await store.put(uploadsNamespace(bucket.name), key, new Uint8Array(0), {
    versioned: true,
    attributes: {
      ...attributes,
      ...sealing.attributes,
      ...toUploadAttributes(checksum),
      ...(Object.keys(lock).length === 0 ? undefined : { uploadLock: lock }),
    },
    beforeCommit: () => {
      verifyStillThere(call, bucket);
      return undefined;
    },
  });
  return {
    Bucket: bucket.name,
    Key: key,
    UploadId: toUploadId(upload),
    ...encryptionOutput(upload.attributes),
    ...(checksum === undefined
      ? undefined
      : { ChecksumAlgorithm: checksum.name, ChecksumType: checksum.type }),
  };
}

async function abortUpload(
  store: ObjectStore,
  input: AbortMultipartUploadCommandInput,
  call: Call,
): Promise<object> {
  const { bucket, key } = await openObject(store, call, input, 's3:AbortMultipartUpload');
  const upload = await findUpload(store, bucket.name, key, input.UploadId);
  await discardUpload(store, bucket.name, key, upload.versionId);
  return {};
}

async function listMultipartUploads(
  store: ObjectStore,
  input: ListMultipartUploadsCommandInput,
  call: Call,
): Promise<Partial<ListMultipartUploadsCommandOutput>> {
  const bucket = openBucket(call, input, 's3:ListBucketMultipartUploads');
  const encode = encodingFor(input.EncodingType);
  const limit = pageLimit(input.MaxUploads, 'max-uploads');
  const {
    Prefix: prefix,
    Delimiter: delimiter,
    KeyMarker: keyMarker,
    UploadIdMarker: uploadIdMarker,
  } = input;
  const { uploads, commonPrefixes, truncated, lastKey, lastUploadId } = await listUploads(
    store,
    uploadsNamespace(bucket.name),
    {
      prefix: prefix ?? '',
      delimiter: delimiter ?? '',
      keyMarker: keyMarker ?? '',
      uploadIdMarker: keyMarker === undefined ? '' : (uploadIdMarker ?? ''),
      limit,
    },
  );
  return {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker ?? ''),
    UploadIdMarker: uploadIdMarker ?? '',
    ...(prefix === undefined ? undefined : { Prefix: encode(prefix) }),
    ...(delimiter === undefined || delimiter === '' ? undefined : { Delimiter: encode(delimiter) }),
    ...(input.EncodingType === undefined ? undefined : { EncodingType: input.EncodingType }),
    MaxUploads: limit,
    IsTruncated: truncated,
    ...(truncated
      ? { NextKeyMarker: encode(lastKey ?? ''), NextUploadIdMarker: lastUploadId ?? '' }
      : undefined),
    ...(uploads.length === 0
      ? undefined
      : { Uploads: uploads.map((upload) => toUpload(upload, bucket, encode)) }),
    ...(commonPrefixes.length === 0
      ? undefined
      : { CommonPrefixes: commonPrefixes.map((Prefix) => ({ Prefix: encode(Prefix) })) }),
  };
}

function toUpload(upload: ObjectInfo, bucket: BucketDocument, encode: TextEncoding): MultipartUpload {
  const checksum = checksumOfUpload(upload);
  return {
    UploadId: toUploadId(upload),
    Key: encode(upload.key),
    Initiated: new Date(upload.lastModifiedMs),
    StorageClass: (upload.attributes.storageClass ?? 'STANDARD') as 'STANDARD',
    Owner: ownerOf(upload, bucket),
    Initiator: ownerOf(upload, bucket),
    ...(checksum === undefined
      ? undefined
      : { ChecksumAlgorithm: checksum.name, ChecksumType: checksum.type }),
  };
}
