// SPDX-License-Identifier: Apache-2.0
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import { parseTaggingHeader } from '../../buckets/tag-rules.js';
import { principalAccountId } from '../../identity/principal.js';
import type { ObjectAttributes } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { aclFromHeaders, verifyAclNotBlocked, verifyAclSupported } from './bucket-acl.js';
import { s3Error } from './s3-error.js';

/** Source: S3 User Guide, "Working with object metadata": 2 KB of user-defined metadata, names and values together. */
const metadataBytesMax = 2048;

const storageClasses: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
]);
/** Objects of these would have to be restored before they can be read, which Cairn cannot do. */
const archiveClasses: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** The members that PutObject, CreateMultipartUpload and CopyObject share. */
export type AttributeInput = Partial<
  Pick<
    PutObjectCommandInput,
    | 'ACL'
    | 'CacheControl'
    | 'ContentDisposition'
    | 'ContentEncoding'
    | 'ContentLanguage'
    | 'ContentType'
    | 'Expires'
    | 'GrantFullControl'
    | 'GrantRead'
    | 'GrantReadACP'
    | 'GrantWriteACP'
    | 'Metadata'
    | 'StorageClass'
    | 'Tagging'
    | 'WebsiteRedirectLocation'
  >
>;

/** What a writer says of its object, checked; its encryption and its lock are apart. */
export function toAttributes(input: AttributeInput, call: Call, bucket: BucketDocument): ObjectAttributes {
  return {
    ...contentAttributes(input, call),
    ...storageAttributes(input),
    ...ownerAttributes(input, call, bucket),
    ...(input.Tagging === undefined || input.Tagging === ''
      ? undefined
      : { tags: parseTaggingHeader(input.Tagging) }),
  };
}

/** The headers that a reader gets back, and the user's metadata. */
export function contentAttributes(input: AttributeInput, call: Call): ObjectAttributes {
  const encoding = withoutChunking(input.ContentEncoding);
  const metadata = toMetadata(input.Metadata);
  // The header as it was sent: S3 keeps it even when it is no date.
  const expires =
    input.Expires === undefined ? undefined : (call.request.headers.expires ?? input.Expires.toUTCString());
  return {
    contentType: input.ContentType ?? 'binary/octet-stream',
    ...(encoding === undefined ? undefined : { contentEncoding: encoding }),
    ...(input.ContentDisposition === undefined
      ? undefined
      : { contentDisposition: input.ContentDisposition }),
    ...(input.ContentLanguage === undefined ? undefined : { contentLanguage: input.ContentLanguage }),
    ...(input.CacheControl === undefined ? undefined : { cacheControl: input.CacheControl }),
    ...(expires === undefined ? undefined : { expires }),
    ...(metadata === undefined ? undefined : { metadata }),
  };
}

export function storageAttributes(input: AttributeInput): ObjectAttributes {
  const redirect = input.WebsiteRedirectLocation;
  if (redirect !== undefined && !/^(?:\/|https?:\/\/)/.test(redirect)) {
    throw s3Error(
      'InvalidRedirectLocation',
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    );
  }
  return {
    storageClass: toStorageClass(input.StorageClass),
    ...(redirect === undefined ? undefined : { websiteRedirectLocation: redirect }),
  };
}

export function ownerAttributes(input: AttributeInput, call: Call, bucket: BucketDocument): ObjectAttributes {
  const ownerAccountId = ownerOf(input, call, bucket);
  const acl = aclFromHeaders(input, { ownerAccountId, bucketAccountId: bucket.accountId });
  verifyAclSupported(input, acl, bucket);
  verifyAclNotBlocked(acl, bucket);
  return {
    ownerAccountId,
    ...(acl === undefined || bucket.objectOwnership === 'BucketOwnerEnforced' ? undefined : { acl }),
  };
}

/** Source: S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket". */
function ownerOf(input: AttributeInput, call: Call, bucket: BucketDocument): string {
  const writer = principalAccountId(call.principal);
  if (writer === undefined || bucket.objectOwnership === 'BucketOwnerEnforced') return bucket.accountId;
  const isGiven =
    bucket.objectOwnership === 'BucketOwnerPreferred' && input.ACL === 'bucket-owner-full-control';
  return isGiven ? bucket.accountId : writer;
}

function toStorageClass(wanted: string | undefined): string {
  if (wanted === undefined) return 'STANDARD';
  if (archiveClasses.has(wanted)) throw s3Error('NotImplemented');
  if (!storageClasses.has(wanted))
    throw s3Error('InvalidStorageClass', undefined, { StorageClassRequested: wanted });
  return wanted;
}

function toMetadata(sent: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  const entries = Object.entries(sent ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  if (entries.length === 0) return undefined;
  const size = entries.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (size > metadataBytesMax)
    throw s3Error('MetadataTooLarge', undefined, { Size: size, MaxSizeAllowed: metadataBytesMax });
  return Object.fromEntries(entries);
}

/** `aws-chunked` describes the transfer, not the object, and is not kept. Source: S3 API Reference, "Signature calculations: chunked upload". */
function withoutChunking(encoding: string | undefined): string | undefined {
  const kept = encoding
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked')
    .join(',');
  return kept === '' ? undefined : kept;
}
