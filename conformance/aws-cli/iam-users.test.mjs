// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI as the client. Codes and messages: IAM API Reference; what records show: recorded events and IAM User
// Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail"; codes of MFA devices: RFC 6238, computed here by itself.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually, refusalOf } from '../harness.mjs';

const cairn = new CairnServer();
const password = 'Str0ng!pass';
/** Everything that nobody may ever read again. */
const secrets = [password];
let accountId;

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
});
after(() => cairn.remove());

const iam = (operation, ...args) => cairn.awsOk('iam', operation, ...args);
const refusal = (operation, ...args) => cairn.awsRefused('iam', operation, ...args);
const arn = (rest) => `arn:aws:iam::${accountId}:${rest}`;
const named = (user) => ['--user-name', user];

async function newKey(user) {
  const { AccessKey } = await iam('create-access-key', ...named(user));
  secrets.push(AccessKey.SecretAccessKey);
  return AccessKey;
}

const variables = ({ AccessKeyId, SecretAccessKey }) => ({
  AWS_ACCESS_KEY_ID: AccessKeyId,
  AWS_SECRET_ACCESS_KEY: SecretAccessKey,
});

async function asOk(key, ...args) {
  const { code, stdout, stderr } = await cairn.awsWith(variables(key), ...args);
  assert.equal(code, 0, stderr);
  return stdout === '' ? '' : JSON.parse(stdout);
}

const asRefused = async (key, ...args) => refusalOf(await cairn.awsWith(variables(key), ...args), args);

/** The code of a seed in base32 at a step of 30 seconds. */
function totp(seed, step) {
  const bits = Array.from(seed, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const key = Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)
      .map((byte) => Number.parseInt(byte, 2)),
  );
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const stepNow = () => Math.floor(Date.now() / 30_000);
const codes = (seed, step) => [
  '--authentication-code1',
  totp(seed, step),
  '--authentication-code2',
  totp(seed, step + 1),
];

describe('users', () => {
  test('are made, found whatever the case, listed by path, tagged', async () => {
    const { User } = await iam(
      'create-user',
      ...named('jane'),
      '--path',
      '/dev/',
      '--tags',
      'Key=team,Value=audit',
    );
    assert.equal(User.Arn, arn('user/dev/jane'));
    assert.deepEqual((await iam('get-user', ...named('JANE'))).User, User);
    await iam('create-user', ...named('joe'));
    const { Users } = await iam('list-users', '--path-prefix', '/dev/');
    assert.deepEqual(
      Users.map(({ UserName }) => UserName),
      ['jane'],
    );
    await iam('tag-user', ...named('jane'), '--tags', 'Key=Team,Value=law', 'Key=a,Value=');
    await iam('untag-user', ...named('jane'), '--tag-keys', 'a');
    assert.deepEqual((await iam('list-user-tags', ...named('jane'))).Tags, [{ Key: 'Team', Value: 'law' }]);
  });

  test('are paged by the CLI itself', async () => {
    for (let at = 0; at < 5; at += 1) await iam('create-user', ...named(`page-${at}`), '--path', '/pages/');
    const list = ['list-users', '--path-prefix', '/pages/', '--page-size', '2'];
    const { Users } = await iam(...list);
    assert.deepEqual(
      Users.map(({ UserName }) => UserName),
      ['page-0', 'page-1', 'page-2', 'page-3', 'page-4'],
    );
    const first = await iam(...list, '--max-items', '3');
    const rest = await iam(...list, '--starting-token', first.NextToken);
    assert.deepEqual([first.Users.length, rest.Users.length], [3, 2]);
  });

  test('are refused in AWS’s words', async () => {
    const cases = [
      [['create-user', ...named('Jane')], 'EntityAlreadyExists', 'User with name Jane already exists.'],
      [['get-user', ...named('nobody')], 'NoSuchEntity', 'The user with name nobody cannot be found.'],
      [
        ['create-user', ...named('a/b')],
        'ValidationError',
        'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
      ],
      [
        ['create-user', ...named('a'.repeat(65))],
        'ValidationError',
        "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64",
      ],
    ];
    for (const [args, code, message] of cases) assert.deepEqual(await refusal(...args), { code, message });
  });
});

