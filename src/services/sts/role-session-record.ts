// SPDX-License-Identifier: Apache-2.0
import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { type RoleDocument, roleArn } from '../../identity/iam-documents.js';
import type { JsonObject, JsonValue } from '../../record/types.js';
import type { Call } from '../service.js';
import type { ReadTags } from './session-tags.js';

/**
 * The role that a call is about; its owner gets the record too, once the session is granted: refused attempts are in the
 * caller's history alone, so nobody fills a stranger's.
 * Source: IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail", example of role chaining.
 */
export function noteRole(call: Call, role: RoleDocument): void {
  call.audit.resources.push({ ARN: roleArn(role), accountId: role.accountId, type: 'AWS::IAM::Role' });
  if (role.accountId === call.accountId) return;
  call.audit.sharedWith ??= new Set();
  call.audit.sharedWith.add(role.accountId);
}

/**
 * Tags that came from the caller's session stand beside the request's own parameters. Source: the same page, "Example AWS STS
 * role chaining API event in CloudTrail log file".
 */
export function noteIncomingTags(
  call: Call,
  input: AssumeRoleRequest,
  { requested, tags }: Pick<ReadTags, 'requested' | 'tags'>,
): void {
  const incoming = Object.entries(tags).filter(([key]) => !Object.hasOwn(requested, key));
  if (incoming.length === 0) return;
  call.audit.requestParameters = {
    incomingTransitiveTags: Object.fromEntries(incoming),
    ...given(
      'tags',
      input.Tags?.map(({ Key = '', Value = '' }) => ({ key: Key, value: Value })),
    ),
    ...given('roleArn', input.RoleArn),
    ...given('roleSessionName', input.RoleSessionName),
    ...given('policy', input.Policy),
    ...given(
      'policyArns',
      input.PolicyArns?.map(({ arn = '' }) => ({ arn })),
    ),
    ...given('externalId', input.ExternalId),
    ...given('serialNumber', input.SerialNumber),
    ...given('sourceIdentity', input.SourceIdentity),
    ...given('transitiveTagKeys', input.TransitiveTagKeys),
    ...given('durationSeconds', input.DurationSeconds),
  };
}

function given(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
