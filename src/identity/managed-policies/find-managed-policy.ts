// SPDX-License-Identifier: Apache-2.0
// Documents, versions and dates are AWS's, as the collection in moto 5.2.1 (Apache-2.0) has them, made from AWS's answers.
// Descriptions are our own where that has none.
import { createHash } from 'node:crypto';
import { administratorPolicies } from './administrator-policies.js';
import { cloudtrailPolicies } from './cloudtrail-policies.js';
import { iamPolicies } from './iam-policies.js';
import { kmsPolicies } from './kms-policies.js';
import { logsPolicies } from './logs-policies.js';
import type { ManagedPolicyFacts } from './managed-policy-facts.js';
import { organizationsPolicies } from './organizations-policies.js';
import { readOnlyAccess } from './read-only-access.js';
import { rootTaskPolicies } from './root-task-policies.js';
import { s3Policies } from './s3-policies.js';
import { securityAudit } from './security-audit.js';
import { snsPolicies } from './sns-policies.js';
import { viewOnlyAccess } from './view-only-access.js';

/** A policy that AWS keeps. Times in ms since the epoch. */
export interface AwsManagedPolicy {
  /** `arn:aws:iam::aws:policy/job-function/ViewOnlyAccess` */
  readonly arn: string;
  readonly policyName: string;
  readonly policyId: string;
  readonly path: string;
  readonly description: string;
  /** Of the default version, the only one that is here. */
  readonly versionId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Hangs on service-linked roles or AssumeRoot sessions only. */
  readonly isAttachable: boolean;
  /** JSON text. */
  readonly document: string;
}

const unattachablePaths: ReadonlySet<string> = new Set(['/aws-service-role/', '/root-task/']);

const byArn: ReadonlyMap<string, AwsManagedPolicy> = new Map(
  [
    administratorPolicies,
    cloudtrailPolicies,
    iamPolicies,
    kmsPolicies,
    logsPolicies,
    organizationsPolicies,
    readOnlyAccess,
    rootTaskPolicies,
    s3Policies,
    securityAudit,
    snsPolicies,
    viewOnlyAccess,
  ]
    .flat()
    .map(toPolicy)
    .sort((a, b) => (a.policyName < b.policyName ? -1 : 1))
    .map((policy) => [policy.arn, policy]),
);

/** The AWS managed policy of an ARN; undefined when there is none, or when it is none that Cairn has. */
export function findManagedPolicy(arn: string): AwsManagedPolicy | undefined {
  return byArn.get(arn);
}

/** All of them, by name. */
export function listManagedPolicies(): readonly AwsManagedPolicy[] {
  return Array.from(byArn.values());
}

function toPolicy(facts: ManagedPolicyFacts): AwsManagedPolicy {
  const { policyName, path = '/', description, versionId, createdAt, updatedAt, statements } = facts;
  return {
    arn: `arn:aws:iam::aws:policy${path}${policyName}`,
    policyName,
    policyId: facts.policyId ?? idFromName(policyName),
    path,
    description,
    versionId,
    createdAtMs: Date.parse(createdAt),
    updatedAtMs: Date.parse(updatedAt),
    isAttachable: !unattachablePaths.has(path),
    document: JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 4),
  };
}

/** Always the same for a name, and in the form of AWS's ids. */
function idFromName(name: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const digest = createHash('sha256').update(name).digest();
  return `ANPA${Array.from(digest.subarray(0, 17), (byte) => letters[byte & 31]).join('')}`;
}
