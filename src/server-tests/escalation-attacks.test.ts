// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM User Guide, "Policy evaluation logic", "Permissions boundaries for IAM entities", "Grant a user permissions to
// pass a role to an AWS service", "Compare AWS STS credentials", "Pass session tags in AWS STS"; published lists of ways to
// raise one's rights in IAM: each has to end in a refusal. And what AttackedAccounts holds to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AttackedAccounts,
  allow,
  document,
  type Keys,
  keysOf,
  rootKeys,
  trust,
} from './attacked-accounts.js';
import { logBucketPolicy } from './client.js';

const scene = new AttackedAccounts();
const everything = document(allow('*'));
const deny = (Action: string | string[], Resource: string | string[]) => ({
  Effect: 'Deny',
  Action,
  Resource,
});
const arn = (rest: string) => `arn:aws:iam::${scene.main}:${rest}`;

describe('a user who may act on himself alone', () => {
  test('gives himself, his groups, roles and policies nothing', async () => {
    const keys = await scene.user(rootKeys, 'self', allow(['iam:Get*', 'iam:List*'], arn('user/self')));
    await scene.user(rootKeys, 'victim', allow('*'));
    await scene.done(rootKeys, 'iam', 'CreateGroup', { GroupName: 'admins' });
    await scene.done(rootKeys, 'iam', 'PutGroupPolicy', {
      GroupName: 'admins',
      PolicyName: 'all',
      PolicyDocument: everything,
    });
    await scene.done(rootKeys, 'iam', 'CreateRole', {
      RoleName: 'strong',
      AssumeRolePolicyDocument: trust({ AWS: arn('user/victim') }),
    });
    const { Policy } = (await scene.done(rootKeys, 'iam', 'CreatePolicy', {
      PolicyName: 'mine',
      PolicyDocument: document(allow('s3:ListBucket')),
    })) as { Policy: { Arn: string } };
    const [UserName, PolicyArn] = ['self', 'arn:aws:iam::aws:policy/AdministratorAccess'];
    const policy = { PolicyName: 'p', PolicyDocument: everything };
    const ways: [string, object][] = [
      ['PutUserPolicy', { UserName, ...policy }],
      ['AttachUserPolicy', { UserName, PolicyArn }],
      ['PutGroupPolicy', { GroupName: 'admins', ...policy }],
      ['AttachGroupPolicy', { GroupName: 'admins', PolicyArn }],
      ['AddUserToGroup', { UserName, GroupName: 'admins' }],
      ['PutRolePolicy', { RoleName: 'strong', ...policy }],
      ['AttachRolePolicy', { RoleName: 'strong', PolicyArn }],
      ['UpdateAssumeRolePolicy', { RoleName: 'strong', PolicyDocument: trust({ AWS: arn('user/self') }) }],
      ['CreatePolicyVersion', { PolicyArn: Policy.Arn, PolicyDocument: everything, SetAsDefault: true }],
      ['SetDefaultPolicyVersion', { PolicyArn: Policy.Arn, VersionId: 'v1' }],
      ['CreateAccessKey', { UserName: 'victim' }],
      ['CreateAccessKey', {}],
      ['CreateLoginProfile', { UserName: 'victim', Password: 'Long!enough1' }],
      ['UpdateLoginProfile', { UserName: 'victim', Password: 'Long!enough1' }],
      ['CreateUser', { UserName: 'accomplice' }],
      ['UpdateUser', { UserName, NewUserName: 'victim2' }],
      ['DeleteUserPermissionsBoundary', { UserName }],
      ['SimulatePrincipalPolicy', { PolicySourceArn: arn('user/victim'), ActionNames: ['s3:GetObject'] }],
      ['GetContextKeysForPrincipalPolicy', { PolicySourceArn: arn('user/victim') }],
      ['GetAccountAuthorizationDetails', {}],
      ['GenerateCredentialReport', {}],
      ['CreateOpenIDConnectProvider', { Url: 'https://evil.example.com', ClientIDList: ['x'] }],
      ['TagUser', { UserName, Tags: [{ Key: 'team', Value: 'admins' }] }],
      ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'self' }],
      ['DeactivateMFADevice', { UserName: 'victim', SerialNumber: arn('mfa/victim') }],
    ];
    for (const [operation, input] of ways) await scene.refused(scene.main, keys, 'iam', operation, input);
    const RoleArn = arn('role/strong');
    await scene.refused(scene.main, keys, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: 'session' });
  });

  test("cannot name somebody's key as his own", async () => {
    const own = ['iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:ListAccessKeys'];
    const keys = await scene.user(rootKeys, 'keeper', allow(own, arn('user/keeper')));
    const victim = await scene.user(rootKeys, 'key-victim');
    const key = { UserName: 'keeper', AccessKeyId: victim.accessKeyId };
    const absent = /NoSuchEntity/;
    await scene.refused(scene.main, keys, 'iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' }, absent);
    await scene.refused(scene.main, keys, 'iam', 'DeleteAccessKey', key, absent);
    const ofRoot = { ...key, AccessKeyId: rootKeys.accessKeyId };
    await scene.refused(
      scene.main,
      keys,
      'iam',
      'UpdateAccessKey',
      { ...ofRoot, Status: 'Inactive' },
      absent,
    );
    await scene.done(victim, 'sts', 'GetCallerIdentity');
  });

  test('a name in other letters is the same name to a Deny', async () => {
    const keys = await scene.user(rootKeys, 'shouter', allow('iam:*'), deny('iam:*', arn('user/Crown*')));
    await scene.done(rootKeys, 'iam', 'CreateUser', { UserName: 'CrownPrince' });
    const denied = { UserName: 'CROWNPRINCE' };
    await scene.refused(scene.main, keys, 'iam', 'CreateAccessKey', denied);
    await scene.refused(scene.main, keys, 'iam', 'DeleteUser', denied);
  });
});

