// SPDX-License-Identifier: Apache-2.0
import type { RoleDocument } from '../../../identity/iam-documents.js';
import { unmodifiable } from '../shared/iam-error.js';
import type { NumberRule } from '../shared/input-rules.js';

/** Source: IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits". */
export const rolesMax = 1000;
export const trustPolicySizeMax = 2048;

/** Source: IAM API Reference, "CreateRole" (MaxSessionDuration): one hour to twelve. */
export const sessionDurationRule: NumberRule = { atLeast: 3600, atMost: 43_200 };
export const sessionDurationDefaultSec = 3600;

export const serviceRolePath = '/aws-service-role/';

export function isServiceLinked({ path }: Pick<RoleDocument, 'path'>): boolean {
  return path.startsWith(serviceRolePath);
}

/** Throws UnmodifiableEntity for a role that is its service's. */
export function verifyModifiable(role: RoleDocument): void {
  if (isServiceLinked(role)) {
    throw unmodifiable(
      `Cannot perform the operation on the protected role '${role.roleName}' - this role is only modifiable by AWS`,
    );
  }
}
