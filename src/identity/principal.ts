// SPDX-License-Identifier: Apache-2.0
import type { UserIdentity } from '../record/types.js';

/** Who makes a call. Grown by the identity services; a root, an anonymous stranger and AWS-style services now. */
export type Principal = RootPrincipal | AnonymousPrincipal | ServicePrincipal;

export interface RootPrincipal {
  readonly kind: 'root';
  readonly accountId: string;
  readonly accessKeyId: string;
}

/** No signature: only what a bucket policy opens to everybody. */
export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

/** One of Cairn's own services acting for itself, e.g. `cloudtrail.amazonaws.com` delivering a log file. */
export interface ServicePrincipal {
  readonly kind: 'service';
  readonly service: string;
}

/** The principal's ARN; undefined for those who have none. */
export function principalArn(principal: Principal): string | undefined {
  return principal.kind === 'root' ? `arn:aws:iam::${principal.accountId}:root` : undefined;
}

/** The record's userIdentity. Source: CloudTrail User Guide, "CloudTrail userIdentity element". */
export function toUserIdentity(principal: Principal): UserIdentity {
  switch (principal.kind) {
    case 'root':
      return {
        type: 'Root',
        principalId: principal.accountId,
        arn: `arn:aws:iam::${principal.accountId}:root`,
        accountId: principal.accountId,
        accessKeyId: principal.accessKeyId,
      };
    case 'anonymous':
      return { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' };
    case 'service':
      return { type: 'AWSService', invokedBy: principal.service };
  }
}
