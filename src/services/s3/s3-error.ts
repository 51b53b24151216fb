// SPDX-License-Identifier: Apache-2.0
import { BucketError } from '../../buckets/bucket-error.js';
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

const storeCodes: Readonly<Record<ObjectStoreErrorCode, string>> = {
  NoSuchKey: 'NoSuchKey',
  NoSuchVersion: 'NoSuchVersion',
  PreconditionFailed: 'PreconditionFailed',
  ConditionalRequestConflict: 'ConditionalRequestConflict',
  // A full disk is the server's trouble and may pass: SDKs back off and try again.
  NoSpace: 'SlowDown',
  InvalidRange: 'InvalidRange',
};

/** The errors of the domain and of the ObjectStore in S3's words; what it does not know it gives back. */
export function translateError(error: unknown): unknown {
  if (error instanceof BucketError) return s3Error(error.code, error.message, error.fields);
  if (error instanceof ObjectStoreError) return s3Error(storeCodes[error.code]);
  return error;
}
