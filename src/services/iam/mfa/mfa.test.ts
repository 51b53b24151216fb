// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM API Reference (CreateVirtualMFADevice, EnableMFADevice, ResyncMFADevice, DeactivateMFADevice,
// ListVirtualMFADevices, GetMFADevice); RFC 6238 for codes; IAM User Guide, "IAM and AWS STS quotas …" (8 devices a user).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mfaDeviceKey } from '../../../identity/iam-documents.js';
import { takeMfaCode } from '../../../identity/mfa-codes.js';
import { totpCode } from '../../../identity/totp.js';
import { account, arn, PeopleScene } from '../testing/people-scene.js';

const wrongCode = 'InvalidAuthenticationCode: Authentication code for device is not valid.';
const notHeld = 'NoSuchEntity: MFA Device invalid for user.';
const serials = (list: { SerialNumber: string }[]) => list.map(({ SerialNumber }) => SerialNumber);

describe('a virtual device', () => {
  test('shows its seed once, as text and as a picture, and keeps it sealed', async () => {
    const scene = new PeopleScene();
    const input = { VirtualMFADeviceName: 'phone', Path: '/x/', Tags: [{ Key: 'k', Value: 'v' }] };
    const { VirtualMFADevice } = await scene.run('CreateVirtualMFADevice', input);
    assert.equal(VirtualMFADevice.SerialNumber, arn('mfa/x/phone'));
    const seed = VirtualMFADevice.Base32StringSeed.toString();
    assert.match(seed, /^[A-Z2-7]{64}$/);
    assert.equal(VirtualMFADevice.QRCodePNG.subarray(1, 4).toString(), 'PNG');
    assert.deepEqual(VirtualMFADevice.Tags, input.Tags);
    assert.ok(!JSON.stringify(scene.state.get(mfaDeviceKey(account, 'x/phone'))).includes(seed));
    const { VirtualMFADevices } = await scene.run('ListVirtualMFADevices');
    assert.deepEqual(VirtualMFADevices, [{ SerialNumber: arn('mfa/x/phone') }]);
  });

  test('has a path and a name of its own, short enough for a serial number', async () => {
    const scene = new PeopleScene();
    await scene.device('phone');
    assert.equal(
      await scene.refusal('CreateVirtualMFADevice', { VirtualMFADeviceName: 'Phone' }),
      'EntityAlreadyExists: MFADevice entity at the same path and name already exists.',
    );
    await scene.run('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone', Path: '/other/' });
    const refused = (input: object) => scene.refusal('CreateVirtualMFADevice', input);
    assert.match(
      await refused({ VirtualMFADeviceName: 'a b' }),
      /^ValidationError: .*virtualMFADeviceName is invalid/,
    );
    assert.match(await refused({ VirtualMFADeviceName: 'a'.repeat(227) }), /^ValidationError: /);
    assert.match(
      await refused({ VirtualMFADeviceName: 'a'.repeat(200), Path: `/${'b'.repeat(100)}/` }),
      /^ValidationError: .*'serialNumber'/,
    );
  });

  test('with the longest name still fits into a QR code', async () => {
    const { VirtualMFADevice } = await new PeopleScene().run('CreateVirtualMFADevice', {
      VirtualMFADeviceName: '@'.repeat(226),
    });
    assert.equal(VirtualMFADevice.QRCodePNG.subarray(1, 4).toString(), 'PNG');
  });

  test('is deleted only when nobody holds it', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { serial } = await scene.enabled('phone', 'jane');
    const input = { SerialNumber: serial };
    assert.equal(
      await scene.refusal('DeleteVirtualMFADevice', input),
      'DeleteConflict: MFA VirtualDevice in use. Must deactivate first.',
    );
    await scene.run('DeactivateMFADevice', { UserName: 'jane', ...input });
    await scene.run('DeleteVirtualMFADevice', input);
    assert.equal(
      await scene.refusal('DeleteVirtualMFADevice', input),
      `NoSuchEntity: VirtualMFADevice with serial number ${serial} does not exist.`,
    );
  });

  test('of another account is not there', async () => {
    const scene = new PeopleScene('999988887777');
    const { serial } = await scene.device('phone');
    const by = { accountId: '999988887777' };
    assert.match(
      await scene.refusal('DeleteVirtualMFADevice', { SerialNumber: serial }, by),
      /^NoSuchEntity: /,
    );
    assert.match(await scene.refusal('ListMFADeviceTags', { SerialNumber: serial }, by), /^NoSuchEntity: /);
  });

  test('has tags, whose keys differ by case', async () => {
    const scene = new PeopleScene();
    const { serial: SerialNumber } = await scene.device('phone');
    const tag = (Key: string) => ({ Key, Value: '1' });
    await scene.run('TagMFADevice', { SerialNumber, Tags: [tag('b'), tag('B'), tag('a')] });
    await scene.run('UntagMFADevice', { SerialNumber, TagKeys: ['a'] });
    assert.deepEqual((await scene.run('ListMFADeviceTags', { SerialNumber })).Tags, [tag('B'), tag('b')]);
  });
});

