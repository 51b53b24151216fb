// SPDX-License-Identifier: Apache-2.0

/** An ARN in CloudTrail's own name space: `arn:aws:cloudtrail:us-east-2:123456789012:trail/MyTrail`. */
export interface CloudTrailArn {
  readonly region: string;
  readonly accountId: string;
  readonly kind: 'trail' | 'eventdatastore' | 'channel' | 'dashboard';
  readonly name: string;
}

const form =
  /^arn:aws[a-z-]*:cloudtrail:(?<region>[a-z0-9-]+):(?<account>\d{12}):(?<kind>trail|eventdatastore|channel|dashboard)\/(?<name>.+)$/s;

/** Callers may name many things by ARN or by name: an ARN is known by its start. */
export function isArn(text: string): boolean {
  return text.startsWith('arn:');
}

/** The parts of one of CloudTrail's ARNs; undefined for everything else. */
export function parseCloudTrailArn(text: string): CloudTrailArn | undefined {
  const parts = form.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { region, account, kind, name } = parts as Record<string, string>;
  return {
    region: region as string,
    accountId: account as string,
    kind: kind as CloudTrailArn['kind'],
    name: name as string,
  };
}
