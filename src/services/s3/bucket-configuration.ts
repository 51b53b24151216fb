// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteBucketEncryptionCommandInput,
  DeleteBucketLifecycleCommandInput,
  DeleteBucketOwnershipControlsCommandInput,
  DeleteBucketTaggingCommandInput,
  DeletePublicAccessBlockCommandInput,
  GetBucketAclCommandInput,
  GetBucketEncryptionCommandInput,
  GetBucketLifecycleConfigurationCommandInput,
  GetBucketOwnershipControlsCommandInput,
  GetBucketRequestPaymentCommandInput,
  GetBucketTaggingCommandInput,
  GetBucketVersioningCommandInput,
  GetPublicAccessBlockCommandInput,
  LifecycleRule,
  PutBucketAclCommandInput,
  PutBucketEncryptionCommandInput,
  PutBucketLifecycleConfigurationCommandInput,
  PutBucketOwnershipControlsCommandInput,
  PutBucketRequestPaymentCommandInput,
  PutBucketTaggingCommandInput,
  PutBucketVersioningCommandInput,
  PutPublicAccessBlockCommandInput,
  ServerSideEncryptionConfiguration,
} from '@aws-sdk/client-s3';
import { type Acl, isBucketOwnerFullControl, ownerFullControl } from '../../buckets/acl.js';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { toLifecycleDocument } from '../../buckets/lifecycle-configuration.js';
import type { LifecycleDocument } from '../../buckets/lifecycle-rule.js';
import { bucketTagsMax, toTagRecord, toTagSet } from '../../buckets/tag-rules.js';
import type { Call } from '../service.js';
import { aclFromInput, verifyAclNotBlocked } from './bucket-acl.js';
import { openBucket } from './open-bucket.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { malformedXml, s3Error } from './s3-error.js';

/** The bucket's subresources that are plain documents: each is put, answered and removed as a whole. */
export function bucketConfiguration({ randomId }: S3Dependencies): HandlerMap {
  return {
    ...acl,
    ...publicAccessBlock,
    ...ownershipControls,
    ...encryption,
    ...versioning,
    ...lifecycle(randomId),
    ...requestPayment,
    ...tagging,
  };
}

/** Keeps the bucket with some members changed; `undefined` removes one. */
export function changeBucket(
  call: Call,
  bucket: BucketDocument,
  change: { [Name in keyof BucketDocument]?: BucketDocument[Name] | undefined },
): object {
  const entries = Object.entries({ ...bucket, ...change }).filter(([, value]) => value !== undefined);
  call.state.put(bucketKey(bucket.name), Object.fromEntries(entries));
  return {};
}

const acl: HandlerMap = {
  GetBucketAcl: (input: GetBucketAclCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:GetBucketAcl');
    return (bucket.acl as Acl | undefined) ?? ownerFullControl(bucket.accountId);
  },
  PutBucketAcl: (input: PutBucketAclCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:PutBucketAcl');
    const wanted = aclFromInput(input, {
      ownerAccountId: bucket.accountId,
      bucketAccountId: bucket.accountId,
    });
    if (bucket.objectOwnership === 'BucketOwnerEnforced') {
      if (isBucketOwnerFullControl(wanted, bucket.accountId)) return {};
      throw s3Error('AccessControlListNotSupported');
    }
    verifyAclNotBlocked(wanted, bucket);
    return changeBucket(call, bucket, { acl: wanted });
  },
};

const publicAccessBlock: HandlerMap = {
  GetPublicAccessBlock: (input: GetPublicAccessBlockCommandInput, call: Call) => {
    const { name, publicAccessBlock: block } = openBucket(call, input, 's3:GetBucketPublicAccessBlock');
    if (block === undefined)
      throw s3Error('NoSuchPublicAccessBlockConfiguration', undefined, { BucketName: name });
    return {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: block.blockPublicAcls,
        IgnorePublicAcls: block.ignorePublicAcls,
        BlockPublicPolicy: block.blockPublicPolicy,
        RestrictPublicBuckets: block.restrictPublicBuckets,
      },
    };
  },
  PutPublicAccessBlock: (input: PutPublicAccessBlockCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:PutBucketPublicAccessBlock');
    const wanted = input.PublicAccessBlockConfiguration;
    if (wanted === undefined) throw malformedXml();
    return changeBucket(call, bucket, {
      publicAccessBlock: {
        blockPublicAcls: wanted.BlockPublicAcls ?? false,
        ignorePublicAcls: wanted.IgnorePublicAcls ?? false,
        blockPublicPolicy: wanted.BlockPublicPolicy ?? false,
        restrictPublicBuckets: wanted.RestrictPublicBuckets ?? false,
      },
    });
  },
  DeletePublicAccessBlock: (input: DeletePublicAccessBlockCommandInput, call: Call) =>
    changeBucket(call, openBucket(call, input, 's3:PutBucketPublicAccessBlock'), {
      publicAccessBlock: undefined,
    }),
};

