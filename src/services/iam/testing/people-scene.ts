// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type AccountDocument, accountKey } from '../../../identity/account-documents.js';
import { type UserDocument, userArn, userKey } from '../../../identity/iam-documents.js';
import { MfaGuesses } from '../../../identity/mfa-guesses.js';
import { Passwords } from '../../../identity/passwords.js';
import type { Principal, UserPrincipal } from '../../../identity/principal.js';
import { SecretBox } from '../../../identity/secret-box.js';
import { totpCode } from '../../../identity/totp.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, CallState } from '../../service.js';
import { fakeCall, MemoryCallState, testAccountId } from '../../testing/call.js';
import { createIamService } from '../iam-service.js';
import { iamModel } from '../model.js';

// biome-ignore lint/suspicious/noExplicitAny: answers of all operations, looked at by tests
type Output = any;

export interface By {
  readonly principal?: Principal;
  readonly accountId?: string;
  readonly state?: CallState;
}

export const account = testAccountId;
export const arn = (rest: string, accountId = account): string => `arn:aws:iam::${accountId}:${rest}`;

/** IAM over a state in memory, with passwords that cost nothing; by the root of `account` where nobody else is named. */
export class PeopleScene {
  readonly state = new MemoryCallState();
  readonly secretBox = new SecretBox(randomBytes(32));
  readonly service = createIamService({
    model: iamModel,
    secretBox: this.secretBox,
    mfaGuesses: new MfaGuesses(),
    passwordGuesses: new MfaGuesses(),
    passwords: new Passwords({ randomBytes, cost: { N: 2, r: 1, p: 1 } }),
    randomBytes,
    publicUrl: undefined,
  });
  nowMs = Date.parse('2026-11-21T10:00:00.250Z');

  constructor(...accountIds: string[]) {
    for (const accountId of [account, ...accountIds]) {
      const document: AccountDocument = { accountId, createdAtMs: this.nowMs };
      this.state.put(accountKey(accountId), document);
    }
  }

  callOf(by: By = {}): Call {
    const accountId =
      by.accountId ?? (by.principal && 'accountId' in by.principal ? by.principal.accountId : account);
    return fakeCall({
      state: by.state ?? this.state,
      accountId,
      receivedAtMs: this.nowMs,
      ...(by.principal === undefined ? {} : { principal: by.principal }),
    });
  }

  async run(operation: string, input: object = {}, by: By = {}): Promise<Output> {
    const handler = this.service.handlers[operation];
    assert.ok(handler, operation);
    return await handler(input, this.callOf(by));
  }

  /** `Code: message` of the refusal, as the query protocol writes the code. */
  async refusal(operation: string, input: object = {}, by: By = {}): Promise<string> {
    try {
      await this.run(operation, input, by);
    } catch (error) {
      if (error instanceof WireError) return `${error.code.replace(/Exception$/, '')}: ${error.message}`;
      throw error;
    }
    return assert.fail(`${operation} was not refused`);
  }

  async users(...names: string[]): Promise<void> {
    for (const UserName of names) await this.run('CreateUser', { UserName });
  }

  user(name: string): UserDocument {
    return this.state.get<UserDocument>(userKey(account, name)) ?? assert.fail(`no user ${name}`);
  }

  as(name: string, more: Partial<UserPrincipal> = {}): UserPrincipal {
    const user = this.user(name);
    const { userName, userId, accountId } = user;
    return {
      kind: 'user',
      accountId,
      userName,
      userId,
      arn: userArn(user),
      accessKeyId: 'AKIDEXAMPLE',
      ...more,
    };
  }

  /** A new device and the seed that its owner would put into an app. */
  async device(name: string, by: By = {}): Promise<{ serial: string; seed: string }> {
    const { VirtualMFADevice } = await this.run('CreateVirtualMFADevice', { VirtualMFADeviceName: name }, by);
    return { serial: VirtualMFADevice.SerialNumber, seed: VirtualMFADevice.Base32StringSeed.toString() };
  }

  /** The codes of the last two steps. */
  codes(seed: string): { AuthenticationCode1: string; AuthenticationCode2: string } {
    return {
      AuthenticationCode1: totpCode(seed, this.nowMs - 30_000),
      AuthenticationCode2: totpCode(seed, this.nowMs),
    };
  }

  async enabled(name: string, userName: string): Promise<{ serial: string; seed: string }> {
    const device = await this.device(name);
    const input = { UserName: userName, SerialNumber: device.serial, ...this.codes(device.seed) };
    await this.run('EnableMFADevice', input);
    return device;
  }
}
