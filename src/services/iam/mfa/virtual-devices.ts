// SPDX-License-Identifier: Apache-2.0
import type {
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse,
  DeleteVirtualMFADeviceRequest,
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse,
} from '@aws-sdk/client-iam';
import { type MfaDeviceDocument, mfaDeviceKey, mfaDevicesPrefix } from '../../../identity/iam-documents.js';
import { mfaDeviceKeyOf } from '../../../identity/mfa-codes.js';
import { qrCodePng } from '../../../identity/qr-code/qr-code.js';
import { newTotpSeed, otpauthUri } from '../../../identity/totp.js';
import type { Handler } from '../../service.js';
import type { IamDependencies } from '../iam-dependencies.js';
import { alreadyExists, deleteConflict, quotaExceeded } from '../shared/iam-error.js';
import { InputRules, verifyName, verifyPath } from '../shared/input-rules.js';
import { pageOf, stateSource } from '../shared/page-of.js';
import { tagsMember, verifyTags, withTags } from '../shared/tags.js';
import { usersMax } from '../users/user-rules.js';
import { holderMember, openDevice, verifySerialNumber } from './device-answer.js';

/** The model gives no length; what is too long for a serial number is told by that. */
const deviceNameRule = { min: 1, max: 226 };

/** The one answer that shows the seed, as text and as a QR code; its record does not. */
export function createVirtualMfaDeviceHandler({
  secretBox,
  randomBytes,
}: Pick<IamDependencies, 'secretBox' | 'randomBytes'>): Handler<
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse
> {
  return (input, { state, accountId, receivedAtMs }) => {
    const { VirtualMFADeviceName: name = '', Path: path = '/' } = input;
    verifyName('virtualMFADeviceName', name, deviceNameRule);
    verifyPath('path', path);
    verifyTags(input.Tags, 'kept');
    const serialNumber = `arn:aws:iam::${accountId}:mfa${path}${name}`;
    verifySerialNumber(serialNumber);
    const key = mfaDeviceKey(accountId, `${path}${name}`.slice(1));
    if (state.get(key) !== undefined)
      throw alreadyExists('MFADevice entity at the same path and name already exists.');
    // Source: IAM User Guide, "IAM and AWS STS quotas …": as many as there may be users.
    if (state.list(mfaDevicesPrefix(accountId), { limit: usersMax }).length >= usersMax)
      throw quotaExceeded('MFADevicesPerAccount', usersMax);
    const seed = newTotpSeed(randomBytes);
    const device: MfaDeviceDocument = {
      accountId,
      serialNumber,
      sealedSeed: secretBox.seal(seed, serialNumber),
      createdAtMs: receivedAtMs,
      tags: withTags({}, input.Tags, 'kept'),
    };
    state.put(key, device);
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumber,
        Base32StringSeed: Buffer.from(seed),
        QRCodePNG: qrCodePng(otpauthUri(name, accountId, seed)),
        ...tagsMember(device.tags),
      },
    };
  };
}

export const deleteVirtualMfaDevice: Handler<DeleteVirtualMFADeviceRequest> = (input, call) => {
  const device = openDevice(input.SerialNumber ?? '', call);
  if (device.enabled !== undefined) throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.');
  call.state.delete(mfaDeviceKeyOf(call.accountId, device.serialNumber) as string);
  return {};
};

/** Without tags, and never with a seed. */
export const listVirtualMfaDevices: Handler<ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse> = (
  input,
  call,
) => {
  const { AssignmentStatus: status = 'Any' } = input;
  new InputRules().oneOf('assignmentStatus', status, ['Assigned', 'Unassigned', 'Any']).verify();
  const isWanted = ({ enabled }: MfaDeviceDocument) =>
    status === 'Any' || (status === 'Assigned') === (enabled !== undefined);
  const source = stateSource(call.state, mfaDevicesPrefix(call.accountId), isWanted);
  const { items, end } = pageOf(source, input);
  const devices = items.map((device) => ({
    SerialNumber: device.serialNumber,
    ...holderMember(device, call),
  }));
  return { VirtualMFADevices: devices, ...end };
};
