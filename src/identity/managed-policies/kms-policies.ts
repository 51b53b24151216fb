// SPDX-License-Identifier: Apache-2.0
// AWS's names: "AWSKeyManagementServicePowerUser".

import type { ManagedPolicyFacts } from './managed-policy-facts.js';

export const kmsPolicies: readonly ManagedPolicyFacts[] = [
  {
    policyName: 'AWSKeyManagementServicePowerUser',
    policyId: 'ANPAJNPP7PPPPMJRV2SA4',
    description: 'Provides access to AWS Key Management Service (KMS).',
    versionId: 'v2',
    createdAt: '2015-02-06T18:40:40Z',
    updatedAt: '2017-03-07T00:55:11Z',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'kms:CreateAlias',
          'kms:CreateKey',
          'kms:DeleteAlias',
          'kms:Describe*',
          'kms:GenerateRandom',
          'kms:Get*',
          'kms:List*',
          'kms:TagResource',
          'kms:UntagResource',
          'iam:ListGroups',
          'iam:ListRoles',
          'iam:ListUsers',
        ],
        Resource: '*',
      },
    ],
  },
];
