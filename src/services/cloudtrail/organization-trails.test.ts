// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference (CreateTrail, UpdateTrail: IsOrganizationTrail and the errors; GetTrailStatus: members name
// an ARN; DescribeTrails: includeShadowTrails; Register/DeregisterOrganizationDelegatedAdmin) and User Guide, "Creating a trail
// for an organization", "Organization delegated administrator"; Organizations User Guide, "AWS CloudTrail and AWS Organizations".
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { OrganizationDocument } from '../../identity/organization-documents.js';
import { leaveOrganization } from '../../identity/organizations/join-organization.js';
import { type TrailDocument, trailKey } from '../../trails/trail.js';
import { organizationsModel } from '../organizations/model.js';
import { createOrganizationsService } from '../organizations/organizations-service.js';
import { countingText } from '../organizations/testing/organizations-scene.js';
import { fakeCall } from '../testing/call.js';
import { organizationId, organize as organizeAccounts, trust } from './testing/organize.js';
import { CloudTrailScene, account as management, nowMs, openPolicy } from './testing/scene.js';

const [member, outsider] = ['222222222222', '333333333333'];
const arn = `arn:aws:cloudtrail:us-east-1:${management}:trail/org`;
const wanted = { Name: 'org', S3BucketName: 'logs', IsOrganizationTrail: true, IsMultiRegionTrail: true };
let scene: CloudTrailScene;

const organize = (change: Partial<OrganizationDocument> = {}) =>
  organizeAccounts(scene.state, [management, member], change);
const delegate = () => organize({ delegatedAdministrators: { [trust]: { [member]: 0 } } });
const stored = () => scene.state.get<TrailDocument>(trailKey(management, 'us-east-1', 'org'));
const by = (accountId: string) => ({ accountId });

beforeEach(() => {
  scene = new CloudTrailScene();
});

describe('making one', () => {
  for (const [what, organization, who, code] of [
    ['outside of organizations', undefined, management, 'OrganizationsNotInUseException'],
    ['by a member', {}, member, 'NotOrganizationMasterAccountException'],
    [
      'without all features',
      { featureSet: 'CONSOLIDATED_BILLING' },
      management,
      'OrganizationNotInAllFeaturesModeException',
    ],
    ['without trust', { trustedServices: {} }, management, 'CloudTrailAccessNotEnabledException'],
  ] as const)
    test(`refused: ${what}`, async () => {
      if (organization !== undefined) organize(organization);
      assert.equal((await scene.refusal('CreateTrail', wanted, by(who)))[0], code);
    });
  test('refused: a bucket that is open to the account’s own folder only', async () => {
    organize();
    const policy = openPolicy('logs').replace('logs/*', `logs/AWSLogs/${management}/*`);
    scene.addBucket('logs', { policy });
    assert.equal((await scene.refusal('CreateTrail', wanted))[0], 'InsufficientS3BucketPolicyException');
    scene.addBucket('logs', { policy: policy.replace(`AWSLogs/${management}`, `AWSLogs/${organizationId}`) });
    assert.equal((await scene.call('CreateTrail', wanted)).IsOrganizationTrail, true);
  });
  test('by a delegated administrator: it is the management account’s, and in both histories', async () => {
    delegate();
    const { TrailARN } = await scene.call('CreateTrail', wanted, by(member));
    assert.equal(TrailARN, arn);
    assert.deepEqual([stored()?.accountId, stored()?.organizationId], [management, organizationId]);
    assert.deepEqual([...(scene.audit.sharedWith ?? [])], [management]);
  });
});

