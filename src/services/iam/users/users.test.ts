// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM API Reference (CreateUser, GetUser, UpdateUser, DeleteUser, ListUsers, TagUser and the common errors), IAM User
// Guide, "IAM and AWS STS quotas, name requirements, and character limits"; messages as AWS answers them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accessKeyKey } from '../../../identity/access-keys.js';
import {
  groupMemberKey,
  type MfaDeviceDocument,
  mfaDeviceKey,
  policyAttachmentKey,
  userKey,
} from '../../../identity/iam-documents.js';
import { account, arn, PeopleScene } from '../testing/people-scene.js';

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const badName = 'is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-';
const badPath =
  'is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.';
const tooLong = (member: string, max: number) =>
  `ValidationError: 1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${max}`;

describe('a new user', () => {
  test('has an id, a path, an ARN, a date in whole seconds, and tags', async () => {
    const scene = new PeopleScene();
    const Tags = [
      { Key: 'b', Value: '2' },
      { Key: 'a', Value: '' },
    ];
    const { User } = await scene.run('CreateUser', { UserName: 'jane.doe', Path: '/division/x/', Tags });
    const { UserId, ...rest } = User;
    assert.match(UserId, /^AIDA[A-Z2-7]{17}$/);
    assert.deepEqual(rest, {
      Path: '/division/x/',
      UserName: 'jane.doe',
      Arn: arn('user/division/x/jane.doe'),
      CreateDate: new Date('2026-11-21T10:00:00Z'),
      Tags: [
        { Key: 'a', Value: '' },
        { Key: 'b', Value: '2' },
      ],
    });
    assert.deepEqual((await scene.run('GetUser', { UserName: 'JANE.DOE' })).User, User);
    const { Tags: _, ...listed } = User;
    assert.deepEqual(await scene.run('ListUsers'), { Users: [listed], IsTruncated: false });
  });

  const refused: readonly [why: string, input: object, refusal: string][] = [
    ['a slash', { UserName: 'a/b' }, `ValidationError: The specified value for userName ${badName}`],
    ['a space', { UserName: 'a b' }, `ValidationError: The specified value for userName ${badName}`],
    [
      'a letter beyond ASCII',
      { UserName: 'jané' },
      `ValidationError: The specified value for userName ${badName}`,
    ],
    ['65 characters', { UserName: 'a'.repeat(65) }, tooLong('userName', 64)],
    [
      'a path without slashes',
      { UserName: 'a', Path: 'x' },
      `ValidationError: The specified value for path ${badPath}`,
    ],
    [
      'a path that does not end',
      { UserName: 'a', Path: '/x' },
      `ValidationError: The specified value for path ${badPath}`,
    ],
    ['a path of 513', { UserName: 'a', Path: `/${'x'.repeat(511)}/` }, tooLong('path', 512)],
    [
      'a tag twice',
      {
        UserName: 'a',
        Tags: [
          { Key: 'k', Value: '1' },
          { Key: 'K', Value: '2' },
        ],
      },
      'InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
    [
      'a boundary that is not there',
      { UserName: 'a', PermissionsBoundary: arn('policy/none') },
      `NoSuchEntity: Scope ARN: ${arn('policy/none')} does not exist or is not attachable.`,
    ],
  ];
  for (const [why, input, refusal] of refused) {
    test(`with ${why} is refused`, async () => {
      assert.equal(await new PeopleScene().refusal('CreateUser', input), refusal);
    });
  }

  test('needs a name that differs by more than case', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    assert.equal(
      await scene.refusal('CreateUser', { UserName: 'Jane' }),
      'EntityAlreadyExists: User with name Jane already exists.',
    );
  });

  test('with a boundary shows it, and the policy knows', async () => {
    const scene = new PeopleScene();
    const { User } = await scene.run('CreateUser', { UserName: 'jane', PermissionsBoundary: readOnly });
    assert.equal(User.PermissionsBoundary.PermissionsBoundaryArn, readOnly);
    const key = policyAttachmentKey(account, readOnly, 'boundary', { kind: 'user', name: 'jane' });
    assert.ok(scene.state.get(key));
    await scene.run('DeleteUser', { UserName: 'jane' });
    assert.equal(scene.state.get(key), undefined);
  });

  test('beyond 5,000 is refused', async () => {
    const scene = new PeopleScene();
    for (let at = 0; at < 5_000; at += 1) scene.state.put(userKey(account, `u${at}`), {});
    assert.equal(
      await scene.refusal('CreateUser', { UserName: 'jane' }),
      'LimitExceeded: Cannot exceed quota for UsersPerAccount: 5000',
    );
  });

  test('of the same name in another account is another one', async () => {
    const scene = new PeopleScene('999988887777');
    await scene.users('jane');
    const { User } = await scene.run('CreateUser', { UserName: 'jane' }, { accountId: '999988887777' });
    assert.equal(User.Arn, arn('user/jane', '999988887777'));
  });
});

