// SPDX-License-Identifier: Apache-2.0
import type { ServiceRoleQuestion } from '../identity/service-role.js';
import type { StoreImportDocument } from './store-import.js';

/**
 * How CloudTrail asks for the role of an import. Source: CloudTrail User Guide, "IAM permissions for copying trail events" (trust
 * policy with `aws:SourceArn`, the event data store's ARN, and `aws:SourceAccount`).
 */
export function importRoleQuestion(
  { source, destination, accountId }: Pick<StoreImportDocument, 'source' | 'destination' | 'accountId'>,
  nowMs: number,
): ServiceRoleQuestion {
  return {
    roleArn: source.s3BucketAccessRoleArn,
    service: 'cloudtrail.amazonaws.com',
    sourceArn: destination,
    sourceAccountId: accountId,
    sessionName: 'CloudTrailLakeImport',
    nowMs,
  };
}
