// SPDX-License-Identifier: Apache-2.0

/**
 * Read-only calls with response elements all the same: STS hands out credentials with them, and who got which
 * access key is the point of the record. Seen in recorded events; "For readOnly APIs, this field is null" otherwise
 * (user guide, "CloudTrail record contents").
 */
const answeredReads: ReadonlySet<string> = new Set([
  'sts.AssumeRole',
  'sts.AssumeRoleWithSAML',
  'sts.AssumeRoleWithWebIdentity',
  'sts.AssumeRoot',
]);

/** Mutations whose answer is not recorded although the API gives one. */
const silentMutations: ReadonlySet<string> = new Set([
  'cloudtrail-data.PutAuditEvents',
  's3.CreateBucket',
  's3.DeleteObjects',
  'bedrock.PutUseCaseForModelAccess',
]);

/** Whether a successful call's output belongs in its record. */
export function hasResponseElements(service: string, eventName: string, readOnly: boolean): boolean {
  const call = `${service}.${eventName}`;
  return readOnly ? answeredReads.has(call) : !silentMutations.has(call);
}
