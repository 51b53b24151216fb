// SPDX-License-Identifier: Apache-2.0
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { isBucketName } from '../../buckets/bucket-name.js';
import type { Call, CallState, Handler, ParityNote, Service } from '../service.js';
import { noteEmptyAnswer, noteTransfer } from './audit.js';
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
import { objectLockOperations } from './object-lock-operations.js';
import { objectSubresources } from './object-subresources.js';
import { putObjectOperation } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { translateError } from './s3-error.js';
import { selectObjectContentOperation } from './select-object-content.js';

const writes: ParityNote = {
  missing:
    'encryption under keys of the customer (SSE-C) and in two layers (aws:kms:dsse); archive storage classes',
};
const eventHolds: ParityNote = { missing: 'event holds' };

const partly: Readonly<Record<string, ParityNote>> = {
  CreateBucket: { missing: 'directory buckets' },
  PutBucketEncryption: { missing: 'aws:kms:dsse' },
  PutBucketLifecycleConfiguration: {
    missing: 'transitions are kept and answered, but there is one storage class on disk',
  },
  PutBucketVersioning: { missing: 'MFA delete' },
  PutObject: writes,
  CopyObject: writes,
  CreateMultipartUpload: writes,
  PutObjectLockConfiguration: eventHolds,
  PutObjectRetention: eventHolds,
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
    ...objectLockOperations(dependencies),
    ...multipartUploads(dependencies),
    ...multipartParts(dependencies),
    ...completeUploadOperation(dependencies),
    ...selectObjectContentOperation(dependencies),
  };
  return {
    model: dependencies.model,
    eventSource: 's3.amazonaws.com',
    handlers: Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [name, audited(name, handler)]),
    ),
    partly,
    anonymousAccount,
    resourceTags,
    translateError,
  };
}

/** Every run of a handler begins with clean notes, so that a retried call is recorded once and right. */
function audited(operation: string, handler: Handler): Handler {
  return async (input: unknown, call: Call) => {
    call.audit.resources = [];
    noteTransfer(call);
    const output: unknown = await handler(input, call);
    noteEmptyAnswer(call, operation);
    return output;
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

const bucketArn = 'arn:aws:s3:::';

/** Buckets have tags that are told of resources; those of objects are S3's own matter. */
function resourceTags(arn: string, state: Pick<CallState, 'get'>): BucketDocument['tags'] {
  const name = arn.startsWith(bucketArn) ? arn.slice(bucketArn.length) : '';
  return isBucketName(name) ? state.get<BucketDocument>(bucketKey(name))?.tags : undefined;
}