describe('members', () => {
  beforeEach(async () => {
    organize();
    await scene.call('CreateTrail', wanted);
  });
  test('see it, by its ARN, and as a shadow', async () => {
    const [seen] = (await scene.call('DescribeTrails', {}, by(member))).trailList ?? [];
    assert.deepEqual([seen?.TrailARN, seen?.IsOrganizationTrail], [arn, true]);
    assert.deepEqual(
      (await scene.call('DescribeTrails', { includeShadowTrails: false }, by(member))).trailList,
      [],
    );
    assert.equal((await scene.call('ListTrails', {}, by(member))).Trails?.[0]?.TrailARN, arn);
    for (const operation of ['GetTrail', 'GetTrailStatus'] as const) {
      await scene.call(operation, { Name: arn }, by(member));
      assert.equal(
        (await scene.refusal(operation, { Name: 'org' }, by(member)))[0],
        'TrailNotFoundException',
      );
    }
    await scene.call('GetEventSelectors', { TrailName: arn }, by(member));
    await scene.call('ListTags', { ResourceIdList: [arn] }, by(member));
  });
  test('cannot change it in any way', async () => {
    const before = stored();
    for (const [operation, input] of [
      ['StartLogging', { Name: arn }],
      ['StopLogging', { Name: arn }],
      ['DeleteTrail', { Name: arn }],
      ['UpdateTrail', { Name: arn, S3BucketName: 'logs' }],
      ['PutEventSelectors', { TrailName: arn, EventSelectors: [{}] }],
      ['PutEventConfiguration', { TrailName: arn, AggregationConfigurations: [] }],
      ['AddTags', { ResourceId: arn, TagsList: [{ Key: 'a' }] }],
      ['RemoveTags', { ResourceId: arn, TagsList: [{ Key: 'a' }] }],
    ] as const)
      assert.equal(
        (await scene.refusal(operation, input, by(member)))[0],
        'NotOrganizationMasterAccountException',
        operation,
      );
    assert.deepEqual(stored(), before);
  });
  test('have it counted among their trails', async () => {
    for (let count = 1; count <= 4; count += 1) {
      const input = { Name: `own-${count}`, S3BucketName: 'logs', IsMultiRegionTrail: true };
      await scene.call('CreateTrail', input, by(member));
    }
    const fifth = { Name: 'own-5', S3BucketName: 'logs' };
    assert.equal(
      (await scene.refusal('CreateTrail', fifth, by(member)))[0],
      'MaximumNumberOfTrailsExceededException',
    );
    await scene.call('CreateTrail', fifth, by(outsider));
  });
  test('who are none any more see nothing', async () => {
    leaveOrganization(scene.state, { organizationId }, member);
    assert.deepEqual((await scene.call('DescribeTrails', {}, by(member))).trailList, []);
    for (const account of [member, outsider])
      assert.equal(
        (await scene.refusal('GetTrail', { Name: arn }, by(account)))[0],
        'CloudTrailARNInvalidException',
      );
  });
});

