// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI as the client of Organizations, its waiters and pages; what a member can and cannot do then, tried by
// the CLI under that member's keys. Organizations User Guide, "Tutorial: Creating and configuring an organization".
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually, refusalOf } from '../harness.mjs';

const cairn = new CairnServer({ CAIRN_ACCOUNT_ID: '111111111111' });
const management = '111111111111';
const [teamA, teamB] = ['222222222222', '333333333333'];
/** What `eval "$(cairn env --account ID)"` would set, by account. */
const keys = {};
let organizationId;
let rootId;

before(async () => {
  await cairn.start();
  for (const [id, name] of [
    [teamA, 'Team A'],
    [teamB, 'Team B'],
  ])
    keys[id] = await cairn.newAccount(id, name);
});
after(() => cairn.remove());

const organizations = (operation, ...args) => cairn.awsOk('organizations', operation, ...args);

/** Runs `aws …` with an account's keys. */
const as = (id, ...args) => cairn.awsWith(keys[id], ...args);

async function okAs(id, ...args) {
  const { code, stdout, stderr } = await as(id, ...args);
  assert.equal(code, 0, `aws ${args.join(' ')}: ${stderr}`);
  return stdout === '' ? undefined : JSON.parse(stdout);
}

const refusedAs = async (id, ...args) => refusalOf(await as(id, ...args), args);

function file(name, document) {
  const path = join(cairn.dir, name);
  writeFileSync(path, JSON.stringify(document));
  return `file://${path}`;
}

const statement = (Effect, Action) => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource: '*' }],
});

describe('accounts beside the main one', () => {
  test('are who they are, and in no organization', async () => {
    const { Account, Arn } = await okAs(teamA, 'sts', 'get-caller-identity');
    assert.deepEqual([Account, Arn], [teamA, `arn:aws:iam::${teamA}:root`]);
    const { code } = await refusedAs(teamA, 'organizations', 'describe-organization');
    assert.equal(code, 'AWSOrganizationsNotInUseException');
  });
  test('have an address and an id of their own', async () => {
    for (const args of [
      ['--name', 'x', '--email', `${teamA}@EXAMPLE.com`],
      ['--name', 'x', '--email', 'other@example.com', '--account-id', teamA],
      ['--name', 'x', '--email', 'nobody'],
    ]) {
      const { code, stderr } = await cairn.cairn('account', 'create', ...args);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^cairn: \S/);
    }
    const { code, stderr } = await cairn.cairn('env', '--account', '999999999999');
    assert.deepEqual([code, /no key of account 999999999999/.test(stderr)], [1, true]);
  });
});

