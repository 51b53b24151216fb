// SPDX-License-Identifier: Apache-2.0

/**
 * The errorCode of a record. The name of the error's shape is recorded (`NoSuchEntityException`, not the query
 * protocol's `NoSuchEntity`), with two exceptions, both seen in recorded events: a refusal is `AccessDenied` in every
 * service, whatever its model calls it, and EC2 says whose fault it was.
 */
export function recordedErrorCode(service: string, code: string): string {
  if (service === 'ec2') return /^(?:Client|Server)\./.test(code) ? code : `Client.${code}`;
  return refusalNames.has(code) ? 'AccessDenied' : code;
}

const refusalNames: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
]);

/**
 * Services that record the parameters of a refused call: those that read the request before they authorise it.
 * Elsewhere a refused or throttled call has `"requestParameters": null` (seen: cloudtrail, iam, kms, logs, sns, ssm,
 * sts, …). Kept: as recorded events of these services show.
 */
const keepsRefusedParameters: ReadonlySet<string> = new Set([
  'appsync',
  'bedrock',
  'ce',
  'ec2',
  'eks',
  'guardduty',
  's3',
  'securityhub',
  'sts.GetSessionToken',
]);

const refusals: ReadonlySet<string> = new Set(['AccessDenied', 'Throttling', 'ThrottlingException']);

/** Whether a failed call's request parameters are in its record; `errorCode` is the recorded one. */
export function hasRequestParameters(service: string, eventName: string, errorCode: string): boolean {
  if (!refusals.has(errorCode)) return true;
  return keepsRefusedParameters.has(service) || keepsRefusedParameters.has(`${service}.${eventName}`);
}
