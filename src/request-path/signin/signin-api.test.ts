// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "AWS Management Console sign-in events" and "CloudTrail userIdentity element" (incorrect
// user name) for records; the contract in src/signin/README.md for what a browser sees. Over HTTP.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import { type UserDocument, userKey } from '../../identity/iam-documents.js';
import { PasswordsBusyError } from '../../identity/passwords.js';
import { LogFullError } from '../../ports/event-log.js';
import { account, password, recordsOf, rootEmail, SigninScene } from './testing/signin-scene.js';

const common = (scene: SigninScene) => ({
  eventVersion: '1.11',
  eventTime: '2026-11-21T10:00:00Z',
  eventSource: 'signin.amazonaws.com',
  eventName: 'ConsoleLogin',
  awsRegion: 'us-east-1',
  sourceIPAddress: '127.0.0.1',
  userAgent: 'node',
  requestParameters: null,
  additionalEventData: { LoginTo: `${scene.url}/console/`, MobileVersion: 'No', MFAUsed: 'No' },
  readOnly: false,
  eventType: 'AwsConsoleSignIn',
  managementEvent: true,
  recipientAccountId: account,
  eventCategory: 'Management',
});

describe('signing in', () => {
  test('gives a user a session, and the record that AWS writes', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane', { path: '/team/' });
    const browser = scene.browser();
    const { status, document, headers } = await browser.signIn('jane');
    assert.equal(status, 200);
    assert.deepEqual(document.identity, {
      kind: 'user',
      accountId: account,
      accountAlias: 'stones',
      arn: `arn:aws:iam::${account}:user/team/jane`,
      userName: 'jane',
    });
    assert.deepEqual(
      [document.signedInAt, document.idleEndsAt, document.endsAt, document.mfaAuthenticated],
      ['2026-11-21T10:00:00.000Z', '2026-11-21T11:00:00.000Z', '2026-11-21T22:00:00.000Z', false],
    );
    assert.match(
      headers.getSetCookie().join('\n'),
      /^cairn-session=111122223333\.AIDAJANE\.[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    assert.deepEqual(recordsOf(scene), [
      {
        ...common(scene),
        userIdentity: {
          type: 'IAMUser',
          principalId: 'AIDAJANE',
          arn: `arn:aws:iam::${account}:user/team/jane`,
          accountId: account,
          userName: 'jane',
        },
        responseElements: { ConsoleLogin: 'Success' },
      },
    ]);
    assert.equal(scene.stored<UserDocument>(userKey(account, 'jane')).passwordLastUsedMs, scene.clock.now());
  });

  test('works by alias, and for a root by e-mail in any case', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    assert.equal((await scene.browser().signIn('jane', { account: 'stones' })).status, 200);
    const root = await scene.browser().signInAsRoot({ email: rootEmail.toUpperCase() });
    assert.deepEqual([root.status, root.document.identity.arn], [200, `arn:aws:iam::${account}:root`]);
    assert.deepEqual(recordsOf(scene)[1], {
      ...common(scene),
      userIdentity: {
        type: 'Root',
        principalId: account,
        arn: `arn:aws:iam::${account}:root`,
        accountId: account,
        accessKeyId: '',
        userName: 'stones',
      },
      responseElements: { ConsoleLogin: 'Success' },
    });
    const { rootPasswordLastUsedMs } = scene.stored<AccountDocument>(accountKey(account));
    assert.equal(rootPasswordLastUsedMs, scene.clock.now());
  });

  test('fails in one form and with the same work, whatever was wrong', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    const { loginProfile: _none, ...silent } = await scene.user('silent');
    scene.stores.put(userKey(account, 'silent'), silent);
    scene.account({
      accountId: '777788889999',
      closedAtMs: 1,
      email: 'closed@example.com',
      rootPasswordHash: 'x',
    });
    const tries: [what: string, input: object][] = [
      ['wrong password', { userName: 'jane', password: 'Wr0ng!pass' }],
      ['no such user', { userName: 'nobody' }],
      ['no password', { userName: 'silent' }],
      ['no such account', { account: '999999999999', userName: 'jane' }],
      ['no such alias', { account: 'pebbles', userName: 'jane' }],
      ['closed account', { account: '777788889999', userName: 'jane' }],
      ['a name that is a path', { userName: '../../user/jane' }],
      ['root, wrong password', { kind: 'root', email: rootEmail, password: 'Wr0ng!pass' }],
      ['no such root', { kind: 'root', email: 'nobody@example.com' }],
      ['closed root', { kind: 'root', email: 'closed@example.com' }],
    ];
    const forms = new Set<string>();
    for (const [what, input] of tries) {
      scene.passwords.work = 0;
      const body = { kind: 'user', account, password, ...input };
      const { status, text, headers } = await scene.browser().send('POST', '/signin/session', body);
      assert.equal(scene.passwords.work, 1, what);
      assert.deepEqual(headers.getSetCookie(), [], what);
      const shown = Array.from(headers).filter(([name]) => name !== 'x-amzn-requestid' && name !== 'date');
      forms.add(JSON.stringify([status, text, shown]));
    }
    assert.equal(forms.size, 1);
    assert.equal(scene.settled, tries.length);
    // Where no account is known, the security log has it.
    assert.deepEqual(
      scene.refused,
      Array.from({ length: 5 }, () => 'SignInFailed'),
    );
    const failure = { ...common(scene), responseElements: { ConsoleLogin: 'Failure' } };
    const jane = {
      type: 'IAMUser',
      principalId: 'AIDAJANE',
      accountId: account,
      accessKeyId: '',
      userName: 'jane',
    };
    const hidden = {
      type: 'IAMUser',
      accountId: account,
      accessKeyId: '',
      userName: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    };
    const records = recordsOf(scene);
    assert.deepEqual(records[0], { ...failure, userIdentity: jane, errorMessage: 'Failed authentication' });
    assert.deepEqual(records[1], {
      ...failure,
      userIdentity: hidden,
      errorMessage: 'No username found in supplied account',
    });
    assert.equal(records.length, 5);
    assert.ok(!JSON.stringify(scene.stores.entries).includes('../../user/jane'));
  });

  test('is refused for what cannot be one, before any work', async (context) => {
    const scene = await SigninScene.start(context);
    const browser = scene.browser();
    const bodies: unknown[] = [
      '{',
      '[]',
      'null',
      {},
      { kind: 'user', account, userName: 'jane' },
      { kind: 'user', account, userName: 'jane', password: '' },
      { kind: 'user', account, userName: ['jane'], password },
      { kind: 'user', account, userName: 'x'.repeat(65), password },
      { kind: 'user', account, userName: 'jane', password: 'x'.repeat(129) },
      { kind: 'user', account, userName: 'jane', password, mfaCode: '12345x' },
      { kind: 'admin', email: rootEmail, password },
    ];
    for (const body of bodies) {
      const { status, text } = await browser.send('POST', '/signin/session', body);
      assert.equal(status, 400, JSON.stringify(body));
      assert.ok(!text.includes(password));
    }
    const large = await browser.signIn('jane', { padding: 'x'.repeat(9_000) });
    assert.deepEqual([large.status, large.document.code], [413, 'RequestTooLarge']);
    const form = await browser.send('POST', '/signin/session', 'kind=root', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    assert.equal(form.status, 415);
    assert.equal((await browser.send('PUT', '/signin/session', {})).status, 405);
    assert.deepEqual([scene.passwords.work, scene.stores.entries.length, scene.errors], [0, 0, []]);
  });

  test('answers only what is durable', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    scene.stores.appendFaults.push(new LogFullError('full'));
    const { status, headers } = await scene.browser().signIn('jane');
    assert.deepEqual([status, headers.get('retry-after'), headers.getSetCookie()], [503, '5', []]);
    assert.deepEqual(scene.stores.entries, []);
  });

  test('says to come again when too many passwords wait', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    scene.passwords.matches = () => Promise.reject(new PasswordsBusyError('busy'));
    for (let at = 0; at < 10; at += 1) assert.equal((await scene.browser().signIn('jane')).status, 503);
  });
});
