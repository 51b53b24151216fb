// SPDX-License-Identifier: Apache-2.0
import type { RoleDocument } from '../iam-documents.js';

/** A role as IAM keeps it, for tests that put it into state themselves. */
export function roleDocument(
  accountId: string,
  roleName: string,
  documents: { readonly trust: object; readonly permissions: object },
): RoleDocument {
  return {
    accountId,
    roleName,
    roleId: `AROA${roleName.toUpperCase()}`,
    path: '/',
    createdAtMs: 0,
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: documents.trust }),
    description: '',
    maxSessionDurationSec: 3_600,
    tags: {},
    inlinePolicies: { inline: JSON.stringify({ Version: '2012-10-17', Statement: documents.permissions }) },
    attachedPolicyArns: [],
  };
}

/** The role of the CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring". */
export function trailRole(
  accountId: string,
  roleName: string,
  change: { trust?: object; permissions?: object } = {},
): RoleDocument {
  return roleDocument(accountId, roleName, {
    trust: change.trust ?? {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
    permissions: change.permissions ?? {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:aws:logs:us-east-1:${accountId}:log-group:*:log-stream:${accountId}_CloudTrail_us-east-1*`,
    },
  });
}