describe('an organization', () => {
  test('is made; accounts are invited and accept', async () => {
    const { Organization } = await organizations('create-organization', '--feature-set', 'ALL');
    organizationId = Organization.Id;
    rootId = (await organizations('list-roots')).Roots[0].Id;
    for (const [id, target] of [
      [teamA, `Id=${teamA},Type=ACCOUNT`],
      [teamB, `Id=${teamB}@example.com,Type=EMAIL`],
    ]) {
      const { Handshake } = await organizations(
        'invite-account-to-organization',
        '--target',
        target,
        '--notes',
        'Welcome',
      );
      const { Handshakes } = await okAs(id, 'organizations', 'list-handshakes-for-account');
      assert.deepEqual(
        Handshakes.map(({ Id, State }) => [Id, State]),
        [[Handshake.Id, 'OPEN']],
      );
      const accepted = await okAs(id, 'organizations', 'accept-handshake', '--handshake-id', Handshake.Id);
      assert.equal(accepted.Handshake.State, 'ACCEPTED');
    }
    const described = await okAs(teamA, 'organizations', 'describe-organization');
    assert.equal(described.Organization.MasterAccountId, management);
    const { code, message } = await refusedAs(teamA, 'organizations', 'list-accounts');
    assert.deepEqual(
      [code, message],
      ['AccessDeniedException', "You don't have permissions to access this resource."],
    );
  });

  test('makes an account, and gets into it by its role', async () => {
    const { CreateAccountStatus } = await organizations(
      'create-account',
      '--email',
      'susan@example.com',
      '--account-name',
      'Production Account',
    );
    assert.equal(CreateAccountStatus.State, 'IN_PROGRESS');
    const made = await eventually(async () => {
      const id = CreateAccountStatus.Id;
      const answer = await organizations('describe-create-account-status', '--create-account-request-id', id);
      assert.equal(answer.CreateAccountStatus.State, 'SUCCEEDED');
      return answer.CreateAccountStatus.AccountId;
    });
    const event = await eventually(async () => {
      const { Events } = await cairn.awsOk(
        'cloudtrail',
        'lookup-events',
        '--lookup-attributes',
        'AttributeKey=EventName,AttributeValue=CreateAccountResult',
      );
      assert.equal(Events.length, 1);
      return JSON.parse(Events[0].CloudTrailEvent);
    });
    assert.equal(event.serviceEventDetails.createAccountStatus.accountId, made);
    const asked = await cairn.awsOk(
      'cloudtrail',
      'lookup-events',
      '--lookup-attributes',
      'AttributeKey=EventName,AttributeValue=CreateAccount',
    );
    assert.ok(!JSON.stringify(asked).includes('susan@example.com'));
    // A user of the management account that may assume roles: roots cannot.
    await cairn.awsOk('iam', 'create-user', '--user-name', 'admin');
    await cairn.awsOk(
      'iam',
      'attach-user-policy',
      '--user-name',
      'admin',
      '--policy-arn',
      'arn:aws:iam::aws:policy/AdministratorAccess',
    );
    const { AccessKey } = await cairn.awsOk('iam', 'create-access-key', '--user-name', 'admin');
    keys.admin = {
      AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey,
    };
    const role = `arn:aws:iam::${made}:role/OrganizationAccountAccessRole`;
    const { Credentials } = await okAs(
      'admin',
      'sts',
      'assume-role',
      '--role-arn',
      role,
      '--role-session-name',
      'first',
    );
    keys.made = {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
    };
    assert.equal((await okAs('made', 'sts', 'get-caller-identity')).Account, made);
    await okAs('made', 's3api', 'create-bucket', '--bucket', 'bucket-of-production');
  });

  test('an address that is taken fails the request with the reason', async () => {
    await organizations('create-account', '--email', `${teamA}@example.com`, '--account-name', 'Again');
    await eventually(async () => {
      const { CreateAccountStatuses } = await organizations(
        'list-create-account-status',
        '--states',
        'FAILED',
      );
      assert.equal(CreateAccountStatuses[0]?.FailureReason, 'EMAIL_ALREADY_EXISTS');
    });
  });
});

describe('service control policies', () => {
  let unit;
  let policy;

  test('bind the accounts below where they hang, their roots too', async () => {
    unit = (await organizations('create-organizational-unit', '--parent-id', rootId, '--name', 'Restricted'))
      .OrganizationalUnit.Id;
    const made = await organizations(
      'create-policy',
      '--type',
      'SERVICE_CONTROL_POLICY',
      '--name',
      'NoBuckets',
      '--description',
      'No buckets',
      '--content',
      file('scp.json', statement('Deny', 's3:CreateBucket')),
    );
    policy = made.Policy.PolicySummary.Id;
    await organizations('attach-policy', '--policy-id', policy, '--target-id', unit);
    await okAs(teamA, 's3api', 'create-bucket', '--bucket', 'team-a-before');
    await organizations(
      'move-account',
      '--account-id',
      teamA,
      '--source-parent-id',
      rootId,
      '--destination-parent-id',
      unit,
    );
    const { code, message } = await refusedAs(teamA, 's3api', 'create-bucket', '--bucket', 'team-a-after');
    assert.equal(code, 'AccessDenied');
    assert.match(message, /explicit deny in a service control policy/);
    await okAs(teamB, 's3api', 'create-bucket', '--bucket', 'team-b');
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'management');
  });
  test('without full access nothing is allowed but what they allow', async () => {
    const made = await organizations(
      'create-policy',
      '--type',
      'SERVICE_CONTROL_POLICY',
      '--name',
      'OnlySts',
      '--description',
      '',
      '--content',
      file('only.json', statement('Allow', 'sts:*')),
    );
    await organizations('attach-policy', '--policy-id', made.Policy.PolicySummary.Id, '--target-id', unit);
    await organizations('detach-policy', '--policy-id', 'p-FullAWSAccess', '--target-id', unit);
    await okAs(teamA, 'sts', 'get-session-token');
    assert.match(
      (await refusedAs(teamA, 's3api', 'list-buckets')).message,
      /no service control policy allows/,
    );
    const last = await cairn.awsRefused(
      'organizations',
      'detach-policy',
      '--policy-id',
      'p-FullAWSAccess',
      '--target-id',
      rootId,
    );
    assert.equal(last.code, 'ConstraintViolationException');
    await organizations('attach-policy', '--policy-id', 'p-FullAWSAccess', '--target-id', unit);
    await okAs(teamA, 's3api', 'list-buckets');
  });
  test('are listed where they hang, and cannot go while they do', async () => {
    const { Targets } = await organizations('list-targets-for-policy', '--policy-id', policy);
    assert.deepEqual(
      Targets.map(({ TargetId, Type, Name }) => [TargetId, Type, Name]),
      [[unit, 'ORGANIZATIONAL_UNIT', 'Restricted']],
    );
    const { code } = await cairn.awsRefused('organizations', 'delete-policy', '--policy-id', policy);
    assert.equal(code, 'PolicyInUseException');
    await organizations('detach-policy', '--policy-id', policy, '--target-id', unit);
    await organizations('delete-policy', '--policy-id', policy);
  });
});

