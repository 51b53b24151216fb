// SPDX-License-Identifier: Apache-2.0
// Oracle: recorded SwitchRole and AssumeRole events (the session of the role in its own account, SwitchFrom; one sharedEventID);
// IAM User Guide, "Switch from a user to an IAM role (console)". Over HTTP, with the real STS and policy engine.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { roleKey } from '../../identity/iam-documents.js';
import {
  account,
  type Browser,
  eventNames,
  otherAccount,
  recordsOf,
  SigninScene,
} from './testing/signin-scene.js';

const minuteMs = 60_000;

describe('switching a role', () => {
  const trusts = (accountId: string) => [
    { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' },
  ];
  const mayAssume = {
    inlinePolicies: {
      assume: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
      }),
    },
  };

  test('takes it as everybody does, and goes back', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane', mayAssume);
    const roleArn = scene.role('auditor', trusts(account), { accountId: otherAccount });
    const browser = scene.browser();
    await browser.signIn('jane');
    const { status, document } = await browser.send('POST', '/signin/role', { roleArn });
    assert.equal(status, 200);
    assert.deepEqual(document.role, {
      accountId: otherAccount,
      roleName: 'auditor',
      roleArn,
      sessionName: 'jane',
      expiresAt: '2026-11-21T11:00:00.000Z',
    });
    assert.equal(document.identity.userName, 'jane');
    const principal = scene.bearerOf((await browser.credentials()).document);
    assert.ok(typeof principal === 'object' && principal.kind === 'assumedRole');
    assert.deepEqual([principal.roleArn, principal.session.isOfConsole], [roleArn, true]);
    const back = await browser.send('DELETE', '/signin/role');
    assert.deepEqual([back.status, back.document.role], [200, undefined]);
    assert.deepEqual(eventNames(scene), [
      'ConsoleLogin Success',
      'AssumeRole',
      'AssumeRole',
      'SwitchRole Success',
      'ExitRole Success',
    ]);
    const [, own, theirs, switched, left] = recordsOf(scene) as Record<string, unknown>[];
    assert.deepEqual([own?.recipientAccountId, theirs?.recipientAccountId], [account, otherAccount]);
    assert.equal(own?.sharedEventID, theirs?.sharedEventID);
    assert.equal(own?.sessionCredentialFromConsole, 'true');
    assert.deepEqual(switched?.userIdentity, {
      type: 'AssumedRole',
      principalId: 'AROAAUDITOR:jane',
      arn: `arn:aws:sts::${otherAccount}:assumed-role/auditor/jane`,
      accountId: otherAccount,
    });
    assert.equal(switched?.recipientAccountId, otherAccount);
    assert.deepEqual(switched?.additionalEventData, {
      SwitchFrom: `arn:aws:iam::${account}:user/jane`,
      RedirectTo: `${scene.url}/console/`,
    });
    assert.deepEqual(left?.userIdentity, switched?.userIdentity);
  });

  test('is refused where STS refuses it: by trust, by policy, for a root, for what is not there', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane', mayAssume);
    await scene.user('joe');
    const closed = scene.role('closed', trusts(otherAccount));
    const open = scene.role('open', trusts(account));
    const switchAs = async (browser: Browser, body: object) => {
      const { status } = await browser.send('POST', '/signin/role', body);
      assert.equal((await browser.who()).document.role, undefined);
      return status;
    };
    const jane = scene.browser();
    await jane.signIn('jane');
    assert.equal(await switchAs(jane, { roleArn: closed }), 403);
    assert.equal(await switchAs(jane, { roleArn: `${open}x` }), 403);
    assert.equal(await switchAs(jane, { account: 'pebbles', roleName: 'open' }), 403);
    for (const body of [{}, { roleArn: 7 }, { account, roleName: 'a b' }, { roleArn: 'x' }])
      assert.equal(await switchAs(jane, body), 400);
    const joe = scene.browser();
    await joe.signIn('joe');
    assert.equal(await switchAs(joe, { roleArn: open }), 403);
    const root = scene.browser();
    await root.signInAsRoot();
    assert.equal(await switchAs(root, { roleArn: open }), 403);
    const { document } = await jane.send('POST', '/signin/role', { account: 'stones', roleName: 'open' });
    assert.equal(document.role.roleArn, open);
  });

  test('is asked anew when the role’s session is over; a role that is gone gives nothing', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane', mayAssume);
    const roleArn = scene.role('open', trusts(account));
    const browser = scene.browser();
    await browser.signIn('jane');
    await browser.send('POST', '/signin/role', { roleArn });
    for (const minutes of [50, 10]) {
      scene.clock.advance(minutes * minuteMs);
      assert.equal((await browser.credentials()).status, 200);
    }
    assert.deepEqual(eventNames(scene).slice(-2), ['AssumeRole', 'RenewRole Success']);
    await scene.remove(roleKey(account, 'open'));
    assert.equal((await browser.credentials()).status, 403);
    await browser.send('DELETE', '/signin/role');
    assert.equal((await browser.credentials()).status, 200);
  });
});
