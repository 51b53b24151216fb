// SPDX-License-Identifier: Apache-2.0
import { type AccountDocument, accountKey } from '../../../identity/account-documents.js';
import type { LoginProfileDocument } from '../../../identity/iam-documents.js';
import { passwordFaults, rememberedPasswords } from '../../../identity/password-policy.js';
import type { Passwords } from '../../../identity/passwords.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import type { TextRule } from '../shared/input-rules.js';

export const passwordRule: TextRule = {
  min: 1,
  max: 128,
  pattern: String.raw`[\u0009\u000A\u000D\u0020-\u00FF]+`,
};

export function accountOf({ state, accountId }: Pick<Call, 'state' | 'accountId'>): AccountDocument {
  return state.get<AccountDocument>(accountKey(accountId)) ?? { accountId, createdAtMs: 0 };
}

export function policyViolation(message: string): WireError {
  return new WireError('PasswordPolicyViolationException', message);
}

/**
 * The hashes of a profile with a new password, once the account's policy has nothing against it.
 * Throws PasswordPolicyViolation, PasswordsBusyError.
 */
export async function hashNewPassword(
  password: string,
  profile: LoginProfileDocument | undefined,
  call: Call,
  passwords: Passwords,
): Promise<Pick<LoginProfileDocument, 'passwordHash' | 'earlierHashes'>> {
  const account = accountOf(call);
  const policy = account.passwordPolicy;
  const faults = passwordFaults(password, policy, {
    accountName: account.name,
    accountEmail: account.email,
  });
  if (faults.length > 0) throw policyViolation(`Password should have ${inWords(faults)}`);
  const used = profile === undefined ? [] : [profile.passwordHash, ...profile.earlierHashes];
  const remembered = used.slice(0, rememberedPasswords(policy));
  // One after the other: the first that is the same ends it.
  for (const hash of remembered) {
    if (await passwords.matches(password, hash))
      throw policyViolation(
        'Policy constraint violation with password reuse prevention during password change.',
      );
  }
  return {
    passwordHash: await passwords.hash(password),
    earlierHashes: used.slice(0, Math.max(0, rememberedPasswords(policy) - 1)),
  };
}

function inWords(faults: readonly string[]): string {
  return faults.join(' and should have ');
}
