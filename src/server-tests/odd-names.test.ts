// SPDX-License-Identifier: Apache-2.0
// Oracle: no name that a caller can write leads anywhere but to what has exactly that name, or to a refusal that AWS models;
// nothing answers 500, and every answer comes (AttackedAccounts: no crash, empty error log).
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { inertServices } from '../services/inert-services.js';
import { shapeOf } from '../wire/shape.js';
import { inputOf, type Walked } from './access-walk/walk-inputs.js';
import { AttackedAccounts, allow, document, rootKeys, type ServiceName, trust } from './attacked-accounts.js';

const served = await inertServices();

const scene = new AttackedAccounts();

const oddNames: readonly string[] = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  'a/../../b',
  'a%00b',
  'a\u0000b',
  '__proto__',
  'constructor',
  '*',
  `$\{aws:username}`,
  'arn:aws:iam::444455556666:user/x',
  "' OR 1=1 --",
  '<x>&amp;',
  'ｆｕｌｌ',
  'e\u0301'.repeat(30),
  '\u202egnp.exe',
  '😀'.repeat(64),
  'x'.repeat(5_000),
  '/'.repeat(600),
];

const refusals =
  /Validation|Invalid|Malformed|NoSuch|NotExist|NotFound|AccessDenied|Exists|Unsupported|Limit/;

