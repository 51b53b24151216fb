// SPDX-License-Identifier: Apache-2.0
import { type MfaHolder, takeMfaCode } from '../../identity/mfa-codes.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import type { SignedPrincipal } from '../../identity/principal.js';
import type { Call } from '../service.js';
import { checkOptionalText, serialNumberRule, tokenCodeRule } from './check-input.js';
import type { StsDependencies } from './sts-dependencies.js';
import { accessDenied } from './sts-errors.js';

export interface MfaInput {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

/** A code that was taken in this very call. */
export interface MfaProof {
  readonly atMs: number;
  readonly serialNumber: string;
}

/**
 * Takes the code of the caller's own device; a code counts once. Undefined when the call brings none.
 * The refusals are in STS's words.
 */
export function proveMfa(
  { SerialNumber, TokenCode }: MfaInput,
  caller: SignedPrincipal,
  { state, receivedAtMs }: Call,
  { secretBox, mfaGuesses }: StsDependencies,
): MfaProof | undefined {
  const serialNumber = checkOptionalText(SerialNumber, 'serialNumber', serialNumberRule);
  const code = checkOptionalText(TokenCode, 'tokenCode', tokenCodeRule);
  if (serialNumber === undefined && code === undefined) return undefined;
  if (serialNumber === undefined || code === undefined) {
    throw accessDenied(
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    );
  }
  const holder = holderOf(caller);
  if (holder === undefined) throw wrongDevice();
  // Six digits are few: whoever stole a user's key must not be able to try them all.
  if (!mfaGuesses.mayTry(serialNumber, receivedAtMs)) throw wrongCode();
  const outcome = takeMfaCode(state, secretBox, holder, { serialNumber, code, timeMs: receivedAtMs });
  if (outcome === 'wrongDevice') throw wrongDevice();
  if (outcome === 'wrongCode') {
    mfaGuesses.noteWrong(serialNumber, receivedAtMs);
    throw wrongCode();
  }
  return { atMs: receivedAtMs, serialNumber };
}

function holderOf(caller: SignedPrincipal): MfaHolder | undefined {
  const { accountId } = caller;
  if (caller.kind === 'root') return { accountId };
  return caller.kind === 'user' ? { accountId, userName: caller.userName } : undefined;
}

function wrongDevice(): Error {
  return accessDenied(
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  );
}

function wrongCode(): Error {
  return accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ');
}

/** The call itself counts as made with MFA. Source: IAM User Guide, "Secure API access with MFA". */
export function mfaContext(proof: MfaProof | undefined): ContextValues {
  return proof === undefined ? {} : { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' };
}
