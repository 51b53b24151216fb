// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM API Reference (CreateAccountAlias, GetAccountSummary, GenerateCredentialReport, GetCredentialReport,
// EnableOrganizationsRootSessions …); Sign-In User Guide, "Create an account alias"; IAM User Guide, "Generate credential
// reports for your AWS account" (four hours).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountAliasKey } from '../../../identity/account-documents.js';
import { membershipKey, organizationKey } from '../../../identity/organization-documents.js';
import { account, PeopleScene } from '../testing/people-scene.js';

describe('an account’s alias', () => {
  test('is one: another one takes its place, and sets the old one free', async () => {
    const scene = new PeopleScene('999988887777');
    await scene.run('CreateAccountAlias', { AccountAlias: 'stones' });
    await scene.run('CreateAccountAlias', { AccountAlias: 'rocks' });
    assert.deepEqual(await scene.run('ListAccountAliases'), {
      AccountAliases: ['rocks'],
      IsTruncated: false,
    });
    assert.deepEqual(scene.state.get(accountAliasKey('rocks')), { accountId: account });
    const other = { accountId: '999988887777' };
    await scene.run('CreateAccountAlias', { AccountAlias: 'stones' }, other);
    assert.equal(
      await scene.refusal('CreateAccountAlias', { AccountAlias: 'rocks' }, other),
      'EntityAlreadyExists: The account alias rocks already exists.',
    );
    assert.equal(
      await scene.refusal('DeleteAccountAlias', { AccountAlias: 'stones' }),
      'NoSuchEntity: The account alias stones cannot be found.',
    );
    await scene.run('DeleteAccountAlias', { AccountAlias: 'rocks' });
    assert.deepEqual((await scene.run('ListAccountAliases')).AccountAliases, []);
    await scene.run('CreateAccountAlias', { AccountAlias: 'rocks' }, other);
  });

  for (const alias of [
    'ab',
    'a'.repeat(64),
    'Stones',
    '-stones',
    'stones-',
    'sto--nes',
    'sto.nes',
    '111122223333',
  ]) {
    test(`is not ${alias}`, async () => {
      assert.match(
        await new PeopleScene().refusal('CreateAccountAlias', { AccountAlias: alias }),
        /^ValidationError: /,
      );
    });
  }
});

