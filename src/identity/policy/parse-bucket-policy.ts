// SPDX-License-Identifier: Apache-2.0
import type { Condition } from './condition.js';
import { MalformedPolicyError } from './malformed-policy-error.js';
import { parsePolicy } from './parse-policy.js';
import type { Policy, Statement } from './policy.js';
import { matchPolicyText, type PolicyText, parsePolicyText } from './policy-text.js';
import { bucketActions, objectActions, s3ConditionKeys } from './s3-actions.js';

/** The largest bucket policy that S3 takes, in bytes. Source: S3 User Guide, "Policies and permissions". */
export const bucketPolicyBytesMax = 20 * 1024;

/**
 * Compiles a bucket policy and checks what S3 checks when it is put: that its resources are in this bucket, its
 * actions are S3's and apply to them, its condition keys exist. Throws MalformedPolicyError with S3's reasons.
 */
export function parseBucketPolicy(text: string, bucket: string): Policy {
  const policy = parsePolicy(text, 'resource');
  for (const statement of policy.statements) {
    const resources = statement.resources.patterns.map((pattern) => resourceKinds(pattern, bucket));
    const actions = statement.actions.patterns.map(actionKinds);
    // With NotAction or NotResource everything else is meant, and that always applies.
    if (!statement.actions.inverted && !statement.resources.inverted) verifyActionsApply(actions, resources);
    verifyConditionKeys(statement);
  }
  return policy;
}

interface Kinds {
  readonly bucket: boolean;
  readonly object: boolean;
}

/** Whether a resource means the bucket, objects in it, or both; another bucket's is refused. */
function resourceKinds(pattern: PolicyText, bucket: string): Kinds {
  const { source } = pattern;
  const slash = source.indexOf('/');
  const bucketPart = parsePolicyText(slash < 0 ? source : source.slice(0, slash), {
    wildcards: true,
    variables: false,
  });
  const unresolved = () => undefined;
  const isOurs = ['aws', 'aws-cn', 'aws-us-gov'].some((partition) => {
    return matchPolicyText(bucketPart, `arn:${partition}:s3:::${bucket}`, unresolved) === 'yes';
  });
  if (!isOurs) throw new MalformedPolicyError('Policy has invalid resource', source.slice(0, 256));
  if (slash >= 0) return { bucket: false, object: true };
  // `*` runs across slashes: `arn:aws:s3:::bucket*` means the bucket and all that is in it.
  return { bucket: true, object: source.endsWith('*') };
}

/** Which kinds of resource an action (or all that a wildcard stands for) applies to. */
function actionKinds(pattern: PolicyText): Kinds {
  const matches = (name: string) => matchPolicyText(pattern, `s3:${name}`, () => undefined, true) === 'yes';
  const kinds = { bucket: bucketActions.some(matches), object: objectActions.some(matches) };
  if (kinds.bucket || kinds.object) return kinds;
  throw new MalformedPolicyError('Policy has invalid action', pattern.source.slice(0, 256));
}

function verifyActionsApply(actions: readonly Kinds[], resources: readonly Kinds[]): void {
  const [hasBucket, hasObject] = [resources.some((r) => r.bucket), resources.some((r) => r.object)];
  const applies = (action: Kinds) => (action.bucket && hasBucket) || (action.object && hasObject);
  if (actions.every(applies)) return;
  throw new MalformedPolicyError('Action does not apply to any resource(s) in statement');
}

const knownKeys = new Set(
  s3ConditionKeys.filter((key) => !key.endsWith('/')).map((key) => key.toLowerCase()),
);
const knownPrefixes = s3ConditionKeys.filter((key) => key.endsWith('/')).map((key) => key.toLowerCase());

/** Global keys (`aws:`) are taken as they are: their list grows without S3. */
function verifyConditionKeys(statement: Statement): void {
  const isKnown = ({ key }: Condition) => {
    const name = key.toLowerCase();
    if (name.startsWith('aws:') && name.length > 4) return true;
    return knownKeys.has(name) || knownPrefixes.some((prefix) => name.startsWith(prefix) && name !== prefix);
  };
  const unknown = statement.conditions.find((condition) => !isKnown(condition));
  if (unknown === undefined) return;
  throw new MalformedPolicyError('Policy has an invalid condition key', unknown.key.slice(0, 256));
}
