// SPDX-License-Identifier: Apache-2.0
import { queryPairs } from '../../wire/http.js';
import type { Call } from '../service.js';

/** Condition keys by name, as a policy's Condition sees the request. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** Headers that S3 shows to policies as `s3:NAME`; a presigned URL may carry them in its query. Source: Service Authorization Reference, "Condition keys for Amazon S3". */
const shownHeaders: ReadonlySet<string> = new Set([
  'if-match',
  'if-none-match',
  'x-amz-acl',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
  'x-amz-metadata-directive',
  'x-amz-object-ownership',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
]);

const shownQuery: Readonly<Record<string, string>> = {
  prefix: 's3:prefix',
  delimiter: 's3:delimiter',
  'max-keys': 's3:max-keys',
  versionId: 's3:VersionId',
};

/** `resourceAccountId`: the account of the bucket. What follows from the principal is added where the policy is evaluated. */
export function requestContext(call: Call, resourceAccountId: string): ConditionContext {
  const context: Record<string, string> = {
    'aws:CurrentTime': new Date(call.receivedAtMs).toISOString(),
    'aws:EpochTime': String(Math.floor(call.receivedAtMs / 1000)),
    'aws:SecureTransport': String(call.request.tls !== undefined),
    'aws:ResourceAccount': resourceAccountId,
    's3:ResourceAccount': resourceAccountId,
    'aws:RequestedRegion': call.region,
  };
  if (call.principal.kind !== 'service') context['aws:SourceIp'] = call.request.sourceIp;
  const tlsVersion = /^TLSv(\d\.\d)$/.exec(call.request.tls?.tlsVersion ?? '')?.[1];
  if (tlsVersion !== undefined) context['s3:TlsVersion'] = tlsVersion;
  addSent(context, call);
  return context;
}

function addSent(context: Record<string, string>, call: Call): void {
  const { headers, rawQuery } = call.request;
  for (const [name, value] of queryPairs(rawQuery)) {
    const key = Object.hasOwn(shownQuery, name) ? shownQuery[name] : undefined;
    if (key !== undefined) context[key] = value;
    if (shownHeaders.has(name.toLowerCase())) context[`s3:${name.toLowerCase()}`] = value;
    if (name === 'X-Amz-Signature') context['s3:authType'] = 'REST-QUERY-STRING';
  }
  for (const name of shownHeaders) {
    const value = headers[name];
    if (value !== undefined) context[`s3:${name}`] = value;
  }
  if (headers['user-agent'] !== undefined) context['aws:UserAgent'] = headers['user-agent'];
  if (headers.referer !== undefined) context['aws:Referer'] = headers.referer;
  if (headers.authorization !== undefined) context['s3:authType'] = 'REST-HEADER';
  if (context['s3:authType'] !== undefined) context['s3:signatureversion'] = 'AWS4-HMAC-SHA256';
}