const ownershipControls: HandlerMap = {
  GetBucketOwnershipControls: (input: GetBucketOwnershipControlsCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:GetBucketOwnershipControls');
    if (bucket.ownershipControlsDeleted === true)
      throw s3Error('OwnershipControlsNotFoundError', undefined, { BucketName: bucket.name });
    return { OwnershipControls: { Rules: [{ ObjectOwnership: bucket.objectOwnership }] } };
  },
  PutBucketOwnershipControls: (input: PutBucketOwnershipControlsCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:PutBucketOwnershipControls');
    const rules = input.OwnershipControls?.Rules ?? [];
    const wanted = rules[0]?.ObjectOwnership;
    if (
      rules.length !== 1 ||
      (wanted !== 'BucketOwnerEnforced' && wanted !== 'BucketOwnerPreferred' && wanted !== 'ObjectWriter')
    )
      throw malformedXml();
    const current = bucket.acl as Acl | undefined;
    if (
      wanted === 'BucketOwnerEnforced' &&
      current !== undefined &&
      !isBucketOwnerFullControl(current, bucket.accountId)
    ) {
      throw s3Error('InvalidBucketAclWithObjectOwnership');
    }
    return changeBucket(call, bucket, { objectOwnership: wanted, ownershipControlsDeleted: undefined });
  },
  // A bucket without controls behaves as ObjectWriter. Source: S3 API Reference, "OwnershipControlsRule".
  DeleteBucketOwnershipControls: (input: DeleteBucketOwnershipControlsCommandInput, call: Call) =>
    changeBucket(call, openBucket(call, input, 's3:PutBucketOwnershipControls'), {
      objectOwnership: 'ObjectWriter',
      ownershipControlsDeleted: true,
    }),
};

const defaultEncryption: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
};

const encryption: HandlerMap = {
  GetBucketEncryption: (input: GetBucketEncryptionCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:GetEncryptionConfiguration');
    return { ServerSideEncryptionConfiguration: bucket.encryption ?? defaultEncryption };
  },
  PutBucketEncryption: (input: PutBucketEncryptionCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:PutEncryptionConfiguration');
    const rules = input.ServerSideEncryptionConfiguration?.Rules ?? [];
    const wanted = rules[0]?.ApplyServerSideEncryptionByDefault;
    if (rules.length !== 1 || wanted?.SSEAlgorithm === undefined) throw malformedXml();
    const bucketKey = { BucketKeyEnabled: rules[0]?.BucketKeyEnabled ?? false };
    if (wanted.SSEAlgorithm === 'AES256') {
      if (wanted.KMSMasterKeyID !== undefined)
        throw s3Error(
          'InvalidArgument',
          'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
        );
      return changeBucket(call, bucket, {
        encryption: { Rules: [{ ...defaultEncryption.Rules?.[0], ...bucketKey }] },
      });
    }
    if (wanted.SSEAlgorithm === 'aws:kms:dsse') throw s3Error('NotImplemented');
    if (wanted.SSEAlgorithm !== 'aws:kms') throw malformedXml();
    // Whether the key exists shows at the first write. Source: S3 API Reference, PutBucketEncryption.
    const { KMSMasterKeyID } = wanted;
    const byDefault = { SSEAlgorithm: wanted.SSEAlgorithm, ...(KMSMasterKeyID && { KMSMasterKeyID }) };
    return changeBucket(call, bucket, {
      encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, ...bucketKey }] },
    });
  },
  DeleteBucketEncryption: (input: DeleteBucketEncryptionCommandInput, call: Call) =>
    changeBucket(call, openBucket(call, input, 's3:PutEncryptionConfiguration'), { encryption: undefined }),
};

