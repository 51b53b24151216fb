// SPDX-License-Identifier: Apache-2.0
import type { CopyObjectCommandInput, CopyObjectCommandOutput } from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import { parseTaggingHeader } from '../../buckets/tag-rules.js';
import type { ObjectAttributes, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { type CopySource, openCopySource, openSourceBody, verifyCopySize } from './copy-source.js';
import { expirationHeader } from './expiration-header.js';
import { contentAttributes, ownerAttributes, storageAttributes } from './object-attributes.js';
import { encryptionOutput, etagOption, sealingOf } from './object-encryption.js';
import { lockOfNewVersion, requestedLock } from './object-lock.js';
import { openObject, verifyMayActOnObject, verifyStillThere } from './open-bucket.js';
import { putConditions, quoted, versionedIn, versionIdIn, writeActions } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { invalidArgument, s3Error } from './s3-error.js';
import { knownName, measuredBody, type WantedChecksum } from './upload-body.js';

export function copyObjectOperation(deps: S3Dependencies): HandlerMap {
  return { CopyObject: (input: CopyObjectCommandInput, call: Call) => copyObject(deps, input, call) };
}

async function copyObject(
  { objectStore: store, dataKeys, clock, randomId }: S3Dependencies,
  input: CopyObjectCommandInput,
  call: Call,
): Promise<Partial<CopyObjectCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, ...writeActions(input));
  verifyDirectives(input);
  const source = await openCopySource(store, call, input);
  verifyCopySize(source.info.size);
  verifyChangesSomething(input, source, bucket, key);
  if (copiesTags(input, source)) await verifyMayCopyTags(store, call, source, { bucket, key });
  const attributes = copiedAttributes(input, call, bucket, source.info.attributes);
  // Of the source's lock and encryption nothing is copied. Source: S3 User Guide, "Copying, moving, and renaming objects".
  const lock = requestedLock(input, call, bucket);
  const conditions = await putConditions(store, bucket.name, key, input);
  const sealing = await sealingOf(dataKeys, call, bucket, key, input);
  const body = await openSourceBody(store, dataKeys, call, source);
  const measured = measuredBody({ Body: body }, copyChecksum(input, source));
  try {
    const info = await store.put(bucket.name, key, measured.source, {
      ...conditions,
      ...versionedIn(bucket),
      ...sealing,
      ...etagOption(sealing, randomId),
      attributes: { ...attributes, ...sealing.attributes },
      beforeCommit: (facts) => {
        const current = verifyStillThere(call, bucket);
        return { ...lockOfNewVersion(lock, current, clock.now()), ...measured.verify(facts) };
      },
    });
    return {
      CopyObjectResult: {
        ETag: quoted(info.etag),
        LastModified: new Date(info.lastModifiedMs),
        ...info.attributes.checksums,
        ChecksumType: info.attributes.checksumType,
      },
      ...encryptionOutput(info.attributes),
      ...(source.bucket.versioning === undefined
        ? undefined
        : { CopySourceVersionId: source.info.versionId }),
      ...versionIdIn(bucket, info),
      ...expirationHeader(bucket, info),
    };
  } finally {
    body.destroy();
  }
}

function verifyDirectives({ MetadataDirective, TaggingDirective }: CopyObjectCommandInput): void {
  const directives: readonly (readonly [string, string | undefined])[] = [
    ['x-amz-metadata-directive', MetadataDirective],
    ['x-amz-tagging-directive', TaggingDirective],
  ];
  for (const [header, value] of directives) {
    if (value !== undefined && value !== 'COPY' && value !== 'REPLACE')
      throw invalidArgument(
        `Unknown ${header.includes('tagging') ? 'tagging' : 'metadata'} directive.`,
        header,
        value,
      );
  }
}

/** A copy onto itself must change something, unless it brings an older version back. Source: S3 API Reference, CopyObject. */
function verifyChangesSomething(
  input: CopyObjectCommandInput,
  { bucket: from, info, versionId }: CopySource,
  to: BucketDocument,
  key: string,
): void {
  if (from.name !== to.name || info.key !== key || (versionId !== undefined && !info.isLatest)) return;
  const isChange =
    input.MetadataDirective === 'REPLACE' ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined;
  if (isChange) return;
  throw s3Error(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

function copiesTags({ TaggingDirective }: CopyObjectCommandInput, { info }: CopySource): boolean {
  return TaggingDirective !== 'REPLACE' && Object.keys(info.attributes.tags ?? {}).length > 0;
}

/** Tags are read and written by actions of their own: a copy must not be a way around them. */
async function verifyMayCopyTags(
  store: ObjectStore,
  call: Call,
  { bucket, info, versionId }: CopySource,
  to: { readonly bucket: BucketDocument; readonly key: string },
): Promise<void> {
  const read = versionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
  await verifyMayActOnObject(store, call, bucket, read, info.key, versionId);
  await verifyMayActOnObject(store, call, to.bucket, 's3:PutObjectTagging', to.key);
}

/** The ACL is never copied, nor are redirect and storage class. Source: S3 API Reference, CopyObject. */
function copiedAttributes(
  input: CopyObjectCommandInput,
  call: Call,
  to: BucketDocument,
  from: ObjectAttributes,
): ObjectAttributes {
  const content = input.MetadataDirective === 'REPLACE' ? contentAttributes(input, call) : contentOf(from);
  const tags = input.TaggingDirective === 'REPLACE' ? parseTaggingHeader(input.Tagging ?? '') : from.tags;
  return {
    ...content,
    ...storageAttributes(input),
    ...ownerAttributes(input, call, to),
    ...(tags === undefined || Object.keys(tags).length === 0 ? undefined : { tags }),
  };
}

function contentOf(from: ObjectAttributes): ObjectAttributes {
  const {
    contentType,
    contentEncoding,
    contentDisposition,
    contentLanguage,
    cacheControl,
    expires,
    metadata,
  } = from;
  const kept = {
    contentType,
    contentEncoding,
    contentDisposition,
    contentLanguage,
    cacheControl,
    expires,
    metadata,
  };
  return Object.fromEntries(
    Object.entries(kept).filter(([, value]) => value !== undefined),
  ) as ObjectAttributes;
}

/** The algorithm that is asked for, else the source's, over the whole copy. */
function copyChecksum(input: CopyObjectCommandInput, { info }: CopySource): WantedChecksum | undefined {
  const member = Object.keys(info.attributes.checksums ?? {})[0];
  const name = input.ChecksumAlgorithm ?? member?.slice('Checksum'.length);
  return name === undefined ? undefined : { name: knownName(name) };
}
