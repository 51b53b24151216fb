// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteObjectTaggingCommandInput,
  GetObjectAclCommandInput,
  GetObjectTaggingCommandInput,
  PutObjectAclCommandInput,
  PutObjectTaggingCommandInput,
} from '@aws-sdk/client-s3';
import { isBucketOwnerFullControl } from '../../buckets/acl.js';
import type { BucketDocument } from '../../buckets/bucket.js';
import { objectTagsMax, toTagRecord, toTagSet } from '../../buckets/tag-rules.js';
import type { ObjectAttributes, ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { aclFromInput, verifyAclNotBlocked } from './bucket-acl.js';
import { currentObject } from './current-object.js';
import { aclOf, openObject } from './open-bucket.js';
import { versionIdIn } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { malformedXml, s3Error } from './s3-error.js';

type ObjectInput = GetObjectTaggingCommandInput;

/** Tags and ACL of an object. */
export function objectSubresources({ objectStore: store }: S3Dependencies): HandlerMap {
  return {
    GetObjectTagging: async (input: GetObjectTaggingCommandInput, call: Call) => {
      const { bucket, info } = await openVersion(
        store,
        input,
        call,
        's3:GetObjectTagging',
        's3:GetObjectVersionTagging',
      );
      return { TagSet: toTagSet(info.attributes.tags), ...versionIdIn(bucket, info) };
    },
    PutObjectTagging: async (input: PutObjectTaggingCommandInput, call: Call) => {
      const { bucket, info } = await openVersion(
        store,
        input,
        call,
        's3:PutObjectTagging',
        's3:PutObjectVersionTagging',
      );
      if (input.Tagging?.TagSet === undefined) throw malformedXml();
      await change(store, info, { tags: toTagRecord(input.Tagging.TagSet, objectTagsMax) });
      return versionIdIn(bucket, info);
    },
    DeleteObjectTagging: async (input: DeleteObjectTaggingCommandInput, call: Call) => {
      const { bucket, info } = await openVersion(
        store,
        input,
        call,
        's3:DeleteObjectTagging',
        's3:DeleteObjectVersionTagging',
      );
      await change(store, info, { tags: {} });
      return versionIdIn(bucket, info);
    },
    GetObjectAcl: async (input: GetObjectAclCommandInput, call: Call) => {
      const { bucket, info } = await openVersion(
        store,
        input,
        call,
        's3:GetObjectAcl',
        's3:GetObjectVersionAcl',
      );
      return aclOf(info, bucket);
    },
    PutObjectAcl: async (input: PutObjectAclCommandInput, call: Call) => {
      const { bucket, info } = await openVersion(
        store,
        input,
        call,
        's3:PutObjectAcl',
        's3:PutObjectVersionAcl',
      );
      const ownerAccountId = info.attributes.ownerAccountId ?? bucket.accountId;
      const acl = aclFromInput(input, { ownerAccountId, bucketAccountId: bucket.accountId });
      if (bucket.objectOwnership === 'BucketOwnerEnforced') {
        if (isBucketOwnerFullControl(acl, bucket.accountId)) return {};
        throw s3Error('AccessControlListNotSupported');
      }
      verifyAclNotBlocked(acl, bucket);
      await change(store, info, { acl });
      return {};
    },
  };
}

async function openVersion(
  store: ObjectStore,
  input: ObjectInput,
  call: Call,
  action: string,
  versionAction: string,
): Promise<{ bucket: BucketDocument; info: ObjectInfo }> {
  const { bucket, key } = await openObject(
    store,
    call,
    input,
    input.VersionId === undefined ? action : versionAction,
  );
  return { bucket, info: await currentObject(store, call, bucket, key, input.VersionId) };
}

async function change(
  store: ObjectStore,
  info: ObjectInfo,
  attributes: Partial<ObjectAttributes>,
): Promise<void> {
  await store.setAttributes(info.bucket, info.key, info.versionId, attributes);
}
