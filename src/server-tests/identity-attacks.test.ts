// SPDX-License-Identifier: Apache-2.0
// Oracle: AWS's codes for credentials that are none (IAM User Guide, "Troubleshoot Signature Version 4 signing"; "Common
// Errors" of the API references; S3's list of error codes), and what AttackedAccounts holds to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../testing/until.js';
import {
  AttackedAccounts,
  allow,
  document,
  type Keys,
  keysOf,
  rootKeys,
  signedFor,
  trust,
} from './attacked-accounts.js';
import { identity, listBuckets } from './attacked-server.js';
import { root, serve, temporaryFolder } from './cairn-process.js';
import { Client } from './client.js';

const scene = new AttackedAccounts();
const badToken = /InvalidClientTokenId|UnrecognizedClientException|InvalidToken|ExpiredToken/;

let made = 0;
async function roleSession(
  owner: Keys = root,
  accountId = scene.main,
): Promise<{ keys: Keys; role: string }> {
  made += 1;
  const role = `session-${made}`;
  await scene.done(owner, 'iam', 'CreateRole', {
    RoleName: role,
    AssumeRolePolicyDocument: trust({ AWS: accountId }),
  });
  await scene.done(owner, 'iam', 'PutRolePolicy', {
    RoleName: role,
    PolicyName: 'all',
    PolicyDocument: document(allow('*')),
  });
  const user = await scene.user(owner, `taker-${made}`, allow('sts:AssumeRole'));
  return { keys: await scene.assume(user, `arn:aws:iam::${accountId}:role/${role}`), role };
}

/** The code of an answer in whichever form. */
const codeOf = (text: string): string => /<Code>(\w+)</.exec(text)?.[1] ?? text;

