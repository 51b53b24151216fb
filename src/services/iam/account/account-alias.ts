// SPDX-License-Identifier: Apache-2.0
import type {
  CreateAccountAliasRequest,
  DeleteAccountAliasRequest,
  ListAccountAliasesRequest,
  ListAccountAliasesResponse,
} from '@aws-sdk/client-iam';
import { accountAliasKey, accountKey } from '../../../identity/account-documents.js';
import type { Handler } from '../../service.js';
import { accountOf } from '../login-profiles/new-password.js';
import { alreadyExists, noSuchEntity, validationError } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';
import { itemSource, pageOf } from '../shared/page-of.js';

const aliasPattern = '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$';

/**
 * An account has one alias: another one takes its place. Nobody else may have it.
 * Source: Sign-In User Guide, "Create an account alias": a new alias overwrites the one before.
 */
export const createAccountAlias: Handler<CreateAccountAliasRequest> = (input, call) => {
  const { state, accountId } = call;
  const alias = input.AccountAlias ?? '';
  verifyAlias(alias);
  if (state.get(accountAliasKey(alias)) !== undefined)
    throw alreadyExists(`The account alias ${alias} already exists.`);
  const account = accountOf(call);
  if (account.alias !== undefined) state.delete(accountAliasKey(account.alias));
  state.put(accountAliasKey(alias), { accountId });
  state.put(accountKey(accountId), { ...account, alias });
  return {};
};

export const deleteAccountAlias: Handler<DeleteAccountAliasRequest> = (input, call) => {
  const name = input.AccountAlias ?? '';
  verifyAlias(name);
  const { alias, ...account } = accountOf(call);
  if (alias !== name) throw noSuchEntity(`The account alias ${name} cannot be found.`);
  call.state.delete(accountAliasKey(name));
  call.state.put(accountKey(call.accountId), account);
  return {};
};

export const listAccountAliases: Handler<ListAccountAliasesRequest, ListAccountAliasesResponse> = (
  input,
  call,
) => {
  const { alias } = accountOf(call);
  const aliases = alias === undefined ? [] : [alias];
  const { items, end } = pageOf(
    itemSource(aliases, (each) => each),
    input,
  );
  return { AccountAliases: [...items], ...end };
};

/** Source: IAM User Guide, "IAM and AWS STS quotas …", name requirements: no twelve digits, which are an account's id. */
function verifyAlias(alias: string): void {
  new InputRules().text('accountAlias', alias, { min: 3, max: 63, pattern: aliasPattern }).verify();
  if (/^[0-9]{12}$/.test(alias)) throw validationError('The account alias must not be a 12-digit number.');
}