describe('a delegated administrator', () => {
  beforeEach(async () => {
    delegate();
    await scene.call('CreateTrail', wanted);
  });
  test('manages it, by ARN or name, and the owner’s history tells of it', async () => {
    await scene.call('StartLogging', { Name: arn }, by(member));
    assert.equal(stored()?.isLogging, true);
    assert.deepEqual([...(scene.audit.sharedWith ?? [])], [management]);
    await scene.call('StopLogging', { Name: 'org' }, by(member));
    await scene.call('UpdateTrail', { Name: arn, EnableLogFileValidation: true }, by(member));
    assert.equal(stored()?.logFileValidationEnabled, true);
    await scene.call('AddTags', { ResourceId: arn, TagsList: [{ Key: 'a', Value: 'b' }] }, by(member));
    assert.deepEqual(stored()?.tags, { a: 'b' });
    await scene.call('DeleteTrail', { Name: arn }, by(member));
    assert.equal(stored(), undefined);
  });
  test('cannot make it a trail of one account', async () => {
    const input = { Name: arn, IsOrganizationTrail: false };
    assert.equal(
      (await scene.refusal('UpdateTrail', input, by(member)))[0],
      'NotOrganizationMasterAccountException',
    );
  });
  test('reaches no other trail of the management account', async () => {
    await scene.call('CreateTrail', { Name: 'own', S3BucketName: 'logs' });
    const own = arn.replace('/org', '/own');
    for (const operation of ['GetTrail', 'StopLogging', 'DeleteTrail'] as const)
      assert.equal(
        (await scene.refusal(operation, { Name: own }, by(member)))[0],
        'CloudTrailARNInvalidException',
      );
  });
  test('is registered and deregistered by the management account', async () => {
    organize();
    const call = async (operation: string, input: object, accountId = management) => {
      try {
        await scene.handler(operation)(input, fakeCall({ state: scene.state, accountId }));
        return 'done';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const register = (id: string, who?: string) =>
      call('RegisterOrganizationDelegatedAdmin', { MemberAccountId: id }, who);
    const deregister = (id: string) =>
      call('DeregisterOrganizationDelegatedAdmin', { DelegatedAdminAccountId: id });
    assert.equal(await register(member, member), 'NotOrganizationManagementAccountException');
    assert.equal(await register(member, outsider), 'OrganizationsNotInUseException');
    assert.equal(await register(management), 'CannotDelegateManagementAccountException');
    assert.equal(await register(outsider), 'AccountNotFoundException');
    assert.equal(await deregister(member), 'AccountNotRegisteredException');
    assert.equal(await register(member), 'done');
    assert.equal(await register(member), 'AccountRegisteredException');
    await scene.call('StartLogging', { Name: arn }, by(member));
    assert.equal(await deregister(member), 'done');
    assert.equal(
      (await scene.refusal('StopLogging', { Name: arn }, by(member)))[0],
      'NotOrganizationMasterAccountException',
    );
    organize({ trustedServices: {} });
    assert.equal(await register(member), 'CloudTrailAccessNotEnabledException');
  });
});

describe('what becomes of it', () => {
  test('a trail of the account is made one of the organization, and back', async () => {
    organize();
    await scene.call('CreateTrail', { ...wanted, IsOrganizationTrail: false });
    assert.equal(
      (await scene.call('UpdateTrail', { Name: 'org', IsOrganizationTrail: true })).IsOrganizationTrail,
      true,
    );
    assert.equal(stored()?.organizationId, organizationId);
    await scene.call('UpdateTrail', { Name: 'org', EnableLogFileValidation: true });
    assert.equal(stored()?.organizationId, organizationId);
    await scene.call('UpdateTrail', { Name: 'org', IsOrganizationTrail: false });
    assert.deepEqual([stored()?.organizationId, stored()?.isOrganizationTrail], [undefined, false]);
  });
  test('the bucket must be open to the organization when it is made one', async () => {
    organize();
    const policy = openPolicy('logs').replace('logs/*', `logs/AWSLogs/${management}/*`);
    scene.addBucket('logs', { policy });
    await scene.call('CreateTrail', { ...wanted, IsOrganizationTrail: false });
    const [code] = await scene.refusal('UpdateTrail', { Name: 'org', IsOrganizationTrail: true });
    assert.equal(code, 'InsufficientS3BucketPolicyException');
  });
  for (const [what, operation, input] of [
    ['CloudTrail is trusted no more', 'DisableAWSServiceAccess', { ServicePrincipal: trust }],
    ['the organization is deleted', 'DeleteOrganization', {}],
  ] as const)
    test(`${what}: it goes on as a trail of its account`, async () => {
      organize();
      await scene.call('CreateTrail', wanted);
      if (operation === 'DeleteOrganization') leaveOrganization(scene.state, { organizationId }, member);
      const organizations = createOrganizationsService({ model: organizationsModel, random: countingText() });
      const call = fakeCall({ state: scene.state, accountId: management, receivedAtMs: nowMs });
      await organizations.handlers[operation]?.(input, call);
      assert.deepEqual([stored()?.organizationId, stored()?.isOrganizationTrail], [undefined, false]);
      assert.deepEqual((await scene.call('DescribeTrails', {}, by(member))).trailList, []);
    });
});
