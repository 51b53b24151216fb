// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
// AWS's names: "AWSCloudTrail_FullAccess", "AWSCloudTrail_ReadOnlyAccess",
// "CloudTrailServiceRolePolicy".

import type { ManagedPolicyFacts } from './managed-policy-facts.js';

export const cloudtrailPolicies: readonly ManagedPolicyFacts[] = [
  {
    policyName: 'AWSCloudTrail_FullAccess',
    description: 'Provides full access to AWS CloudTrail.',
    versionId: 'v3',
    createdAt: '2020-10-08T23:41:15Z',
    updatedAt: '2021-02-22T19:01:00Z',
    statements: [
      {
        Effect: 'Allow',
        Action: ['sns:AddPermission', 'sns:CreateTopic', 'sns:SetTopicAttributes', 'sns:GetTopicAttributes'],
        Resource: ['arn:aws:sns:*:*:aws-cloudtrail-logs*'],
      },
      { Effect: 'Allow', Action: ['sns:ListTopics'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['s3:CreateBucket', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock'],
        Resource: ['arn:aws:s3:::aws-cloudtrail-logs*'],
      },
      {
        Effect: 'Allow',
        Action: ['s3:ListAllMyBuckets', 's3:GetBucketLocation', 's3:GetBucketPolicy'],
        Resource: '*',
      },
      { Effect: 'Allow', Action: 'cloudtrail:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup'],
        Resource: ['arn:aws:logs:*:*:log-group:aws-cloudtrail-logs*'],
      },
      { Effect: 'Allow', Action: ['iam:ListRoles', 'iam:GetRolePolicy', 'iam:GetUser'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: '*',
        Condition: { StringEquals: { 'iam:PassedToService': 'cloudtrail.amazonaws.com' } },
      },
      {
        Effect: 'Allow',
        Action: ['kms:CreateKey', 'kms:CreateAlias', 'kms:ListKeys', 'kms:ListAliases'],
        Resource: '*',
      },
      { Effect: 'Allow', Action: ['lambda:ListFunctions'], Resource: '*' },
      { Effect: 'Allow', Action: ['dynamodb:ListGlobalTables', 'dynamodb:ListTables'], Resource: '*' },
    ],
  },
  {
    policyName: 'AWSCloudTrail_ReadOnlyAccess',
    description: 'Provides read only access to AWS CloudTrail.',
    versionId: 'v1',
    createdAt: '2022-06-14T17:19:05Z',
    updatedAt: '2022-06-14T17:19:05Z',
    statements: [
      {
        Effect: 'Allow',
        Action: ['cloudtrail:Get*', 'cloudtrail:Describe*', 'cloudtrail:List*', 'cloudtrail:LookupEvents'],
        Resource: '*',
      },
    ],
  },
  {
    policyName: 'CloudTrailServiceRolePolicy',
    path: '/aws-service-role/',
    description: 'Permission policy for CloudTrail ServiceLinkedRole',
    versionId: 'v3',
    createdAt: '2018-10-24T21:21:44Z',
    updatedAt: '2023-11-27T01:18:10Z',
    statements: [
      { Sid: 'CloudTrailFullAccess', Effect: 'Allow', Action: ['cloudtrail:*'], Resource: '*' },
      {
        Sid: 'AwsOrgsAccess',
        Effect: 'Allow',
        Action: [
          'organizations:DescribeAccount',
          'organizations:DescribeOrganization',
          'organizations:ListAccounts',
          'organizations:ListAWSServiceAccessForOrganization',
        ],
        Resource: ['*'],
      },
      {
        Sid: 'AwsOrgsDelegatedAdminAccess',
        Effect: 'Allow',
        Action: 'organizations:ListDelegatedAdministrators',
        Resource: '*',
        Condition: { StringEquals: { 'organizations:ServicePrincipal': ['cloudtrail.amazonaws.com'] } },
      },
      {
        Sid: 'DeleteTableAccess',
        Effect: 'Allow',
        Action: 'glue:DeleteTable',
        Resource: [
          'arn:*:glue:*:*:catalog',
          'arn:*:glue:*:*:database/aws:cloudtrail',
          'arn:*:glue:*:*:table/aws:cloudtrail/*',
        ],
        Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
      },
      {
        Sid: 'DeregisterResourceAccess',
        Effect: 'Allow',
        Action: 'lakeformation:DeregisterResource',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
      },
    ],
  },
];
