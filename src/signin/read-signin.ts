// SPDX-License-Identifier: Apache-2.0
import { invalidInput } from './signin-error.js';

/** What somebody types who signs in. */
export type SigninInput = RootSignin | UserSignin;

interface Secrets {
  readonly password: string;
  readonly mfaCode?: string;
}
export interface RootSignin extends Secrets {
  readonly kind: 'root';
  readonly email: string;
}
export interface UserSignin extends Secrets {
  readonly kind: 'user';
  /** 12 digits, or an alias. */
  readonly account: string;
  readonly userName: string;
  /** Where the old one must be changed. */
  readonly newPassword?: string;
}

type Members = Readonly<Record<string, unknown>>;

/** Longest texts. Source: Organizations API Reference (Email, 64); IAM quotas (names); IAM API Reference (passwords, 128). */
const charsMax = {
  email: 64,
  account: 63,
  userName: 64,
  password: 128,
  newPassword: 128,
  mfaCode: 6,
} as const;

/** Throws SigninError for what cannot be a sign-in, in the same words whoever it means. */
export function readSignin(document: Members): SigninInput {
  const password = text(document, 'password');
  const mfaCode = optionalText(document, 'mfaCode');
  if (mfaCode !== undefined && !/^\d{6}$/.test(mfaCode)) throw invalidInput('mfaCode has six digits');
  const secrets = { password, ...(mfaCode === undefined ? {} : { mfaCode }) };
  if (document.kind === 'root') return { kind: 'root', email: text(document, 'email'), ...secrets };
  if (document.kind !== 'user') throw invalidInput('kind must be "root" or "user"');
  const newPassword = optionalText(document, 'newPassword');
  return {
    kind: 'user',
    account: text(document, 'account'),
    userName: text(document, 'userName'),
    ...secrets,
    ...(newPassword === undefined ? {} : { newPassword }),
  };
}

function text(document: Members, name: keyof typeof charsMax): string {
  const value = document[name];
  if (typeof value !== 'string' || value === '') throw invalidInput(`${name} is missing`);
  if (value.length > charsMax[name]) throw invalidInput(`${name} has at most ${charsMax[name]} characters`);
  return value;
}

function optionalText(document: Members, name: keyof typeof charsMax): string | undefined {
  return document[name] === undefined || document[name] === null ? undefined : text(document, name);
}
