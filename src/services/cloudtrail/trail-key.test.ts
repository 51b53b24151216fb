// SPDX-License-Identifier: Apache-2.0
// Oracles: CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail" (its statements are the policies here), and CloudTrail
// API Reference, "CreateTrail" (KmsKeyId, KmsKeyNotFoundException, InsufficientEncryptionPolicyException, KmsException).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aliasKey } from '../../keys/alias.js';
import { type KeyDocument, keyArn, keyKey } from '../../keys/key.js';
import { account, CloudTrailScene } from './testing/scene.js';

const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
const trailArn = `arn:aws:cloudtrail:us-east-1:${account}:trail/audit`;
const service = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Resource: '*' };

const encrypt = {
  ...service,
  Action: 'kms:GenerateDataKey*',
  Condition: {
    StringEquals: { 'aws:SourceArn': trailArn },
    StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${account}:trail/*` },
  },
};
const describeKey = { ...service, Action: 'kms:DescribeKey' };

function addKey(scene: CloudTrailScene, statements: object[], facts: Partial<KeyDocument> = {}): KeyDocument {
  const key: KeyDocument = {
    id,
    accountId: account,
    region: 'us-east-1',
    manager: 'CUSTOMER',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    description: '',
    state: 'Enabled',
    createdAtMs: 1,
    policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    tags: {},
    materials: [{ id: '0'.repeat(64), sealed: '', createdAtMs: 1 }],
    ...facts,
  };
  scene.state.put(keyKey(key), key);
  return key;
}

const create = (KmsKeyId: string, more: object = {}) => ({
  Name: 'audit',
  S3BucketName: 'logs',
  KmsKeyId,
  ...more,
});

describe('a trail’s key', () => {
  test('is kept and answered as its ARN, whatever named it', async () => {
    for (const name of [id, 'alias/trails', `arn:aws:kms:us-east-1:${account}:alias/trails`]) {
      const scene = new CloudTrailScene();
      const key = addKey(scene, [encrypt, describeKey]);
      const alias = { accountId: account, region: 'us-east-1', name: 'alias/trails' };
      scene.state.put(aliasKey(alias), { ...alias, targetKeyId: id });
      assert.equal((await scene.call('CreateTrail', create(name))).KmsKeyId, keyArn(key), name);
      assert.equal((await scene.call('GetTrail', { Name: 'audit' })).Trail?.KmsKeyId, keyArn(key));
      const off = await scene.call('UpdateTrail', { Name: 'audit', KmsKeyId: '' });
      assert.equal(off.KmsKeyId, undefined);
      assert.equal(
        (await scene.call('UpdateTrail', { Name: 'audit', KmsKeyId: name })).KmsKeyId,
        keyArn(key),
      );
    }
  });

  test('may be another account’s, by its ARN', async () => {
    const scene = new CloudTrailScene();
    const key = addKey(scene, [encrypt, describeKey], { accountId: '444455556666' });
    assert.equal((await scene.refusal('CreateTrail', create(id)))[0], 'KmsKeyNotFoundException');
    assert.equal((await scene.call('CreateTrail', create(keyArn(key)))).KmsKeyId, keyArn(key));
  });

  const policies: [name: string, statements: object[], code: string | undefined][] = [
    ['the guide’s', [encrypt, describeKey], undefined],
    ['without conditions', [{ ...encrypt, Condition: undefined }, describeKey], undefined],
    ['without DescribeKey', [encrypt], 'InsufficientEncryptionPolicyException'],
    ['without GenerateDataKey', [describeKey], 'InsufficientEncryptionPolicyException'],
    [
      'of the account alone',
      [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }],
      'InsufficientEncryptionPolicyException',
    ],
    [
      'for another trail',
      [{ ...encrypt, Condition: { StringEquals: { 'aws:SourceArn': `${trailArn}-2` } } }, describeKey],
      'InsufficientEncryptionPolicyException',
    ],
    [
      'for another account’s trails',
      [
        {
          ...encrypt,
          Condition: {
            StringLike: {
              'kms:EncryptionContext:aws:cloudtrail:arn': 'arn:aws:cloudtrail:*:444455556666:trail/*',
            },
          },
        },
        describeKey,
      ],
      'InsufficientEncryptionPolicyException',
    ],
    [
      'with a deny',
      [encrypt, describeKey, { ...service, Effect: 'Deny', Action: 'kms:*' }],
      'InsufficientEncryptionPolicyException',
    ],
  ];
  for (const [name, statements, code] of policies) {
    test(`policy ${name}: ${code ?? 'let in'}`, async () => {
      const scene = new CloudTrailScene();
      const key = addKey(scene, statements);
      if (code === undefined) await scene.call('CreateTrail', create(id));
      else
        assert.deepEqual(await scene.refusal('CreateTrail', create(id)), [
          code,
          `Insufficient permissions to access S3 bucket logs or KMS key ${keyArn(key)}.`,
        ]);
    });
  }

  test('must open, too, where the bucket has a bucket key', async () => {
    const scene = new CloudTrailScene();
    scene.addBucket('logs', { encryption: { Rules: [{ BucketKeyEnabled: true }] } });
    addKey(scene, [encrypt, describeKey]);
    assert.equal(
      (await scene.refusal('CreateTrail', create(id)))[0],
      'InsufficientEncryptionPolicyException',
    );
    addKey(scene, [encrypt, describeKey, { ...service, Action: 'kms:Decrypt' }]);
    await scene.call('CreateTrail', create(id));
  });

  test('that is not there, in another Region than the bucket, or no key at all', async () => {
    const scene = new CloudTrailScene();
    const abroad = addKey(scene, [encrypt, describeKey], { region: 'eu-west-1' });
    for (const name of [id, 'alias/nobody', keyArn(abroad)])
      assert.equal((await scene.refusal('CreateTrail', create(name)))[0], 'KmsKeyNotFoundException', name);
    scene.addBucket('european', { region: 'eu-west-1' });
    await scene.call('CreateTrail', create(keyArn(abroad), { S3BucketName: 'european' }));
    assert.equal(
      (await scene.refusal('CreateTrail', create('no key', { Name: 'other' })))[0],
      'InvalidKmsKeyIdException',
    );
  });

  const unusable: [name: string, facts: Partial<KeyDocument>][] = [
    ['disabled', { state: 'Disabled' }],
    ['pending deletion', { state: 'PendingDeletion', deletionAtMs: Number.MAX_SAFE_INTEGER }],
    ['not symmetric', { spec: 'RSA_2048' }],
  ];
  for (const [name, facts] of unusable) {
    test(`that is ${name}: KmsException`, async () => {
      const scene = new CloudTrailScene();
      addKey(scene, [encrypt, describeKey], facts);
      assert.equal((await scene.refusal('CreateTrail', create(id)))[0], 'KmsException');
    });
  }
});