describe('a signature with temporary credentials', () => {
  test('is good for its own request, again within the window, and for nothing else', async () => {
    const { keys } = await roleSession();
    const whole = signedFor(scene.client.host, keys, identity);
    // What SigV4 allows: the very same request, while it is fresh.
    for (const _ of [1, 2]) assert.equal((await scene.client.send(whole)).status, 200);
    // Its own lines: the request's signature names its key, and was no reason to refuse the two before.
    const noted = () =>
      scene.securityLog().filter(({ accessKeyId }) => accessKeyId === keys.accessKeyId).length;
    const changes: [string, object][] = [
      ['another body', { body: Buffer.from('Action=GetSessionToken&Version=2011-06-15') }],
      ['another host', { headers: { ...whole.headers, host: 'sts.amazonaws.com' } }],
      ['another path', { path: '/elsewhere' }],
      ['another query', { path: '/?Action=GetSessionToken' }],
      ['another time', { headers: { ...whole.headers, 'x-amz-date': '20300101T000000Z' } }],
      ['another method', { method: 'PUT' }],
    ];
    for (const [name, change] of changes) {
      const answer = await scene.client.send({ ...whole, ...change });
      assert.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status} ${answer.text}`);
      assert.ok(!answer.text.includes(keys.secretAccessKey), name);
      assert.ok(!answer.text.includes(keys.sessionToken as string), name);
    }
    await until(() => noted() >= 4);
    assert.ok(noted() >= 4, 'they are in the security log');
  });

  test('is refused when it is old', async () => {
    const { keys } = await roleSession();
    const answer = await scene.raw(keys, { ...identity, timeMs: Date.now() - 16 * 60_000 });
    assert.equal(codeOf(answer.text), 'SignatureDoesNotMatch');
    const ofS3 = await scene.raw(keys, { ...listBuckets, timeMs: Date.now() - 16 * 60_000 });
    assert.equal(codeOf(ofS3.text), 'RequestTimeTooSkewed');
  });

  test('of another secret is refused, whoever has the token', async () => {
    const { keys } = await roleSession();
    for (const request of [identity, listBuckets]) {
      const answer = await scene.raw({ ...keys, secretAccessKey: 'x'.repeat(40) }, request);
      assert.equal(codeOf(answer.text), 'SignatureDoesNotMatch');
    }
  });
});

describe('a session token', () => {
  test('moved to another key, another account, cut, altered, doubled, or left out opens nothing', async () => {
    const [one, other] = [await roleSession(), await roleSession(scene.aloneRoot, scene.alone)];
    const { keys } = one;
    const token = keys.sessionToken as string;
    const flip = (at: number) =>
      `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
    const tries: [string, Keys][] = [
      ['the token of another account', { ...keys, sessionToken: other.keys.sessionToken as string }],
      ["another account's key id", { ...keys, accessKeyId: other.keys.accessKeyId }],
      ["the root's key id", { ...keys, accessKeyId: root.accessKeyId }],
      ["the root's key with the token", { ...root, sessionToken: token }],
      ['no token', { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey }],
      ['cut', { ...keys, sessionToken: token.slice(0, -1) }],
      ['longer', { ...keys, sessionToken: `${token}A` }],
      ['padded', { ...keys, sessionToken: `${token}=` }],
      ['doubled', { ...keys, sessionToken: token + token }],
      ['short', { ...keys, sessionToken: 'x' }],
      ['dots', { ...keys, sessionToken: '../../../etc/passwd' }],
      ['a JWT without a signature', { ...keys, sessionToken: 'eyJhbGciOiJub25lIn0.e30.' }],
      ...[0, 1, 12, 20, Math.floor(token.length / 2), token.length - 1].map((at): [string, Keys] => [
        `altered at ${at}`,
        { ...keys, sessionToken: flip(at) },
      ]),
    ];
    for (const [name, forged] of tries)
      for (const request of [identity, listBuckets]) {
        const answer = await scene.raw(forged, request);
        assert.ok(answer.status === 403 || answer.status === 400, `${name}: ${answer.text}`);
        assert.match(answer.text, /InvalidClientTokenId|InvalidAccessKeyId|InvalidToken/, name);
      }
    assert.equal((await scene.raw(keys, identity)).status, 200, 'the true one still does');
  });

  test('of another Cairn, even of the same account and key, opens nothing here', async (t) => {
    const folder = temporaryFolder(t);
    const elsewhere = await serve(folder);
    const client = new Client(elsewhere.url);
    const answer = await client.call({ ...identity, body: 'Action=GetSessionToken&Version=2011-06-15' });
    const member = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(answer.text)?.[1] ?? '';
    const keys = {
      accessKeyId: member('AccessKeyId'),
      secretAccessKey: member('SecretAccessKey'),
      sessionToken: member('SessionToken'),
    };
    client.close();
    await elsewhere.process.end('SIGTERM');
    assert.notEqual(keys.sessionToken, '');
    await scene.refused(undefined, keys, 'sts', 'GetCallerIdentity', {}, badToken);
  });

  test('of a role that was deleted, and made again under its name, may nothing', async () => {
    const { keys, role } = await roleSession();
    await scene.done(keys, 's3', 'ListBuckets');
    await scene.done(root, 'iam', 'DeleteRolePolicy', { RoleName: role, PolicyName: 'all' });
    await scene.done(root, 'iam', 'DeleteRole', { RoleName: role });
    await scene.refused(scene.main, keys, 'iam', 'ListUsers');
    await scene.done(root, 'iam', 'CreateRole', {
      RoleName: role,
      AssumeRolePolicyDocument: trust({ AWS: scene.main }),
    });
    await scene.done(root, 'iam', 'PutRolePolicy', {
      RoleName: role,
      PolicyName: 'all',
      PolicyDocument: document(allow('*')),
    });
    await scene.refused(scene.main, keys, 'iam', 'ListUsers');
    await scene.refused(scene.main, keys, 's3', 'ListBuckets');
    await scene.refused(scene.main, keys, 'sts', 'AssumeRole', {
      RoleArn: `arn:aws:iam::${scene.main}:role/${role}`,
      RoleSessionName: 'again',
    });
  });

  test('of a user who was deleted, renamed, or made again may nothing', async () => {
    const statements = [allow('*')];
    const first = await scene.user(root, 'phoenix', ...statements);
    const session = keysOf(await scene.done(first, 'sts', 'GetSessionToken'));
    const federated = keysOf(
      await scene.done(first, 'sts', 'GetFederationToken', { Name: 'fed', Policy: document(allow('*')) }),
    );
    await scene.done(session, 's3', 'ListBuckets');
    await scene.done(federated, 's3', 'ListBuckets');
    await scene.done(root, 'iam', 'UpdateUser', { UserName: 'phoenix', NewUserName: 'ashes' });
    await scene.refused(scene.main, session, 's3', 'ListBuckets');
    await scene.user(root, 'phoenix', ...statements);
    for (const keys of [session, federated]) {
      await scene.refused(scene.main, keys, 's3', 'ListBuckets');
      await scene.refused(scene.main, keys, 'cloudtrail', 'DescribeTrails');
    }
    // The password policy gives its users what no session without a code may ask for.
    await scene.done(root, 'iam', 'UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: true });
    await scene.refused(scene.main, session, 'iam', 'GetAccountPasswordPolicy');
    await scene.refused(scene.main, session, 'iam', 'ChangePassword', { OldPassword: 'a', NewPassword: 'b' });
    const alive = keysOf(await scene.done(await scene.user(root, 'alive'), 'sts', 'GetSessionToken'));
    await scene.refused(scene.main, alive, 'iam', 'GetAccountPasswordPolicy');
  });
});

test('who is made again under a name that policies trust is not whom they trust', async () => {
  const ghost = () => scene.user(rootKeys, 'ghost', allow('sts:AssumeRole'));
  const first = await ghost();
  const named = { AWS: `arn:aws:iam::${scene.main}:user/ghost` };
  const [RoleName, Bucket] = ['trusts-ghost', 'ghost-reads'];
  await scene.done(rootKeys, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust(named) });
  await scene.done(rootKeys, 's3', 'CreateBucket', { Bucket });
  const Policy = document(allow('s3:ListBucket', `arn:aws:s3:::${Bucket}`, { Principal: named }));
  await scene.done(rootKeys, 's3', 'PutBucketPolicy', { Bucket, Policy });
  const ask = { RoleArn: `arn:aws:iam::${scene.main}:role/${RoleName}`, RoleSessionName: 'ghost' };
  await scene.done(first, 'sts', 'AssumeRole', ask);
  await scene.done(first, 's3', 'ListObjectsV2', { Bucket });
  const UserName = 'ghost';
  await scene.done(rootKeys, 'iam', 'DeleteAccessKey', { UserName, AccessKeyId: first.accessKeyId });
  await scene.done(rootKeys, 'iam', 'DeleteUserPolicy', { UserName, PolicyName: 'own' });
  await scene.done(rootKeys, 'iam', 'DeleteUser', { UserName });
  const second = await ghost();
  await scene.refused(scene.main, second, 'sts', 'AssumeRole', ask);
  await scene.refused(undefined, second, 's3', 'ListObjectsV2', { Bucket });
});

