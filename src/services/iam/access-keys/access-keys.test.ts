// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM API Reference (CreateAccessKey, UpdateAccessKey, DeleteAccessKey, ListAccessKeys, GetAccessKeyLastUsed); IAM
// User Guide, "Manage access keys for IAM users" (two keys, active and inactive).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AccessKeys, accessKeyKey, retiredRootKeyKey } from '../../../identity/access-keys.js';
import { accessKeyLastUsedKey } from '../../../identity/iam-documents.js';
import type { StateStore } from '../../../ports/state-store.js';
import { account, arn, PeopleScene } from '../testing/people-scene.js';

/** Who signs with a key, as the request path would find out. */
function signer(scene: PeopleScene, id: string) {
  const state = {
    get: (key: string) => {
      const value = scene.state.get(key);
      return value === undefined ? undefined : { key, value, revision: '' };
    },
  } as unknown as StateStore;
  return new AccessKeys(state, scene.secretBox).find(id);
}

describe('keys of a user', () => {
  test('sign as the user, are kept sealed, and shown once', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { AccessKey } = await scene.run('CreateAccessKey', { UserName: 'jane' });
    const { AccessKeyId: id, SecretAccessKey: secret } = AccessKey;
    assert.match(id, /^AKIA[A-Z2-7]{16}$/);
    assert.match(secret, /^[A-Za-z0-9+/]{40}$/);
    assert.equal(signer(scene, id)?.secret, secret);
    assert.equal(signer(scene, id)?.principal.kind, 'user');
    assert.ok(!JSON.stringify(scene.state.get(accessKeyKey(id))).includes(secret));
    const { AccessKeyMetadata } = await scene.run('ListAccessKeys', { UserName: 'jane' });
    assert.deepEqual(AccessKeyMetadata, [
      { UserName: 'jane', AccessKeyId: id, Status: 'Active', CreateDate: new Date('2026-11-21T10:00:00Z') },
    ]);
  });

  test('are two at most, may sleep, and are gone when deleted', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const make = async () => (await scene.run('CreateAccessKey', { UserName: 'jane' })).AccessKey.AccessKeyId;
    const ids = [await make(), await make()];
    assert.equal(
      await scene.refusal('CreateAccessKey', { UserName: 'jane' }),
      'LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2',
    );
    const [first = '', second = ''] = ids;
    await scene.run('UpdateAccessKey', { UserName: 'jane', AccessKeyId: first, Status: 'Inactive' });
    assert.equal(signer(scene, first), undefined);
    await scene.run('UpdateAccessKey', { UserName: 'jane', AccessKeyId: first, Status: 'Active' });
    assert.ok(signer(scene, first));
    await scene.run('DeleteAccessKey', { UserName: 'jane', AccessKeyId: first });
    assert.equal(signer(scene, first), undefined);
    assert.ok(signer(scene, second));
    assert.deepEqual(scene.user('jane').accessKeyIds, [second]);
    const page = await scene.run('ListAccessKeys', { UserName: 'jane', MaxItems: 1 });
    assert.equal(page.IsTruncated, false);
  });

  test('are nobody else’s to change', async () => {
    const scene = new PeopleScene('999988887777');
    await scene.users('jane', 'joe');
    const { AccessKey } = await scene.run('CreateAccessKey', { UserName: 'jane' });
    const { AccessKeyId } = AccessKey;
    const missing = `NoSuchEntity: The Access Key with id ${AccessKeyId} cannot be found.`;
    assert.equal(await scene.refusal('DeleteAccessKey', { UserName: 'joe', AccessKeyId }), missing);
    assert.equal(
      await scene.refusal('DeleteAccessKey', { AccessKeyId }, { principal: scene.as('joe') }),
      missing,
    );
    assert.equal(await scene.refusal('UpdateAccessKey', { AccessKeyId, Status: 'Inactive' }), missing);
    const other = { accountId: '999988887777' };
    assert.equal(await scene.refusal('DeleteAccessKey', { AccessKeyId }, other), missing);
    assert.equal(await scene.refusal('GetAccessKeyLastUsed', { AccessKeyId }, other), missing);
    await scene.run('DeleteAccessKey', { AccessKeyId }, { principal: scene.as('jane') });
  });

  test('cannot be set to what they become by themselves, nor to nonsense', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { AccessKey } = await scene.run('CreateAccessKey', { UserName: 'jane' });
    const set = (Status: string) =>
      scene.refusal('UpdateAccessKey', { UserName: 'jane', AccessKeyId: AccessKey.AccessKeyId, Status });
    assert.match(await set('Expired'), /^InvalidInput: /);
    assert.match(await set('Asleep'), /^ValidationError: .*'status'.*enum value set/);
    assert.match(
      await scene.refusal('DeleteAccessKey', { AccessKeyId: 'short' }),
      /^ValidationError: .*'accessKeyId'/,
    );
  });

  test('need a user’s name when the caller has temporary credentials', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const session = {
      issuedAtMs: 0,
      expiresAtMs: 1,
      tags: {},
      transitiveTagKeys: [],
      policies: [],
      policyArns: [],
    };
    const principal = scene.as('jane', { session });
    assert.equal(
      await scene.refusal('ListAccessKeys', {}, { principal }),
      'ValidationError: Must specify userName when calling with non-User credentials',
    );
  });

  test('go on signing as the user when the user is renamed, and not as who gets the old name', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { AccessKey } = await scene.run('CreateAccessKey', { UserName: 'jane' });
    await scene.run('UpdateUser', { UserName: 'jane', NewUserName: 'janet' });
    await scene.users('jane');
    const principal = signer(scene, AccessKey.AccessKeyId)?.principal;
    assert.ok(principal?.kind === 'user');
    assert.equal(principal.arn, arn('user/janet'));
  });
});

