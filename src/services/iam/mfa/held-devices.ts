// SPDX-License-Identifier: Apache-2.0
import type {
  DeactivateMFADeviceRequest,
  EnableMFADeviceRequest,
  GetMFADeviceRequest,
  GetMFADeviceResponse,
  ListMFADevicesRequest,
  ListMFADevicesResponse,
  MFADevice,
  ResyncMFADeviceRequest,
} from '@aws-sdk/client-iam';
import { accountKey } from '../../../identity/account-documents.js';
import { type MfaDeviceDocument, userKey } from '../../../identity/iam-documents.js';
import { findMfaDevice, isMfaDeviceOf, mfaDeviceKeyOf, mfaSeed } from '../../../identity/mfa-codes.js';
import { timeOfCodes } from '../../../identity/totp.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import type { IamDependencies } from '../iam-dependencies.js';
import { accountOf } from '../login-profiles/new-password.js';
import { namedPerson, type Person } from '../shared/caller.js';
import { iamDate } from '../shared/iam-date.js';
import { alreadyExists, noSuchEntity, quotaExceeded } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';
import { itemSource, pageOf } from '../shared/page-of.js';
import { mfaDevicesPerUserMax } from '../users/user-rules.js';
import { openDevice, verifySerialNumber } from './device-answer.js';

type OpensSeeds = Pick<IamDependencies, 'secretBox' | 'mfaGuesses'>;
type TwoCodes = Pick<EnableMFADeviceRequest, 'AuthenticationCode1' | 'AuthenticationCode2'>;

/** The root's name in these calls, which ask for one. No page of AWS tells it; it can be no user's, which has no spaces. */
export const rootName = 'AWS ROOT USER';

export function enableMfaDeviceHandler(deps: OpensSeeds): Handler<EnableMFADeviceRequest> {
  return (input, call) => {
    verifyCodes(input);
    const person = holderNamed(input.UserName, call);
    const device = openDevice(input.SerialNumber ?? '', call);
    if (device.enabled !== undefined)
      throw alreadyExists(`MFA Device for user ${holderName(person)} already exists.`);
    const serials = serialsOf(person, call);
    if (serials.length >= mfaDevicesPerUserMax)
      throw quotaExceeded('MFADevicesPerUser', mfaDevicesPerUserMax);
    const time = verifiedTime(device, input, call, deps);
    const userName = person.kind === 'user' ? { userName: person.user.userName } : {};
    putDevice({ ...device, ...time, enabled: { atMs: call.receivedAtMs, ...userName } }, call);
    putSerials(person, [...serials, device.serialNumber], call);
    return {};
  };
}

export function resyncMfaDeviceHandler(deps: OpensSeeds): Handler<ResyncMFADeviceRequest> {
  return (input, call) => {
    verifyCodes(input);
    const device = openHeldDevice(input.SerialNumber ?? '', holderNamed(input.UserName, call), call);
    putDevice({ ...device, ...verifiedTime(device, input, call, deps) }, call);
    return {};
  };
}

export const deactivateMfaDevice: Handler<DeactivateMFADeviceRequest> = (input, call) => {
  const person = holderNamed(input.UserName, call);
  const device = openHeldDevice(input.SerialNumber ?? '', person, call);
  const { enabled: _, ...unassigned } = device;
  putDevice(unassigned, call);
  const remaining = serialsOf(person, call).filter((serial) => serial !== device.serialNumber);
  putSerials(person, remaining, call);
  return {};
};

export const listMfaDevices: Handler<ListMFADevicesRequest, ListMFADevicesResponse> = (input, call) => {
  const person = holderNamed(input.UserName, call);
  const serials = serialsOf(person, call);
  const { items, end } = pageOf(
    itemSource(serials, (serial) => serial.slice(-227)),
    input,
  );
  const devices = items.flatMap((serial) => findMfaDevice(call.state, call.accountId, serial) ?? []);
  return { MFADevices: devices.map((device) => shownDevice(device, person)), ...end };
};

