// SPDX-License-Identifier: Apache-2.0
import type {
  GetAccountPasswordPolicyResponse,
  PasswordPolicy,
  UpdateAccountPasswordPolicyRequest,
} from '@aws-sdk/client-iam';
import { accountKey, type PasswordPolicyDocument } from '../../../identity/account-documents.js';
import type { Call, Handler } from '../../service.js';
import { accountOf } from '../login-profiles/new-password.js';
import { noSuchEntity } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';

/** Source: IAM API Reference, "UpdateAccountPasswordPolicy" (MinimumPasswordLength). */
const lengthDefault = 6;

export const getAccountPasswordPolicy: Handler<object, GetAccountPasswordPolicyResponse> = (_input, call) => {
  const { passwordPolicy } = accountOf(call);
  if (passwordPolicy === undefined) throw noPolicy(call);
  return { PasswordPolicy: shownPolicy(passwordPolicy) };
};

/** What is not given goes back to its default: there is no changing of parts. */
export const updateAccountPasswordPolicy: Handler<UpdateAccountPasswordPolicyRequest> = (input, call) => {
  new InputRules()
    .number('minimumPasswordLength', input.MinimumPasswordLength, { atLeast: 6, atMost: 128 })
    .number('maxPasswordAge', input.MaxPasswordAge, { atLeast: 1, atMost: 1_095 })
    .number('passwordReusePrevention', input.PasswordReusePrevention, { atLeast: 1, atMost: 24 })
    .verify();
  const passwordPolicy: PasswordPolicyDocument = {
    minimumPasswordLength: input.MinimumPasswordLength ?? lengthDefault,
    requireSymbols: input.RequireSymbols ?? false,
    requireNumbers: input.RequireNumbers ?? false,
    requireUppercaseCharacters: input.RequireUppercaseCharacters ?? false,
    requireLowercaseCharacters: input.RequireLowercaseCharacters ?? false,
    allowUsersToChangePassword: input.AllowUsersToChangePassword ?? false,
    hardExpiry: input.HardExpiry ?? false,
    ...(input.MaxPasswordAge === undefined ? {} : { maxPasswordAgeDays: input.MaxPasswordAge }),
    ...(input.PasswordReusePrevention === undefined
      ? {}
      : { passwordReusePrevention: input.PasswordReusePrevention }),
  };
  call.state.put(accountKey(call.accountId), { ...accountOf(call), passwordPolicy });
  return {};
};

export const deleteAccountPasswordPolicy: Handler<object> = (_input, call) => {
  const { passwordPolicy, ...account } = accountOf(call);
  if (passwordPolicy === undefined) throw noPolicy(call);
  call.state.put(accountKey(call.accountId), account);
  return {};
};

function noPolicy({ accountId }: Call): Error {
  return noSuchEntity(`The Password Policy with domain name ${accountId} cannot be found.`);
}

function shownPolicy(policy: PasswordPolicyDocument): PasswordPolicy {
  const { maxPasswordAgeDays, passwordReusePrevention } = policy;
  return {
    MinimumPasswordLength: policy.minimumPasswordLength,
    RequireSymbols: policy.requireSymbols,
    RequireNumbers: policy.requireNumbers,
    RequireUppercaseCharacters: policy.requireUppercaseCharacters,
    RequireLowercaseCharacters: policy.requireLowercaseCharacters,
    AllowUsersToChangePassword: policy.allowUsersToChangePassword,
    ExpirePasswords: maxPasswordAgeDays !== undefined,
    ...(maxPasswordAgeDays === undefined ? {} : { MaxPasswordAge: maxPasswordAgeDays }),
    ...(passwordReusePrevention === undefined ? {} : { PasswordReusePrevention: passwordReusePrevention }),
    HardExpiry: policy.hardExpiry ?? false,
  };
}
