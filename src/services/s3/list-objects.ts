// SPDX-License-Identifier: Apache-2.0
import type {
  _Object,
  ListObjectsCommandInput,
  ListObjectsCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import { canonicalUserId } from '../../buckets/canonical-user.js';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { checksumFacts } from './checksum-facts.js';
import { type KeyListing, listKeys } from './key-listing.js';
import { openBucket } from './open-bucket.js';
import { pageToken, readPageToken } from './page-token.js';
import { quoted } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { invalidArgument } from './s3-error.js';
import { encodingFor, type TextEncoding } from './url-encoding.js';

/** Source: S3 API Reference, ListObjectsV2: a page holds up to 1,000 keys, whatever is asked for. */
const listedKeysMax = 1000;

export function listObjectsOperations({ objectStore }: S3Dependencies): HandlerMap {
  return {
    ListObjects: (input: ListObjectsCommandInput, call: Call) => listObjects(objectStore, input, call),
    ListObjectsV2: (input: ListObjectsV2CommandInput, call: Call) => listObjectsV2(objectStore, input, call),
  };
}

async function listObjects(
  store: ObjectStore,
  input: ListObjectsCommandInput,
  call: Call,
): Promise<Partial<ListObjectsCommandOutput>> {
  const bucket = openBucket(call, input, 's3:ListBucket');
  const encode = encodingFor(input.EncodingType);
  const limit = pageLimit(input.MaxKeys, 'max-keys');
  const { Prefix: prefix, Delimiter: delimiter, Marker: marker } = input;
  const listing = await listKeys(store, bucket.name, { prefix, delimiter, marker, limit });
  const last = lastName(listing);
  return {
    ...contentsOf(listing, encode, bucket, true),
    Name: bucket.name,
    Prefix: encode(prefix ?? ''),
    Marker: encode(marker ?? ''),
    MaxKeys: limit,
    IsTruncated: listing.truncated,
    ...(delimiter === undefined || delimiter === '' ? undefined : { Delimiter: encode(delimiter) }),
    ...(input.EncodingType === undefined ? undefined : { EncodingType: input.EncodingType }),
    // Without a delimiter the last key is the next marker, and S3 does not repeat it.
    ...(listing.truncated && last !== undefined && delimiter !== undefined && delimiter !== ''
      ? { NextMarker: encode(last) }
      : undefined),
  };
}

async function listObjectsV2(
  store: ObjectStore,
  input: ListObjectsV2CommandInput,
  call: Call,
): Promise<Partial<ListObjectsV2CommandOutput>> {
  const bucket = openBucket(call, input, 's3:ListBucket');
  const encode = encodingFor(input.EncodingType);
  const limit = pageLimit(input.MaxKeys, 'max-keys');
  const { Prefix: prefix, Delimiter: delimiter, StartAfter: startAfter, ContinuationToken: token } = input;
  if (token === '')
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', '');
  // A token outweighs StartAfter. Source: S3 API Reference, ListObjectsV2, StartAfter.
  const marker = token === undefined ? startAfter : readPageToken('objects', token);
  const listing = await listKeys(store, bucket.name, { prefix, delimiter, marker, limit });
  const last = lastName(listing);
  return {
    ...contentsOf(listing, encode, bucket, input.FetchOwner === true),
    Name: bucket.name,
    Prefix: encode(prefix ?? ''),
    MaxKeys: limit,
    KeyCount: listing.entries.length,
    IsTruncated: listing.truncated,
    ...(delimiter === undefined || delimiter === '' ? undefined : { Delimiter: encode(delimiter) }),
    ...(input.EncodingType === undefined ? undefined : { EncodingType: input.EncodingType }),
    ...(token === undefined ? undefined : { ContinuationToken: token }),
    ...(startAfter === undefined ? undefined : { StartAfter: encode(startAfter) }),
    ...(listing.truncated && last !== undefined
      ? { NextContinuationToken: pageToken('objects', last) }
      : undefined),
  };
}

/** At most `listedKeysMax`; what is more is answered as that. */
export function pageLimit(wanted: number | undefined, name: string): number {
  if (wanted === undefined) return listedKeysMax;
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 2_147_483_647) {
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, wanted);
  }
  return Math.min(wanted, listedKeysMax);
}

function lastName({ entries }: KeyListing): string | undefined {
  const last = entries.at(-1);
  if (last === undefined) return undefined;
  return 'object' in last ? last.object.key : last.commonPrefix;
}

export function commonPrefixesOf(
  { entries }: KeyListing,
  encode: TextEncoding,
): { CommonPrefixes?: { Prefix: string }[] } {
  const prefixes = entries.flatMap((entry) =>
    'commonPrefix' in entry ? [{ Prefix: encode(entry.commonPrefix) }] : [],
  );
  return prefixes.length === 0 ? {} : { CommonPrefixes: prefixes };
}

export function objectsOf({ entries }: KeyListing): ObjectInfo[] {
  return entries.flatMap((entry) => ('object' in entry ? [entry.object] : []));
}

function contentsOf(
  listing: KeyListing,
  encode: TextEncoding,
  bucket: BucketDocument,
  withOwner: boolean,
): Pick<ListObjectsCommandOutput, 'Contents' | 'CommonPrefixes'> {
  const contents = objectsOf(listing).map(
    (info): _Object => ({
      Key: encode(info.key),
      LastModified: new Date(info.lastModifiedMs),
      ETag: quoted(info.etag),
      Size: info.size,
      StorageClass: (info.attributes.storageClass ?? 'STANDARD') as 'STANDARD',
      ...checksumFacts(info),
      ...(withOwner ? { Owner: ownerOf(info, bucket) } : undefined),
    }),
  );
  return {
    ...(contents.length === 0 ? undefined : { Contents: contents }),
    ...commonPrefixesOf(listing, encode),
  };
}

export function ownerOf(info: ObjectInfo, bucket: BucketDocument): { ID: string } {
  const isEnforced = bucket.objectOwnership === 'BucketOwnerEnforced';
  return {
    ID: canonicalUserId(isEnforced ? bucket.accountId : (info.attributes.ownerAccountId ?? bucket.accountId)),
  };
}
