// SPDX-License-Identifier: Apache-2.0
// AWS's names: "AWSOrganizationsFullAccess", "AWSOrganizationsReadOnlyAccess",
// "AWSOrganizationsServiceTrustPolicy".

import type { ManagedPolicyFacts } from './managed-policy-facts.js';

export const organizationsPolicies: readonly ManagedPolicyFacts[] = [
  {
    policyName: 'AWSOrganizationsFullAccess',
    description: 'Provides full access to AWS Organizations.',
    versionId: 'v9',
    createdAt: '2018-11-06T20:31:57Z',
    updatedAt: '2026-02-12T17:59:07Z',
    statements: [
      { Sid: 'AWSOrganizationsFullAccess', Effect: 'Allow', Action: 'organizations:*', Resource: '*' },
      {
        Sid: 'AWSOrganizationsFullAccessAccount',
        Effect: 'Allow',
        Action: [
          'account:PutAlternateContact',
          'account:DeleteAlternateContact',
          'account:GetAlternateContact',
          'account:GetContactInformation',
          'account:PutContactInformation',
          'account:ListRegions',
          'account:EnableRegion',
          'account:DisableRegion',
          'account:PutAccountName',
          'account:GetAccountInformation',
        ],
        Resource: '*',
      },
      {
        Sid: 'AWSOrganizationsFullAccessCreateSLR',
        Effect: 'Allow',
        Action: 'iam:CreateServiceLinkedRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:AWSServiceName': 'organizations.amazonaws.com' } },
      },
    ],
  },
  {
    policyName: 'AWSOrganizationsReadOnlyAccess',
    description: 'Provides read-only access to AWS Organizations.',
    versionId: 'v6',
    createdAt: '2018-11-06T20:32:38Z',
    updatedAt: '2024-06-07T21:32:16Z',
    statements: [
      {
        Sid: 'AWSOrganizationsReadOnly',
        Effect: 'Allow',
        Action: ['organizations:Describe*', 'organizations:List*'],
        Resource: '*',
      },
      {
        Sid: 'AWSOrganizationsReadOnlyAccount',
        Effect: 'Allow',
        Action: [
          'account:GetAlternateContact',
          'account:GetContactInformation',
          'account:ListRegions',
          'account:GetRegionOptStatus',
          'account:GetPrimaryEmail',
        ],
        Resource: '*',
      },
    ],
  },
  {
    policyName: 'AWSOrganizationsServiceTrustPolicy',
    path: '/aws-service-role/',
    description:
      'A policy to allow AWS Organizations to share trust with other approved AWS Services for the purpose of simplifying customer configuration.',
    versionId: 'v3',
    createdAt: '2017-10-10T23:04:07Z',
    updatedAt: '2026-03-05T19:12:09Z',
    statements: [
      {
        Sid: 'AllowDeletionOfServiceLinkedRoleForOrganizations',
        Effect: 'Allow',
        Action: ['iam:DeleteRole'],
        Resource: ['arn:aws:iam::*:role/aws-service-role/organizations.amazonaws.com/*'],
      },
      {
        Sid: 'AllowCreationOfServiceLinkedRoles',
        Effect: 'Allow',
        Action: ['iam:CreateServiceLinkedRole'],
        Resource: '*',
      },
      {
        Sid: 'ListRolesSLR',
        Effect: 'Allow',
        Action: 'iam:ListRoles',
        Resource: 'arn:aws:iam::*:role/aws-service-role/*',
      },
    ],
  },
];
