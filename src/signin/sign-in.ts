// SPDX-License-Identifier: Apache-2.0
import { accountKey } from '../identity/account-documents.js';
import { type LoginProfileDocument, userKey } from '../identity/iam-documents.js';
import { takeMfaCode } from '../identity/mfa-codes.js';
import type { MfaGuesses } from '../identity/mfa-guesses.js';
import { passwordExpiresAtMs } from '../identity/password-policy.js';
import type { Passwords } from '../identity/passwords.js';
import type { SecretBox } from '../identity/secret-box.js';
import { passwordMark } from '../identity/signin-sessions.js';
import type { RandomBytes } from '../identity/unique-id.js';
import type { JsonObject, UserIdentity } from '../record/types.js';
import { type Found, findPerson, namedUser, type Person, type UserPerson } from './find-person.js';
import { withNewPassword } from './new-password.js';
import type { SigninInput } from './read-signin.js';
import { beginSession, type OpenSession } from './sessions.js';
import { SigninError, signinFailed } from './signin-error.js';
import {
  failedAuthentication,
  loginEventData,
  noSuchUser,
  rootIdentity,
  type SigninEvent,
  signedInUser,
  unknownUser,
  unprovenUser,
} from './signin-record.js';
import type { SigninRequest, SigninState } from './signin-request.js';

export interface SignInDependencies {
  readonly passwords: Passwords;
  /** Opens the seeds of MFA devices. */
  readonly secretBox: SecretBox;
  /** Wrong codes, counted together with those of other ways to give one. */
  readonly mfaGuesses: MfaGuesses;
  readonly randomBytes: RandomBytes;
}

/** What becomes of a sign-in. What it put into state counts only with a session. */
export interface SigninOutcome {
  readonly found: Found;
  readonly events: readonly SigninEvent[];
  /** Whoever tried knew the password; what is missing is something else. */
  readonly wasPasswordRight: boolean;
  readonly session?: OpenSession;
  /** Why there is no session. */
  readonly refusal?: SigninError;
}

/** An MFA device whose code was right. */
type Proof = { readonly atMs: number; readonly serialNumber: string };

/**
 * One try to sign in by a password. It may be run again on fresh state: a password that was compared with a hash once is
 * not compared with that hash again.
 */
export class PasswordSignIn {
  readonly #input: SigninInput;
  readonly #request: SigninRequest;
  readonly #deps: SignInDependencies;
  readonly #compared = new Map<string | undefined, boolean>();

  constructor(input: SigninInput, request: SigninRequest, deps: SignInDependencies) {
    this.#input = input;
    this.#request = request;
    this.#deps = deps;
  }

