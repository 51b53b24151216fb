// SPDX-License-Identifier: Apache-2.0
import type { SetSecurityTokenServicePreferencesRequest } from '@aws-sdk/client-iam';
import { accountKey } from '../../../identity/account-documents.js';
import type { Handler } from '../../service.js';
import { accountOf } from '../login-profiles/new-password.js';
import { InputRules } from '../shared/input-rules.js';

/** Kept and shown by GetAccountSummary: Cairn's tokens are good in every Region, whatever their version. */
export const setSecurityTokenServicePreferences: Handler<SetSecurityTokenServicePreferencesRequest> = (
  input,
  call,
) => {
  const { GlobalEndpointTokenVersion: version } = input;
  new InputRules().oneOf('globalEndpointTokenVersion', version, ['v1Token', 'v2Token']).verify();
  const globalEndpointTokenVersion = version === 'v2Token' ? 2 : 1;
  call.state.put(accountKey(call.accountId), { ...accountOf(call), globalEndpointTokenVersion });
  return {};
};
