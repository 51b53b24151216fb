// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteMarkerEntry,
  ListObjectVersionsCommandInput,
  ListObjectVersionsCommandOutput,
  ObjectVersion,
} from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { checksumFacts } from './checksum-facts.js';
import { listKeys } from './key-listing.js';
import { commonPrefixesOf, objectsOf, ownerOf, pageLimit } from './list-objects.js';
import { openBucket } from './open-bucket.js';
import { quoted } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { invalidArgument } from './s3-error.js';
import { encodingFor, type TextEncoding } from './url-encoding.js';

export function listVersionsOperation({ objectStore }: S3Dependencies): HandlerMap {
  return {
    ListObjectVersions: (input: ListObjectVersionsCommandInput, call: Call) =>
      listVersions(objectStore, input, call),
  };
}

async function listVersions(
  store: ObjectStore,
  input: ListObjectVersionsCommandInput,
  call: Call,
): Promise<Partial<ListObjectVersionsCommandOutput>> {
  const bucket = openBucket(call, input, 's3:ListBucketVersions');
  const encode = encodingFor(input.EncodingType);
  const limit = pageLimit(input.MaxKeys, 'max-keys');
  const { Prefix: prefix, Delimiter: delimiter, KeyMarker: marker, VersionIdMarker: versionIdMarker } = input;
  verifyMarkers(marker, versionIdMarker);
  const listing = await listKeys(store, bucket.name, {
    prefix,
    delimiter,
    marker,
    versionIdMarker,
    limit,
    versions: true,
  });
  const found = objectsOf(listing);
  const versions = found
    .filter((info) => !info.isDeleteMarker)
    .map((info) => toVersion(info, bucket, encode));
  const markers = found.filter((info) => info.isDeleteMarker).map((info) => toMarker(info, bucket, encode));
  return {
    Name: bucket.name,
    Prefix: encode(prefix ?? ''),
    KeyMarker: encode(marker ?? ''),
    VersionIdMarker: versionIdMarker ?? '',
    MaxKeys: limit,
    IsTruncated: listing.truncated,
    ...(delimiter === undefined || delimiter === '' ? undefined : { Delimiter: encode(delimiter) }),
    ...(input.EncodingType === undefined ? undefined : { EncodingType: input.EncodingType }),
    ...(versions.length === 0 ? undefined : { Versions: versions }),
    ...(markers.length === 0 ? undefined : { DeleteMarkers: markers }),
    ...commonPrefixesOf(listing, encode),
    ...(listing.truncated ? nextMarkers(listing.entries.at(-1), encode) : undefined),
  };
}

function verifyMarkers(marker: string | undefined, versionIdMarker: string | undefined): void {
  if (versionIdMarker === undefined) return;
  if (versionIdMarker === '')
    throw invalidArgument('A version-id marker cannot be empty.', 'version-id-marker', '');
  if (marker === undefined || marker === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      versionIdMarker,
    );
  }
}

function nextMarkers(
  last: { readonly object: ObjectInfo } | { readonly commonPrefix: string } | undefined,
  encode: TextEncoding,
): Partial<ListObjectVersionsCommandOutput> {
  if (last === undefined) return {};
  if ('commonPrefix' in last) return { NextKeyMarker: encode(last.commonPrefix) };
  return { NextKeyMarker: encode(last.object.key), NextVersionIdMarker: last.object.versionId };
}

function toVersion(info: ObjectInfo, bucket: BucketDocument, encode: TextEncoding): ObjectVersion {
  return {
    ...toMarker(info, bucket, encode),
    ETag: quoted(info.etag),
    Size: info.size,
    StorageClass: (info.attributes.storageClass ?? 'STANDARD') as 'STANDARD',
    ...checksumFacts(info),
  };
}

function toMarker(info: ObjectInfo, bucket: BucketDocument, encode: TextEncoding): DeleteMarkerEntry {
  return {
    Key: encode(info.key),
    VersionId: info.versionId,
    IsLatest: info.isLatest,
    LastModified: new Date(info.lastModifiedMs),
    Owner: ownerOf(info, bucket),
  };
}
