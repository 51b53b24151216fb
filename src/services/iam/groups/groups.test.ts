// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM API Reference (CreateGroup, GetGroup, UpdateGroup, DeleteGroup, AddUserToGroup …), IAM User Guide, "IAM and AWS
// STS quotas, name requirements, and character limits". Races: two calls of which both would be kept must write one
// document in common, of which only one of them can be first.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { groupKey, groupMembersPrefix, policyAttachmentKey } from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import { account, arn, PeopleScene } from '../testing/people-scene.js';

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const named = (list: { UserName?: string; GroupName?: string }[]) =>
  list.map(({ UserName, GroupName }) => UserName ?? GroupName);

async function withMembers(...names: string[]): Promise<PeopleScene> {
  const scene = new PeopleScene();
  await scene.users(...names);
  await scene.run('CreateGroup', { GroupName: 'Readers', Path: '/x/' });
  for (const UserName of names) await scene.run('AddUserToGroup', { GroupName: 'Readers', UserName });
  return scene;
}

describe('a group', () => {
  test('has an id, a path, an ARN and members, who are paged', async () => {
    const scene = await withMembers('carl', 'Anna', 'bert');
    const { Group, Users, IsTruncated, Marker } = await scene.run('GetGroup', {
      GroupName: 'readers',
      MaxItems: 2,
    });
    assert.match(Group.GroupId, /^AGPA[A-Z2-7]{17}$/);
    assert.equal(Group.Arn, arn('group/x/Readers'));
    assert.deepEqual([named(Users), IsTruncated], [['Anna', 'bert'], true]);
    const rest = await scene.run('GetGroup', { GroupName: 'readers', Marker });
    assert.deepEqual([named(rest.Users), rest.IsTruncated], [['carl'], false]);
    assert.deepEqual((await scene.run('ListGroups', { PathPrefix: '/x/' })).Groups, [Group]);
    assert.deepEqual((await scene.run('ListGroups', { PathPrefix: '/y/' })).Groups, []);
    assert.deepEqual((await scene.run('ListGroupsForUser', { UserName: 'bert' })).Groups, [Group]);
  });

  test('needs a name that differs by more than case; there are 300 at most', async () => {
    const scene = await withMembers();
    assert.equal(
      await scene.refusal('CreateGroup', { GroupName: 'READERS' }),
      'EntityAlreadyExists: Group with name READERS already exists.',
    );
    for (let at = 1; at < 300; at += 1) scene.state.put(groupKey(account, `g${at}`), {});
    assert.equal(
      await scene.refusal('CreateGroup', { GroupName: 'one-more' }),
      'LimitExceeded: Cannot exceed quota for GroupsPerAccount: 300',
    );
  });

  test('that is renamed keeps id, members and policies', async () => {
    const scene = await withMembers('anna', 'bert');
    await scene.run('AttachGroupPolicy', { GroupName: 'Readers', PolicyArn: readOnly });
    const before = (await scene.run('GetGroup', { GroupName: 'Readers' })).Group;
    await scene.run('UpdateGroup', { GroupName: 'readers', NewGroupName: 'Writers', NewPath: '/y/' });
    const { Group, Users } = await scene.run('GetGroup', { GroupName: 'Writers' });
    assert.deepEqual(Group, { ...before, GroupName: 'Writers', Path: '/y/', Arn: arn('group/y/Writers') });
    assert.deepEqual(named(Users), ['anna', 'bert']);
    assert.deepEqual(named((await scene.run('ListGroupsForUser', { UserName: 'anna' })).Groups), ['Writers']);
    assert.deepEqual(scene.state.list(groupMembersPrefix(account, 'Readers')), []);
    const index = (name: string) => policyAttachmentKey(account, readOnly, 'policy', { kind: 'group', name });
    assert.deepEqual(
      [scene.state.get(index('readers')), scene.state.get(index('writers'))],
      [undefined, { kind: 'group', name: 'Writers' }],
    );
    assert.equal(
      await scene.refusal('GetGroup', { GroupName: 'Readers' }),
      'NoSuchEntity: The group with name Readers cannot be found.',
    );
  });

  test('is deleted only without members and policies', async () => {
    const scene = await withMembers('anna');
    const refused = () => scene.refusal('DeleteGroup', { GroupName: 'Readers' });
    assert.equal(
      await refused(),
      'DeleteConflict: Cannot delete entity, must remove users from group first.',
    );
    await scene.run('RemoveUserFromGroup', { GroupName: 'Readers', UserName: 'anna' });
    await scene.run('AttachGroupPolicy', { GroupName: 'Readers', PolicyArn: readOnly });
    assert.equal(await refused(), 'DeleteConflict: Cannot delete entity, must detach all policies first.');
    await scene.run('DetachGroupPolicy', { GroupName: 'Readers', PolicyArn: readOnly });
    await scene.run('DeleteGroup', { GroupName: 'Readers' });
    assert.deepEqual((await scene.run('ListGroups')).Groups, []);
  });
});

