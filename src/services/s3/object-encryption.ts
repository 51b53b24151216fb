// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { ServerSideEncryptionConfiguration } from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import { bucketArn, objectArn } from '../../buckets/bucket-name.js';
import type { DataKeys, KeyCaller } from '../../keys/data-keys.js';
import type { ObjectAttributes, ObjectInfo, PutOptions } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { noteEncryption } from './audit.js';
import { invalidArgument, s3Error } from './s3-error.js';

export interface EncryptionInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
}

/** How a new object is to be encrypted. */
type WantedEncryption = { readonly isDefault: boolean } & (
  | { readonly algorithm: 'AES256' }
  | {
      readonly algorithm: 'aws:kms';
      readonly keyId: string;
      readonly context: Readonly<Record<string, string>>;
      readonly bucketKeyEnabled: boolean;
    }
);

/** The key that S3 uses where nobody names one. Source: S3 API Reference, PutObject, SSEKMSKeyId. */
const managedKey = 'alias/aws/s3';

/** More than the headers of a request may have together (S3 User Guide, "Working with object metadata"). */
const contextBytesMax = 8 * 1024;

/** What the request asks for, else what the bucket does. Source: S3 User Guide, "Setting default server-side encryption". */
function wantedEncryption(input: EncryptionInput, bucket: BucketDocument): WantedEncryption {
  verifyEncryptionInput(input);
  const { Rules: rules } = (bucket.encryption ?? {}) as Partial<ServerSideEncryptionConfiguration>;
  const rule = rules?.[0];
  const bucketDefault = rule?.ApplyServerSideEncryptionByDefault;
  const { ServerSideEncryption: asked } = input;
  const isDefault = asked === undefined;
  if ((asked ?? bucketDefault?.SSEAlgorithm) !== 'aws:kms') return { isDefault, algorithm: 'AES256' };
  const keyId = isDefault ? bucketDefault?.KMSMasterKeyID : input.SSEKMSKeyId;
  return {
    isDefault,
    algorithm: 'aws:kms',
    keyId: keyId ?? managedKey,
    context: toContext(input.SSEKMSEncryptionContext),
    bucketKeyEnabled: input.BucketKeyEnabled ?? rule?.BucketKeyEnabled ?? false,
  };
}

/** Customers' own keys and the double layer would be promises that nothing keeps yet, so they are refused. */
function verifyEncryptionInput(input: EncryptionInput): void {
  const { ServerSideEncryption: asked } = input;
  if (input.SSECustomerAlgorithm !== undefined || input.SSECustomerKey !== undefined)
    throw s3Error('NotImplemented');
  if (asked === 'aws:kms:dsse') throw s3Error('NotImplemented');
  if (asked !== undefined && asked !== 'AES256' && asked !== 'aws:kms') {
    throw invalidArgument(
      'The encryption method specified is not supported',
      'x-amz-server-side-encryption',
      asked,
    );
  }
  const namesKey = input.SSEKMSKeyId !== undefined || input.SSEKMSEncryptionContext !== undefined;
  if (namesKey && asked !== 'aws:kms') {
    throw invalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      'x-amz-server-side-encryption',
      asked ?? 'null',
    );
  }
}

/** Base64 of JSON, as the header has it. */
function toContext(header: string | undefined): Readonly<Record<string, string>> {
  if (header === undefined) return {};
  const name = 'x-amz-server-side-encryption-context';
  const invalid = () =>
    invalidArgument(
      `The header '${name}' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map`,
      name,
      header.slice(0, 256),
    );
  if (header.length > contextBytesMax) throw invalid();
  let sent: unknown;
  try {
    sent = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    throw invalid();
  }
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw invalid();
  const entries = Object.entries(sent);
  if (entries.some(([, value]) => typeof value !== 'string')) throw invalid();
  return Object.fromEntries(entries) as Record<string, string>;
}

/** How the store is to put an object, and what is kept of its encryption. */
export type ObjectSealing = Pick<PutOptions, 'dataKey'> & { readonly attributes: ObjectAttributes };

