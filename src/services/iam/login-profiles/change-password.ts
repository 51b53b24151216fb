// SPDX-License-Identifier: Apache-2.0
import type { ChangePasswordRequest } from '@aws-sdk/client-iam';
import { passwordExpiresAtMs } from '../../../identity/password-policy.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Handler } from '../../service.js';
import type { IamDependencies } from '../iam-dependencies.js';
import { namedPerson } from '../shared/caller.js';
import { InputRules } from '../shared/input-rules.js';
import { profileOf, putProfile } from './login-profiles.js';
import { accountOf, hashNewPassword, passwordRule, policyViolation } from './new-password.js';

/** One's own password, by whoever knows the old one. */
export function changePasswordHandler({
  passwords,
  passwordGuesses,
}: Pick<IamDependencies, 'passwords' | 'passwordGuesses'>): Handler<ChangePasswordRequest> {
  return async (input, call) => {
    const { OldPassword: oldPassword = '', NewPassword: newPassword = '' } = input;
    new InputRules()
      .text('oldPassword', oldPassword, passwordRule)
      .text('newPassword', newPassword, passwordRule)
      .verify();
    if (call.principal.kind !== 'user')
      throw new WireError('InvalidUserTypeException', 'Only IAM Users can change their own password');
    const person = namedPerson(undefined, call);
    if (person.kind !== 'user') throw new Error('a user is no user');
    const profile = profileOf(person.user);
    const policy = accountOf(call).passwordPolicy;
    const expiresAtMs = passwordExpiresAtMs(policy, profile);
    const isOver = expiresAtMs !== undefined && expiresAtMs <= call.receivedAtMs;
    // Source: IAM API Reference, "UpdateAccountPasswordPolicy" (HardExpiry): an administrator must set another one.
    if (policy?.hardExpiry === true && isOver)
      throw policyViolation('The password has expired. Contact your administrator to set a new one.');
    const { userId } = person.user;
    const isRight =
      passwordGuesses.mayTry(userId, call.receivedAtMs) &&
      (await passwords.matches(oldPassword, profile.passwordHash));
    if (!isRight) {
      passwordGuesses.noteWrong(userId, call.receivedAtMs);
      throw new WireError('AccessDenied', 'The old password was incorrect.', { status: 403 });
    }
    const hashes = await hashNewPassword(newPassword, profile, call, passwords);
    const changed = { changedAtMs: call.receivedAtMs, passwordResetRequired: false, ...hashes };
    putProfile(person.user, { ...profile, ...changed }, call);
    return {};
  };
}
