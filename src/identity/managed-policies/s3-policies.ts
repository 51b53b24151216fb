// SPDX-License-Identifier: Apache-2.0
// AWS's names: "AmazonS3FullAccess", "AmazonS3ReadOnlyAccess".

import type { ManagedPolicyFacts } from './managed-policy-facts.js';

export const s3Policies: readonly ManagedPolicyFacts[] = [
  {
    policyName: 'AmazonS3FullAccess',
    policyId: 'ANPAIFIR6V6BVTRAHWINE',
    description: 'Provides full access to all buckets via the AWS Management Console.',
    versionId: 'v2',
    createdAt: '2015-02-06T18:40:58Z',
    updatedAt: '2021-09-27T20:16:37Z',
    statements: [{ Effect: 'Allow', Action: ['s3:*', 's3-object-lambda:*'], Resource: '*' }],
  },
  {
    policyName: 'AmazonS3ReadOnlyAccess',
    policyId: 'ANPAIZTJ4DXE7G6AGAE6M',
    description: 'Provides read only access to all buckets via the AWS Management Console.',
    versionId: 'v3',
    createdAt: '2015-02-06T18:40:59Z',
    updatedAt: '2023-08-10T21:31:39Z',
    statements: [
      {
        Effect: 'Allow',
        Action: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
        Resource: '*',
      },
    ],
  },
];
