// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM API Reference (CreateLoginProfile, UpdateLoginProfile, ChangePassword, DeleteLoginProfile,
// UpdateAccountPasswordPolicy); IAM User Guide, "Set an account password policy for IAM users".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountKey } from '../../../identity/account-documents.js';
import { account, PeopleScene } from '../testing/people-scene.js';

const good = 'Str0ng!pass';
const dayMs = 86_400_000;

async function withPassword(password = good): Promise<PeopleScene> {
  const scene = new PeopleScene();
  await scene.users('jane');
  await scene.run('CreateLoginProfile', { UserName: 'jane', Password: password });
  return scene;
}

const change = (scene: PeopleScene, OldPassword: string, NewPassword: string) =>
  scene.run('ChangePassword', { OldPassword, NewPassword }, { principal: scene.as('jane') });
const refusedChange = (scene: PeopleScene, OldPassword: string, NewPassword: string) =>
  scene.refusal('ChangePassword', { OldPassword, NewPassword }, { principal: scene.as('jane') });

describe('a login profile', () => {
  test('is there once, tells when it was made, and never the password', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const input = { UserName: 'jane', Password: good, PasswordResetRequired: true };
    const answer = await scene.run('CreateLoginProfile', input);
    const shown = {
      UserName: 'jane',
      CreateDate: new Date('2026-11-21T10:00:00Z'),
      PasswordResetRequired: true,
    };
    assert.deepEqual(answer.LoginProfile, shown);
    assert.deepEqual((await scene.run('GetLoginProfile', { UserName: 'jane' })).LoginProfile, shown);
    assert.equal(
      await scene.refusal('CreateLoginProfile', input),
      'EntityAlreadyExists: Login Profile for User jane already exists.',
    );
    assert.ok(!JSON.stringify(scene.user('jane')).includes(good));
    await scene.run('DeleteLoginProfile', { UserName: 'jane' });
    for (const operation of ['GetLoginProfile', 'DeleteLoginProfile', 'UpdateLoginProfile'])
      assert.equal(
        await scene.refusal(operation, { UserName: 'jane' }),
        'NoSuchEntity: Login Profile for User jane cannot be found.',
      );
  });

  test('needs a password that can be one, and never repeats it in a refusal', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const refused = (Password?: string) =>
      scene.refusal('CreateLoginProfile', { UserName: 'jane', Password });
    assert.match(await refused(), /^ValidationError: .*'password'.*must not be null/);
    for (const password of ['x'.repeat(129), 'Snowman☃1', ''])
      assert.match(
        await refused(password),
        /^ValidationError: 1 validation error detected: Value at 'password'/,
      );
    const weak = await refused('weakling');
    assert.match(weak, /^PasswordPolicyViolation: Password should have /);
    assert.ok(!weak.includes('weakling'));
  });

  test('of the root is not made by a call; a user without a name is the caller', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    assert.match(await scene.refusal('CreateLoginProfile', { Password: good }), /^ValidationError: /);
    await scene.run('CreateLoginProfile', { Password: good }, { principal: scene.as('jane') });
    assert.ok(scene.user('jane').loginProfile);
  });

  test('of the root is deleted by the root, and the account stays', async () => {
    const scene = new PeopleScene();
    scene.state.put(accountKey(account), {
      accountId: account,
      createdAtMs: 7,
      alias: 'stones',
      rootPasswordHash: 'x',
    });
    assert.equal((await scene.run('GetAccountSummary')).SummaryMap.AccountPasswordPresent, 1);
    await scene.run('DeleteLoginProfile');
    assert.deepEqual(scene.state.get(accountKey(account)), {
      accountId: account,
      createdAtMs: 7,
      alias: 'stones',
    });
    assert.match(await scene.refusal('DeleteLoginProfile'), /^NoSuchEntity: /);
  });
});

