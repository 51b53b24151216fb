// SPDX-License-Identifier: Apache-2.0

import type { Readable } from 'node:stream';
import type {
  GetObjectAttributesCommandInput,
  GetObjectAttributesCommandOutput,
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import {
  BytesStream,
  type GetOptions,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
  type ObjectStoreErrorCode,
} from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { noteBytesOut } from './audit.js';
import { type ByteRange, partRange, toByteRange } from './byte-range.js';
import { currentObject } from './current-object.js';
import { expirationHeader } from './expiration-header.js';
import { dataKeyOf, encryptionOutput } from './object-encryption.js';
import { lockOutput } from './object-lock.js';
import { openObject } from './open-bucket.js';
import { quoted, versionIdIn } from './put-object.js';
import { verifyReadConditions } from './read-conditions.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { invalidArgument, s3Error } from './s3-error.js';

export function getObjectOperations(deps: S3Dependencies): HandlerMap {
  return {
    GetObject: (input: GetObjectCommandInput, call: Call) => getObject(deps, input, call),
    HeadObject: (input: HeadObjectCommandInput, call: Call) => headObject(deps, input, call),
    GetObjectAttributes: (input: GetObjectAttributesCommandInput, call: Call) =>
      getObjectAttributes(deps, input, call),
  };
}

/** How often an object may change between looking at it and opening it before the caller is told to come again. */
const attemptsMax = 5;

export function readAction(versionId: string | undefined): string {
  return versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
}

async function getObject(
  { objectStore: store, dataKeys }: S3Dependencies,
  input: GetObjectCommandInput,
  call: Call,
): Promise<Partial<GetObjectCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, readAction(input.VersionId));
  verifyReadInput(input, call);
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const info = await currentObject(store, call, bucket, key, input.VersionId);
    const range = checkedRange(input, info);
    const lock = isLocked(info) ? await lockOutput(store, call, bucket, info) : undefined;
    const dataKey = hasDataKey(info) ? await dataKeyOf(dataKeys, call, bucket, info) : undefined;
    const body = await openVersion(store, bucket, info, { ...range, ...dataKey });
    if (body === undefined) continue;
    const output = readOutput(bucket, info, input, range);
    noteBytesOut(call, output.ContentLength ?? 0);
    return {
      ...output,
      ...lock,
      ...overrides(input),
      Body: body as unknown as NonNullable<GetObjectCommandOutput['Body']>,
    };
  }
  throw s3Error('SlowDown');
}

async function headObject(
  { objectStore: store, dataKeys }: S3Dependencies,
  input: HeadObjectCommandInput,
  call: Call,
): Promise<Partial<HeadObjectCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, readAction(input.VersionId));
  verifyReadInput(input, call);
  const info = await currentObject(store, call, bucket, key, input.VersionId);
  const range = checkedRange(input, info);
  // A checksum tells of the bytes: only to who may decrypt them. Source: S3 API Reference, HeadObject, ChecksumMode.
  if (input.ChecksumMode === 'ENABLED' && info.attributes.checksums !== undefined)
    await dataKeyOf(dataKeys, call, bucket, info);
  const lock = await lockOutput(store, call, bucket, info);
  return { ...readOutput(bucket, info, input, range), ...lock, ...overrides(input) };
}

/** Most objects are neither locked nor under a key of KMS: a read waits for neither. */
function isLocked({ attributes }: ObjectInfo): boolean {
  return attributes.retention !== undefined || attributes.legalHold !== undefined;
}

function hasDataKey({ attributes }: ObjectInfo): boolean {
  return attributes.encryptedDataKey !== undefined;
}

