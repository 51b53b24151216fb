// SPDX-License-Identifier: Apache-2.0
import { Secret, TOTP } from 'otpauth';
import type { MfaDeviceDocument } from './iam-documents.js';
import type { RandomBytes } from './unique-id.js';

/** What virtual MFA devices of AWS use, and every authenticator app knows: RFC 6238 with SHA-1, six digits, 30 s. */
const form = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
const periodMs = form.period * 1_000;

/** 64 characters of base32, the length of AWS's seeds. */
const seedBytes = 40;

/**
 * Steps before and after the device's own time within which a code counts: a code that was read late, a clock that is
 * half a minute off. Source: RFC 6238, section 5.2 (one step of delay).
 */
const stepsAround = 1;

/** How far a device may be off when two codes in a row show its time: an hour. Each step costs a hash. */
const resyncStepsAround = 120;

/** What of a device's document tells which code is next. */
export type TotpState = Pick<MfaDeviceDocument, 'lastStep' | 'driftSteps'>;

/** A new seed in base32. */
export function newTotpSeed(randomBytes: RandomBytes): string {
  const bytes = Uint8Array.from(randomBytes(seedBytes));
  return new Secret({ buffer: bytes.buffer }).base32;
}

/** The code at a time, as an authenticator app shows it. */
export function totpCode(seed: string, timeMs: number): string {
  return totpOf(seed).generate({ timestamp: timeMs });
}

/**
 * What authenticator apps read from a QR code: `otpauth://totp/DEVICE@ACCOUNT?secret=SEED`, with the parameters that
 * AWS's own have. Source: IAM API Reference, "VirtualMFADevice" (QRCodePNG).
 */
export function otpauthUri(deviceName: string, accountName: string, seed: string): string {
  const label = `${encodeURIComponent(deviceName)}@${encodeURIComponent(accountName)}`;
  return `otpauth://totp/${label}?secret=${seed}&issuer=Cairn`;
}

/**
 * The step that a code belongs to; undefined when it is wrong, too old, or not newer than the last one that was taken:
 * a code counts once (RFC 6238, section 5.2).
 */
export function stepOfCode(seed: string, code: string, timeMs: number, state: TotpState): number | undefined {
  const now = Math.floor(timeMs / periodMs) + (state.driftSteps ?? 0);
  const step = findStep(seed, code, now, stepsAround);
  return step !== undefined && step > (state.lastStep ?? -1) ? step : undefined;
}

/**
 * The device's time by two codes in a row, which prove that somebody holds it; undefined when they are not in a row,
 * far off, or were used already.
 */
export function timeOfCodes(
  seed: string,
  [first, second]: readonly [string, string],
  timeMs: number,
  state: TotpState,
): { lastStep: number; driftSteps: number } | undefined {
  const now = Math.floor(timeMs / periodMs);
  for (const step of stepsByDistance(now, resyncStepsAround)) {
    const isFirst = isCodeOf(seed, step, first) && isCodeOf(seed, step + 1, second);
    if (!isFirst || step + 1 <= (state.lastStep ?? -1)) continue;
    // The second code is the current one; being a step early or late is no drift, and is allowed for anyway.
    const drift = step + 1 - now;
    return { lastStep: step + 1, driftSteps: Math.abs(drift) <= stepsAround ? 0 : drift };
  }
  return undefined;
}

/** A code that has another form is no code: nothing is computed for it. */
function findStep(seed: string, code: string, step: number, around: number): number | undefined {
  if (!isSixDigits(code)) return undefined;
  return stepsByDistance(step, around).find((each) => isCodeOf(seed, each, code));
}

function isCodeOf(seed: string, step: number, code: string): boolean {
  if (step < 0 || !isSixDigits(code)) return false;
  return totpOf(seed).validate({ token: code, timestamp: step * periodMs, window: 0 }) === 0;
}

function isSixDigits(code: string): boolean {
  return /^[0-9]{6}$/.test(code);
}

/** `step`, then its neighbours from near to far. */
function stepsByDistance(step: number, around: number): number[] {
  return Array.from({ length: 2 * around + 1 }, (_, at) => step + (at % 2 === 1 ? (at + 1) / 2 : -at / 2));
}

function totpOf(seed: string): TOTP {
  return new TOTP({ ...form, secret: Secret.fromBase32(seed) });
}