describe('enabling', () => {
  test('takes two codes in a row, and makes the device the user’s', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { serial: SerialNumber, seed } = await scene.device('phone');
    const codes = scene.codes(seed);
    const enable = (more: object) =>
      scene.refusal('EnableMFADevice', { UserName: 'jane', SerialNumber, ...codes, ...more });
    assert.equal(await enable({ AuthenticationCode1: codes.AuthenticationCode2 }), wrongCode);
    assert.match(await enable({ AuthenticationCode1: '12345' }), /^ValidationError: .*'authenticationCode1'/);
    assert.match(await enable({ UserName: 'nobody' }), /^NoSuchEntity: The user with name nobody/);
    assert.match(await enable({ SerialNumber: arn('mfa/none') }), /^NoSuchEntity: VirtualMFADevice/);
    await scene.run('EnableMFADevice', { UserName: 'jane', SerialNumber, ...codes });
    const EnableDate = new Date('2026-11-21T10:00:00Z');
    assert.deepEqual((await scene.run('ListMFADevices', { UserName: 'jane' })).MFADevices, [
      { UserName: 'jane', SerialNumber, EnableDate },
    ]);
    assert.deepEqual(await scene.run('GetMFADevice', { SerialNumber }), {
      UserName: 'jane',
      SerialNumber,
      EnableDate,
    });
    assert.match(await enable({}), /^EntityAlreadyExists: /);
    const { VirtualMFADevices } = await scene.run('ListVirtualMFADevices', { AssignmentStatus: 'Assigned' });
    assert.equal(VirtualMFADevices[0].User.Arn, arn('user/jane'));
  });

  test('tells assigned devices from others', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const held = await scene.enabled('held', 'jane');
    const free = await scene.device('free');
    const listed = async (AssignmentStatus: string) =>
      serials((await scene.run('ListVirtualMFADevices', { AssignmentStatus })).VirtualMFADevices);
    assert.deepEqual(await listed('Assigned'), [held.serial]);
    assert.deepEqual(await listed('Unassigned'), [free.serial]);
    assert.deepEqual(await listed('Any'), [free.serial, held.serial]);
    assert.match(
      await scene.refusal('ListVirtualMFADevices', { AssignmentStatus: 'Lost' }),
      /^ValidationError: /,
    );
  });

  test('ends after eight devices', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    for (let at = 0; at < 8; at += 1) await scene.enabled(`d${at}`, 'jane');
    const { serial, seed } = await scene.device('ninth');
    const input = { UserName: 'jane', SerialNumber: serial, ...scene.codes(seed) };
    assert.equal(
      await scene.refusal('EnableMFADevice', input),
      'LimitExceeded: Cannot exceed quota for MFADevicesPerUser: 8',
    );
    const { MFADevices, IsTruncated } = await scene.run('ListMFADevices', { UserName: 'jane', MaxItems: 5 });
    assert.deepEqual([MFADevices.length, IsTruncated], [5, true]);
  });

  test('cannot be guessed: after ten wrong tries even the right codes wait', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { serial, seed } = await scene.device('phone');
    const enable = (more: object = {}) =>
      scene.refusal('EnableMFADevice', {
        UserName: 'jane',
        SerialNumber: serial,
        ...scene.codes(seed),
        ...more,
      });
    for (let at = 0; at < 10; at += 1)
      await enable({ AuthenticationCode1: '000000', AuthenticationCode2: '000000' });
    assert.equal(await enable(), wrongCode);
    scene.nowMs += 10 * 60_000;
    await scene.run('EnableMFADevice', { UserName: 'jane', SerialNumber: serial, ...scene.codes(seed) });
  });
});

