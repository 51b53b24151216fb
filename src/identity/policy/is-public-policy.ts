// SPDX-License-Identifier: Apache-2.0
//
// When S3 calls a bucket policy public.
// Source: S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of 'public'".

import type { Condition } from './condition.js';
import { parseAddressRange } from './condition-ip.js';
import type { Policy, Statement } from './policy.js';
import { isFixed, parsePolicyText } from './policy-text.js';

/** Keys that, tied to a fixed value, make a grant to everybody a grant to somebody. */
const restrictingKeys = new Set(
  [
    'aws:PrincipalOrgID',
    'aws:PrincipalOrgPaths',
    'aws:PrincipalArn',
    'aws:PrincipalAccount',
    'aws:PrincipalServiceName',
    'aws:SourceArn',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:SourceOwner',
    'aws:SourceAccount',
    'aws:SourceOrgID',
    'aws:userid',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
    's3:DataAccessPointArn',
    's3:DataAccessPointAccount',
  ].map((key) => key.toLowerCase()),
);

/** Comparisons that tie a key to its values. IfExists and ForAllValues let through requests without the key. */
const tyingOperators = new Set([
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'ArnEquals',
  'ArnLike',
]);

/** Public until the contrary is shown: every Allow must be for somebody in particular. */
export function isPublicPolicy(policy: Policy): boolean {
  return policy.statements.some(isPublicStatement);
}

function isPublicStatement(statement: Statement): boolean {
  if (statement.effect !== 'Allow' || statement.principals === undefined) return false;
  const { inverted, patterns } = statement.principals;
  // Whoever an outside identity provider vouches for may be anybody.
  const isOpen = inverted || patterns.some(({ kind }) => kind === 'everybody' || kind === 'federated');
  return isOpen && !statement.conditions.some(isRestricting);
}

function isRestricting(condition: Condition): boolean {
  const { operator, quantifier, ifExists, values } = condition;
  if (ifExists || quantifier === 'ForAllValues' || values.length === 0) return false;
  const key = condition.key.toLowerCase();
  if (key === 'aws:sourceip') return operator === 'IpAddress' && values.every(isNarrowRange);
  if (!restrictingKeys.has(key) || !tyingOperators.has(operator)) return false;
  return values.every(
    (value) => (key === 's3:dataaccesspointarn' && isAccessPointsOfOneAccount(value)) || isOne(value),
  );
}

function isOne(value: string): boolean {
  return isFixed(parsePolicyText(value, { wildcards: true, variables: true }));
}

/** The name of an access point may be a wildcard as long as its account is fixed. */
function isAccessPointsOfOneAccount(arn: string): boolean {
  return /^arn:aws[a-z-]*:s3:[a-z0-9-]*:\d{12}:accesspoint\/[^${}]+$/.test(arn);
}

/** Wider than /8 (IPv4) or /32 (IPv6) is the world, but for private networks (RFC 1918), which are all narrower. */
function isNarrowRange(text: string): boolean {
  const range = parseAddressRange(text);
  return range !== undefined && range.prefixBits >= (range.family === 'ipv4' ? 8 : 32);
}