describe('access keys', () => {
  let key;

  test('sign as their user, who may do nothing yet', async () => {
    key = await newKey('jane');
    const { Arn, UserId } = await asOk(key, 'sts', 'get-caller-identity');
    assert.equal(Arn, arn('user/dev/jane'));
    assert.match(UserId, /^AIDA/);
    const denied = await asRefused(key, 'iam', 'list-access-keys');
    assert.deepEqual(denied, {
      code: 'AccessDenied',
      message: `User: ${arn('user/dev/jane')} is not authorized to perform: iam:ListAccessKeys on resource: user jane because no identity-based policy allows the iam:ListAccessKeys action`,
    });
  });

  test('work for their owner once a policy says so, and for nobody else', async () => {
    const own = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*AccessKey*","iam:GetUser","iam:ChangePassword"],"Resource":"arn:aws:iam::*:user/dev/\${aws:username}"}]}`;
    await iam('put-user-policy', ...named('jane'), '--policy-name', 'own', '--policy-document', own);
    const { AccessKeyMetadata } = await asOk(key, 'iam', 'list-access-keys');
    assert.deepEqual(
      AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]),
      [[key.AccessKeyId, 'Active']],
    );
    assert.equal((await asOk(key, 'iam', 'get-user')).User.UserName, 'jane');
    assert.equal((await asRefused(key, 'iam', 'create-access-key', ...named('joe'))).code, 'AccessDenied');
    const { AccessKey } = await asOk(key, 'iam', 'create-access-key');
    secrets.push(AccessKey.SecretAccessKey);
    assert.deepEqual(await asRefused(key, 'iam', 'create-access-key'), {
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    });
    await asOk(key, 'iam', 'delete-access-key', '--access-key-id', AccessKey.AccessKeyId);
  });

  test('sleep, wake, and live through renaming and a kill -9', async () => {
    const set = (status) =>
      iam('update-access-key', ...named('jane'), '--access-key-id', key.AccessKeyId, '--status', status);
    await set('Inactive');
    assert.equal((await asRefused(key, 'sts', 'get-caller-identity')).code, 'InvalidClientTokenId');
    await set('Active');
    await iam('update-user', ...named('jane'), '--new-user-name', 'janet', '--new-path', '/law/');
    await cairn.kill();
    await cairn.start();
    assert.equal((await asOk(key, 'sts', 'get-caller-identity')).Arn, arn('user/law/janet'));
    await iam('update-user', ...named('janet'), '--new-user-name', 'jane', '--new-path', '/dev/');
  });

  test('of the root are the root’s own', async () => {
    const { AccessKey } = await iam('create-access-key');
    secrets.push(AccessKey.SecretAccessKey);
    assert.equal((await asOk(AccessKey, 'sts', 'get-caller-identity')).Arn, arn('root'));
    assert.equal((await iam('list-access-keys')).AccessKeyMetadata.length, 2);
    await iam('delete-access-key', '--access-key-id', AccessKey.AccessKeyId);
    assert.equal((await asRefused(AccessKey, 'sts', 'get-caller-identity')).code, 'InvalidClientTokenId');
  });
});

describe('passwords', () => {
  test('are set by an administrator and changed by their owner, as the policy says', async () => {
    assert.equal((await refusal('get-account-password-policy')).code, 'NoSuchEntity');
    const weak = await refusal('create-login-profile', ...named('jane'), '--password', 'weak');
    assert.equal(weak.code, 'PasswordPolicyViolation');
    const { LoginProfile } = await iam(
      'create-login-profile',
      ...named('jane'),
      '--password',
      password,
      '--password-reset-required',
    );
    assert.deepEqual([LoginProfile.UserName, LoginProfile.PasswordResetRequired], ['jane', true]);
    await iam(
      'update-account-password-policy',
      '--minimum-password-length',
      '10',
      '--require-symbols',
      '--password-reuse-prevention',
      '2',
      '--max-password-age',
      '90',
    );
    const key = await newKey('jane');
    const change = ['iam', 'change-password', '--old-password', password, '--new-password'];
    secrets.push('Another!pass', 'Wr0ng!pass');
    assert.equal((await asRefused(key, ...change, password)).code, 'PasswordPolicyViolation');
    const wrong = await asRefused(
      key,
      'iam',
      'change-password',
      '--old-password',
      'Wr0ng!pass',
      '--new-password',
      'Another!pass',
    );
    assert.deepEqual(wrong, { code: 'AccessDenied', message: 'The old password was incorrect.' });
    await asOk(key, ...change, 'Another!pass');
    assert.equal(
      (await iam('get-login-profile', ...named('jane'))).LoginProfile.PasswordResetRequired,
      false,
    );
    await iam('delete-access-key', ...named('jane'), '--access-key-id', key.AccessKeyId);
  });
});