/** The bytes of exactly the version that was looked at; undefined when another took its place meanwhile. */
async function openVersion(
  store: ObjectStore,
  bucket: BucketDocument,
  seen: ObjectInfo,
  how: Pick<GetOptions, 'start' | 'end' | 'dataKey'>,
): Promise<Readable | Uint8Array | undefined> {
  try {
    const { info, body } = await store.get(bucket.name, seen.key, {
      versionId: seen.versionId,
      ...(seen.size === 0 ? undefined : how),
    });
    if (info.etag === seen.etag && info.sha256 === seen.sha256 && info.lastModifiedMs === seen.lastModifiedMs)
      return body instanceof BytesStream ? body.bytes : body;
    body.destroy();
    return undefined;
  } catch (error) {
    if (error instanceof ObjectStoreError && meansAnother.has(error.code)) return undefined;
    throw error;
  }
}

/** What the store says when another object came under the key: it is gone, shorter, or under another data key. */
const meansAnother: ReadonlySet<ObjectStoreErrorCode> = new Set([
  'NoSuchKey',
  'NoSuchVersion',
  'InvalidRange',
  'DataKeyMismatch',
]);

type ReadInput = GetObjectCommandInput & HeadObjectCommandInput;

function verifyReadInput(input: ReadInput, call: Call): void {
  if (input.SSECustomerAlgorithm !== undefined) throw s3Error('NotImplemented');
  if (input.Range !== undefined && input.PartNumber !== undefined) {
    throw s3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  }
  if (call.principal.kind === 'anonymous' && Object.keys(overrides(input)).length > 0) {
    throw s3Error(
      'InvalidRequest',
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
}

function checkedRange(input: ReadInput, info: ObjectInfo): ByteRange | undefined {
  verifyReadConditions(
    {
      ifMatch: input.IfMatch,
      ifNoneMatch: input.IfNoneMatch,
      ifModifiedSince: input.IfModifiedSince,
      ifUnmodifiedSince: input.IfUnmodifiedSince,
    },
    info,
  );
  return input.PartNumber === undefined
    ? toByteRange(input.Range, info.size)
    : partRange(info, input.PartNumber);
}

/** Headers of an answer to GET and HEAD alike. A `ContentRange` means that the status is 206. */
function readOutput(
  bucket: BucketDocument,
  info: ObjectInfo,
  input: ReadInput,
  range: ByteRange | undefined,
): Partial<HeadObjectCommandOutput> {
  const { attributes } = info;
  const tagCount = Object.keys(attributes.tags ?? {}).length;
  const showsChecksums =
    input.ChecksumMode === 'ENABLED' &&
    (range === undefined || (range.start === 0 && range.end === info.size - 1));
  return {
    AcceptRanges: 'bytes',
    ContentLength: range === undefined ? info.size : range.end - range.start + 1,
    ...(range === undefined || info.size === 0
      ? undefined
      : { ContentRange: `bytes ${range.start}-${range.end}/${info.size}` }),
    ContentType: attributes.contentType ?? 'binary/octet-stream',
    ContentEncoding: attributes.contentEncoding,
    ContentDisposition: attributes.contentDisposition,
    ContentLanguage: attributes.contentLanguage,
    CacheControl: attributes.cacheControl,
    ...(attributes.expires === undefined ? undefined : { ExpiresString: attributes.expires }),
    ETag: quoted(info.etag),
    LastModified: new Date(info.lastModifiedMs),
    Metadata: { ...attributes.metadata },
    ...encryptionOutput(attributes),
    // S3 leaves the header out for STANDARD. Source: S3 API Reference, HeadObject.
    ...(isStandard(attributes.storageClass)
      ? undefined
      : { StorageClass: attributes.storageClass as 'STANDARD_IA' }),
    WebsiteRedirectLocation: attributes.websiteRedirectLocation,
    ...(tagCount === 0 ? undefined : { TagCount: tagCount }),
    ...(input.PartNumber === undefined || attributes.partSizes === undefined
      ? undefined
      : { PartsCount: attributes.partSizes.length }),
    ...(showsChecksums ? { ...attributes.checksums, ChecksumType: attributes.checksumType } : undefined),
    ...versionIdIn(bucket, info),
    ...expirationHeader(bucket, info),
  };
}

function overrides(input: ReadInput): Partial<GetObjectCommandOutput> {
  return {
    ...(input.ResponseCacheControl === undefined ? undefined : { CacheControl: input.ResponseCacheControl }),
    ...(input.ResponseContentDisposition === undefined
      ? undefined
      : { ContentDisposition: input.ResponseContentDisposition }),
    ...(input.ResponseContentEncoding === undefined
      ? undefined
      : { ContentEncoding: input.ResponseContentEncoding }),
    ...(input.ResponseContentLanguage === undefined
      ? undefined
      : { ContentLanguage: input.ResponseContentLanguage }),
    ...(input.ResponseContentType === undefined ? undefined : { ContentType: input.ResponseContentType }),
    ...(input.ResponseExpires === undefined
      ? undefined
      : { ExpiresString: input.ResponseExpires.toUTCString() }),
  };
}

const attributeNames: readonly string[] = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

async function getObjectAttributes(
  { objectStore: store, dataKeys }: S3Dependencies,
  input: GetObjectAttributesCommandInput,
  call: Call,
): Promise<Partial<GetObjectAttributesCommandOutput>> {
  const extra = input.VersionId === undefined ? 's3:GetObjectAttributes' : 's3:GetObjectVersionAttributes';
  const { bucket, key } = await openObject(store, call, input, readAction(input.VersionId), extra);
  const wanted: readonly string[] = input.ObjectAttributes ?? [];
  const unknown = wanted.find((name) => !attributeNames.includes(name));
  if (wanted.length === 0 || unknown !== undefined) {
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', unknown ?? '');
  }
  const info = await currentObject(store, call, bucket, key, input.VersionId);
  const { checksums, checksumType } = info.attributes;
  // As with HEAD: a checksum tells of the bytes.
  if (wanted.includes('Checksum') && checksums !== undefined) await dataKeyOf(dataKeys, call, bucket, info);
  return {
    LastModified: new Date(info.lastModifiedMs),
    ...versionIdIn(bucket, info),
    ...(wanted.includes('ETag') ? { ETag: info.etag } : undefined),
    ...(wanted.includes('Checksum') && checksums !== undefined
      ? { Checksum: { ...checksums, ChecksumType: checksumType } }
      : undefined),
    ...(wanted.includes('ObjectParts') ? objectParts(info, input) : undefined),
    ...(wanted.includes('StorageClass')
      ? { StorageClass: (info.attributes.storageClass ?? 'STANDARD') as 'STANDARD' }
      : undefined),
    ...(wanted.includes('ObjectSize') ? { ObjectSize: info.size } : undefined),
  };
}

/** Parts one by one only for objects with a checksum. Source: S3 API Reference, GetObjectAttributes, ObjectParts. */
function objectParts(
  info: ObjectInfo,
  input: GetObjectAttributesCommandInput,
): Partial<GetObjectAttributesCommandOutput> {
  const { partSizes: sizes, checksums } = info.attributes;
  if (sizes === undefined) return {};
  if (checksums === undefined) return { ObjectParts: { TotalPartsCount: sizes.length } };
  const marker = Number(input.PartNumberMarker ?? 0);
  const limit = Math.min(input.MaxParts ?? 1000, 1000);
  const parts = sizes
    .map((Size, index) => ({ PartNumber: index + 1, Size }))
    .filter((part) => part.PartNumber > marker);
  const page = parts.slice(0, limit);
  return {
    ObjectParts: {
      TotalPartsCount: sizes.length,
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(page.at(-1)?.PartNumber ?? marker),
      MaxParts: limit,
      IsTruncated: parts.length > page.length,
      Parts: page,
    },
  };
}

function isStandard(storageClass: string | undefined): boolean {
  return storageClass === undefined || storageClass === 'STANDARD';
}