describe('a permissions boundary', () => {
  test('holds for whoever may change everything but it', async () => {
    const { Policy } = (await scene.done(rootKeys, 'iam', 'CreatePolicy', {
      PolicyName: 'fence',
      PolicyDocument: document(
        allow(['iam:*', 's3:ListAllMyBuckets', 'sts:*']),
        deny(
          ['iam:DeleteUserPermissionsBoundary', 'iam:PutUserPermissionsBoundary', 'iam:CreatePolicyVersion'],
          '*',
        ),
      ),
    })) as { Policy: { Arn: string } };
    const keys = await scene.user(rootKeys, 'fenced', allow('*'));
    const bound = { UserName: 'fenced', PermissionsBoundary: Policy.Arn };
    await scene.done(rootKeys, 'iam', 'PutUserPermissionsBoundary', bound);
    await scene.done(keys, 's3', 'ListBuckets');
    await scene.refused(scene.main, keys, 'iam', 'DeleteUserPermissionsBoundary', { UserName: 'fenced' });
    await scene.refused(scene.main, keys, 'iam', 'PutUserPermissionsBoundary', {
      UserName: 'fenced',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    await scene.refused(scene.main, keys, 'iam', 'CreatePolicyVersion', {
      PolicyArn: Policy.Arn,
      PolicyDocument: everything,
      SetAsDefault: true,
    });
    // More of one's own policies are no way round it, nor is a session.
    const more = { UserName: 'fenced', PolicyName: 'more', PolicyDocument: everything };
    await scene.done(keys, 'iam', 'PutUserPolicy', more);
    const session = keysOf(await scene.done(keys, 'sts', 'GetSessionToken'));
    const federated = { Name: 'fed', Policy: everything };
    const gained = keysOf(await scene.done(keys, 'sts', 'GetFederationToken', federated));
    for (const each of [keys, session, gained])
      await scene.refused(scene.main, each, 'cloudtrail', 'DescribeTrails');
    await scene.refused(scene.main, gained, 'iam', 'ListUsers');
    await scene.refused(scene.main, session, 'iam', 'ListUsers');
    await scene.refused(scene.main, gained, 'sts', 'AssumeRole', {
      RoleArn: arn('role/any'),
      RoleSessionName: 'session',
    });
    for (const operation of ['GetSessionToken', 'GetFederationToken'])
      await scene.refused(scene.main, session, 'sts', operation, { Name: 'again' });
  });

  test('whose policy is gone allows nothing, and a user whom somebody makes needs the one that is asked for', async () => {
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const condition = { Condition: { StringEquals: { 'iam:PermissionsBoundary': PermissionsBoundary } } };
    const keys = await scene.user(
      rootKeys,
      'maker',
      allow(['iam:CreateUser', 'iam:CreateRole'], '*', condition),
    );
    await scene.refused(scene.main, keys, 'iam', 'CreateUser', { UserName: 'free' });
    await scene.refused(scene.main, keys, 'iam', 'CreateUser', {
      UserName: 'free',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    await scene.refused(scene.main, keys, 'iam', 'CreateRole', {
      RoleName: 'free',
      AssumeRolePolicyDocument: trust({ AWS: scene.main }),
    });
    await scene.done(keys, 'iam', 'CreateUser', { UserName: 'bound', PermissionsBoundary });
  });
});

describe('sessions', () => {
  test('are narrowed by their policies, never widened', async () => {
    await scene.done(rootKeys, 'iam', 'CreateRole', {
      RoleName: 'reader',
      AssumeRolePolicyDocument: trust({ AWS: scene.main }),
    });
    await scene.done(rootKeys, 'iam', 'PutRolePolicy', {
      RoleName: 'reader',
      PolicyName: 'read',
      PolicyDocument: document(allow('s3:ListAllMyBuckets'), allow('sts:*')),
    });
    const taker = await scene.user(rootKeys, 'reader-taker', allow('sts:*'));
    const wide = await scene.assume(taker, arn('role/reader'), { Policy: everything });
    await scene.done(wide, 's3', 'ListBuckets');
    await scene.refused(scene.main, wide, 'cloudtrail', 'DescribeTrails');
    const narrow = await scene.assume(taker, arn('role/reader'), { Policy: document(allow('sts:*')) });
    await scene.refused(scene.main, narrow, 's3', 'ListBuckets');
    // A chain is an hour long at most, and whoever narrows himself cannot take it back by assuming himself.
    const long = { RoleArn: arn('role/reader'), RoleSessionName: 'session', DurationSeconds: 3_601 };
    await scene.refused(scene.main, wide, 'sts', 'AssumeRole', long, /ValidationError/);
    const beyond = { ...long, DurationSeconds: 43_200 };
    await scene.refused(scene.main, taker, 'sts', 'AssumeRole', beyond, /ValidationError/);
    const foreign = {
      ...long,
      DurationSeconds: 900,
      PolicyArns: [{ arn: `arn:aws:iam::${scene.alone}:policy/p` }],
    };
    await scene.refused(scene.main, taker, 'sts', 'AssumeRole', foreign, /MalformedPolicyDocument/);
  });

  test('tags for ABAC need sts:TagSession on both sides, and transitive ones stay', async () => {
    const team = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
    const make = async (RoleName: string, AssumeRolePolicyDocument: string) => {
      await scene.done(rootKeys, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
      const PolicyDocument = document(allow('s3:ListAllMyBuckets', '*', { Condition: team }), allow('sts:*'));
      await scene.done(rootKeys, 'iam', 'PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument });
    };
    await make('untagged', trust({ AWS: scene.main }, { Action: 'sts:AssumeRole' }));
    await make('tagged', trust({ AWS: scene.main }));
    const assumer = await scene.user(rootKeys, 'assumer', allow('sts:AssumeRole'));
    const tagger = await scene.user(rootKeys, 'tagger', allow('sts:*'));
    const Tags = [{ Key: 'team', Value: 'red' }];
    const ask = { RoleSessionName: 'session', Tags };
    for (const [keys, role] of [
      [assumer, 'tagged'],
      [tagger, 'untagged'],
    ] as [Keys, string][]) {
      const input = { ...ask, RoleArn: arn(`role/${role}`) };
      await scene.refused(scene.main, keys, 'sts', 'AssumeRole', input);
    }
    const blue = await scene.assume(tagger, arn('role/tagged'), {
      Tags: [{ Key: 'Team', Value: 'blue' }],
      TransitiveTagKeys: ['Team'],
    });
    await scene.refused(scene.main, blue, 's3', 'ListBuckets');
    const override = { ...ask, RoleArn: arn('role/tagged') };
    await scene.refused(scene.main, blue, 'sts', 'AssumeRole', override, /ValidationError/);
    await scene.refused(scene.main, assumer, 'sts', 'GetFederationToken', { Name: 'fed', Tags });
  });
});

describe('CloudTrail', () => {
  test('a role is handed over by who may pass it', async () => {
    const keys = await scene.user(rootKeys, 'trail-maker', allow('cloudtrail:*'));
    await scene.done(rootKeys, 's3', 'CreateBucket', { Bucket: 'main-logs' });
    await scene.done(rootKeys, 's3', 'PutBucketPolicy', {
      Bucket: 'main-logs',
      Policy: logBucketPolicy('main-logs'),
    });
    const trail = { Name: 'passing', S3BucketName: 'main-logs' };
    const role = {
      CloudWatchLogsLogGroupArn: `arn:aws:logs:us-east-1:${scene.main}:log-group:g:*`,
      CloudWatchLogsRoleArn: arn('role/strong'),
    };
    await scene.refused(scene.main, keys, 'cloudtrail', 'CreateTrail', { ...trail, ...role });
    await scene.done(keys, 'cloudtrail', 'CreateTrail', trail);
    await scene.refused(scene.main, keys, 'cloudtrail', 'UpdateTrail', { Name: 'passing', ...role });
  });

  test('a Deny of a trail holds however the trail is written', async () => {
    const trail = { Name: 'guarded', S3BucketName: 'main-logs', IsMultiRegionTrail: true };
    await scene.done(rootKeys, 'cloudtrail', 'CreateTrail', trail);
    await scene.done(rootKeys, 'cloudtrail', 'StartLogging', { Name: 'guarded' });
    const guarded = `arn:aws:cloudtrail:us-east-1:${scene.main}:trail/guarded`;
    const keys = await scene.user(rootKeys, 'denied', allow('cloudtrail:*'), deny('cloudtrail:*', guarded));
    const forms = [
      'guarded',
      guarded,
      guarded.replace('arn:aws:', 'arn:aws-cn:'),
      guarded.replace('arn:aws:', 'arn:aws-us-gov:'),
      guarded.replace('us-east-1', 'eu-west-1'),
      guarded.replace('us-east-1', 'nowhere'),
    ];
    for (const Name of forms) {
      for (const operation of ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'GetTrail', 'GetTrailStatus'])
        await scene.refused(scene.main, keys, 'cloudtrail', operation, { Name });
      await scene.refused(scene.main, keys, 'cloudtrail', 'PutEventSelectors', {
        TrailName: Name,
        EventSelectors: [{ ReadWriteType: 'ReadOnly' }],
      });
      if (Name === 'guarded') continue;
      const tags = { ResourceId: Name, TagsList: [{ Key: 'k', Value: 'v' }] };
      await scene.refused(scene.main, keys, 'cloudtrail', 'AddTags', tags);
      await scene.refused(scene.main, keys, 'cloudtrail', 'ListTags', { ResourceIdList: [Name] });
    }
    const { IsLogging } = await scene.done(rootKeys, 'cloudtrail', 'GetTrailStatus', { Name: 'guarded' });
    assert.equal(IsLogging, true);
  });
});
