// SPDX-License-Identifier: Apache-2.0
import type { PasswordPolicyDocument } from './account-documents.js';
import type { LoginProfileDocument } from './iam-documents.js';

const dayMs = 86_400_000;

/** What an account without a policy of its own asks for. */
const defaultLengthMin = 8;
const defaultKindsMin = 3;

/** The symbols that count as such. Source: IAM API Reference, "UpdateAccountPasswordPolicy" (RequireSymbols). */
const symbols = /[!@#$%^&*()_+\-=[\]{}|']/;

/** Whose names a password must not be. */
export interface PasswordOwner {
  readonly accountName: string | undefined;
  readonly accountEmail: string | undefined;
}

/**
 * What a password lacks, in words that go on after "Password should have "; empty when it is good enough.
 * Source: IAM User Guide, "Set an account password policy for IAM users": custom and default policy.
 */
export function passwordFaults(
  password: string,
  policy: PasswordPolicyDocument | undefined,
  owner: PasswordOwner,
): string[] {
  return policy === undefined ? defaultFaults(password, owner) : customFaults(password, policy);
}

function customFaults(password: string, policy: PasswordPolicyDocument): string[] {
  const demands: [isAsked: boolean, isMet: boolean, fault: string][] = [
    [
      true,
      Array.from(password).length >= policy.minimumPasswordLength,
      `a minimum length of ${policy.minimumPasswordLength}`,
    ],
    [policy.requireUppercaseCharacters, /[A-Z]/.test(password), 'at least one uppercase letter'],
    [policy.requireLowercaseCharacters, /[a-z]/.test(password), 'at least one lowercase letter'],
    [policy.requireNumbers, /[0-9]/.test(password), 'at least one number'],
    [policy.requireSymbols, symbols.test(password), 'at least one symbol'],
  ];
  return demands.filter(([isAsked, isMet]) => isAsked && !isMet).map(([, , fault]) => fault);
}

function defaultFaults(password: string, { accountName, accountEmail }: PasswordOwner): string[] {
  const kinds = [/[A-Z]/, /[a-z]/, /[0-9]/, symbols].filter((kind) => kind.test(password)).length;
  const names = [accountName, accountEmail].map((name) => name?.toLowerCase());
  return [
    ...(Array.from(password).length < defaultLengthMin ? [`a minimum length of ${defaultLengthMin}`] : []),
    ...(kinds < defaultKindsMin
      ? ['at least three of: uppercase letters, lowercase letters, numbers, symbols']
      : []),
    ...(names.includes(password.toLowerCase())
      ? ['nothing in common with the name or the email address of the account']
      : []),
  ];
}

/** How many earlier passwords must not come again; 24 at most. */
export function rememberedPasswords(policy: PasswordPolicyDocument | undefined): number {
  return policy?.passwordReusePrevention ?? 0;
}

/** When a user must set another password, in ms since the epoch; undefined: never. */
export function passwordExpiresAtMs(
  policy: PasswordPolicyDocument | undefined,
  { changedAtMs }: Pick<LoginProfileDocument, 'changedAtMs'>,
): number | undefined {
  const days = policy?.maxPasswordAgeDays;
  return days === undefined ? undefined : changedAtMs + days * dayMs;
}