describe('members', () => {
  test('may be added and removed twice; user and group must be there', async () => {
    const scene = await withMembers('anna');
    await scene.run('AddUserToGroup', { GroupName: 'READERS', UserName: 'ANNA' });
    assert.deepEqual(scene.user('anna').groupNames, ['Readers']);
    for (let at = 0; at < 2; at += 1)
      await scene.run('RemoveUserFromGroup', { GroupName: 'readers', UserName: 'anna' });
    assert.deepEqual(scene.user('anna').groupNames, []);
    const add = (GroupName: string, UserName: string) =>
      scene.refusal('AddUserToGroup', { GroupName, UserName });
    assert.equal(await add('none', 'anna'), 'NoSuchEntity: The group with name none cannot be found.');
    assert.equal(await add('Readers', 'none'), 'NoSuchEntity: The user with name none cannot be found.');
  });

  test('are in ten groups at most', async () => {
    const scene = await withMembers('anna');
    for (let at = 1; at <= 10; at += 1) {
      await scene.run('CreateGroup', { GroupName: `g${at}` });
      if (at < 10) await scene.run('AddUserToGroup', { GroupName: `g${at}`, UserName: 'anna' });
    }
    assert.equal(
      await scene.refusal('AddUserToGroup', { GroupName: 'g10', UserName: 'anna' }),
      'LimitExceeded: Cannot exceed quota for GroupsPerUser: 10',
    );
  });
});

/** Keeps what a call writes to itself, as long as the call is not recorded. */
function unrecorded(state: CallState): CallState & { readonly written: Set<string> } {
  const written = new Set<string>();
  return {
    written,
    get: (key) => state.get(key),
    list: (prefix, options) => state.list(prefix, options),
    put: (key) => void written.add(key),
    delete: (key) => void written.add(key),
  };
}

describe('at the same moment', () => {
  const races: readonly [one: [string, object], other: [string, object]][] = [
    [
      ['AddUserToGroup', { GroupName: 'Empty', UserName: 'anna' }],
      ['DeleteGroup', { GroupName: 'Empty' }],
    ],
    [
      ['AddUserToGroup', { GroupName: 'Empty', UserName: 'anna' }],
      ['UpdateGroup', { GroupName: 'Empty', NewGroupName: 'New' }],
    ],
    [
      ['RemoveUserFromGroup', { GroupName: 'Readers', UserName: 'anna' }],
      ['UpdateGroup', { GroupName: 'Readers', NewGroupName: 'New' }],
    ],
    [
      ['AddUserToGroup', { GroupName: 'Empty', UserName: 'bert' }],
      ['DeleteUser', { UserName: 'bert' }],
    ],
    [
      ['CreateAccessKey', { UserName: 'bert' }],
      ['DeleteUser', { UserName: 'bert' }],
    ],
    [
      ['CreateAccessKey', { UserName: 'bert' }],
      ['CreateAccessKey', { UserName: 'bert' }],
    ],
    [
      ['CreateAccessKey', {}],
      ['CreateAccessKey', {}],
    ],
    [
      ['CreateLoginProfile', { UserName: 'bert', Password: 'Str0ng!pass' }],
      ['DeleteUser', { UserName: 'bert' }],
    ],
    [
      ['UpdateUser', { UserName: 'anna', NewUserName: 'new' }],
      ['UpdateUser', { UserName: 'bert', NewUserName: 'NEW' }],
    ],
    [
      ['UpdateUser', { UserName: 'anna', NewUserName: 'new' }],
      ['CreateUser', { UserName: 'New' }],
    ],
    [
      ['CreateAccountAlias', { AccountAlias: 'stones' }],
      ['CreateAccountAlias', { AccountAlias: 'rocks' }],
    ],
    [
      ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'x' }],
      ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'X' }],
    ],
  ];
  for (const [one, other] of races) {
    test(`${one[0]} and ${other[0]} write a document in common`, async () => {
      const scene = await withMembers('anna');
      await scene.users('bert');
      await scene.run('CreateGroup', { GroupName: 'Empty' });
      const sets: Set<string>[] = [];
      for (const [operation, input] of [one, other]) {
        const state = unrecorded(scene.state);
        await scene.run(operation, input, { state });
        sets.push(state.written);
      }
      const common = Array.from(sets[0] ?? []).filter((key) => sets[1]?.has(key));
      assert.notDeepEqual(common, []);
    });
  }
});