describe('what is closed or switched off', () => {
  test('an inactive key, and one of a deleted user, are nobody’s', async () => {
    const keys = await scene.user(root, 'sleeper', allow('*'));
    const key = { UserName: 'sleeper', AccessKeyId: keys.accessKeyId };
    await scene.done(root, 'iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' });
    await scene.refused(undefined, keys, 'sts', 'GetCallerIdentity', {}, badToken);
    await scene.done(root, 'iam', 'DeleteAccessKey', key);
    await scene.refused(undefined, keys, 'sts', 'GetCallerIdentity', {}, badToken);
  });

  test("a closed account's keys, sessions and roles are nobody's", async () => {
    const user = await scene.user(scene.memberAdmin, 'member-user', allow('*'));
    const { keys } = await roleSession(scene.memberAdmin, scene.member);
    await scene.done(user, 's3', 'ListBuckets');
    await scene.done(root, 'organizations', 'CloseAccount', { AccountId: scene.member });
    const admin = await scene.user(root, 'other-admin', allow('*'));
    for (const each of [user, keys, scene.memberAdmin])
      await scene.refused(undefined, each, 'sts', 'GetCallerIdentity', {}, badToken);
    await scene.refused(scene.main, admin, 'sts', 'AssumeRole', {
      RoleArn: `arn:aws:iam::${scene.member}:role/OrganizationAccountAccessRole`,
      RoleSessionName: 'back',
    });
    await scene.done(root, 'sts', 'GetCallerIdentity');
  });
});