describe('names that are none', () => {
  const makers: [service: ServiceName, operation: string, input: (name: string) => object][] = [
    ['iam', 'CreateUser', (UserName) => ({ UserName })],
    ['iam', 'CreateUser', (name) => ({ UserName: 'fine', Path: `/${name}/` })],
    ['iam', 'CreateGroup', (GroupName) => ({ GroupName })],
    ['iam', 'CreateRole', (RoleName) => ({ RoleName, AssumeRolePolicyDocument: trust('*') })],
    ['iam', 'CreatePolicy', (PolicyName) => ({ PolicyName, PolicyDocument: document(allow('*')) })],
    ['iam', 'CreateVirtualMFADevice', (VirtualMFADeviceName) => ({ VirtualMFADeviceName })],
    ['iam', 'CreateOpenIDConnectProvider', (name) => ({ Url: `https://a.example.com/${name}` })],
    ['iam', 'CreateOpenIDConnectProvider', (Url) => ({ Url })],
    ['iam', 'CreateAccountAlias', (AccountAlias) => ({ AccountAlias })],
    ['cloudtrail', 'CreateTrail', (Name) => ({ Name, S3BucketName: 'no-such-bucket-here' })],
    ['organizations', 'CreateOrganizationalUnit', (Name) => ({ Name, ParentId: Name })],
    ['organizations', 'DescribeOrganizationalUnit', (OrganizationalUnitId) => ({ OrganizationalUnitId })],
    ['organizations', 'DescribeHandshake', (HandshakeId) => ({ HandshakeId })],
    ['organizations', 'DescribePolicy', (PolicyId) => ({ PolicyId })],
    ['kms', 'CreateAlias', (name) => ({ AliasName: `alias/${name}`, TargetKeyId: name })],
    ['kms', 'DescribeKey', (name) => ({ KeyId: `arn:aws:kms:us-east-1:${scene.main}:alias/${name}` })],
  ];
  /** These are good names at AWS too, of what they are names of. */
  const good = new Set(['.', '..', '__proto__', 'constructor']);

  for (const [service, operation, input] of makers)
    test(`${operation} of ${Object.keys(input('')).join(' and ')}`, async () => {
      for (const name of oddNames) {
        const came = await scene.call(rootKeys, service, operation, input(name)).catch((error: Error) => {
          // What the SDK itself does not send.
          return { code: `Validation: ${error.message}`, status: 400, message: '' };
        });
        assert.ok(came.status < 500, `${name.slice(0, 40)}: ${came.status} ${came.message}`);
        if (came.code !== undefined) assert.match(came.code, refusals, name.slice(0, 40));
        else assert.ok(good.has(name) || operation.startsWith('Create'), name.slice(0, 40));
      }
    });

  test('session names and tags are text alone', async () => {
    await scene.done(rootKeys, 'iam', 'CreateRole', {
      RoleName: 'named',
      AssumeRolePolicyDocument: trust({ AWS: scene.main }),
    });
    const user = await scene.user(rootKeys, 'namer', allow('sts:*'));
    const RoleArn = `arn:aws:iam::${scene.main}:role/named`;
    for (const name of oddNames) {
      const bad = /ValidationError|AccessDenied/;
      if (!/^[\w+=,.@-]{2,64}$/.test(name))
        await scene.refused(undefined, user, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: name }, bad);
      const tagged = { RoleArn, RoleSessionName: 'tagged', Tags: [{ Key: name, Value: name }] };
      const came = await scene.call(user, 'sts', 'AssumeRole', tagged);
      assert.ok(came.status < 500, name.slice(0, 40));
    }
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  test('keys of objects are themselves: two writings of a path are two objects, and no files', async () => {
    const Bucket = 'odd-keys';
    await scene.done(rootKeys, 's3', 'CreateBucket', { Bucket });
    const keys = [
      '../up',
      '../../up',
      './up',
      'up',
      '/up',
      'a//up',
      'a/../up',
      '%2e%2e/up',
      '__proto__',
      '*',
    ];
    for (const key of keys) {
      const path = `/${Bucket}/${key.split('/').map(encodeKey).join('/')}`;
      const put = await scene.raw(rootKeys, { service: 's3', method: 'PUT', path, body: key });
      assert.equal(put.status, 200, `${key}: ${put.text}`);
    }
    for (const key of keys) {
      const path = `/${Bucket}/${key.split('/').map(encodeKey).join('/')}`;
      assert.equal((await scene.raw(rootKeys, { service: 's3', method: 'GET', path })).text, key);
    }
    const { KeyCount } = await scene.done(rootKeys, 's3', 'ListObjectsV2', { Bucket });
    assert.equal(KeyCount, keys.length);
    assert.ok(!readdirSync(scene.dataDir).includes('up'));
  });

  test('a policy’s wildcard in a name that somebody has is no wildcard', async () => {
    const mine = allow('iam:GetUser', `arn:aws:iam::${scene.main}:user/$\{aws:username}`);
    const keys = await scene.user(rootKeys, 'star.+=,@-', mine);
    await scene.done(keys, 'iam', 'GetUser', { UserName: 'star.+=,@-' });
    await scene.refused(scene.main, keys, 'iam', 'GetUser', { UserName: 'organization-admin' });
    for (const UserName of ['star.+=,@-/../organization-admin', '*', 'star.+=,@-\u0000'])
      await scene.refused(scene.main, keys, 'iam', 'GetUser', { UserName }, refusals);
  });
});

function encodeKey(part: string): string {
  return encodeURIComponent(part).replaceAll('*', '%2A');
}

describe('every operation that names something', () => {
  const walked: Walked = {
    accountId: scene.main,
    bucket: 'no-such-bucket-here',
    lockedBucket: 'no-such-bucket-here',
    symmetricKey: '00000000-0000-0000-0000-000000000000',
    signingKey: '00000000-0000-0000-0000-000000000000',
    macKey: '00000000-0000-0000-0000-000000000000',
    agreementKey: '00000000-0000-0000-0000-000000000000',
    disposableKey: '00000000-0000-0000-0000-000000000000',
    ciphertext: new Uint8Array([1]),
    signature: new Uint8Array([1]),
    mac: new Uint8Array([1]),
    grantId: 'g',
    uploadId: 'u',
    topicArn: `arn:aws:sns:us-east-1:${scene.main}:none`,
    subscriptionArn: `arn:aws:sns:us-east-1:${scene.main}:none:00000000-0000-0000-0000-000000000000`,
    trailArn: `arn:aws:cloudtrail:us-east-1:${scene.main}:trail/none`,
    storeArn: `arn:aws:cloudtrail:us-east-1:${scene.main}:eventdatastore/none`,
    group: 'none',
    stream: 'none',
    workGroup: 'none',
    queryId: '00000000-0000-0000-0000-000000000000',
    namedQueryId: '00000000-0000-0000-0000-000000000000',
    doomedNamedQueryId: '00000000-0000-0000-0000-000000000000',
    organization: {
      rootId: 'r-none',
      unitId: 'ou-none',
      memberId: '',
      policyId: 'p-none',
      handshakeId: 'h-none',
    },
  };
  const bombs = ['\u0000/../%2f', 'x'.repeat(3_000), '\ud800😀'];
  /** They would end what the tests live on. */
  const kept = new Set(['CloseAccount', 'DeleteOrganization', 'LeaveOrganization']);

  for (const { model, handlers } of served) {
    const service = model.id as ServiceName;
    if (!['iam', 'sts', 'organizations', 'cloudtrail', 'kms'].includes(service)) continue;
    test(`of ${service}: no text in place of another is a fault`, async () => {
      const work: (() => Promise<void>)[] = [];
      for (const operation of Object.keys(handlers).filter((name) => !kept.has(name))) {
        const input = inputOf(service, operation, model.operations.get(operation)?.input, walked);
        const schema = model.operations.get(operation)?.input;
        const names = schema === undefined ? [] : shapeOf(schema).members;
        for (const { name, shape } of names.filter((member) => member.shape.type === 'string'))
          for (const bomb of bombs) {
            assert.equal(shape.type, 'string');
            work.push(async () => {
              const came = await scene
                .call(rootKeys, service, operation, { ...input, [name]: bomb })
                .catch((error: Error) => ({ status: 400, message: error.message }));
              const what = `${operation}.${name}=${JSON.stringify(bomb.slice(0, 30))}: ${came.message}`;
              assert.ok(came.status < 500 || came.status === 501, what);
            });
          }
      }
      const worker = async () => {
        for (let one = work.pop(); one !== undefined; one = work.pop()) await one();
      };
      await Promise.all(Array.from({ length: 8 }, worker));
    });
  }
});
