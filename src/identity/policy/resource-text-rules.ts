// SPDX-License-Identifier: Apache-2.0
import { MalformedPolicyError } from './malformed-policy-error.js';
import { replaceVariables } from './policy-text.js';

const partitions = new Set(['*', 'aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-eusc']);

/** Kinds of IAM's resources. Source: IAM User Guide, "IAM identifiers"; `root` is what AssumeRoot acts on. */
const iamPaths = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

/** Checks the form of a Resource or NotResource of an identity's policy. Throws MalformedPolicyError in IAM's words. */
export function verifyResourceText(resource: string): void {
  if (resource === '*') return;
  // A variable's own colon separates nothing.
  const fields = replaceVariables(resource, (found) => found.replaceAll(':', ' ')).split(':');
  const shown = resource.slice(0, 256);
  const [, partition = '', service = '', region = '', account = '', ...rest] = fields;
  if (fields.length === 1) throw new MalformedPolicyError(`Resource ${shown} must be in ARN format or "*".`);
  if (!partitions.has(partition)) {
    const others = [service, region, account].map((field) =>
      field === '' && fields.length < 4 ? '*' : field,
    );
    const whole = ['arn', partition, ...others, rest.join(':') || '*'].join(':').slice(0, 256);
    throw new MalformedPolicyError(
      `Partition "${partition.slice(0, 64)}" is not valid for resource "${whole}".`,
    );
  }
  if (fields.length < 3)
    throw new MalformedPolicyError('Resource vendor must be fully qualified and cannot contain regexes.');
  if (fields[0] !== 'arn' || service === '')
    throw new MalformedPolicyError('The policy failed legacy parsing');
  if (service === 'iam') verifyIamResource(shown, region, rest);
  if (service === 's3' && region !== '' && !rest.join(':').startsWith('accesspoint/') && rest.length > 0)
    throw new MalformedPolicyError(`Resource ${shown} can not contain region information.`);
}

function verifyIamResource(shown: string, region: string, rest: readonly string[]): void {
  if (region !== '' && rest.length > 0)
    throw new MalformedPolicyError(`IAM resource ${shown} cannot contain region information.`);
  const path = rest.join(':');
  if (path === '' || path === '*' || path === 'root' || iamPaths.some((start) => path.startsWith(start)))
    return;
  throw new MalformedPolicyError(
    `IAM resource path must either be "*" or start with ${iamPaths.join(', ')}.`,
  );
}
