// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM User Guide, "The confused deputy problem", "Access to AWS accounts owned by third parties" (external id);
// CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail", "Creating a trail for an organization"; KMS Developer
// Guide, "kms:ViaService"; Organizations User Guide, "Service control policies (SCPs)". And what AttackedAccounts holds to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AttackedAccounts, allow, document, type Keys, rootKeys, trust } from './attacked-accounts.js';

const scene = new AttackedAccounts();
const service = { Service: 'cloudtrail.amazonaws.com' };
const badBucket = /InsufficientS3BucketPolicy/;

/** A bucket of the main account into which CloudTrail may write for whom the condition names. */
async function logBucket(Bucket: string, Condition: object | undefined, folders = ['*']): Promise<string> {
  await scene.done(rootKeys, 's3', 'CreateBucket', { Bucket });
  const more = { Principal: service, ...(Condition === undefined ? {} : { Condition }) };
  const under = folders.map((folder) => `arn:aws:s3:::${Bucket}/AWSLogs/${folder}`);
  const Policy = document(
    allow('s3:GetBucketAcl', `arn:aws:s3:::${Bucket}`, more),
    allow('s3:PutObject', under, more),
  );
  await scene.done(rootKeys, 's3', 'PutBucketPolicy', { Bucket, Policy });
  return Bucket;
}

/** A folder alone does not tell whose trail it is: a prefix leads below it. AWS's guide asks for `aws:SourceArn` for that. */
function prefixesOf(bucket: string): object[] {
  const below = bucket === 'by-folder' ? [] : [`AWSLogs/${scene.main}`];
  return [{}, ...[...below, '../AWSLogs', '/'].map((S3KeyPrefix) => ({ S3KeyPrefix }))];
}

describe('a trail of another account', () => {
  const trail = { Name: 'borrowed', IsMultiRegionTrail: false };

  test('does not deliver into a bucket whose policy names another source, account or folder', async () => {
    const ofMain = `arn:aws:cloudtrail:us-east-1:${scene.main}:trail/borrowed`;
    const buckets = [
      await logBucket('by-source-arn', { StringEquals: { 'aws:SourceArn': ofMain } }),
      await logBucket('by-source-account', { StringEquals: { 'aws:SourceAccount': scene.main } }),
      await logBucket('by-arn-like', {
        ArnLike: { 'aws:SourceArn': `arn:aws:cloudtrail:*:${scene.main}:*` },
      }),
      await logBucket('by-folder', undefined, [`${scene.main}/*`]),
    ];
    for (const S3BucketName of buckets)
      for (const keys of [scene.aloneRoot, scene.memberAdmin]) {
        const accountId = keys === scene.aloneRoot ? scene.alone : scene.member;
        for (const prefix of prefixesOf(S3BucketName))
          await scene.refused(
            accountId,
            keys,
            'cloudtrail',
            'CreateTrail',
            { ...trail, S3BucketName, ...prefix },
            badBucket,
          );
      }
    for (const Bucket of buckets) {
      const { KeyCount } = await scene.done(rootKeys, 's3', 'ListObjectsV2', { Bucket });
      assert.equal(KeyCount, 0, Bucket);
    }
  });

  test('nor into a bucket without a policy, nor by moving a trail that was let in', async () => {
    await scene.done(scene.aloneRoot, 's3', 'CreateBucket', { Bucket: 'alone-logs' });
    const own = allow('s3:*', ['arn:aws:s3:::alone-logs', 'arn:aws:s3:::alone-logs/*'], {
      Principal: service,
    });
    await scene.done(scene.aloneRoot, 's3', 'PutBucketPolicy', {
      Bucket: 'alone-logs',
      Policy: document(own),
    });
    await scene.done(scene.aloneRoot, 'cloudtrail', 'CreateTrail', { ...trail, S3BucketName: 'alone-logs' });
    await scene.done(rootKeys, 's3', 'CreateBucket', { Bucket: 'main-private' });
    for (const S3BucketName of ['main-private', 'by-source-account'])
      await scene.refused(
        scene.alone,
        scene.aloneRoot,
        'cloudtrail',
        'UpdateTrail',
        { Name: 'borrowed', S3BucketName },
        badBucket,
      );
  });

  test('is nobody else’s to read, stop, or tag', async () => {
    const Name = `arn:aws:cloudtrail:us-east-1:${scene.alone}:trail/borrowed`;
    const codes = /CloudTrailARNInvalid|TrailNotFound|AccessDenied/;
    for (const operation of ['GetTrail', 'GetTrailStatus', 'StopLogging', 'DeleteTrail', 'UpdateTrail'])
      await scene.refused(scene.main, rootKeys, 'cloudtrail', operation, { Name }, codes);
    const tags = { ResourceId: Name, TagsList: [{ Key: 'a', Value: 'b' }] };
    await scene.refused(scene.main, rootKeys, 'cloudtrail', 'AddTags', tags, codes);
  });
});

