// SPDX-License-Identifier: Apache-2.0
import { parseFormPairs } from '../../wire/codec/form-codec.js';
import { presignedHeaders } from '../../wire/presigned-headers.js';
import type { Call } from '../service.js';

/** Condition keys by name, as a policy's Condition sees the request. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** Headers that S3 shows to policies as `s3:NAME`. Source: Service Authorization Reference, "Condition keys for Amazon S3". */
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

/** Headers that are shown under a name without `x-amz-`. */
const lockHeaders: ReadonlySet<string> = new Set([
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
]);

const shownQuery: Readonly<Record<string, string>> = {
  prefix: 's3:prefix',
  delimiter: 's3:delimiter',
  'max-keys': 's3:max-keys',
  versionId: 's3:VersionId',
};

/**
 * `resourceAccountId`: the account of the bucket; `versionId`: the version that is acted on, where the request's query
 * does not name it (DeleteObjects, the source of a copy). S3's own keys; those that every call has are added where the need
 * is decided.
 */
export function requestContext(
  call: Call,
  resourceAccountId: string,
  versionId: string | undefined,
): ConditionContext {
  const context: Record<string, string> = { 's3:ResourceAccount': resourceAccountId };
  const tlsVersion = /^TLSv(\d\.\d)$/.exec(call.request.tls?.tlsVersion ?? '')?.[1];
  if (tlsVersion !== undefined) context['s3:TlsVersion'] = tlsVersion;
  addSent(context, call);
  if (versionId !== undefined) context['s3:VersionId'] = versionId;
  return context;
}

/**
 * What the request says, read exactly as the handlers' input is read (the same decoding, the first of several values,
 * headers of the query only where they count): or a policy would judge another request than the one that is served.
 */
function addSent(context: Record<string, string>, call: Call): void {
  const { headers, rawQuery } = call.request;
  for (const [name, value] of parseFormPairs(rawQuery)) {
    const key = Object.hasOwn(shownQuery, name) ? shownQuery[name] : undefined;
    if (key !== undefined) context[key] ??= value;
    if (name === 'X-Amz-Signature') context['s3:authType'] = 'REST-QUERY-STRING';
  }
  for (const [name, value] of Object.entries({ ...presignedHeaders(call.request), ...headers }))
    if (shownHeaders.has(name)) context[`s3:${name}`] = value;
    else if (lockHeaders.has(name)) context[`s3:${name.slice('x-amz-'.length)}`] = value;
  const until = Date.parse(context['s3:object-lock-retain-until-date'] ?? '');
  if (!Number.isNaN(until)) {
    const days = Math.ceil((until - call.receivedAtMs) / 86_400_000);
    context['s3:object-lock-remaining-retention-days'] = String(days);
  }
  if (headers.authorization !== undefined) context['s3:authType'] = 'REST-HEADER';
  if (context['s3:authType'] !== undefined) context['s3:signatureversion'] = 'AWS4-HMAC-SHA256';
}