describe('who is meant without a name', () => {
  test('the root', async () => {
    const { User } = await new PeopleScene().run('GetUser');
    assert.deepEqual(User, {
      UserId: account,
      Arn: arn('root'),
      CreateDate: new Date('2026-11-21T10:00:00Z'),
    });
  });

  test('the user who calls', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    assert.equal((await scene.run('GetUser', {}, { principal: scene.as('jane') })).User.UserName, 'jane');
  });

  test('nobody, when a role calls', async () => {
    const scene = new PeopleScene();
    const principal = { kind: 'assumedRole', accountId: account, roleName: 'r', sessionName: 's' } as never;
    assert.equal(
      await scene.refusal('GetUser', {}, { principal, accountId: account }),
      'ValidationError: Must specify userName when calling with non-User credentials',
    );
  });

  test('not somebody who got the name later', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const old = scene.as('jane');
    await scene.run('DeleteUser', { UserName: 'jane' });
    await scene.users('jane');
    assert.equal(
      await scene.refusal('CreateAccessKey', {}, { principal: old }),
      'NoSuchEntity: The user with name jane cannot be found.',
    );
  });
});

describe('lists', () => {
  test('are paged by Marker, in the order of names whatever their case', async () => {
    const scene = new PeopleScene();
    await scene.users('delta', 'Alpha', 'charlie', 'Bravo', 'echo');
    const names: string[][] = [];
    let Marker: string | undefined;
    do {
      const page = await scene.run('ListUsers', { MaxItems: 2, Marker });
      names.push(page.Users.map((user: { UserName: string }) => user.UserName));
      assert.equal(page.IsTruncated, page.Marker !== undefined);
      Marker = page.Marker;
    } while (Marker !== undefined);
    assert.deepEqual(names, [['Alpha', 'Bravo'], ['charlie', 'delta'], ['echo']]);
  });

  test('know 1 to 1,000 items and their own markers only', async () => {
    const scene = new PeopleScene();
    for (const MaxItems of [0, 1_001])
      assert.match(await scene.refusal('ListUsers', { MaxItems }), /^ValidationError: .*'maxItems'/);
    assert.equal(
      await scene.refusal('ListUsers', { Marker: 'no marker' }),
      'ValidationError: Invalid Marker.',
    );
  });

  test('can be of a path', async () => {
    const scene = new PeopleScene();
    for (const [UserName, Path] of [
      ['a', '/x/'],
      ['b', '/x/y/'],
      ['c', '/z/'],
    ])
      await scene.run('CreateUser', { UserName, Path });
    const { Users } = await scene.run('ListUsers', { PathPrefix: '/x/' });
    assert.deepEqual(
      Users.map((user: { UserName: string }) => user.UserName),
      ['a', 'b'],
    );
  });
});

describe('a user who is renamed', () => {
  async function everything(): Promise<PeopleScene> {
    const scene = new PeopleScene();
    await scene.users('jane');
    await scene.run('CreateGroup', { GroupName: 'Readers' });
    await scene.run('AddUserToGroup', { GroupName: 'Readers', UserName: 'jane' });
    await scene.run('CreateAccessKey', { UserName: 'jane' });
    await scene.enabled('phone', 'jane');
    await scene.run('AttachUserPolicy', { UserName: 'jane', PolicyArn: readOnly });
    return scene;
  }

  test('stays the same: id, keys, groups, device, policies', async () => {
    const scene = await everything();
    const before = scene.user('jane');
    await scene.run('UpdateUser', { UserName: 'jane', NewUserName: 'Janet', NewPath: '/new/' });
    const after = scene.user('janet');
    assert.deepEqual(after, { ...before, userName: 'Janet', path: '/new/' });
    assert.equal(scene.state.get(userKey(account, 'jane')), undefined);
    const { Users } = await scene.run('GetGroup', { GroupName: 'Readers' });
    assert.deepEqual(
      Users.map((user: { Arn: string }) => user.Arn),
      [arn('user/new/Janet')],
    );
    assert.equal(scene.state.get(groupMemberKey(account, 'Readers', 'jane')), undefined);
    const key = scene.state.get<{ owner: object }>(accessKeyKey(after.accessKeyIds[0] as string));
    assert.deepEqual(key?.owner, { kind: 'user', userName: 'Janet', userId: before.userId });
    const device = scene.state.get<MfaDeviceDocument>(mfaDeviceKey(account, 'phone'));
    assert.equal(device?.enabled?.userName, 'Janet');
    const index = (name: string) => policyAttachmentKey(account, readOnly, 'policy', { kind: 'user', name });
    assert.equal(scene.state.get(index('jane')), undefined);
    assert.deepEqual(scene.state.get(index('janet')), { kind: 'user', name: 'Janet' });
  });

  test('to another case of the same letters keeps everything too', async () => {
    const scene = await everything();
    await scene.run('UpdateUser', { UserName: 'jane', NewUserName: 'JANE' });
    assert.equal(scene.user('jane').userName, 'JANE');
    assert.equal((await scene.run('GetGroup', { GroupName: 'Readers' })).Users[0].UserName, 'JANE');
    assert.equal(
      (await scene.run('ListEntitiesForPolicy', { PolicyArn: readOnly })).PolicyUsers[0].UserName,
      'JANE',
    );
  });

  test('cannot take a name that is there, nor one that is none', async () => {
    const scene = new PeopleScene();
    await scene.users('jane', 'joe');
    const rename = (NewUserName: string) => scene.refusal('UpdateUser', { UserName: 'jane', NewUserName });
    assert.equal(await rename('Joe'), 'EntityAlreadyExists: User with name Joe already exists.');
    assert.equal(await rename('a/b'), `ValidationError: The specified value for newUserName ${badName}`);
    assert.equal(
      await scene.refusal('UpdateUser', { UserName: 'nobody', NewPath: '/x/' }),
      'NoSuchEntity: The user with name nobody cannot be found.',
    );
  });
});

