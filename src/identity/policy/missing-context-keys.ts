// SPDX-License-Identifier: Apache-2.0
import { isAboutRequest, type MatchRequest } from './match-statement.js';
import type { Policy, Statement } from './policy.js';
import { type PolicyText, parsePolicyText } from './policy-text.js';

/**
 * The keys that statements about a request's action and resource ask for, in conditions and variables, and that the
 * request does not have; as the policies spell them. Source: IAM API Reference, "EvaluationResult", MissingContextValues.
 */
export function missingContextKeys(policies: readonly Policy[], request: MatchRequest): string[] {
  const missing = new Map<string, string>();
  for (const { version, statements } of policies) {
    for (const statement of statements.filter((one) => isAboutRequest(one, request))) {
      for (const key of keysOf(statement, version === '2012-10-17')) {
        if (request.context.values(key) === undefined) missing.set(key.toLowerCase(), key);
      }
    }
  }
  return Array.from(missing.values());
}

function keysOf({ resources, conditions }: Statement, hasVariables: boolean): string[] {
  const inValues = conditions.flatMap(({ values }) =>
    hasVariables
      ? values.flatMap((value) => variablesOf(parsePolicyText(value, { wildcards: true, variables: true })))
      : [],
  );
  return [...resources.patterns.flatMap(variablesOf), ...conditions.map(({ key }) => key), ...inValues];
}

function variablesOf({ parts }: PolicyText): string[] {
  return parts.flatMap((part) =>
    part.kind === 'variable' && part.fallback === undefined ? [part.name] : [],
  );
}
