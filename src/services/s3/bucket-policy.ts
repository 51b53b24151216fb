// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteBucketPolicyCommandInput,
  GetBucketPolicyCommandInput,
  GetBucketPolicyStatusCommandInput,
  PutBucketPolicyCommandInput,
} from '@aws-sdk/client-s3';
import { policyOf, verifiedPolicy } from '../../buckets/bucket-policy.js';
import { bindPrincipals, shownPolicyText } from '../../identity/policy/bind-principals.js';
import { isPublicPolicy } from '../../identity/policy/is-public-policy.js';
import { MalformedPolicyError } from '../../identity/policy/malformed-policy-error.js';
import { principalArn } from '../../identity/principal.js';
import type { Call } from '../service.js';
import { changeBucket } from './bucket-configuration.js';
import { openBucket } from './open-bucket.js';
import type { HandlerMap } from './s3-dependencies.js';
import { s3Error } from './s3-error.js';

export function bucketPolicyOperations(): HandlerMap {
  return {
    PutBucketPolicy: putBucketPolicy,
    GetBucketPolicy: (input: GetBucketPolicyCommandInput, call: Call) => {
      const { name, policy } = openBucket(call, input, 's3:GetBucketPolicy');
      if (policy === undefined) throw noSuchPolicy(name);
      return { Policy: shownPolicyText(policy, call.state) };
    },
    DeleteBucketPolicy: (input: DeleteBucketPolicyCommandInput, call: Call) =>
      changeBucket(call, openBucket(call, input, 's3:DeleteBucketPolicy'), { policy: undefined }),
    GetBucketPolicyStatus: (input: GetBucketPolicyStatusCommandInput, call: Call) => {
      const bucket = openBucket(call, input, 's3:GetBucketPolicyStatus');
      const policy = policyOf(bucket);
      if (policy === undefined) throw noSuchPolicy(bucket.name);
      return { PolicyStatus: { IsPublic: isPublicPolicy(policy) } };
    },
  };
}

function putBucketPolicy(input: PutBucketPolicyCommandInput, call: Call): object {
  const bucket = openBucket(call, input, 's3:PutBucketPolicy');
  const text = input.Policy ?? '';
  if (text === '') throw s3Error('MissingRequestBodyError');
  const policy = verifiedPolicy(bucket.name, text);
  if (bucket.publicAccessBlock?.blockPublicPolicy === true && isPublicPolicy(policy))
    throw publicPolicyBlocked(call, bucket.name);
  return changeBucket(call, bucket, { policy: bound(text, call) });
}

/** Users and roles are kept by their unique ids too: nobody gets in by the name of one who is gone. */
function bound(text: string, { state }: Call): string {
  try {
    return bindPrincipals(text, state);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    const { message, detail } = error;
    throw s3Error('MalformedPolicy', message, detail === undefined ? {} : { Detail: detail });
  }
}

/** Source: S3 User Guide, "Blocking public access to your Amazon S3 storage", BlockPublicPolicy. */
function publicPolicyBlocked(call: Call, bucket: string): Error {
  const who = principalArn(call.principal) ?? 'anonymous';
  return s3Error(
    'AccessDenied',
    `User: ${who} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
  );
}

function noSuchPolicy(bucket: string): Error {
  return s3Error('NoSuchBucketPolicy', undefined, { BucketName: bucket });
}