/** Source: IAM API Reference, "GetMFADevice": the user's name is optional, the device is found without it. */
export const getMfaDevice: Handler<GetMFADeviceRequest, GetMFADeviceResponse> = (input, call) => {
  const device = openDevice(input.SerialNumber ?? '', call);
  const { UserName: userName } = input;
  if (userName !== undefined && !isMfaDeviceOf(device, holderOf(holderNamed(userName, call), call)))
    throw notTheHolders();
  return {
    SerialNumber: device.serialNumber,
    ...(device.enabled?.userName === undefined ? {} : { UserName: device.enabled.userName }),
    ...(device.enabled === undefined ? {} : { EnableDate: iamDate(device.enabled.atMs) }),
  };
};

function shownDevice(device: MfaDeviceDocument, person: Person): MFADevice {
  return {
    ...(person.kind === 'user' ? { UserName: person.user.userName } : {}),
    SerialNumber: device.serialNumber,
    EnableDate: iamDate(device.enabled?.atMs ?? device.createdAtMs),
  } as MFADevice;
}

/** The root can be named by its account's own root only. */
function holderNamed(userName: string | undefined, call: Call): Person {
  return namedPerson(userName === rootName && call.principal.kind === 'root' ? undefined : userName, call);
}

function holderName(person: Person): string {
  return person.kind === 'user' ? person.user.userName : rootName;
}

function holderOf(person: Person, { accountId }: Call) {
  return { accountId, ...(person.kind === 'user' ? { userName: person.user.userName } : {}) };
}

function openHeldDevice(serialNumber: string, person: Person, call: Call): MfaDeviceDocument {
  verifySerialNumber(serialNumber);
  const device = findMfaDevice(call.state, call.accountId, serialNumber);
  if (device === undefined || !isMfaDeviceOf(device, holderOf(person, call))) throw notTheHolders();
  return device;
}

function notTheHolders(): WireError {
  return noSuchEntity('MFA Device invalid for user.');
}

function verifyCodes(input: TwoCodes): void {
  const rule = { min: 6, max: 6, pattern: String.raw`[\d]+` };
  new InputRules()
    .text('authenticationCode1', input.AuthenticationCode1, rule)
    .text('authenticationCode2', input.AuthenticationCode2, rule)
    .verify();
}

/** Throws InvalidAuthenticationCode; after too many wrong ones none is looked at for a while. */
function verifiedTime(device: MfaDeviceDocument, input: TwoCodes, call: Call, deps: OpensSeeds) {
  const { serialNumber } = device;
  const codes = [input.AuthenticationCode1 ?? '', input.AuthenticationCode2 ?? ''] as const;
  const time = deps.mfaGuesses.mayTry(serialNumber, call.receivedAtMs)
    ? timeOfCodes(mfaSeed(device, deps.secretBox), codes, call.receivedAtMs, device)
    : undefined;
  if (time !== undefined) return time;
  deps.mfaGuesses.noteWrong(serialNumber, call.receivedAtMs);
  throw new WireError('InvalidAuthenticationCodeException', 'Authentication code for device is not valid.');
}

function serialsOf(person: Person, call: Call): readonly string[] {
  return person.kind === 'user' ? person.user.mfaSerials : (accountOf(call).rootMfaSerials ?? []);
}

function putSerials(person: Person, serials: readonly string[], call: Call): void {
  if (person.kind === 'user')
    call.state.put(userKey(call.accountId, person.user.userName), { ...person.user, mfaSerials: serials });
  else call.state.put(accountKey(call.accountId), { ...accountOf(call), rootMfaSerials: serials });
}

function putDevice(device: MfaDeviceDocument, { state }: Call): void {
  state.put(mfaDeviceKeyOf(device.accountId, device.serialNumber) as string, device);
}
