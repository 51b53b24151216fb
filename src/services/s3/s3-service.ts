// SPDX-License-Identifier: Apache-2.0
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { isBucketName } from '../../buckets/bucket-name.js';
import type { Call, CallState, Handler, ParityNote, Service } from '../service.js';
import { noteTransfer } from './audit.js';
import { bucketConfiguration } from './bucket-configuration.js';
import { bucketOperations } from './bucket-operations.js';
import { bucketPolicyOperations } from './bucket-policy.js';
import { completeUploadOperation } from './complete-upload.js';
import { copyObjectOperation } from './copy-object.js';
import { deleteObjectOperations } from './delete-object.js';
import { getObjectOperations } from './get-object.js';
import { listObjectsOperations } from './list-objects.js';
import { listVersionsOperation } from './list-versions.js';
import { multipartParts } from './multipart-parts.js';
import { multipartUploads } from './multipart-uploads.js';
import { objectSubresources } from './object-subresources.js';
import { putObjectOperation } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { translateError } from './s3-error.js';

const noKmsKeys: ParityNote = {
  missing: 'encryption under KMS keys and keys of the customer; archive storage classes; Object Lock',
};

const partly: Readonly<Record<string, ParityNote>> = {
  CreateBucket: { missing: 'directory buckets, Object Lock' },
  PutBucketEncryption: { missing: 'aws:kms and aws:kms:dsse' },
  PutBucketLifecycleConfiguration: {
    missing: 'transitions are kept and answered, but there is one storage class on disk',
  },
  PutBucketVersioning: { missing: 'MFA delete' },
  PutObject: noKmsKeys,
  CopyObject: noKmsKeys,
  CreateMultipartUpload: noKmsKeys,
  GetObjectAttributes: { missing: 'the checksums of single parts' },
};

export type { S3Dependencies };

/** The S3 API. Source: Amazon S3 API Reference, version 2006-03-01. */
export function createS3Service(dependencies: S3Dependencies): Service {
  const handlers: HandlerMap = {
    ...bucketOperations(dependencies),
    ...bucketPolicyOperations(),
    ...bucketConfiguration(dependencies),
    ...listObjectsOperations(dependencies),
    ...listVersionsOperation(dependencies),
    ...putObjectOperation(dependencies),
    ...getObjectOperations(dependencies),
    ...copyObjectOperation(dependencies),
    ...deleteObjectOperations(dependencies),
    ...objectSubresources(dependencies),
    ...multipartUploads(dependencies),
    ...multipartParts(dependencies),
    ...completeUploadOperation(dependencies),
  };
  return {
    model: dependencies.model,
    eventSource: 's3.amazonaws.com',
    handlers: Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, audited(handler)])),
    partly,
    anonymousAccount,
    translateError,
  };
}

/** Every run of a handler begins with clean notes, so that a retried call is recorded once and right. */
function audited(handler: Handler): Handler {
  return (input: unknown, call: Call) => {
    call.audit.resources = [];
    noteTransfer(call);
    return handler(input, call) as unknown;
  };
}

/** An unsigned call belongs to the owner of the bucket that it names; whether it may do anything is decided as for any other. */
function anonymousAccount(
  _operation: string,
  input: unknown,
  state: Pick<CallState, 'get'>,
): string | undefined {
  const { Bucket: name } = input as { readonly Bucket?: unknown };
  if (typeof name !== 'string' || !isBucketName(name)) return undefined;
  return state.get<BucketDocument>(bucketKey(name))?.accountId;
}
