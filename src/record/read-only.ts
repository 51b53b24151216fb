// SPDX-License-Identifier: Apache-2.0
import { iamDeviations, readVerbs } from './iam-access-levels.js';

/**
 * Where CloudTrail does not follow the access level of the IAM action. Sources: recorded events; KMS developer guide,
 * "Logging AWS KMS API calls with AWS CloudTrail" (its entries for cryptographic operations say readOnly true); IAM
 * user guide, "Logging IAM and AWS STS API calls".
 */
const exceptions: ReadonlyMap<string, boolean> = new Map([
  ...reads('kms', [
    'Decrypt',
    'DeriveSharedSecret',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateMac',
    'GenerateRandom',
    'ReEncrypt',
    'Sign',
    'Verify',
    'VerifyMac',
  ]),
  ...reads('sts', [
    'AssumeRole',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'AssumeRoot',
    'DecodeAuthorizationMessage',
  ]),
  ['sts.GetSessionToken', false],
  ...reads('s3', ['HeadBucket', 'HeadObject', 'SelectObjectContent']),
  ...reads('ses', ['SendEmail']),
  ['signin.CheckMfa', false],
  ['signin.GetSigninToken', false],
]);

/** IAM prefixes of services whose records carry another name. */
const iamPrefixByService: ReadonlyMap<string, string> = new Map([
  ['monitoring', 'cloudwatch'],
  ['sso-directory', 'identitystore'],
]);

const deviations: ReadonlySet<string> = new Set(
  Object.entries(iamDeviations).flatMap(([prefix, actions]) =>
    actions.split(' ').map((action) => `${prefix}:${action}`.toLowerCase()),
  ),
);
const verbs: ReadonlySet<string> = new Set(readVerbs.split(' '));

/**
 * The record's readOnly. IAM's access level (List and Read are read-only) corrected by the table above. The levels
 * are kept as their difference from a rule of verbs, so a look-up costs two hash look-ups and no data file is read.
 *
 * @param eventName an API version behind the name (`CreateFunction20150331`) does not matter
 * @param iamPrefix the service's prefix in IAM actions, where it is not the event source's name
 */
export function isReadOnly(service: string, eventName: string, iamPrefix?: string): boolean {
  const action = eventName.replace(/20\d\d_?\d\d_?\d\d(?:v\d)?$/, '');
  const known = exceptions.get(`${service}.${action}`);
  if (known !== undefined) return known;
  const prefix = iamPrefix ?? iamPrefixByService.get(service) ?? service;
  return isReadVerb(action) !== deviations.has(`${prefix}:${action}`.toLowerCase());
}

function isReadVerb(action: string): boolean {
  return verbs.has(/^[A-Z]?[a-z0-9]*/.exec(action)?.[0] ?? '');
}

function reads(service: string, eventNames: readonly string[]): [string, boolean][] {
  return eventNames.map((name) => [`${service}.${name}`, true]);
}
