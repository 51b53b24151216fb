// SPDX-License-Identifier: Apache-2.0
import type { JWTPayload } from 'jose';
import type { WebIdentityPrincipal } from '../principal.js';

const namespace = 'https://aws.amazon.com/tags';
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity';

/**
 * What a verified token says of the session to come: tags, which of them are transitive, and the source identity. In one
 * object, or in claims of their own for issuers that know no nesting. As found: the service judges names and lengths.
 * Source: IAM User Guide, "Pass session tags in AWS STS" (AssumeRoleWithWebIdentity), "Monitor and control actions taken
 * with assumed roles".
 */
export function askedSessionOf(payload: JWTPayload): NonNullable<WebIdentityPrincipal['asked']> {
  const nested = objectOf(payload[namespace]);
  const flat = Object.entries(payload).flatMap(([claim, value]): [string, unknown][] => {
    const prefix = `${namespace}/principal_tags/`;
    return claim.startsWith(prefix) ? [[claim.slice(prefix.length), value]] : [];
  });
  const tags = [...Object.entries(objectOf(nested.principal_tags)), ...flat].flatMap(
    ([key, value]): [string, string][] => {
      const [text, ...more] = textsOf(value);
      return text === undefined || more.length > 0 ? [] : [[key, text]];
    },
  );
  const transitive = nested.transitive_tag_keys ?? payload[`${namespace}/transitive_tag_keys`];
  const sourceIdentity = payload[sourceIdentityClaim];
  return {
    tags: Object.fromEntries(tags),
    transitiveTagKeys: textsOf(transitive),
    ...(typeof sourceIdentity === 'string' ? { sourceIdentity } : {}),
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function textsOf(value: unknown): string[] {
  return [value ?? []].flat().filter((each): each is string => typeof each === 'string');
}