  /** Throws PasswordsBusyError. */
  async run(state: SigninState): Promise<SigninOutcome> {
    const found = findPerson(this.#input, state);
    const { account, person } = found;
    const isRight = await this.#comparePassword(person?.passwordHash);
    if (account === undefined) return refused(found, [], signinFailed());
    if (person === undefined) {
      const identity = unknownUser(account.accountId);
      return refused(found, [this.#failure(account.accountId, identity, noSuchUser)], signinFailed());
    }
    if (!isRight) return refused(found, [this.#failedLogin(person)], signinFailed());
    return { ...(await this.#withPassword(person, found, state)), wasPasswordRight: true };
  }

  /** As much work for nobody as for somebody: the time of a refusal tells nothing. */
  async #comparePassword(hash: string | undefined): Promise<boolean> {
    const known = this.#compared.get(hash);
    if (known !== undefined) return known;
    const { passwords } = this.#deps;
    const { password } = this.#input;
    const isRight = await (hash === undefined
      ? passwords.matchesNobody(password)
      : passwords.matches(password, hash));
    this.#compared.set(hash, isRight);
    return isRight;
  }

  async #withPassword(
    person: Person,
    found: Found,
    state: SigninState,
  ): Promise<Omit<SigninOutcome, 'wasPasswordRight'>> {
    const proof = person.mfaSerials.length === 0 ? undefined : this.#proveMfa(person, state);
    if (proof === 'missing') return refused(found, [checkMfa(person)], mfaRequired());
    if (proof === 'wrong') return refused(found, [this.#failedLogin(person)], signinFailed());
    const renewed = await this.#renewedProfile(person);
    if (renewed instanceof SigninError) return refused(found, [this.#failedLogin(person)], renewed);
    const session = this.#begin(person, renewed, proof, state);
    const changed = renewed === undefined ? [] : [passwordUpdated(person)];
    return { found, events: [...changed, this.#success(person, proof)], session };
  }

  /** The code may be of any of the person's devices; it counts once, when there is a session. */
  #proveMfa(person: Person, state: SigninState): Proof | 'missing' | 'wrong' {
    const { mfaCode: code } = this.#input;
    if (code === undefined) return 'missing';
    const { secretBox, mfaGuesses } = this.#deps;
    const { receivedAtMs: timeMs } = this.#request;
    const { accountId } = person.account;
    const holder = person.kind === 'root' ? { accountId } : { accountId, userName: person.user.userName };
    const tried = person.mfaSerials.filter((serial) => mfaGuesses.mayTry(serial, timeMs));
    for (const serialNumber of tried) {
      const outcome = takeMfaCode(state, secretBox, holder, { serialNumber, code, timeMs });
      if (outcome === 'taken') return { atMs: timeMs, serialNumber };
    }
    for (const serial of tried) mfaGuesses.noteWrong(serial, timeMs);
    return 'wrong';
  }

  /** The profile with another password where there must be one; an error where that is not to be had. */
  async #renewedProfile(person: Person): Promise<LoginProfileDocument | undefined | SigninError> {
    const profile = person.kind === 'user' ? person.user.loginProfile : undefined;
    if (profile === undefined) return undefined;
    const nowMs = this.#request.receivedAtMs;
    const { passwordPolicy } = person.account;
    const isExpired = (passwordExpiresAtMs(passwordPolicy, profile) ?? Number.POSITIVE_INFINITY) <= nowMs;
    if (!isExpired && !profile.passwordResetRequired) return undefined;
    // Source: IAM API Reference, "UpdateAccountPasswordPolicy" (HardExpiry): an administrator must set another one.
    if (isExpired && passwordPolicy?.hardExpiry === true) return passwordExpired();
    const newPassword = this.#input.kind === 'user' ? this.#input.newPassword : undefined;
    if (newPassword === undefined) return passwordChangeRequired();
    try {
      const { passwords } = this.#deps;
      return await withNewPassword(profile, newPassword, person.account, { passwords, nowMs });
    } catch (error) {
      if (error instanceof SigninError) return error;
      throw error;
    }
  }

  #begin(
    person: Person,
    renewed: LoginProfileDocument | undefined,
    mfa: Proof | undefined,
    state: SigninState,
  ): OpenSession {
    const nowMs = this.#request.receivedAtMs;
    const { accountId } = person.account;
    if (person.kind === 'root')
      state.put(accountKey(accountId), { ...person.account, rootPasswordLastUsedMs: nowMs });
    else state.put(userKey(accountId, person.user.userName), usedUser(person, renewed, nowMs));
    const passwordHash = renewed?.passwordHash ?? person.passwordHash;
    const { randomBytes } = this.#deps;
    return beginSession(
      {
        accountId,
        owner: ownerOf(person),
        passwordMark: passwordMark(passwordHash as string),
        ...(mfa === undefined ? {} : { mfa }),
      },
      state,
      { nowMs, randomBytes },
    );
  }

  #success(person: Person, mfa: Proof | undefined): SigninEvent {
    return {
      eventName: 'ConsoleLogin',
      accountId: person.account.accountId,
      userIdentity:
        person.kind === 'root'
          ? rootIdentity(person.account.accountId, person.account.alias)
          : signedInUser(namedUser(person.user)),
      additionalEventData: this.#eventData(mfa !== undefined, mfa?.serialNumber),
    };
  }

  #failedLogin(person: Person): SigninEvent {
    return this.#failure(person.account.accountId, unprovenIdentity(person), failedAuthentication);
  }

  #failure(accountId: string, userIdentity: UserIdentity, errorMessage: string): SigninEvent {
    const additionalEventData = this.#eventData(this.#input.mfaCode !== undefined);
    return { eventName: 'ConsoleLogin', accountId, userIdentity, errorMessage, additionalEventData };
  }

  #eventData(used: boolean, serialNumber?: string): JsonObject {
    const mfa = { used, ...(serialNumber === undefined ? {} : { serialNumber }) };
    return loginEventData(this.#request.consoleUrl, mfa);
  }
}

function refused(found: Found, events: readonly SigninEvent[], refusal: SigninError): SigninOutcome {
  return { found, events, refusal, wasPasswordRight: false };
}

function usedUser({ user }: UserPerson, renewed: LoginProfileDocument | undefined, nowMs: number) {
  const loginProfile = renewed ?? user.loginProfile;
  return { ...user, ...(loginProfile === undefined ? {} : { loginProfile }), passwordLastUsedMs: nowMs };
}

function ownerOf(person: Person) {
  if (person.kind === 'root') return { kind: 'root' } as const;
  const { userName, userId } = person.user;
  return { kind: 'user', userName, userId } as const;
}

function unprovenIdentity(person: Person): UserIdentity {
  return person.kind === 'root'
    ? rootIdentity(person.account.accountId, person.account.alias)
    : unprovenUser(namedUser(person.user));
}

/** Source: CloudTrail User Guide, "AWS Management Console sign-in events", sign-in process checks for MFA. */
function checkMfa(person: Person): SigninEvent {
  return {
    eventName: 'CheckMfa',
    accountId: person.account.accountId,
    userIdentity: unprovenIdentity(person),
    additionalEventData: { MfaType: 'Virtual MFA' },
  };
}

function passwordUpdated(person: Person): SigninEvent {
  return {
    eventName: 'PasswordUpdated',
    accountId: person.account.accountId,
    userIdentity: unprovenIdentity(person),
  };
}

function mfaRequired(): SigninError {
  return new SigninError('MfaRequired', 401, 'Enter a code of your MFA device.');
}

function passwordChangeRequired(): SigninError {
  return new SigninError('PasswordChangeRequired', 401, 'You must change your password to continue.');
}

function passwordExpired(): SigninError {
  return new SigninError(
    'PasswordExpired',
    401,
    'Your password has expired. Contact your administrator to set a new one.',
  );
}
