// SPDX-License-Identifier: Apache-2.0
import { BucketError } from '../../buckets/bucket-error.js';
import { KeyError } from '../../keys/data-keys.js';
import { ObjectStoreError, type ObjectStoreErrorCode } from '../../ports/object-store.js';
import { WireError } from '../../wire/wire-error.js';
import { errorStatuses } from './error-statuses.js';

/** An S3 error by its documented code; an empty or missing message gets the documented one. */
export function s3Error(
  code: string,
  message?: string,
  fields: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): WireError {
  const facts = errorStatuses[code];
  const text = message === undefined || message === '' ? (facts?.message ?? code) : message;
  return new WireError(code, text, { status: facts?.status ?? 400, fields, headers });
}

export function noSuchBucket(bucket: string): WireError {
  return s3Error('NoSuchBucket', undefined, { BucketName: bucket });
}

export function noSuchKey(key: string, headers: Readonly<Record<string, string>> = {}): WireError {
  return s3Error('NoSuchKey', undefined, { Key: key }, headers);
}

export function noSuchVersion(key: string, versionId: string): WireError {
  return s3Error('NoSuchVersion', undefined, { Key: key, VersionId: versionId });
}

export function invalidArgument(message: string, name: string, value: unknown): WireError {
  return s3Error('InvalidArgument', message, { ArgumentName: name, ArgumentValue: String(value) });
}

export function malformedXml(): WireError {
  return s3Error('MalformedXML');
}

/** What is damaged is no answer of S3's but a fault that the operator must hear of. */
const storeCodes: Readonly<Record<Exclude<ObjectStoreErrorCode, 'DataKeyMismatch' | 'Damaged'>, string>> = {
  NoSuchKey: 'NoSuchKey',
  NoSuchVersion: 'NoSuchVersion',
  PreconditionFailed: 'PreconditionFailed',
  ConditionalRequestConflict: 'ConditionalRequestConflict',
  // A full disk is the server's trouble and may pass: SDKs back off and try again.
  NoSpace: 'SlowDown',
  InvalidRange: 'InvalidRange',
  Locked: 'AccessDenied',
};

/** The errors of the domain and of the ObjectStore in S3's words; what it does not know it gives back. */
export function translateError(error: unknown): unknown {
  if (error instanceof BucketError) return s3Error(error.code, error.message, error.fields);
  if (error instanceof ObjectStoreError) return storeError(error);
  if (error instanceof KeyError) return keyError(error);
  return error;
}

/** The data key was asked of KMS by what the object itself says: where it does not fit, what is stored is damaged. */
function storeError(error: ObjectStoreError): unknown {
  const { code } = error;
  if (code === 'DataKeyMismatch' || code === 'Damaged') return error;
  return s3Error(storeCodes[code], code === 'Locked' ? lockedMessage : undefined);
}

const lockedMessage = 'Access Denied because object protected by object lock.';

/** KMS's refusals as S3 hands them on. Source: S3 API Reference, "Error responses", list of error codes, KMS.…. */
function keyError({ code, message }: KeyError): WireError {
  if (code === 'AccessDeniedException') return s3Error('AccessDenied', message);
  if (code === 'ThrottlingException' || code === 'LimitExceededException') return s3Error('SlowDown');
  return s3Error(`KMS.${code}`, message);
}
