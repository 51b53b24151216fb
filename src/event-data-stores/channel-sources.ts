// SPDX-License-Identifier: Apache-2.0

/** The source of everybody's own applications: as many channels as there are applications. */
export const customSource = 'Custom';

/**
 * Names of partners' sources; an account has one channel for each in a Region.
 * Source: CloudTrail User Guide, "Additional information about integration partners".
 */
export const partnerSources: ReadonlySet<string> = new Set([
  'CloudStorageSecurityConsole',
  'Clumio',
  'CrowdStrike',
  'CyberArk',
  'GitHub',
  'IBMMulticloud',
  'KongGatewayEnterprise',
  'LaunchDarkly',
  'MontyCloud',
  'NetskopeCloudExchange',
  'OktaSystemLogEvents',
  'OneLogin',
  'Shoreline',
  'Snyk',
  'WizAuditLogs',
]);
