// SPDX-License-Identifier: Apache-2.0
import { type MfaDeviceDocument, mfaDeviceKey } from './iam-documents.js';
import type { SecretBox } from './secret-box.js';
import { stepOfCode } from './totp.js';

/** Whose device it must be; without a user name: the root's. */
export interface MfaHolder {
  readonly accountId: string;
  readonly userName?: string;
}

/** State as a call sees it. */
export interface MfaState {
  get<T>(key: string): T | undefined;
  put(key: string, value: unknown): void;
}

/** The key of a device by its serial number, within the account; undefined for a serial number of another form or account. */
export function mfaDeviceKeyOf(accountId: string, serialNumber: string): string | undefined {
  const prefix = `arn:aws:iam::${accountId}:mfa/`;
  const name = serialNumber.startsWith(prefix) ? serialNumber.slice(prefix.length) : '';
  return name === '' ? undefined : mfaDeviceKey(accountId, name);
}

/** The device of an account with exactly this serial number. */
export function findMfaDevice(
  state: Pick<MfaState, 'get'>,
  accountId: string,
  serialNumber: string,
): MfaDeviceDocument | undefined {
  const key = mfaDeviceKeyOf(accountId, serialNumber);
  const device = key === undefined ? undefined : state.get<MfaDeviceDocument>(key);
  return device?.serialNumber === serialNumber ? device : undefined;
}

/** Whether a device is enabled for somebody. */
export function isMfaDeviceOf(device: MfaDeviceDocument, holder: MfaHolder): boolean {
  return (
    device.accountId === holder.accountId &&
    device.enabled !== undefined &&
    device.enabled.userName === holder.userName
  );
}

/**
 * Takes a code of a holder's enabled device and notes in `state` that it was taken, so that it counts once. 'wrongDevice':
 * no such device, or not the holder's; 'wrongCode': wrong, too old, or used already. Nothing is noted then.
 */
export function takeMfaCode(
  state: MfaState,
  secretBox: SecretBox,
  holder: MfaHolder,
  given: { readonly serialNumber: string; readonly code: string; readonly timeMs: number },
): 'taken' | 'wrongDevice' | 'wrongCode' {
  const device = findMfaDevice(state, holder.accountId, given.serialNumber);
  if (device === undefined || !isMfaDeviceOf(device, holder)) return 'wrongDevice';
  const step = stepOfCode(mfaSeed(device, secretBox), given.code, given.timeMs, device);
  if (step === undefined) return 'wrongCode';
  state.put(mfaDeviceKeyOf(holder.accountId, device.serialNumber) as string, { ...device, lastStep: step });
  return 'taken';
}

/** The device's seed in base32. */
export function mfaSeed({ sealedSeed, serialNumber }: MfaDeviceDocument, secretBox: SecretBox): string {
  return secretBox.open(sealedSeed, serialNumber);
}