describe('keys of the root', () => {
  test('are made, listed and deleted by the root itself, two at most', async () => {
    const scene = new PeopleScene();
    const { AccessKey: first } = await scene.run('CreateAccessKey');
    assert.deepEqual(Object.keys(first).sort(), ['AccessKeyId', 'CreateDate', 'SecretAccessKey', 'Status']);
    assert.equal(signer(scene, first.AccessKeyId)?.principal.kind, 'root');
    await scene.run('CreateAccessKey');
    assert.equal(
      await scene.refusal('CreateAccessKey'),
      'LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2',
    );
    assert.equal((await scene.run('GetAccountSummary')).SummaryMap.AccountAccessKeysPresent, 1);
    await scene.run('DeleteAccessKey', { AccessKeyId: first.AccessKeyId });
    assert.equal(signer(scene, first.AccessKeyId), undefined);
    assert.equal((await scene.run('ListAccessKeys')).AccessKeyMetadata.length, 1);
  });

  test('of the first start count, and stay deleted', async () => {
    const scene = new PeopleScene();
    const id = 'AKIAIOSFODNN7EXAMPLE';
    const sealedSecret = scene.secretBox.seal('secret', id);
    const document = {
      accessKeyId: id,
      accountId: account,
      owner: { kind: 'root' },
      sealedSecret,
      status: 'Active',
      createdAtMs: 1,
    };
    scene.state.put(accessKeyKey(id), document);
    await scene.run('CreateAccessKey');
    assert.equal(
      await scene.refusal('CreateAccessKey'),
      'LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2',
    );
    await scene.run('DeleteAccessKey', { AccessKeyId: id });
    assert.ok(scene.state.get(retiredRootKeyKey(id)));
    assert.equal((await scene.run('ListAccessKeys')).AccessKeyMetadata.length, 1);
  });
});

test('the last use of a key: where, when and what for; N/A before the first', async () => {
  const scene = new PeopleScene();
  await scene.users('jane');
  const { AccessKey } = await scene.run('CreateAccessKey', { UserName: 'jane' });
  const { AccessKeyId } = AccessKey;
  assert.deepEqual(await scene.run('GetAccessKeyLastUsed', { AccessKeyId }), {
    UserName: 'jane',
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
  });
  const used = { atMs: Date.parse('2026-11-20T01:02:03.9Z'), region: 'eu-west-1', serviceName: 's3' };
  scene.state.put(accessKeyLastUsedKey(AccessKeyId), used);
  assert.deepEqual((await scene.run('GetAccessKeyLastUsed', { AccessKeyId })).AccessKeyLastUsed, {
    LastUsedDate: new Date('2026-11-20T01:02:03Z'),
    ServiceName: 's3',
    Region: 'eu-west-1',
  });
});
