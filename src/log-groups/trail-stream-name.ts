// SPDX-License-Identifier: Apache-2.0

/** Source: CloudTrail User Guide, "Sending events to CloudWatch Logs": events larger than 256 KB are not sent. */
export const trailEventBytesMax = 256 * 1024;

/**
 * The stream that a trail writes to: `ACCOUNT_CloudTrail_TRAILREGION`, with `_2`, `_3`, … where the volume takes several
 * streams. An organization's trail puts the organization's id in front: its role's policy allows `o-exampleorgid_*`.
 * Sources: CloudTrail User Guide, "CloudWatch log group and log stream naming for CloudTrail" and "Role policy document
 * for CloudTrail to use CloudWatch Logs for monitoring".
 * @param ordinal from 1
 */
export function trailStreamName(
  trail: { readonly accountId: string; readonly homeRegion: string; readonly organizationId?: string },
  ordinal: number,
): string {
  const prefix = trail.organizationId === undefined ? '' : `${trail.organizationId}_`;
  const suffix = ordinal === 1 ? '' : `_${ordinal}`;
  return `${prefix}${trail.accountId}_CloudTrail_${trail.homeRegion}${suffix}`;
}