test('the summary counts what is there, beside the quotas', async () => {
  const scene = new PeopleScene();
  await scene.users('a', 'b', 'c');
  await scene.run('CreateGroup', { GroupName: 'g' });
  await scene.enabled('d1', 'a');
  await scene.device('d2');
  const Statement = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Policy } = await scene.run('CreatePolicy', { PolicyName: 'p', PolicyDocument });
  await scene.run('CreatePolicyVersion', { PolicyArn: Policy.Arn, PolicyDocument });
  await scene.run('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: 'v2Token' });
  const { SummaryMap } = await scene.run('GetAccountSummary');
  const expected = {
    Users: 3,
    UsersQuota: 5_000,
    Groups: 1,
    GroupsQuota: 300,
    MFADevices: 2,
    MFADevicesInUse: 1,
    Policies: 1,
    PoliciesQuota: 1_500,
    PolicyVersionsInUse: 2,
    GlobalEndpointTokenVersion: 2,
    AccountMFAEnabled: 0,
    AccountAccessKeysPresent: 0,
    AccountPasswordPresent: 0,
    AccessKeysPerUserQuota: 2,
    GroupsPerUserQuota: 10,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(SummaryMap[name], value, name);
  assert.match(
    await scene.refusal('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: 'v3Token' }),
    /^ValidationError: /,
  );
});

describe('the credential report', () => {
  const hourMs = 3_600_000;
  const csvOf = async (scene: PeopleScene) =>
    String((await scene.run('GetCredentialReport')).Content).split('\n');

  test('is there once it was asked for, and the same for four hours', async () => {
    const scene = new PeopleScene();
    assert.match(await scene.refusal('GetCredentialReport'), /^CredentialReportNotPresent: /);
    const started = await scene.run('GenerateCredentialReport');
    assert.deepEqual(started, {
      State: 'STARTED',
      Description: 'No report exists. Starting a new report generation task',
    });
    const { ReportFormat, GeneratedTime } = await scene.run('GetCredentialReport');
    assert.deepEqual([ReportFormat, GeneratedTime], ['text/csv', new Date('2026-11-21T10:00:00Z')]);
    await scene.users('jane');
    scene.nowMs += 4 * hourMs;
    assert.deepEqual(await scene.run('GenerateCredentialReport'), { State: 'COMPLETE' });
    assert.equal((await csvOf(scene)).length, 2);
    scene.nowMs += 1;
    assert.match(await scene.refusal('GetCredentialReport'), /^CredentialReportExpired: /);
    assert.equal((await scene.run('GenerateCredentialReport')).State, 'STARTED');
    assert.equal((await csvOf(scene)).length, 3);
  });

  test('has the root first, then users by name', async () => {
    const scene = new PeopleScene();
    await scene.users('carl', 'Anna', 'bert');
    await scene.run('CreateLoginProfile', { UserName: 'anna', Password: 'Str0ng!pass' });
    await scene.run('UpdateAccountPasswordPolicy', { MaxPasswordAge: 30 });
    await scene.enabled('phone', 'bert');
    await scene.run('CreateAccessKey', { UserName: 'carl' });
    await scene.run('GenerateCredentialReport');
    const rows = (await csvOf(scene)).slice(1).map((row) => row.split(','));
    assert.deepEqual(
      rows.map(([name]) => name),
      ['<root_account>', 'Anna', 'bert', 'carl'],
    );
    assert.deepEqual(
      rows.map((row) => row[3]),
      ['false', 'true', 'false', 'false'],
    );
    assert.equal(rows[1]?.[6], '2026-12-21T10:00:00+00:00');
    assert.deepEqual(
      rows.map((row) => row[7]),
      ['false', 'false', 'true', 'false'],
    );
    assert.deepEqual(
      rows.map((row) => row[8]),
      ['false', 'false', 'false', 'true'],
    );
  });
});

describe('central root access', () => {
  const organizationId = 'o-exampleorgid';
  const member = '999988887777';

  function scene(more: object = {}): PeopleScene {
    const made = new PeopleScene(member);
    const organization = {
      organizationId,
      managementAccountId: account,
      featureSet: 'ALL',
      trustedServices: { 'iam.amazonaws.com': 1 },
      delegatedAdministrators: {},
    };
    made.state.put(organizationKey(organizationId), { ...organization, ...more });
    for (const accountId of [account, member])
      made.state.put(membershipKey(accountId), { accountId, organizationId });
    return made;
  }

  test('is switched on and off, each feature by itself', async () => {
    const made = scene();
    assert.deepEqual(await made.run('ListOrganizationsFeatures'), {
      OrganizationId: organizationId,
      EnabledFeatures: [],
    });
    await made.run('EnableOrganizationsRootSessions');
    const both = await made.run('EnableOrganizationsRootCredentialsManagement');
    assert.deepEqual(both.EnabledFeatures, ['RootCredentialsManagement', 'RootSessions']);
    await made.run('DisableOrganizationsRootCredentialsManagement');
    assert.deepEqual((await made.run('ListOrganizationsFeatures')).EnabledFeatures, ['RootSessions']);
    assert.deepEqual((await made.run('DisableOrganizationsRootSessions')).EnabledFeatures, []);
  });

  test('is the management account’s or a delegated administrator’s', async () => {
    const by = { accountId: member };
    const operation = 'EnableOrganizationsRootSessions';
    assert.match(await scene().refusal(operation, {}, by), /^AccountNotManagementOrDelegatedAdministrator: /);
    const delegated = scene({ delegatedAdministrators: { 'iam.amazonaws.com': { [member]: 1 } } });
    assert.deepEqual((await delegated.run(operation, {}, by)).EnabledFeatures, ['RootSessions']);
  });

  test('needs an organization with all features that trusts IAM', async () => {
    const operation = 'EnableOrganizationsRootSessions';
    assert.match(await new PeopleScene().refusal(operation), /^OrganizationNotFound: /);
    assert.match(
      await scene({ featureSet: 'CONSOLIDATED_BILLING' }).refusal(operation),
      /^OrganizationNotInAllFeaturesMode: /,
    );
    assert.match(await scene({ trustedServices: {} }).refusal(operation), /^ServiceAccessNotEnabled: /);
  });
});
