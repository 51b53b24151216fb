// SPDX-License-Identifier: Apache-2.0

/**
 * Condition keys that events can be enriched by: those that CloudTrail lists, which are not all global ones. Source: CloudTrail
 * User Guide, "Enrich CloudTrail events by adding resource tag keys and IAM global condition keys", "Supported IAM global
 * condition keys for enriched events".
 */
const contextKeys: ReadonlySet<string> = new Set(
  `CurrentTime EpochTime FederatedProvider MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount PrincipalArn
  PrincipalIsAWSService PrincipalOrgID PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList PrincipalType
  RequestedRegion SecureTransport SourceAccount SourceIdentity SourceOrgID TokenIssueTime userid username ViaAWSService`
    .split(/\s+/)
    .map((key) => `aws:${key.toLowerCase()}`),
);

/** "You can enrich CloudTrail management events and data events by adding resource tag keys, principal tag keys, …": the same page. */
const principalTagKey = /^aws:principaltag\/.+$/i;

/** Names of condition keys are compared without case. */
export function isContextKey(key: string): boolean {
  return contextKeys.has(key.toLowerCase()) || principalTagKey.test(key);
}
