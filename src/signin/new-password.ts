// SPDX-License-Identifier: Apache-2.0
import type { AccountDocument } from '../identity/account-documents.js';
import type { LoginProfileDocument } from '../identity/iam-documents.js';
import { passwordFaults, rememberedPasswords } from '../identity/password-policy.js';
import type { Passwords } from '../identity/passwords.js';
import { SigninError } from './signin-error.js';

/** Source: IAM API Reference, "ChangePassword" (NewPassword). */
const allowed = /^[\t\n\r\x20-\xff]+$/;

/**
 * A user's profile with another password, by the account's policy. Throws SigninError (PasswordPolicyViolation),
 * PasswordsBusyError.
 */
export async function withNewPassword(
  profile: LoginProfileDocument,
  password: string,
  account: AccountDocument,
  { passwords, nowMs }: { readonly passwords: Passwords; readonly nowMs: number },
): Promise<LoginProfileDocument> {
  const { passwordPolicy: policy } = account;
  verifyPassword(password, account);
  const used = [profile.passwordHash, ...profile.earlierHashes];
  // Whoever must change a password must change it: the one in use counts however short the policy's memory is.
  for (const hash of used.slice(0, Math.max(1, rememberedPasswords(policy)))) {
    if (await passwords.matches(password, hash)) throw violation('The new password was used before.');
  }
  return {
    ...profile,
    changedAtMs: nowMs,
    passwordResetRequired: false,
    passwordHash: await passwords.hash(password),
    earlierHashes: used.slice(0, Math.max(0, rememberedPasswords(policy) - 1)),
  };
}

/**
 * Throws SigninError for a password that the account's policy does not take.
 * @param account a root's password obeys the default policy: give no policy with it
 */
export function verifyPassword(
  password: string,
  { passwordPolicy, name, email }: Pick<AccountDocument, 'passwordPolicy' | 'name' | 'email'>,
): void {
  if (password.length > 128 || !allowed.test(password))
    throw violation('A password has 1 to 128 characters of Latin-1.');
  const faults = passwordFaults(password, passwordPolicy, { accountName: name, accountEmail: email });
  if (faults.length > 0) throw violation(`Password should have ${faults.join(' and should have ')}`);
}

function violation(message: string): SigninError {
  return new SigninError('PasswordPolicyViolation', 400, message);
}
