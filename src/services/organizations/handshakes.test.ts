// SPDX-License-Identifier: Apache-2.0
// Oracle: Organizations API Reference, "InviteAccountToOrganization", "AcceptHandshake", "Handshake" (states; 15 days; 30 days).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type MembershipDocument, membershipKey } from '../../identity/organization-documents.js';
import { management, member, OrganizationsScene, outsider, startMs } from './testing/organizations-scene.js';

const day = 24 * 60 * 60 * 1_000;
const invitation = {
  Target: { Type: 'ACCOUNT', Id: member },
  Notes: 'Welcome',
  Tags: [{ Key: 'a', Value: 'b' }],
};

async function invited(target: object = invitation): Promise<{ scene: OrganizationsScene; id: string }> {
  const scene = new OrganizationsScene();
  await scene.organize();
  const { Handshake } = await scene.call('InviteAccountToOrganization', target);
  return { scene, id: Handshake.Id };
}

describe('an invitation', () => {
  test('is open for 15 days, and shows who sends it', async () => {
    const { scene, id } = await invited();
    const { Handshake } = await scene.call('DescribeHandshake', { HandshakeId: id }, member);
    assert.match(id, /^h-[0-9a-z]{8,32}$/);
    assert.equal(Handshake.ExpirationTimestamp.getTime() - startMs, 15 * day);
    assert.deepEqual([Handshake.State, Handshake.Action], ['OPEN', 'INVITE']);
    assert.match(
      Handshake.Arn,
      new RegExp(`^arn:aws:organizations::${management}:handshake/o-\\w+/invite/${id}$`),
    );
    const [organization, account, notes] = Handshake.Resources;
    assert.deepEqual(organization.Resources[0], {
      Type: 'MASTER_EMAIL',
      Value: `root@${management}.example.com`,
    });
    assert.deepEqual([account.Value, notes.Value], [member, 'Welcome']);
  });
  test('accepted: a member with the tags of the invitation', async () => {
    const { scene, id } = await invited();
    const { Handshake } = await scene.call('AcceptHandshake', { HandshakeId: id }, member);
    assert.equal(Handshake.State, 'ACCEPTED');
    const membership = scene.state.get<MembershipDocument>(membershipKey(member));
    assert.deepEqual([membership?.joinedMethod, membership?.tags], ['INVITED', { a: 'b' }]);
    assert.equal(
      (await scene.refusal('AcceptHandshake', { HandshakeId: id }, member)).code,
      'HandshakeAlreadyInState',
    );
    const again = await scene.refusal('InviteAccountToOrganization', invitation);
    assert.equal(again.reason, 'ALREADY_IN_AN_ORGANIZATION');
  });
  test('by address reaches the account that has it, in any case', async () => {
    const target = { Target: { Type: 'EMAIL', Id: `ROOT@${member}.example.com` } };
    const { scene, id } = await invited(target);
    const { Handshakes } = await scene.call('ListHandshakesForAccount', {}, member);
    assert.equal(Handshakes[0].Id, id);
    await scene.call('AcceptHandshake', { HandshakeId: id }, member);
    assert.equal((await scene.call('ListAccounts')).Accounts.length, 2);
  });
  test('is nobody else’s to see, answer or take back', async () => {
    const { scene, id } = await invited();
    for (const operation of ['DescribeHandshake', 'AcceptHandshake', 'DeclineHandshake', 'CancelHandshake'])
      assert.equal((await scene.refusal(operation, { HandshakeId: id }, outsider)).code, 'HandshakeNotFound');
    assert.equal((await scene.refusal('CancelHandshake', { HandshakeId: id }, member)).code, 'AccessDenied');
    assert.equal((await scene.refusal('AcceptHandshake', { HandshakeId: id })).code, 'AccessDenied');
  });
  for (const [operation, by, state] of [
    ['DeclineHandshake', member, 'DECLINED'],
    ['CancelHandshake', management, 'CANCELED'],
  ] as const)
    test(`${state.toLowerCase()}: it cannot be accepted any more`, async () => {
      const { scene, id } = await invited();
      assert.equal((await scene.call(operation, { HandshakeId: id }, by)).Handshake.State, state);
      const { code } = await scene.refusal('AcceptHandshake', { HandshakeId: id }, member);
      assert.equal(code, 'InvalidHandshakeTransition');
      await scene.call('InviteAccountToOrganization', invitation);
    });
  test('expires after 15 days, and is shown for 30 more', async () => {
    const { scene, id } = await invited();
    scene.nowMs = startMs + 15 * day;
    assert.equal(
      (await scene.call('DescribeHandshake', { HandshakeId: id }, member)).Handshake.State,
      'EXPIRED',
    );
    assert.equal(
      (await scene.refusal('AcceptHandshake', { HandshakeId: id }, member)).code,
      'InvalidHandshakeTransition',
    );
    scene.nowMs = startMs + 45 * day;
    assert.deepEqual((await scene.call('ListHandshakesForOrganization')).Handshakes, []);
    await scene.call('InviteAccountToOrganization', invitation);
    assert.equal((await scene.refusal('DescribeHandshake', { HandshakeId: id })).code, 'HandshakeNotFound');
  });
  test('is not sent twice while it is open', async () => {
    const { scene } = await invited();
    assert.equal((await scene.refusal('InviteAccountToOrganization', invitation)).code, 'DuplicateHandshake');
  });
  test('of another organization cannot be accepted by a member', async () => {
    const { scene, id } = await invited();
    await scene.call('CreateOrganization', {}, member);
    assert.equal(
      (await scene.refusal('AcceptHandshake', { HandshakeId: id }, member)).reason,
      'ALREADY_IN_AN_ORGANIZATION',
    );
  });
  test('to an account that nobody has tells nothing', async () => {
    const { scene } = await invited({ Target: { Type: 'ACCOUNT', Id: '999999999999' } });
    assert.equal((await scene.call('ListHandshakesForOrganization')).Handshakes[0].State, 'OPEN');
  });
  for (const [what, target, reason] of [
    ['an id that is none', { Type: 'ACCOUNT', Id: '12' }, 'INVALID_PATTERN'],
    ['an address that is none', { Type: 'EMAIL', Id: 'nobody' }, 'INVALID_EMAIL_ADDRESS_TARGET'],
    ['an organization', { Type: 'ORGANIZATION', Id: 'o-abcdefghij' }, 'INVALID_PARTY_TYPE_TARGET'],
  ] as const)
    test(`refused: ${what}`, async () => {
      const scene = new OrganizationsScene();
      await scene.organize();
      assert.equal((await scene.refusal('InviteAccountToOrganization', { Target: target })).reason, reason);
    });
  test('one filter at a time', async () => {
    const { scene, id } = await invited();
    const filter = { Filter: { ActionType: 'INVITE', ParentHandshakeId: id } };
    assert.equal(
      (await scene.refusal('ListHandshakesForOrganization', filter)).reason,
      'MAX_LIMIT_EXCEEDED_FILTER',
    );
  });
});
