// SPDX-License-Identifier: Apache-2.0
import type { User, VirtualMFADevice } from '@aws-sdk/client-iam';
import { type MfaDeviceDocument, type UserDocument, userKey } from '../../../identity/iam-documents.js';
import { findMfaDevice } from '../../../identity/mfa-codes.js';
import type { Call } from '../../service.js';
import { iamDate } from '../shared/iam-date.js';
import { noSuchEntity } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';
import { listedUser, rootUser } from '../users/user-answer.js';

/** Who holds a device, as answers have it; nobody for one that is not enabled. */
export function holderMember(
  { enabled, accountId }: MfaDeviceDocument,
  call: Pick<Call, 'state' | 'accountId'>,
): Pick<VirtualMFADevice, 'User' | 'EnableDate'> {
  if (enabled === undefined) return {};
  const EnableDate = iamDate(enabled.atMs);
  if (enabled.userName === undefined) return { User: rootUser(call) as User, EnableDate };
  const user = call.state.get<UserDocument>(userKey(accountId, enabled.userName));
  return user === undefined ? { EnableDate } : { User: listedUser(user), EnableDate };
}

/** Throws ValidationError for what cannot be a serial number, NoSuchEntity for one that no device has. */
export function openDevice(serialNumber: string, { state, accountId }: Call): MfaDeviceDocument {
  verifySerialNumber(serialNumber);
  const device = findMfaDevice(state, accountId, serialNumber);
  if (device === undefined)
    throw noSuchEntity(`VirtualMFADevice with serial number ${serialNumber} does not exist.`);
  return device;
}

export function verifySerialNumber(serialNumber: string): void {
  const rule = { min: 9, max: 256, pattern: String.raw`[\w+=/:,.@-]+` };
  new InputRules().text('serialNumber', serialNumber, rule).verify();
}
