// SPDX-License-Identifier: Apache-2.0
import type { OrganizationDocument } from '../../identity/organization-documents.js';
import type { RandomText } from '../../identity/organizations/organization-ids.js';
import type { Call } from '../service.js';

/**
 * Which accounts of an organization may call an operation, whatever their own policies say. Source: Organizations API
 * Reference, the last sentence of each operation ("You can only call this operation from …").
 * - management: the management account.
 * - delegate: also accounts that the organization's resource policy names for it.
 * - reader: also accounts that administer a service.
 * - member: every account of an organization.
 * - anyone: every account, also one that is in none.
 */
export type Audience = 'management' | 'delegate' | 'reader' | 'member' | 'anyone';

/** A call of somebody who may make it. */
export interface OrganizationCall {
  readonly call: Call;
  readonly state: Call['state'];
  readonly accountId: string;
  readonly nowMs: number;
  /** The caller's. */
  readonly organization: OrganizationDocument;
  readonly random: RandomText;
}

/** The same of an account that may be in no organization. */
export type AnyCall = Omit<OrganizationCall, 'organization'> & {
  readonly organization: OrganizationDocument | undefined;
};

// biome-ignore lint/suspicious/noExplicitAny: each operation is typed by the SDK's own input and output types
type Loose = any;

/** An operation: who may call it, and what it does. */
export type Operation =
  | { readonly audience: 'anyone'; readonly run: (input: Loose, on: AnyCall) => unknown }
  | {
      readonly audience: Exclude<Audience, 'anyone'>;
      readonly run: (input: Loose, on: OrganizationCall) => unknown;
    };

export type Operations = Readonly<Record<string, Operation>>;

type Run<Input, Output, On> = (input: Input, on: On) => Output;

export const byManagement = <Input, Output>(run: Run<Input, Output, OrganizationCall>): Operation => ({
  audience: 'management',
  run,
});
export const byDelegates = <Input, Output>(run: Run<Input, Output, OrganizationCall>): Operation => ({
  audience: 'delegate',
  run,
});
export const byReaders = <Input, Output>(run: Run<Input, Output, OrganizationCall>): Operation => ({
  audience: 'reader',
  run,
});
export const byMembers = <Input, Output>(run: Run<Input, Output, OrganizationCall>): Operation => ({
  audience: 'member',
  run,
});
export const byAnyone = <Input, Output>(run: Run<Input, Output, AnyCall>): Operation => ({
  audience: 'anyone',
  run,
});
