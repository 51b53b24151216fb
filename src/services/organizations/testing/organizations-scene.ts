// SPDX-License-Identifier: Apache-2.0
import { type AccountDocument, accountEmailKey, accountKey } from '../../../identity/account-documents.js';
import { type OrganizationDocument, organizationKey } from '../../../identity/organization-documents.js';
import {
  type AccountCreationDocument,
  accountCreationPrefix,
} from '../../../identity/organizations/account-creations.js';
import type { RandomText } from '../../../identity/organizations/organization-ids.js';
import type { Principal } from '../../../identity/principal.js';
import { createAccountJob } from '../../../pipelines/account-jobs/create-account-job.js';
import { authorizeCall, authorizeNeeds } from '../../../request-path/authorize-call.js';
import { missingRequiredMembers } from '../../../wire/required-members.js';
import { WireError } from '../../../wire/wire-error.js';
import { fakeCall, MemoryCallState } from '../../testing/call.js';
import { organizationsModel } from '../model.js';
import { createOrganizationsService } from '../organizations-service.js';

export const management = '111111111111';
export const member = '222222222222';
export const outsider = '333333333333';
export const startMs = Date.UTC(2026, 10, 21, 10, 0, 0);

/** Never the same text twice, and the same texts in every run. */
export function countingText(): RandomText {
  let count = 0;
  return (length, alphabet) => {
    count += 1;
    let rest = count;
    let text = '';
    while (text.length < length) {
      text = (alphabet[rest % alphabet.length] as string) + text;
      rest = Math.floor(rest / alphabet.length);
    }
    return text;
  };
}

// biome-ignore lint/suspicious/noExplicitAny: tests read what the operation answers
type Answer = any;

/** Organizations over a state in memory, with the real decisions on who may do what. */
export class OrganizationsScene {
  readonly state = new MemoryCallState();
  readonly random = countingText();
  readonly service = createOrganizationsService({ model: organizationsModel, random: this.random });
  nowMs = startMs;

  constructor(accounts: readonly string[] = [management, member, outsider]) {
    for (const accountId of accounts) this.addAccount(accountId, `root@${accountId}.example.com`);
  }

  addAccount(accountId: string, email: string): void {
    const account: AccountDocument = { accountId, createdAtMs: 0, email, name: `Account ${accountId}` };
    this.state.put(accountKey(accountId), account);
    this.state.put(accountEmailKey(email), { accountId });
  }

  /** As the request path calls it: by the root of the account unless said otherwise. */
  async call(operation: string, input: object = {}, by: string | Principal = management): Promise<Answer> {
    const principal: Principal =
      typeof by === 'string' ? { kind: 'root', accountId: by, accessKeyId: 'AKIDEXAMPLE' } : by;
    const accountId = 'accountId' in principal ? principal.accountId : management;
    const model = organizationsModel.operations.get(operation);
    if (model === undefined) throw new Error(`the model has no ${operation}`);
    const missing = missingRequiredMembers(model, input as Record<string, unknown>);
    if (missing.length > 0) throw new Error(`${operation} needs ${missing.join(', ')}`);
    const base = fakeCall({ state: this.state, principal, accountId, receivedAtMs: this.nowMs });
    const call = { ...base, ...authorizeCall(this.service, base) };
    authorizeNeeds(this.service, operation, input, call);
    return this.service.handlers[operation]?.(input, call);
  }

  /** The code, the reason (if the error has one) and the message of a refusal. */
  async refusal(
    operation: string,
    input: object = {},
    by: string | Principal = management,
  ): Promise<{ code: string; reason: unknown; message: string }> {
    try {
      await this.call(operation, input, by);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return {
        code: error.code.replace(/Exception$/, ''),
        reason: error.fields.Reason,
        message: error.message,
      };
    }
    throw new Error(`${operation} was not refused`);
  }

  /** An organization of `management`; answers its document. */
  async organize(featureSet: 'ALL' | 'CONSOLIDATED_BILLING' = 'ALL'): Promise<OrganizationDocument> {
    const { Organization } = await this.call('CreateOrganization', { FeatureSet: featureSet });
    return this.organization(Organization.Id as string);
  }

  organization(id: string): OrganizationDocument {
    return this.state.get<OrganizationDocument>(organizationKey(id)) as OrganizationDocument;
  }

  /** Invites an account and accepts for it. */
  async join(accountId: string): Promise<void> {
    const { Handshake } = await this.call('InviteAccountToOrganization', {
      Target: { Type: 'ACCOUNT', Id: accountId },
    });
    await this.call('AcceptHandshake', { HandshakeId: Handshake.Id as string }, accountId);
  }

  /** Does what the background does with requests for accounts. */
  runCreations(): AccountCreationDocument[] {
    return this.state
      .list<AccountCreationDocument>(accountCreationPrefix)
      .filter(({ value }) => value.state === 'IN_PROGRESS')
      .map(({ value }) =>
        createAccountJob(value, this.organization(value.organizationId), this.state, {
          nowMs: this.nowMs,
          random: this.random,
        }),
      );
  }
}
