// SPDX-License-Identifier: Apache-2.0
import { type MembershipDocument, membershipKey } from './organization-documents.js';

/** Whether two accounts are one, or members of one organization. */
export function areRelated(
  one: string,
  other: string,
  state: { get<T>(key: string): T | undefined },
): boolean {
  if (one === other) return true;
  const [first, second] = [one, other].map((id) => state.get<MembershipDocument>(membershipKey(id)));
  return first !== undefined && first.organizationId === second?.organizationId;
}
