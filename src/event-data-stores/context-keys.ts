// SPDX-License-Identifier: Apache-2.0

/**
 * Condition keys that events can be enriched by: the global ones. Sources: CloudTrail User Guide, "Enrich CloudTrail events by
 * adding resource tag keys and IAM global condition keys"; IAM User Guide, "AWS global condition context keys".
 */
const globalKeys: ReadonlySet<string> = new Set(
  `AssumedRoot CalledVia CalledViaFirst CalledViaLast CurrentTime Ec2InstanceSourcePrivateIPv4
  Ec2InstanceSourceVpc EpochTime FederatedProvider MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount
  PrincipalArn PrincipalIsAWSService PrincipalOrgID PrincipalOrgPaths PrincipalServiceName
  PrincipalServiceNamesList PrincipalType Referer RequestedRegion ResourceAccount ResourceOrgID ResourceOrgPaths
  SecureTransport SourceAccount SourceArn SourceIdentity SourceIp SourceOrgID SourceOrgPaths SourceVpc SourceVpcArn
  SourceVpce TagKeys TokenIssueTime UserAgent userid username ViaAWSService VpcSourceIp VpceAccount VpceOrgID
  VpceOrgPaths`
    .split(/\s+/)
    .map((key) => `aws:${key.toLowerCase()}`),
);

const tagKeys = /^aws:(?:principaltag|requesttag)\/.+$/i;

/** Names of condition keys are compared without case. */
export function isContextKey(key: string): boolean {
  return globalKeys.has(key.toLowerCase()) || tagKeys.test(key);
}
