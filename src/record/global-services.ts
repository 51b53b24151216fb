// SPDX-License-Identifier: Apache-2.0

/** Where global services record: user guide, "CloudTrail concepts", "Global service events". */
export const globalRegion = 'us-east-1';

const globalServices: ReadonlySet<string> = new Set([
  'account.amazonaws.com',
  'cloudfront.amazonaws.com',
  'iam.amazonaws.com',
  'organizations.amazonaws.com',
  'route53.amazonaws.com',
  'route53domains.amazonaws.com',
]);

/** A service that has one endpoint for all Regions. STS is none: it has a global endpoint beside the regional ones. */
export function isGlobalService(eventSource: string): boolean {
  return globalServices.has(eventSource);
}

function isGlobalServiceCall(eventSource: string, host: string): boolean {
  return isGlobalService(eventSource) || (eventSource === 'sts.amazonaws.com' && isGlobalStsHost(host));
}

/**
 * The record's awsRegion. The global STS endpoint is known by its host; a client that reaches Cairn by another name
 * signs its calls there with us-east-1 as the Region, which is the Region of the call then anyway.
 */
export function recordingRegion(eventSource: string, callRegion: string, host: string): string {
  return isGlobalServiceCall(eventSource, host) ? globalRegion : callRegion;
}

function isGlobalStsHost(host: string): boolean {
  return host === 'sts.amazonaws.com' || host.startsWith('sts.amazonaws.com:');
}