const versioning: HandlerMap = {
  GetBucketVersioning: (input: GetBucketVersioningCommandInput, call: Call) => {
    const { versioning: status } = openBucket(call, input, 's3:GetBucketVersioning');
    return status === undefined ? {} : { Status: status };
  },
  PutBucketVersioning: (input: PutBucketVersioningCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:PutBucketVersioning');
    const { Status: status, MFADelete: mfaDelete } = input.VersioningConfiguration ?? {};
    if (mfaDelete === 'Enabled') throw s3Error('NotImplemented');
    if (status !== 'Enabled' && status !== 'Suspended')
      throw s3Error('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
    if (status === 'Suspended' && bucket.objectLock !== undefined) {
      throw s3Error(
        'InvalidBucketState',
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      );
    }
    return changeBucket(call, bucket, { versioning: status });
  },
};

function lifecycle(randomId: () => string): HandlerMap {
  return {
    GetBucketLifecycleConfiguration: (input: GetBucketLifecycleConfigurationCommandInput, call: Call) => {
      const bucket = openBucket(call, input, 's3:GetLifecycleConfiguration');
      const kept = bucket.lifecycle as LifecycleDocument | undefined;
      if (kept === undefined)
        throw s3Error('NoSuchLifecycleConfiguration', undefined, { BucketName: bucket.name });
      return {
        Rules: kept.Rules.map(toSdkRule),
        TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
      };
    },
    PutBucketLifecycleConfiguration: (input: PutBucketLifecycleConfigurationCommandInput, call: Call) => {
      const bucket = openBucket(call, input, 's3:PutLifecycleConfiguration');
      changeBucket(call, bucket, {
        lifecycle: toLifecycleDocument(input.LifecycleConfiguration?.Rules, randomId),
      });
      return { TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' };
    },
    DeleteBucketLifecycle: (input: DeleteBucketLifecycleCommandInput, call: Call) =>
      changeBucket(call, openBucket(call, input, 's3:PutLifecycleConfiguration'), { lifecycle: undefined }),
  };
}

/** Dates are kept as text; the wire wants them as dates again. */
function toSdkRule(rule: LifecycleDocument['Rules'][number]): LifecycleRule {
  const copy = structuredClone(rule) as unknown as LifecycleRule;
  const parts = [copy.Expiration, ...(copy.Transitions ?? [])];
  for (const part of parts) if (typeof part?.Date === 'string') part.Date = new Date(part.Date);
  return copy;
}

const requestPayment: HandlerMap = {
  GetBucketRequestPayment: (input: GetBucketRequestPaymentCommandInput, call: Call) => ({
    Payer: openBucket(call, input, 's3:GetBucketRequestPayment').requestPayer ?? 'BucketOwner',
  }),
  PutBucketRequestPayment: (input: PutBucketRequestPaymentCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:PutBucketRequestPayment');
    const payer = input.RequestPaymentConfiguration?.Payer;
    if (payer !== 'BucketOwner' && payer !== 'Requester') throw malformedXml();
    return changeBucket(call, bucket, { requestPayer: payer });
  },
};

const tagging: HandlerMap = {
  GetBucketTagging: (input: GetBucketTaggingCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:GetBucketTagging');
    if (bucket.tags === undefined) throw s3Error('NoSuchTagSet', undefined, { BucketName: bucket.name });
    return { TagSet: toTagSet(bucket.tags) };
  },
  PutBucketTagging: (input: PutBucketTaggingCommandInput, call: Call) => {
    const bucket = openBucket(call, input, 's3:PutBucketTagging');
    if (input.Tagging?.TagSet === undefined) throw malformedXml();
    return changeBucket(call, bucket, { tags: toTagRecord(input.Tagging.TagSet, bucketTagsMax) });
  },
  DeleteBucketTagging: (input: DeleteBucketTaggingCommandInput, call: Call) =>
    changeBucket(call, openBucket(call, input, 's3:PutBucketTagging'), { tags: undefined }),
};
