// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "AWS Management Console sign-in events" and "CloudTrail userIdentity element" (incorrect
// user name) for records; the contract in src/signin/README.md for what a browser sees. Over HTTP.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, eventNames, password, recordsOf, SigninScene } from './testing/signin-scene.js';

const minuteMs = 60_000;

describe('a code of an MFA device', () => {
  test('is asked for once the password was right, and recorded', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    const code = scene.mfa('phone', 'jane');
    const wrong = await scene.browser().signIn('jane', { password: 'Wr0ng!pass' });
    assert.equal(wrong.document.code, 'SignInFailed');
    const asked = await scene.browser().signIn('jane');
    assert.deepEqual([asked.status, asked.document.code], [401, 'MfaRequired']);
    const { document } = await scene.browser().signIn('jane', { mfaCode: code() });
    assert.equal(document.mfaAuthenticated, true);
    assert.deepEqual(eventNames(scene), ['ConsoleLogin Failure', 'CheckMfa Success', 'ConsoleLogin Success']);
    const [, check, login] = recordsOf(scene);
    assert.deepEqual(check?.additionalEventData, { MfaType: 'Virtual MFA' });
    assert.deepEqual(check?.userIdentity, {
      type: 'IAMUser',
      principalId: 'AIDAJANE',
      accountId: account,
      accessKeyId: '',
      userName: 'jane',
    });
    assert.deepEqual(login?.additionalEventData, {
      LoginTo: `${scene.url}/console/`,
      MobileVersion: 'No',
      MFAIdentifier: `arn:aws:iam::${account}:mfa/phone`,
      MFAUsed: 'Yes',
    });
  });

  test('counts once, even for two who send it at the same moment', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    const code = scene.mfa('phone', 'jane');
    const both = await Promise.all([1, 2].map(() => scene.browser().signIn('jane', { mfaCode: code() })));
    assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 401]);
    const again = await scene.browser().signIn('jane', { mfaCode: code() });
    assert.deepEqual([again.status, again.document.code], [401, 'SignInFailed']);
    assert.match(JSON.stringify(recordsOf(scene).at(-1)), /"MFAUsed":"Yes"/);
    scene.clock.advance(minuteMs);
    assert.equal((await scene.browser().signIn('jane', { mfaCode: code() })).status, 200);
  });

  test('may be of any device of the root, and of nobody else', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    const jane = scene.mfa('phone', 'jane');
    const root = scene.mfa('root-account-mfa-device');
    assert.equal((await scene.browser().signInAsRoot({ mfaCode: jane() })).status, 401);
    assert.equal((await scene.browser().signInAsRoot({ mfaCode: root() })).status, 200);
  });

  test('cannot be guessed by who has the password', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    const code = scene.mfa('phone', 'jane');
    const wrongCode = String((Number(code()) + 1) % 1_000_000).padStart(6, '0');
    const codes = await Promise.all(
      Array.from({ length: 12 }, () => scene.browser().signIn('jane', { mfaCode: wrongCode })),
    );
    assert.ok(codes.some(({ status }) => status === 429));
    assert.ok(codes.every(({ status }) => status === 401 || status === 429));
  });
});

describe('a password that must be changed', () => {
  test('is changed while signing in, by the account’s policy', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    scene.change('jane', (user) => ({
      ...user,
      loginProfile: { ...(user.loginProfile as object), passwordResetRequired: true } as never,
    }));
    const asked = await scene.browser().signIn('jane');
    assert.deepEqual([asked.status, asked.document.code], [401, 'PasswordChangeRequired']);
    for (const newPassword of ['weak', password]) {
      const { status, document } = await scene.browser().signIn('jane', { newPassword });
      assert.deepEqual([status, document.code], [400, 'PasswordPolicyViolation'], newPassword);
    }
    const newPassword = 'An0ther!pass';
    assert.equal((await scene.browser().signIn('jane', { newPassword })).status, 200);
    assert.deepEqual(eventNames(scene).slice(-2), ['PasswordUpdated Success', 'ConsoleLogin Success']);
    assert.equal((await scene.browser().signIn('jane')).status, 401);
    assert.equal((await scene.browser().signIn('jane', { password: newPassword })).status, 200);
    assert.ok(!JSON.stringify(scene.stores.entries).includes(newPassword));
  });

  test('is told of, and changed, by nobody who has not the MFA device too', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    const code = scene.mfa('phone', 'jane');
    scene.account({ accountId: account, passwordPolicy: { ...policy, maxPasswordAgeDays: 1 } });
    scene.clock.set(Date.UTC(2026, 11, 24));
    const newPassword = 'An0ther!pass';
    assert.equal((await scene.browser().signIn('jane', { newPassword })).document.code, 'MfaRequired');
    const asked = await scene.browser().signIn('jane', { mfaCode: code() });
    assert.equal(asked.document.code, 'PasswordChangeRequired');
    // The code was not used up by being asked for a password.
    assert.equal((await scene.browser().signIn('jane', { mfaCode: code(), newPassword })).status, 200);
  });

  test('is not to be had once the policy says that it expires hard', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    scene.account({
      accountId: account,
      passwordPolicy: { ...policy, maxPasswordAgeDays: 1, hardExpiry: true },
    });
    const { status, document } = await scene.browser().signIn('jane', { newPassword: 'An0ther!pass' });
    assert.deepEqual([status, document.code], [401, 'PasswordExpired']);
  });

  const policy = {
    minimumPasswordLength: 8,
    requireSymbols: false,
    requireNumbers: false,
    requireUppercaseCharacters: false,
    requireLowercaseCharacters: false,
    allowUsersToChangePassword: false,
  };
});
