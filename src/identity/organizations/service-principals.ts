// SPDX-License-Identifier: Apache-2.0

const names = (text: string): readonly string[] => text.trim().split(/\s+/);

/**
 * Services that can be given trusted access. Source: Organizations User Guide, "AWS services that you can use with AWS
 * Organizations".
 */
const trusted = names(`
  access-analyzer account aiops application-signals.cloudwatch artifact auditmanager aws-artifact-account-sync backup
  bcm-data-exports billing-cost-management cloudtrail cloudwatch compute-optimizer config config-multiaccountsetup
  controltower cost-optimization-hub.bcm declarative-policies-ec2 detective devops-guru ds ec2 ec2.application-insights
  fms guardduty health iam inspector2 ipam license-manager license-manager.member-account
  license-management.marketplace license-manager-linux-subscriptions macie malware-protection.guardduty
  member.org.stacksets.cloudformation networkmanager notifications observabilityadmin osis private-marketplace.marketplace
  procurement-insights.marketplace profile ram reachabilityanalyzer.networkinsights reachabilityanalyzer.networkinsights
  reporting.trustedadvisor resource-explorer-2 resource-management.artifact route53profiles securityhub securitylake
  security-ir servicecatalog servicequotas ssm sso stacksets.cloudformation storage-lens.s3 support
  supportapp tagpolicies.tag upgrade-policies user-subscriptions vpc-lattice wellarchitected
`);

/** Of these, the services that an account can administer for its organization. Source: the same table. */
const delegatable = names(`
  access-analyzer account application-signals.cloudwatch auditmanager backup bcm-data-exports billing-cost-management
  cloudtrail config config-multiaccountsetup cost-optimization-hub.bcm compute-optimizer detective devops-guru fms
  guardduty health iam inspector2 ipam license-manager license-manager-linux-subscriptions macie
  malware-protection.guardduty member.org.stacksets.cloudformation networkmanager notifications observabilityadmin
  private-marketplace.marketplace profile reachabilityanalyzer.networkinsights reporting.trustedadvisor
  resource-explorer-2 securityhub securitylake security-ir servicecatalog ssm sso stacksets.cloudformation
  storage-lens.s3 user-subscriptions vpc-lattice
`);

const withDomain = (all: readonly string[]): ReadonlySet<string> =>
  new Set(all.map((name) => `${name}.amazonaws.com`));
const trustedPrincipals = withDomain(trusted);
const delegatablePrincipals = withDomain(delegatable);

export const isTrustedService = (principal: string): boolean => trustedPrincipals.has(principal);
export const isDelegatableService = (principal: string): boolean => delegatablePrincipals.has(principal);

export const cloudTrailPrincipal = 'cloudtrail.amazonaws.com';