/**
 * Asks KMS for the new object's data key, where it is to have one; the caller must be allowed kms:GenerateDataKey.
 * Source: S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)", also for the encryption context:
 * the object's ARN, the bucket's with a bucket key, beside what the caller gives.
 */
export async function sealingOf(
  dataKeys: DataKeys,
  call: Call,
  bucket: BucketDocument,
  key: string,
  input: EncryptionInput,
): Promise<ObjectSealing> {
  const wanted = wantedEncryption(input, bucket);
  noteEncryption(call, wanted.algorithm, wanted.isDefault);
  if (wanted.algorithm === 'AES256') return { attributes: { serverSideEncryption: 'AES256' } };
  const { bucketKeyEnabled } = wanted;
  const arn = bucketKeyEnabled ? bucketArn(bucket.name) : objectArn(bucket.name, key);
  const encryptionContext = { ...wanted.context, 'aws:s3:arn': arn };
  const dataKey = await dataKeys.generate(wanted.keyId, encryptionContext, keyCaller(call, bucket));
  return {
    dataKey: dataKey.plaintext,
    attributes: {
      serverSideEncryption: 'aws:kms',
      kmsKeyId: dataKey.keyArn,
      encryptedDataKey: Buffer.from(dataKey.ciphertext).toString('base64'),
      encryptionContext,
      ...(bucketKeyEnabled ? { bucketKeyEnabled } : undefined),
    },
  };
}

/**
 * The data key of an object (or of an upload in progress) that is there, to read or to go on writing it; undefined
 * where KMS has no part in it. The caller must be allowed kms:Decrypt.
 */
export async function dataKeyOf(
  dataKeys: DataKeys,
  call: Call,
  bucket: BucketDocument,
  { attributes }: Pick<ObjectInfo, 'attributes'>,
): Promise<Pick<PutOptions, 'dataKey'>> {
  const { encryptedDataKey, encryptionContext = {} } = attributes;
  if (encryptedDataKey === undefined) return {};
  const ciphertext = Buffer.from(encryptedDataKey, 'base64');
  const { plaintext } = await dataKeys.decrypt(ciphertext, encryptionContext, keyCaller(call, bucket));
  return { dataKey: plaintext };
}

/** Nobody without a signature reaches KMS. Source: AWS re:Post, "Requests … require AWS Signature Version 4". */
function keyCaller(call: Call, bucket: BucketDocument): KeyCaller {
  if (call.principal.kind === 'anonymous') {
    throw invalidArgument(
      'Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.',
      'Authorization',
      'null',
    );
  }
  return {
    principal: call.principal,
    accountId: call.accountId,
    region: bucket.region,
    viaService: `s3.${bucket.region}.amazonaws.com`,
    decide: call.decide,
  };
}

/** What writes and reads tell of an object's encryption. */
export function encryptionOutput({ serverSideEncryption, kmsKeyId, bucketKeyEnabled }: ObjectAttributes): {
  ServerSideEncryption: 'AES256' | 'aws:kms';
  SSEKMSKeyId?: string;
  BucketKeyEnabled?: boolean;
} {
  return {
    ServerSideEncryption: serverSideEncryption === 'aws:kms' ? 'aws:kms' : 'AES256',
    ...(kmsKeyId === undefined ? undefined : { SSEKMSKeyId: kmsKeyId }),
    ...(bucketKeyEnabled === true ? { BucketKeyEnabled: true } : undefined),
  };
}

/**
 * The ETag of an object under a KMS key is no MD5 of its bytes, which would tell what they are to who may not decrypt
 * them. Source: S3 API Reference, "Common response headers", ETag.
 */
export function etagOption(
  { dataKey }: Pick<PutOptions, 'dataKey'>,
  randomId: () => string,
): Pick<PutOptions, 'etag'> {
  if (dataKey === undefined) return {};
  return { etag: createHash('md5').update(randomId()).digest('hex') };
}
