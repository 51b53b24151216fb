// SPDX-License-Identifier: Apache-2.0

/**
 * Services whose records keep the model's own capitals (`Granularity`, `RegionName`). Seen in recorded events of
 * exactly these; all other services write members with a small first letter.
 */
const keepsCapitals: ReadonlySet<string> = new Set([
  'account',
  'ce',
  'cloudshell',
  'devops-guru',
  'resource-explorer-2',
  'securityhub',
]);

/** A member's name in a record: `S3BucketName` is `s3BucketName`, `TrailARN` `trailARN`, `DBName` `dBName`. */
export function memberName(service: string, name: string): string {
  const code = name.charCodeAt(0);
  if (code < 65 || code > 90 || keepsCapitals.has(service)) return name;
  // A member that is nothing but ARN is all small (seen: Secrets Manager), not `aRN`.
  if (name === 'ARN') return 'arn';
  return String.fromCharCode(code + 32) + name.slice(1);
}

/** `s3.amazonaws.com` → `s3`: what the tables of this folder are keyed by. */
export function serviceOf(eventSource: string): string {
  const dot = eventSource.indexOf('.');
  return dot < 0 ? eventSource : eventSource.slice(0, dot);
}