describe('a held device', () => {
  test('is resynchronised when its clock is off', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { serial: SerialNumber, seed } = await scene.enabled('phone', 'jane');
    const aheadMs = 20 * 60_000;
    const take = (timeMs: number) =>
      takeMfaCode(
        scene.state,
        scene.secretBox,
        { accountId: account, userName: 'jane' },
        { serialNumber: SerialNumber, code: totpCode(seed, timeMs), timeMs: scene.nowMs },
      );
    scene.nowMs += 60_000;
    assert.equal(take(scene.nowMs + aheadMs), 'wrongCode');
    await scene.run('ResyncMFADevice', {
      UserName: 'jane',
      SerialNumber,
      AuthenticationCode1: totpCode(seed, scene.nowMs + aheadMs - 30_000),
      AuthenticationCode2: totpCode(seed, scene.nowMs + aheadMs),
    });
    scene.nowMs += 30_000;
    assert.equal(take(scene.nowMs + aheadMs), 'taken');
    assert.equal(take(scene.nowMs + aheadMs), 'wrongCode', 'a code counts once');
  });

  test('is nobody else’s', async () => {
    const scene = new PeopleScene();
    await scene.users('jane', 'joe');
    const { serial: SerialNumber, seed } = await scene.enabled('phone', 'jane');
    scene.nowMs += 90_000;
    assert.equal(await scene.refusal('DeactivateMFADevice', { UserName: 'joe', SerialNumber }), notHeld);
    assert.equal(
      await scene.refusal('ResyncMFADevice', { UserName: 'joe', SerialNumber, ...scene.codes(seed) }),
      notHeld,
    );
    assert.equal(await scene.refusal('GetMFADevice', { UserName: 'joe', SerialNumber }), notHeld);
    assert.equal(await scene.refusal('DeactivateMFADevice', { SerialNumber }), notHeld, 'nor the root’s');
    const code = totpCode(seed, scene.nowMs);
    const given = { serialNumber: SerialNumber, code, timeMs: scene.nowMs };
    const take = (holder: { accountId: string; userName?: string }) =>
      takeMfaCode(scene.state, scene.secretBox, holder, given);
    assert.equal(take({ accountId: account, userName: 'joe' }), 'wrongDevice');
    assert.equal(take({ accountId: account }), 'wrongDevice');
    assert.equal(take({ accountId: '999988887777', userName: 'jane' }), 'wrongDevice');
    assert.equal(take({ accountId: account, userName: 'jane' }), 'taken');
  });

  test('that is deactivated counts no more', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { serial: SerialNumber, seed } = await scene.enabled('phone', 'jane');
    await scene.run('DeactivateMFADevice', { SerialNumber }, { principal: scene.as('jane') });
    scene.nowMs += 90_000;
    const given = { serialNumber: SerialNumber, code: totpCode(seed, scene.nowMs), timeMs: scene.nowMs };
    assert.equal(
      takeMfaCode(scene.state, scene.secretBox, { accountId: account, userName: 'jane' }, given),
      'wrongDevice',
    );
    assert.deepEqual(scene.user('jane').mfaSerials, []);
  });
});

describe('a device of the root', () => {
  test('is enabled, listed and deactivated by the root', async () => {
    const scene = new PeopleScene();
    const { serial: SerialNumber, seed } = await scene.device('root-account-mfa-device');
    const UserName = 'AWS ROOT USER';
    await scene.run('EnableMFADevice', { UserName, SerialNumber, ...scene.codes(seed) });
    assert.equal((await scene.run('GetAccountSummary')).SummaryMap.AccountMFAEnabled, 1);
    assert.deepEqual(serials((await scene.run('ListMFADevices')).MFADevices), [SerialNumber]);
    const { VirtualMFADevices } = await scene.run('ListVirtualMFADevices');
    assert.equal(VirtualMFADevices[0].User.Arn, arn('root'));
    await scene.run('DeactivateMFADevice', { SerialNumber });
    assert.equal((await scene.run('GetAccountSummary')).SummaryMap.AccountMFAEnabled, 0);
  });

  test('is deactivated by a session of AssumeRoot for the account', async () => {
    const scene = new PeopleScene();
    const { serial: SerialNumber, seed } = await scene.device('root-account-mfa-device');
    await scene.run('EnableMFADevice', { UserName: 'AWS ROOT USER', SerialNumber, ...scene.codes(seed) });
    const session = {
      issuedAtMs: scene.nowMs,
      expiresAtMs: scene.nowMs + 900_000,
      tags: {},
      transitiveTagKeys: [],
      policies: [],
      policyArns: [],
      assumedRoot: {
        callerAccountId: '999988887777',
        taskPolicyArn: 'arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials',
      },
    };
    const principal = { kind: 'root', accountId: account, accessKeyId: 'ASIAEXAMPLE', session } as const;
    await scene.run('DeactivateMFADevice', { SerialNumber }, { principal });
    assert.deepEqual((await scene.run('ListMFADevices', {}, { principal })).MFADevices, []);
  });

  test('is not for users to name', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { serial: SerialNumber, seed } = await scene.device('d');
    const input = { UserName: 'AWS ROOT USER', SerialNumber, ...scene.codes(seed) };
    assert.match(
      await scene.refusal('EnableMFADevice', input, { principal: scene.as('jane') }),
      /^ValidationError: /,
    );
  });
});