describe('a key', () => {
  test('that is for S3, or for one trail, is for nobody who comes another way', async () => {
    const own = allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${scene.main}:root` } });
    const viaS3 = allow(['kms:Decrypt', 'kms:GenerateDataKey'], '*', {
      Principal: '*',
      Condition: {
        StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'kms:CallerAccount': scene.alone },
      },
    });
    const forTrail = allow('kms:GenerateDataKey', '*', {
      Principal: service,
      Condition: {
        StringEquals: { 'aws:SourceArn': `arn:aws:cloudtrail:us-east-1:${scene.main}:trail/a` },
      },
    });
    const { KeyMetadata: key } = (await scene.done(rootKeys, 'kms', 'CreateKey', {
      Policy: document(own, viaS3, forTrail),
    })) as { KeyMetadata: { Arn: string } };
    const KeyId = key.Arn;
    for (const [accountId, keys] of [
      [scene.alone, scene.aloneRoot],
      [scene.member, scene.memberAdmin],
    ] as [string, Keys][]) {
      const dataKey = { KeyId, KeySpec: 'AES_256' };
      await scene.refused(accountId, keys, 'kms', 'GenerateDataKey', dataKey);
      await scene.refused(accountId, keys, 'kms', 'GetKeyPolicy', { KeyId, PolicyName: 'default' });
      await scene.refused(accountId, keys, 'kms', 'DescribeKey', { KeyId });
      const grantee = { KeyId, GranteePrincipal: accountId, Operations: ['Decrypt'] };
      await scene.refused(accountId, keys, 'kms', 'CreateGrant', grantee);
    }
    const sealed = await scene.done(rootKeys, 'kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('secret') });
    const { CiphertextBlob } = sealed;
    await scene.refused(scene.alone, scene.aloneRoot, 'kms', 'Decrypt', { CiphertextBlob });
    // Another account's trail cannot have the key encrypt for it.
    const trail = { Name: 'borrowed', KmsKeyId: KeyId };
    const codes = /InsufficientEncryptionPolicy|KmsKeyNotFound|KmsException/;
    await scene.refused(scene.alone, scene.aloneRoot, 'cloudtrail', 'UpdateTrail', trail, codes);
  });
});

describe('a role for a third party', () => {
  test('needs its external id, exactly, and the one account', async () => {
    const external = { Condition: { StringEquals: { 'sts:ExternalId': 'customer-7' } } };
    await scene.done(rootKeys, 'iam', 'CreateRole', {
      RoleName: 'for-vendor',
      AssumeRolePolicyDocument: trust({ AWS: scene.alone }, external),
    });
    const vendor = await scene.user(scene.aloneRoot, 'vendor', allow('sts:*'));
    const RoleArn = `arn:aws:iam::${scene.main}:role/for-vendor`;
    const ask = { RoleArn, RoleSessionName: 'vendor' };
    for (const ExternalId of [undefined, 'customer-8', 'CUSTOMER-7', 'customer-77'])
      await scene.refused(scene.alone, vendor, 'sts', 'AssumeRole', { ...ask, ExternalId });
    for (const ExternalId of ['customer-*', `$\{aws:username}`, ''])
      await scene.refused(
        scene.alone,
        vendor,
        'sts',
        'AssumeRole',
        { ...ask, ExternalId },
        /Denied|Validation/,
      );
    const right = { ...ask, ExternalId: 'customer-7' };
    await scene.done(vendor, 'sts', 'AssumeRole', right);
    await scene.refused(scene.member, scene.memberAdmin, 'sts', 'AssumeRole', right);
    const unable = await scene.user(scene.aloneRoot, 'unable');
    await scene.refused(scene.alone, unable, 'sts', 'AssumeRole', right);
    for (const form of [RoleArn.replace('for-vendor', 'FOR-VENDOR'), RoleArn.replace('role/', 'role/x/')])
      await scene.refused(scene.alone, vendor, 'sts', 'AssumeRole', { ...right, RoleArn: form });
    await scene.refused(scene.main, rootKeys, 'sts', 'AssumeRole', right);
  });
});

describe('a member of an organization', () => {
  test('sees its trail, and cannot change it, its bucket, or its organization', async () => {
    await scene.done(rootKeys, 'organizations', 'EnableAWSServiceAccess', {
      ServicePrincipal: 'cloudtrail.amazonaws.com',
    });
    const bucket = await logBucket('organization-logs', undefined);
    const made = await scene.done(rootKeys, 'cloudtrail', 'CreateTrail', {
      Name: 'of-all',
      S3BucketName: bucket,
      IsOrganizationTrail: true,
      IsMultiRegionTrail: true,
    });
    await scene.done(rootKeys, 'cloudtrail', 'StartLogging', { Name: 'of-all' });
    const codes = /NotOrganizationMasterAccount|AccessDenied|InvalidHomeRegion|TrailNotFound/;
    await scene.done(scene.memberAdmin, 'cloudtrail', 'GetTrail', { Name: made.TrailARN });
    const member = [scene.member, scene.memberAdmin] as const;
    for (const Name of [
      made.TrailARN as string,
      'of-all',
      `arn:aws:cloudtrail:eu-west-1:${scene.member}:trail/of-all`,
    ])
      for (const operation of ['StopLogging', 'DeleteTrail', 'UpdateTrail'])
        await scene.refused(...member, 'cloudtrail', operation, { Name }, codes);
    const selectors = { TrailName: made.TrailARN, EventSelectors: [{ ReadWriteType: 'ReadOnly' }] };
    await scene.refused(...member, 'cloudtrail', 'PutEventSelectors', selectors, codes);
    const organizationTrail = { Name: 'own-of-all', S3BucketName: bucket, IsOrganizationTrail: true };
    await scene.refused(...member, 'cloudtrail', 'CreateTrail', organizationTrail, codes);
    for (const operation of ['DeleteBucket', 'DeleteBucketPolicy', 'GetBucketPolicy'])
      await scene.refused(...member, 's3', operation, { Bucket: bucket });
    // Lists and objects are data events, which no trail of the member asks for.
    await scene.refused(undefined, scene.memberAdmin, 's3', 'ListObjectsV2', { Bucket: bucket });
    await scene.refused(...member, 'organizations', 'EnableAWSServiceAccess', {
      ServicePrincipal: 'iam.amazonaws.com',
    });
    const administrator = { AccountId: scene.member, ServicePrincipal: 'cloudtrail.amazonaws.com' };
    await scene.refused(...member, 'organizations', 'RegisterDelegatedAdministrator', administrator);
    await scene.refused(...member, 'organizations', 'CloseAccount', { AccountId: scene.main });
    await scene.refused(...member, 'organizations', 'DeleteOrganization');
    await scene.refused(...member, 'organizations', 'ListAccounts');
    const asRoot = {
      TargetPrincipal: scene.main,
      TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword' },
    };
    await scene.refused(...member, 'sts', 'AssumeRoot', asRoot);
    await scene.refused(
      scene.alone,
      scene.aloneRoot,
      'organizations',
      'ListAccounts',
      {},
      /NotInUse|AccessDenied/,
    );
  });

  test('is under its SCPs by every role, chain, session and root that it has', async () => {
    const roots = (await scene.done(rootKeys, 'organizations', 'ListRoots')) as { Roots: { Id: string }[] };
    const PolicyType = 'SERVICE_CONTROL_POLICY';
    await scene.call(rootKeys, 'organizations', 'EnablePolicyType', {
      RootId: roots.Roots[0]?.Id,
      PolicyType,
    });
    await scene.done(scene.memberAdmin, 'iam', 'CreateRole', {
      RoleName: 'insider',
      AssumeRolePolicyDocument: trust({ AWS: scene.member }),
    });
    await scene.done(scene.memberAdmin, 'iam', 'PutRolePolicy', {
      RoleName: 'insider',
      PolicyName: 'all',
      PolicyDocument: document(allow('*')),
    });
    const Content = document({ Effect: 'Deny', Action: ['cloudtrail:StopLogging', 's3:*'], Resource: '*' });
    const { Policy } = (await scene.done(rootKeys, 'organizations', 'CreatePolicy', {
      Type: PolicyType,
      Name: 'guard',
      Description: 'guard',
      Content,
    })) as { Policy: { PolicySummary: { Id: string } } };
    const PolicyId = Policy.PolicySummary.Id;
    await scene.done(rootKeys, 'organizations', 'AttachPolicy', { PolicyId, TargetId: scene.member });
    const user = await scene.user(scene.memberAdmin, 'inside', allow('*'));
    const insider = await scene.assume(user, `arn:aws:iam::${scene.member}:role/insider`);
    for (const keys of [user, insider, scene.memberAdmin]) {
      await scene.refused(scene.member, keys, 's3', 'ListBuckets');
      await scene.refused(scene.member, keys, 'cloudtrail', 'StopLogging', { Name: 'anything' });
      await scene.refused(scene.member, keys, 'organizations', 'DetachPolicy', {
        PolicyId,
        TargetId: scene.member,
      });
    }
    // The path that SCPs leave out is for service-linked roles alone.
    const path = { Path: '/aws-service-role/evil.amazonaws.com/', RoleName: 'evil' };
    const role = { ...path, AssumeRolePolicyDocument: trust({ AWS: scene.member }) };
    await scene.refused(scene.member, user, 'iam', 'CreateRole', role, /ValidationError|AccessDenied/);
  });
});
