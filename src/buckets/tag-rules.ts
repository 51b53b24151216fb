// SPDX-License-Identifier: Apache-2.0
import { BucketError } from './bucket-error.js';

export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Source: S3 User Guide, "Categorizing your storage using tags" and "Using cost allocation S3 bucket tags". */
export const objectTagsMax = 10;
export const bucketTagsMax = 50;

const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Tags as a record, or InvalidTag / BadRequest as S3 answers for a broken rule. */
export function toTagRecord(tags: readonly Tag[], tagsMax: number): Record<string, string> {
  if (tags.length > tagsMax) {
    const owner = tagsMax === objectTagsMax ? 'Object' : 'Bucket';
    throw new BucketError('BadRequest', `${owner} tags cannot be greater than ${tagsMax}`);
  }
  const record: Record<string, string> = {};
  for (const { Key: key = '', Value: value = '' } of tags) {
    verifyTag(key, value);
    if (Object.hasOwn(record, key)) {
      throw new BucketError('InvalidTag', 'Cannot provide multiple Tags with the same key', { TagKey: key });
    }
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return record;
}

/** The `x-amz-tagging` header: `key=value&…`, form-encoded. */
export function parseTaggingHeader(header: string): Record<string, string> {
  const pairs = Array.from(new URLSearchParams(header), ([Key, Value]) => ({ Key, Value }));
  const named = header.split('&').filter((part) => part !== '');
  const keys = new Set(pairs.map(({ Key }) => Key));
  if (keys.size < pairs.length || named.some((part) => part.startsWith('='))) throw invalidHeader(header);
  return toTagRecord(pairs, objectTagsMax);
}

export function toTagSet(
  record: Readonly<Record<string, string>> | undefined,
): { Key: string; Value: string }[] {
  return Object.entries(record ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

function verifyTag(key: string, value: string): void {
  if (key === '' || lengthOf(key) > 128 || !tagText.test(key)) {
    throw new BucketError('InvalidTag', 'The TagKey you have provided is invalid', { TagKey: key });
  }
  if (lengthOf(value) > 256 || !tagText.test(value)) {
    throw new BucketError('InvalidTag', 'The TagValue you have provided is invalid', {
      TagKey: key,
      TagValue: value,
    });
  }
  if (/^aws:/i.test(key)) {
    throw new BucketError('InvalidTag', 'System tags cannot be added/updated by requester', { TagKey: key });
  }
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

function invalidHeader(header: string): BucketError {
  return new BucketError(
    'InvalidArgument',
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
  );
}
