// SPDX-License-Identifier: Apache-2.0
import type { StateChange } from '../ports/state-store.js';
import { type MembershipDocument, membershipKey, membershipPrefix } from './organization-documents.js';

/** In which organization an account is, as far as a reader has to know; its key names the account. There may be thousands. */
export interface FoldedMembership {
  readonly organizationId: string;
}

/**
 * Who is in which organization at one place of the log, folded from the changes that the entries carry: what an organization
 * has in all its accounts is there for those who have joined, exactly from the entry in which they did.
 */
export class FoldedMemberships {
  readonly #organizations = new Map<string, string>();

  /** Takes one pair of `entries` back. */
  restore(key: string, { organizationId }: FoldedMembership): void {
    this.#organizations.set(key.slice(membershipPrefix.length), organizationId);
  }

  /** Whether the change was one of memberships. */
  apply({ key, value }: StateChange): boolean {
    if (!key.startsWith(membershipPrefix)) return false;
    if (value === null) this.#organizations.delete(key.slice(membershipPrefix.length));
    else {
      const { accountId, organizationId } = value as MembershipDocument;
      this.#organizations.set(accountId, organizationId);
    }
    return true;
  }

  organizationOf(accountId: string): string | undefined {
    return this.#organizations.get(accountId);
  }

  accountsIn(organizationId: string): string[] {
    return Array.from(this.#organizations)
      .filter(([, organization]) => organization === organizationId)
      .map(([accountId]) => accountId);
  }

  /** As JSON can keep them, by the keys of the state. */
  entries(): (readonly [string, FoldedMembership])[] {
    return Array.from(
      this.#organizations,
      ([accountId, organizationId]) => [membershipKey(accountId), { organizationId }] as const,
    );
  }
}