describe('a password is changed', () => {
  test('by whoever knows the old one', async () => {
    const scene = await withPassword();
    assert.equal(
      await refusedChange(scene, 'wrong', 'Other!pass1'),
      'AccessDenied: The old password was incorrect.',
    );
    await change(scene, good, 'Other!pass1');
    assert.equal(
      await refusedChange(scene, good, 'Third!pass1'),
      'AccessDenied: The old password was incorrect.',
    );
    await change(scene, 'Other!pass1', 'Third!pass1');
  });

  test('not by trying: after ten wrong ones even the right one waits', async () => {
    const scene = await withPassword();
    for (let at = 0; at < 10; at += 1) await refusedChange(scene, `guess ${at}`, 'Other!pass1');
    assert.equal(
      await refusedChange(scene, good, 'Other!pass1'),
      'AccessDenied: The old password was incorrect.',
    );
    scene.nowMs += 5 * 60_000;
    await change(scene, good, 'Other!pass1');
  });

  test('by a user only, for one’s own profile', async () => {
    const scene = await withPassword();
    assert.match(
      await scene.refusal('ChangePassword', { OldPassword: good, NewPassword: 'Other!pass1' }),
      /^InvalidUserType: /,
    );
    await scene.users('joe');
    const joe = { principal: scene.as('joe') };
    const input = { OldPassword: good, NewPassword: 'Other!pass1' };
    assert.equal(
      await scene.refusal('ChangePassword', input, joe),
      'NoSuchEntity: Login Profile for User joe cannot be found.',
    );
  });

  test('by an administrator without it; the flag to reset it falls unless it is set again', async () => {
    const scene = await withPassword();
    await scene.run('UpdateLoginProfile', { UserName: 'jane', PasswordResetRequired: true });
    assert.equal(scene.user('jane').loginProfile?.passwordResetRequired, true);
    await scene.run('UpdateLoginProfile', { UserName: 'jane', Password: 'Other!pass1' });
    assert.equal(scene.user('jane').loginProfile?.passwordResetRequired, false);
    await change(scene, 'Other!pass1', 'Third!pass1');
  });
});

describe('the account’s password policy', () => {
  test('is not there at first, and can be removed', async () => {
    const scene = new PeopleScene();
    const missing = `NoSuchEntity: The Password Policy with domain name ${account} cannot be found.`;
    assert.equal(await scene.refusal('GetAccountPasswordPolicy'), missing);
    await scene.run('UpdateAccountPasswordPolicy', { MinimumPasswordLength: 20 });
    await scene.run('DeleteAccountPasswordPolicy');
    assert.equal(await scene.refusal('DeleteAccountPasswordPolicy'), missing);
  });

  test('goes back to its defaults where nothing is said', async () => {
    const scene = new PeopleScene();
    await scene.run('UpdateAccountPasswordPolicy', {
      MinimumPasswordLength: 20,
      MaxPasswordAge: 90,
      HardExpiry: true,
    });
    await scene.run('UpdateAccountPasswordPolicy', { RequireSymbols: true });
    assert.deepEqual((await scene.run('GetAccountPasswordPolicy')).PasswordPolicy, {
      MinimumPasswordLength: 6,
      RequireSymbols: true,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
      HardExpiry: false,
    });
  });

  const bounds: readonly [member: string, values: number[]][] = [
    ['MinimumPasswordLength', [5, 129]],
    ['MaxPasswordAge', [0, 1_096]],
    ['PasswordReusePrevention', [0, 25]],
  ];
  for (const [member, values] of bounds) {
    test(`has bounds: ${member}`, async () => {
      for (const value of values)
        assert.match(
          await new PeopleScene().refusal('UpdateAccountPasswordPolicy', { [member]: value }),
          /^ValidationError: 1 validation error detected/,
        );
    });
  }

  test('holds for administrators and users alike', async () => {
    const scene = await withPassword();
    await scene.run('UpdateAccountPasswordPolicy', { MinimumPasswordLength: 12, RequireNumbers: true });
    const lacks =
      'PasswordPolicyViolation: Password should have a minimum length of 12 and should have at least one number';
    assert.equal(await scene.refusal('UpdateLoginProfile', { UserName: 'jane', Password: 'abc' }), lacks);
    assert.equal(await refusedChange(scene, good, 'abc'), lacks);
  });

  test('remembers as many passwords as it says, the current one among them', async () => {
    const scene = await withPassword();
    await scene.run('UpdateAccountPasswordPolicy', { PasswordReusePrevention: 3 });
    const reused =
      'PasswordPolicyViolation: Policy constraint violation with password reuse prevention during password change.';
    await change(scene, good, 'second');
    await change(scene, 'second', 'third1');
    for (const old of [good, 'second', 'third1'])
      assert.equal(await refusedChange(scene, 'third1', old), reused, old);
    await change(scene, 'third1', 'fourth');
    await change(scene, 'fourth', good);
    assert.ok((scene.user('jane').loginProfile?.earlierHashes.length ?? 0) <= 2);
  });

  test('lets an expired password be changed, unless it says that this is hard', async () => {
    const scene = await withPassword();
    await scene.run('UpdateAccountPasswordPolicy', { MaxPasswordAge: 10, HardExpiry: true });
    scene.nowMs += 10 * dayMs;
    assert.match(
      await refusedChange(scene, good, 'second1'),
      /^PasswordPolicyViolation: The password has expired/,
    );
    await scene.run('UpdateAccountPasswordPolicy', { MaxPasswordAge: 10 });
    await change(scene, good, 'second1');
    await scene.run('UpdateAccountPasswordPolicy', { MaxPasswordAge: 10, HardExpiry: true });
    await change(scene, 'second1', 'third11');
  });
});