describe('a user cannot be deleted', () => {
  const remains: readonly [
    what: string,
    add: [string, object][],
    message: string,
    remove: [string, object],
  ][] = [
    [
      'a password',
      [['CreateLoginProfile', { Password: 'Str0ng!pass' }]],
      'must delete login profile first',
      ['DeleteLoginProfile', {}],
    ],
    [
      'an inline policy',
      [
        [
          'PutUserPolicy',
          {
            PolicyName: 'p',
            PolicyDocument:
              '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
          },
        ],
      ],
      'must delete policies first',
      ['DeleteUserPolicy', { PolicyName: 'p' }],
    ],
    [
      'a managed policy',
      [['AttachUserPolicy', { PolicyArn: readOnly }]],
      'must detach all policies first',
      ['DetachUserPolicy', { PolicyArn: readOnly }],
    ],
    [
      'a group',
      [
        ['CreateGroup', { GroupName: 'g' }],
        ['AddUserToGroup', { GroupName: 'g' }],
      ],
      'must remove users from group first',
      ['RemoveUserFromGroup', { GroupName: 'g' }],
    ],
  ];
  for (const [what, add, message, [remove, input]] of remains) {
    test(`with ${what}`, async () => {
      const scene = new PeopleScene();
      await scene.users('jane');
      for (const [operation, more] of add) await scene.run(operation, { UserName: 'jane', ...more });
      const refusal = await scene.refusal('DeleteUser', { UserName: 'jane' });
      assert.equal(refusal, `DeleteConflict: Cannot delete entity, ${message}.`);
      await scene.run(remove, { UserName: 'jane', ...input });
      await scene.run('DeleteUser', { UserName: 'jane' });
      assert.equal(
        await scene.refusal('GetUser', { UserName: 'jane' }),
        'NoSuchEntity: The user with name jane cannot be found.',
      );
    });
  }

  test('with an access key, or an MFA device', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    const { AccessKey } = await scene.run('CreateAccessKey', { UserName: 'jane' });
    assert.equal(
      await scene.refusal('DeleteUser', { UserName: 'jane' }),
      'DeleteConflict: Cannot delete entity, must delete access keys first.',
    );
    await scene.run('DeleteAccessKey', { UserName: 'jane', AccessKeyId: AccessKey.AccessKeyId });
    const { serial } = await scene.enabled('phone', 'jane');
    assert.equal(
      await scene.refusal('DeleteUser', { UserName: 'jane' }),
      'DeleteConflict: Cannot delete entity, must delete MFA device first.',
    );
    await scene.run('DeactivateMFADevice', { UserName: 'jane', SerialNumber: serial });
    await scene.run('DeleteUser', { UserName: 'jane' });
  });
});

describe('tags of a user', () => {
  const tag = (Key: string, Value: string) => ({ Key, Value });

  test('are one whatever the case of their keys, and listed by key', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    await scene.run('TagUser', { UserName: 'jane', Tags: [tag('Department', 'a'), tag('Cost', '1')] });
    await scene.run('TagUser', { UserName: 'jane', Tags: [tag('department', 'b')] });
    assert.deepEqual(await scene.run('ListUserTags', { UserName: 'jane' }), {
      Tags: [tag('Cost', '1'), tag('department', 'b')],
      IsTruncated: false,
    });
    await scene.run('UntagUser', { UserName: 'jane', TagKeys: ['COST', 'never'] });
    assert.deepEqual((await scene.run('ListUserTags', { UserName: 'jane' })).Tags, [tag('department', 'b')]);
  });

  test('are 50 at most', async () => {
    const scene = new PeopleScene();
    await scene.users('jane');
    await scene.run('TagUser', {
      UserName: 'jane',
      Tags: Array.from({ length: 50 }, (_, at) => tag(`k${at}`, '')),
    });
    assert.equal(
      await scene.refusal('TagUser', { UserName: 'jane', Tags: [tag('more', '')] }),
      'LimitExceeded: The number of tags has reached the maximum limit.',
    );
  });
});
