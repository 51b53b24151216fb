// SPDX-License-Identifier: Apache-2.0
// AWS's names: "AmazonSNSFullAccess", "AmazonSNSReadOnlyAccess".

import type { ManagedPolicyFacts } from './managed-policy-facts.js';

export const snsPolicies: readonly ManagedPolicyFacts[] = [
  {
    policyName: 'AmazonSNSFullAccess',
    policyId: 'ANPAJWEKLCXXUNT2SOLSG',
    description: 'Provides full access to Amazon SNS via the AWS Management Console.',
    versionId: 'v2',
    createdAt: '2015-02-06T18:41:05Z',
    updatedAt: '2024-09-24T22:32:05Z',
    statements: [
      { Sid: 'SNSFullAccess', Effect: 'Allow', Action: 'sns:*', Resource: '*' },
      {
        Sid: 'SMSAccessViaSNS',
        Effect: 'Allow',
        Action: [
          'sms-voice:DescribeVerifiedDestinationNumbers',
          'sms-voice:CreateVerifiedDestinationNumber',
          'sms-voice:SendDestinationNumberVerificationCode',
          'sms-voice:SendTextMessage',
          'sms-voice:DeleteVerifiedDestinationNumber',
          'sms-voice:VerifyDestinationNumber',
          'sms-voice:DescribeAccountAttributes',
          'sms-voice:DescribeSpendLimits',
          'sms-voice:DescribePhoneNumbers',
          'sms-voice:SetTextMessageSpendLimitOverride',
          'sms-voice:DescribeOptedOutNumbers',
          'sms-voice:DeleteOptedOutNumber',
        ],
        Resource: '*',
        Condition: { StringEquals: { 'aws:CalledViaLast': 'sns.amazonaws.com' } },
      },
    ],
  },
  {
    policyName: 'AmazonSNSReadOnlyAccess',
    policyId: 'ANPAIZGQCQTFOFPMHSB6W',
    description: 'Provides read only access to Amazon SNS via the AWS Management Console.',
    versionId: 'v2',
    createdAt: '2015-02-06T18:41:06Z',
    updatedAt: '2024-09-24T22:13:12Z',
    statements: [
      {
        Sid: 'SNSReadOnlyAccess',
        Effect: 'Allow',
        Action: [
          'sns:GetTopicAttributes',
          'sns:List*',
          'sns:CheckIfPhoneNumberIsOptedOut',
          'sns:GetEndpointAttributes',
          'sns:GetDataProtectionPolicy',
          'sns:GetPlatformApplicationAttributes',
          'sns:GetSMSAttributes',
          'sns:GetSMSSandboxAccountStatus',
          'sns:GetSubscriptionAttributes',
        ],
        Resource: '*',
      },
      {
        Sid: 'SMSAccessViaSNS',
        Effect: 'Allow',
        Action: [
          'sms-voice:DescribeVerifiedDestinationNumbers',
          'sms-voice:DescribeAccountAttributes',
          'sms-voice:DescribeSpendLimits',
          'sms-voice:DescribePhoneNumbers',
          'sms-voice:DescribeOptedOutNumbers',
        ],
        Resource: '*',
        Condition: { StringEquals: { 'aws:CalledViaLast': 'sns.amazonaws.com' } },
      },
    ],
  },
];
