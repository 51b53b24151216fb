// SPDX-License-Identifier: Apache-2.0
// AWS's names: "CloudWatchLogsFullAccess", "CloudWatchLogsReadOnlyAccess".

import type { ManagedPolicyFacts } from './managed-policy-facts.js';

export const logsPolicies: readonly ManagedPolicyFacts[] = [
  {
    policyName: 'CloudWatchLogsFullAccess',
    policyId: 'ANPAJ3ZGNWK2R5HW5BQFO',
    description: 'Provides full access to CloudWatch Logs',
    versionId: 'v8',
    createdAt: '2015-02-06T18:40:02Z',
    updatedAt: '2026-02-12T18:00:33Z',
    statements: [
      {
        Sid: 'CloudWatchLogsFullAccess',
        Effect: 'Allow',
        Action: [
          'logs:*',
          'cloudwatch:GenerateQuery',
          'cloudwatch:GenerateQueryResultsSummary',
          'observabilityadmin:GetS3TableIntegration',
          'observabilityadmin:ListS3TableIntegrations',
          'observabilityadmin:ListTelemetryPipelines',
        ],
        Resource: '*',
      },
    ],
  },
  {
    policyName: 'CloudWatchLogsReadOnlyAccess',
    policyId: 'ANPAJ2YIYDYSNNEHK3VKW',
    description: 'Provides read only access to CloudWatch Logs',
    versionId: 'v12',
    createdAt: '2015-02-06T18:40:03Z',
    updatedAt: '2026-02-12T17:59:13Z',
    statements: [
      {
        Sid: 'CloudWatchLogsReadOnlyAccess',
        Effect: 'Allow',
        Action: [
          'logs:Describe*',
          'logs:Get*',
          'logs:List*',
          'logs:StartQuery',
          'logs:StopQuery',
          'logs:TestMetricFilter',
          'logs:FilterLogEvents',
          'logs:StartLiveTail',
          'logs:StopLiveTail',
          'cloudwatch:GenerateQuery',
          'cloudwatch:GenerateQueryResultsSummary',
          'observabilityadmin:ListS3TableIntegrations',
          'observabilityadmin:GetS3TableIntegration',
          'observabilityadmin:ListTelemetryPipelines',
        ],
        Resource: '*',
      },
    ],
  },
];