describe('MFA devices', () => {
  test('are enabled by two codes in a row, once, and hold their user', async () => {
    const seedFile = join(cairn.dir, 'seed');
    const create = ['create-virtual-mfa-device', '--virtual-mfa-device-name'];
    await iam(...create, 'phone', '--bootstrap-method', 'Base32StringSeed', '--outfile', seedFile);
    const seed = readFileSync(seedFile, 'latin1');
    secrets.push(seed);
    const picture = join(cairn.dir, 'code.png');
    await iam(...create, 'other', '--bootstrap-method', 'QRCodePNG', '--outfile', picture);
    assert.equal(readFileSync(picture).subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
    const device = ['--serial-number', arn('mfa/phone')];
    const enable = ['enable-mfa-device', ...named('jane'), ...device];
    const wrong = await refusal(
      ...enable,
      '--authentication-code1',
      '000000',
      '--authentication-code2',
      '000001',
    );
    assert.deepEqual(wrong, {
      code: 'InvalidAuthenticationCode',
      message: 'Authentication code for device is not valid.',
    });
    const step = stepNow() - 1;
    await iam(...enable, ...codes(seed, step));
    const { MFADevices } = await iam('list-mfa-devices', ...named('jane'));
    assert.deepEqual(
      MFADevices.map(({ SerialNumber, UserName }) => [SerialNumber, UserName]),
      [[arn('mfa/phone'), 'jane']],
    );
    const again = await refusal('resync-mfa-device', ...named('jane'), ...device, ...codes(seed, step));
    assert.equal(again.code, 'InvalidAuthenticationCode');
    await iam('resync-mfa-device', ...named('jane'), ...device, ...codes(seed, step + 2));
    assert.equal((await refusal('delete-virtual-mfa-device', ...device)).code, 'DeleteConflict');
    assert.equal(
      (await refusal('deactivate-mfa-device', ...named('joe'), ...device)).message,
      'MFA Device invalid for user.',
    );
    const { VirtualMFADevices } = await iam('list-virtual-mfa-devices', '--assignment-status', 'Unassigned');
    assert.deepEqual(VirtualMFADevices, [{ SerialNumber: arn('mfa/other') }]);
  });
});

describe('groups', () => {
  test('hold users, and give them what is attached', async () => {
    await iam('create-group', '--group-name', 'Readers');
    await iam('add-user-to-group', '--group-name', 'readers', ...named('joe'));
    const key = await newKey('joe');
    assert.equal((await asRefused(key, 'iam', 'list-users')).code, 'AccessDenied');
    await iam(
      'attach-group-policy',
      '--group-name',
      'Readers',
      '--policy-arn',
      'arn:aws:iam::aws:policy/ReadOnlyAccess',
    );
    await asOk(key, 'iam', 'list-users');
    assert.equal((await asRefused(key, 'iam', 'create-user', ...named('mallory'))).code, 'AccessDenied');
    await iam('update-group', '--group-name', 'Readers', '--new-group-name', 'Auditors');
    await asOk(key, 'iam', 'list-users');
    assert.deepEqual(
      (await iam('list-groups-for-user', ...named('joe'))).Groups.map(({ GroupName }) => GroupName),
      ['Auditors'],
    );
    assert.equal((await refusal('delete-group', '--group-name', 'Auditors')).code, 'DeleteConflict');
    await iam('remove-user-from-group', '--group-name', 'Auditors', ...named('joe'));
    assert.equal((await asRefused(key, 'iam', 'list-users')).code, 'AccessDenied');
  });
});

describe('the account', () => {
  test('has an alias, a summary and a credential report', async () => {
    await iam('create-account-alias', '--account-alias', 'stones');
    assert.deepEqual((await iam('list-account-aliases')).AccountAliases, ['stones']);
    const { SummaryMap } = await iam('get-account-summary');
    assert.deepEqual([SummaryMap.Users, SummaryMap.Groups, SummaryMap.MFADevicesInUse], [7, 1, 1]);
    assert.equal((await refusal('get-credential-report')).code, 'ReportNotPresent');
    assert.equal((await iam('generate-credential-report')).State, 'STARTED');
    assert.equal((await iam('generate-credential-report')).State, 'COMPLETE');
    const { Content, ReportFormat } = await iam('get-credential-report');
    assert.equal(ReportFormat, 'text/csv');
    const rows = Buffer.from(Content, 'base64')
      .toString()
      .split('\n')
      .map((row) => row.split(','));
    assert.deepEqual(rows.map(([name]) => name).slice(0, 4), ['user', '<root_account>', 'jane', 'joe']);
    const jane = Object.fromEntries(rows[0].map((column, at) => [column, rows[2][at]]));
    assert.deepEqual(
      [jane.password_enabled, jane.mfa_active, jane.access_key_1_active],
      ['true', 'true', 'true'],
    );
  });
});

describe('leaving', () => {
  test('asks for everything to be put away first', async () => {
    const conflict = async () => (await refusal('delete-user', ...named('jane'))).message;
    assert.equal(await conflict(), 'Cannot delete entity, must delete login profile first.');
    await iam('delete-login-profile', ...named('jane'));
    assert.equal(await conflict(), 'Cannot delete entity, must delete access keys first.');
    for (const { AccessKeyId } of (await iam('list-access-keys', ...named('jane'))).AccessKeyMetadata)
      await iam('delete-access-key', ...named('jane'), '--access-key-id', AccessKeyId);
    assert.equal(await conflict(), 'Cannot delete entity, must delete MFA device first.');
    await iam('deactivate-mfa-device', ...named('jane'), '--serial-number', arn('mfa/phone'));
    assert.equal(await conflict(), 'Cannot delete entity, must delete policies first.');
    await iam('delete-user-policy', ...named('jane'), '--policy-name', 'own');
    await iam('delete-user', ...named('jane'));
    assert.equal((await refusal('get-user', ...named('jane'))).code, 'NoSuchEntity');
  });
});

describe('the records', () => {
  async function recordsOf(eventName) {
    const lookup = [
      'lookup-events',
      '--lookup-attributes',
      `AttributeKey=EventName,AttributeValue=${eventName}`,
    ];
    const { Events } = await cairn.awsOk('cloudtrail', ...lookup);
    return Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent));
  }

  test('show what was changed as AWS’s do', async () => {
    await eventually(async () =>
      assert.ok((await recordsOf('DeleteUser')).some(({ errorCode }) => errorCode === undefined)),
    );
    const date = /^[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d{2}:\d{2} [AP]M$/;
    const created = (await recordsOf('CreateUser')).find(
      ({ requestParameters }) => requestParameters?.userName === 'jane',
    );
    assert.deepEqual(created.requestParameters, {
      userName: 'jane',
      path: '/dev/',
      tags: [{ key: 'team', value: 'audit' }],
    });
    const { userId, createDate, ...user } = created.responseElements.user;
    assert.match(userId, /^AIDA/);
    assert.match(createDate, date);
    assert.deepEqual(user, {
      path: '/dev/',
      userName: 'jane',
      arn: arn('user/dev/jane'),
      tags: [{ key: 'team', value: 'audit' }],
    });
    assert.deepEqual(
      [created.awsRegion, created.managementEvent, created.readOnly],
      ['us-east-1', true, false],
    );
    const [key] = (await recordsOf('CreateAccessKey')).filter(
      ({ responseElements }) => responseElements?.accessKey.userName === 'joe',
    );
    assert.deepEqual(Object.keys(key.responseElements.accessKey).sort(), [
      'accessKeyId',
      'createDate',
      'status',
      'userName',
    ]);
    const [profile] = (await recordsOf('CreateLoginProfile')).filter(
      ({ errorCode }) => errorCode === undefined,
    );
    assert.deepEqual(profile.requestParameters, { userName: 'jane', passwordResetRequired: true });
    assert.match(profile.responseElements.loginProfile.createDate, date);
    const device = (await recordsOf('CreateVirtualMFADevice')).find(
      ({ requestParameters }) => requestParameters.virtualMFADeviceName === 'phone',
    );
    assert.deepEqual(device.responseElements, { virtualMFADevice: { serialNumber: arn('mfa/phone') } });
    const enabled = (await recordsOf('EnableMFADevice')).find(({ errorCode }) => errorCode === undefined);
    assert.deepEqual(enabled.requestParameters, { userName: 'jane', serialNumber: arn('mfa/phone') });
    const [conflict] = (await recordsOf('DeleteUser')).filter(({ errorCode }) => errorCode !== undefined);
    assert.equal(conflict.errorCode, 'DeleteConflictException');
    const [denied] = (await recordsOf('ListAccessKeys')).filter(
      ({ errorCode }) => errorCode === 'AccessDenied',
    );
    assert.deepEqual(
      [denied.requestParameters, denied.userIdentity.type, denied.userIdentity.userName],
      [null, 'IAMUser', 'jane'],
    );
  });

  test('hold no secret', async () => {
    const { Events } = await cairn.awsOk('cloudtrail', 'lookup-events');
    assert.ok(Events.length > 50);
    const text = JSON.stringify(Events) + cairn.output;
    for (const secret of secrets) assert.ok(!text.includes(secret), 'a secret is in a record or in the log');
  });
});