describe('delegation', () => {
  test('a resource policy lets a member read', async () => {
    const delegated = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${teamB}:root` },
          Action: ['organizations:ListAccounts'],
          Resource: '*',
        },
      ],
    };
    await organizations('put-resource-policy', '--content', file('resource-policy.json', delegated));
    const { Accounts } = await okAs(teamB, 'organizations', 'list-accounts');
    assert.equal(Accounts.length, 4);
    assert.equal((await refusedAs(teamA, 'organizations', 'list-accounts')).code, 'AccessDeniedException');
    await organizations('delete-resource-policy');
    assert.equal((await refusedAs(teamB, 'organizations', 'list-accounts')).code, 'AccessDeniedException');
  });
  test('a delegated administrator reads too', async () => {
    await organizations('enable-aws-service-access', '--service-principal', 'config.amazonaws.com');
    const delegation = ['--account-id', teamB, '--service-principal', 'config.amazonaws.com'];
    await organizations('register-delegated-administrator', ...delegation);
    await okAs(teamB, 'organizations', 'list-roots');
    await organizations('deregister-delegated-administrator', ...delegation);
    assert.equal((await refusedAs(teamB, 'organizations', 'list-roots')).code, 'AccessDeniedException');
  });
});

describe('going', () => {
  test('an account that leaves is bound no more, and may be in another organization', async () => {
    await okAs(teamB, 'organizations', 'leave-organization');
    const { Organization } = await okAs(teamB, 'organizations', 'create-organization');
    assert.notEqual(Organization.Id, organizationId);
    const { Accounts } = await okAs(teamB, 'organizations', 'list-accounts');
    assert.deepEqual(
      Accounts.map(({ Id }) => Id),
      [teamB],
    );
  });
  test('a closed account is suspended, and its keys are dead', async () => {
    await organizations('close-account', '--account-id', teamA);
    const { code } = await refusedAs(teamA, 'sts', 'get-caller-identity');
    assert.match(code, /InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClientException/);
    await eventually(async () => {
      const { Account } = await organizations('describe-account', '--account-id', teamA);
      assert.equal(Account.Status, 'SUSPENDED');
    });
  });
  test('all of it is there after a restart', async () => {
    const before = await organizations('list-accounts');
    await cairn.stop();
    await cairn.start();
    assert.deepEqual(await organizations('list-accounts'), before);
  });
  test('an account is made while no server runs, too', async () => {
    await cairn.stop();
    const made = await cairn.cairn(
      'account',
      'create',
      '--name',
      'Offline',
      '--email',
      'offline@example.com',
    );
    assert.equal(made.code, 0, made.stderr);
    const { accountId } = JSON.parse(made.stdout);
    await cairn.start();
    const { stdout } = await cairn.cairn('env', '--account', accountId);
    keys.offline = Object.fromEntries(
      Array.from(stdout.matchAll(/^export (\w+)='?(.*?)'?$/gm), ([, key, value]) => [key, value]),
    );
    assert.equal((await okAs('offline', 'sts', 'get-caller-identity')).Account, accountId);
  });
});
