// SPDX-License-Identifier: Apache-2.0
import type { BucketDocument } from '../../buckets/bucket.js';
import { bucketArn, objectArn } from '../../buckets/bucket-name.js';
import type { JsonObject, RecordResource } from '../../record/types.js';
import { hostId } from '../../wire/host-id.js';
import type { Call } from '../service.js';
import { shareRecord } from '../share-record.js';

/**
 * What S3's records have beside the request: how it was signed, how much went over the wire. As in recorded S3
 * events. `bytesTransferredOut` is known before the record only where a body of known size, or none, is sent.
 */
export function noteTransfer(call: Call): void {
  const { headers, rawQuery, tls } = call.request;
  const data: JsonObject = {};
  const method =
    headers.authorization !== undefined
      ? 'AuthHeader'
      : rawQuery.includes('X-Amz-Signature=')
        ? 'QueryString'
        : undefined;
  if (method !== undefined) data.SignatureVersion = 'SigV4';
  if (tls !== undefined) data.CipherSuite = tls.cipherSuite;
  data.bytesTransferredIn = sentBytes(headers);
  if (method !== undefined) data.AuthenticationMethod = method;
  data['x-amz-id-2'] = hostId(call.requestId);
  call.audit.additionalEventData = data;
}

/** Operations that answer with headers alone. */
const withoutBody =
  /^(?:Put|DeleteBucket|DeleteObject$|DeletePublicAccessBlock$|Head|CreateBucket$|UploadPart$|Abort)/;

/** For a call that succeeded. */
export function noteEmptyAnswer(call: Call, operation: string): void {
  if (withoutBody.test(operation)) noteBytesOut(call, 0);
}

export function noteBytesOut(call: Call, bytes: number): void {
  call.audit.additionalEventData = { ...call.audit.additionalEventData, bytesTransferredOut: bytes };
}

/**
 * How a new object was encrypted, and whether the bucket decided it.
 * Source: S3 User Guide, "Monitoring default encryption with AWS CloudTrail and Amazon EventBridge".
 */
export function noteEncryption(call: Call, algorithm: 'AES256' | 'aws:kms', isDefault: boolean): void {
  const applied = algorithm === 'AES256' ? 'SSE_S3' : 'SSE_KMS';
  call.audit.additionalEventData = {
    ...call.audit.additionalEventData,
    SSEApplied: isDefault ? `Default_${applied}` : applied,
  };
}

/** The bucket and, where there is one, the object. Set anew on every run of a handler, never added to. */
export function noteResources(call: Call, bucket: BucketDocument, keys: readonly string[] = []): void {
  const objects = keys.map(
    (key): RecordResource => ({ type: 'AWS::S3::Object', ARN: objectArn(bucket.name, key) }),
  );
  call.audit.resources = [
    ...objects,
    { accountId: bucket.accountId, type: 'AWS::S3::Bucket', ARN: bucketArn(bucket.name) },
  ];
  // Refused calls too: who owns a bucket sees who tried. Source: S3 User Guide, "Amazon S3 CloudTrail events".
  shareRecord(call, bucket.accountId);
}

function sentBytes(headers: Readonly<Record<string, string>>): number {
  const length = Number(headers['x-amz-decoded-content-length'] ?? headers['content-length'] ?? 0);
  return Number.isSafeInteger(length) && length >= 0 ? length : 0;
}
