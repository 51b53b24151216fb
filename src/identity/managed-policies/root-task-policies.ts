// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
// AWS's names: "IAMAuditRootUserCredentials", "IAMCreateRootUserPassword",
// "IAMDeleteRootUserCredentials", "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy".

import type { ManagedPolicyFacts } from './managed-policy-facts.js';

export const rootTaskPolicies: readonly ManagedPolicyFacts[] = [
  {
    policyName: 'IAMAuditRootUserCredentials',
    path: '/root-task/',
    description: 'Scopes an AssumeRoot session down to auditing the credentials of a root user.',
    versionId: 'v1',
    createdAt: '2024-11-06T22:27:58Z',
    updatedAt: '2024-11-06T22:27:58Z',
    statements: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: [
          'iam:ListAccessKeys',
          'iam:ListSigningCertificates',
          'iam:GetLoginProfile',
          'iam:ListMFADevices',
          'iam:GetAccountSummary',
          'iam:GetUser',
          'iam:GetAccessKeyLastUsed',
        ],
        Resource: '*',
      },
      {
        Sid: 'DenyAuditingCredentialsOnNonRootUserResource',
        Effect: 'Deny',
        Action: [
          'iam:ListAccessKeys',
          'iam:ListSigningCertificates',
          'iam:GetLoginProfile',
          'iam:ListMFADevices',
          'iam:GetUser',
          'iam:GetAccessKeyLastUsed',
        ],
        NotResource: 'arn:aws:iam::*:root',
      },
    ],
  },
  {
    policyName: 'IAMCreateRootUserPassword',
    path: '/root-task/',
    description: 'Scopes an AssumeRoot session down to letting a root user have a password again.',
    versionId: 'v1',
    createdAt: '2024-11-06T22:32:59Z',
    updatedAt: '2024-11-06T22:32:59Z',
    statements: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: ['iam:CreateLoginProfile', 'iam:GetLoginProfile'],
        Resource: '*',
      },
      {
        Sid: 'DenyCreatingPasswordOnNonRootUserResource',
        Effect: 'Deny',
        Action: ['iam:CreateLoginProfile', 'iam:GetLoginProfile'],
        NotResource: 'arn:aws:iam::*:root',
      },
    ],
  },
  {
    policyName: 'IAMDeleteRootUserCredentials',
    path: '/root-task/',
    description: 'Scopes an AssumeRoot session down to removing the credentials of a root user.',
    versionId: 'v1',
    createdAt: '2024-11-06T22:47:58Z',
    updatedAt: '2024-11-06T22:47:58Z',
    statements: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: [
          'iam:DeleteAccessKey',
          'iam:DeleteSigningCertificate',
          'iam:DeleteLoginProfile',
          'iam:DeactivateMFADevice',
          'iam:DeleteVirtualMFADevice',
          'iam:ListAccessKeys',
          'iam:ListSigningCertificates',
          'iam:GetLoginProfile',
          'iam:ListMFADevices',
          'iam:GetUser',
          'iam:GetAccessKeyLastUsed',
        ],
        Resource: '*',
      },
      {
        Sid: 'DenyDeletingRootUserCredentialsOnNonRootUserResource',
        Effect: 'Deny',
        Action: [
          'iam:DeleteAccessKey',
          'iam:DeleteSigningCertificate',
          'iam:DeleteLoginProfile',
          'iam:DeactivateMFADevice',
          'iam:DeleteVirtualMFADevice',
          'iam:ListAccessKeys',
          'iam:ListSigningCertificates',
          'iam:GetLoginProfile',
          'iam:ListMFADevices',
          'iam:GetUser',
          'iam:GetAccessKeyLastUsed',
        ],
        NotResource: 'arn:aws:iam::*:root',
      },
    ],
  },
  {
    policyName: 'S3UnlockBucketPolicy',
    path: '/root-task/',
    description:
      'Scopes an AssumeRoot session down to removing a bucket policy that denies access to all principals.',
    versionId: 'v1',
    createdAt: '2024-11-06T21:55:56Z',
    updatedAt: '2024-11-06T21:55:56Z',
    statements: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: [
          's3:DeleteBucketPolicy',
          's3:PutBucketPolicy',
          's3:GetBucketPolicy',
          's3:ListAllMyBuckets',
        ],
        Resource: '*',
      },
      {
        Sid: 'DenyManagingBucketPolicyForNonRootCallers',
        Effect: 'Deny',
        Action: ['s3:DeleteBucketPolicy', 's3:PutBucketPolicy', 's3:GetBucketPolicy', 's3:ListAllMyBuckets'],
        Resource: '*',
        Condition: { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } },
      },
    ],
  },
  {
    policyName: 'SQSUnlockQueuePolicy',
    path: '/root-task/',
    description:
      'Scopes an AssumeRoot session down to removing a queue policy that denies access to all principals.',
    versionId: 'v1',
    createdAt: '2024-11-06T21:51:02Z',
    updatedAt: '2024-11-06T21:51:02Z',
    statements: [
      {
        Sid: 'DenyAllOtherActionsOnAnyResource',
        Effect: 'Deny',
        NotAction: ['sqs:SetQueueAttributes', 'sqs:GetQueueAttributes', 'sqs:ListQueues', 'sqs:GetQueueUrl'],
        Resource: '*',
      },
      {
        Sid: 'DenyGettingQueueAttributesOnNonOwnQueue',
        Effect: 'Deny',
        Action: ['sqs:GetQueueAttributes'],
        Resource: 'arn:aws:sqs:*:*:*',
        Condition: { StringNotEqualsIfExists: { 'aws:ResourceAccount': ['${aws:PrincipalAccount}'] } },
      },
      {
        Sid: 'DenyActionsForNonRootUser',
        Effect: 'Deny',
        Action: ['sqs:SetQueueAttributes', 'sqs:GetQueueAttributes', 'sqs:ListQueues', 'sqs:GetQueueUrl'],
        Resource: '*',
        Condition: { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } },
      },
    ],
  },
];
