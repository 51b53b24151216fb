// SPDX-License-Identifier: Apache-2.0
// Oracles: S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)"; CloudTrail User Guide, "Configure AWS KMS key
// policies for CloudTrail" (its policies, word for word in what they ask); KMS Developer Guide, "AWS managed keys".
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { DataKey, KeyCaller } from './data-keys.js';
import { cloudTrailEncryptionContext, s3EncryptionContext } from './encryption-context.js';
import { account, dayMs, KeyScene, keyArn, region } from './testing/key-scene.js';

let scene: KeyScene;
before(async () => {
  scene = await KeyScene.open();
});
after(() => scene.close());

const object = s3EncryptionContext('arn:aws:s3:::photos/one.jpg');
const owner: KeyCaller = {
  principal: { kind: 'root', accountId: account, accessKeyId: 'AKIDEXAMPLE' },
  accountId: account,
  region,
  viaService: `s3.${region}.amazonaws.com`,
};
const stranger: KeyCaller = {
  ...owner,
  principal: { kind: 'root', accountId: '444455556666', accessKeyId: 'AKIDSTRANGER' },
  accountId: '444455556666',
};
const trailArn = `arn:aws:cloudtrail:${region}:${account}:trail/audit`;
const cloudTrail: KeyCaller = {
  principal: { kind: 'service', service: 'cloudtrail.amazonaws.com' },
  accountId: account,
  region,
  sourceArn: trailArn,
};

function refused(code: string, promise: Promise<unknown>): Promise<void> {
  return assert.rejects(promise, { name: 'KeyError', code });
}

describe('data keys', () => {
  test('open for whom and what they were made', async () => {
    const key = await scene.addKey();
    const made = await scene.dataKeys.generate(key.id, object, owner);
    assert.equal(made.plaintext.length, 32);
    assert.equal(made.keyArn, keyArn(key));
    assert.deepEqual(await scene.dataKeys.decrypt(made.ciphertext, object, owner), {
      plaintext: made.plaintext,
      keyArn: keyArn(key),
    });
    const other = s3EncryptionContext('arn:aws:s3:::photos/two.jpg');
    await refused('InvalidCiphertextException', scene.dataKeys.decrypt(made.ciphertext, other, owner));
    await refused('InvalidCiphertextException', scene.dataKeys.decrypt(randomBytes(64), object, owner));
    await refused('AccessDeniedException', scene.dataKeys.decrypt(made.ciphertext, object, stranger));
    const abroad = { ...owner, region: 'eu-west-1' };
    await refused('AccessDeniedException', scene.dataKeys.decrypt(made.ciphertext, object, abroad));
  });

  test('are nobody’s without a signature, whatever the policy says', async () => {
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }];
    const key = await scene.addKey({ policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    const made = await scene.dataKeys.generate(key.id, object, owner);
    const anonymous: KeyCaller = { ...owner, principal: { kind: 'anonymous' } };
    await refused('AccessDeniedException', scene.dataKeys.decrypt(made.ciphertext, object, anonymous));
    await refused('AccessDeniedException', scene.dataKeys.generate(key.id, object, anonymous));
  });

  test('follow the key: disabled, enabled, pending deletion, gone', async () => {
    const key = await scene.addKey();
    const made = await scene.dataKeys.generate(key.id, object, owner);
    const both = async (code: string, ofDecrypt = code) => {
      await refused(code, scene.dataKeys.generate(key.id, object, owner));
      await refused(ofDecrypt, scene.dataKeys.decrypt(made.ciphertext, object, owner));
    };
    await scene.change(key, { state: 'Disabled' });
    await both('DisabledException');
    await scene.change(key, { state: 'Enabled' });
    await scene.dataKeys.decrypt(made.ciphertext, object, owner);
    const deletionAtMs = scene.clock.now() + 7 * dayMs;
    await scene.change(key, { state: 'PendingDeletion', deletionAtMs });
    await both('KMSInvalidStateException');
    scene.clock.set(deletionAtMs);
    await both('NotFoundException', 'AccessDeniedException');
  });

  test('of keys that are not symmetric are refused', async () => {
    const mac = await scene.addKey({ spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC' });
    await refused('InvalidKeyUsageException', scene.dataKeys.generate(mac.id, object, owner));
  });
});

describe('CloudTrail', () => {
  const files = cloudTrailEncryptionContext(
    trailArn,
    `arn:aws:s3:::logs/AWSLogs/${account}/CloudTrail/x.json.gz`,
  );
  const guide = (SourceArn: string) => [
    {
      Sid: 'Allow CloudTrail to encrypt logs',
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 'kms:GenerateDataKey*',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceArn': SourceArn },
        StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${account}:trail/*` },
      },
    },
    {
      Sid: 'Enable CloudTrail log decrypt permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { Null: { 'kms:EncryptionContext:aws:cloudtrail:arn': 'false' } },
    },
  ];
  const policyOf = (Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

  test('encrypts by the guide’s policy, for this trail; its owner reads, and only such files', async () => {
    const key = await scene.addKey({ policy: policyOf(guide(trailArn)) });
    const made = await scene.dataKeys.generate(keyArn(key), files, cloudTrail);
    const opened = await scene.dataKeys.decrypt(made.ciphertext, files, owner);
    assert.deepEqual(opened.plaintext, made.plaintext);
    await refused('AccessDeniedException', scene.dataKeys.decrypt(made.ciphertext, files, cloudTrail));
    await refused('AccessDeniedException', scene.dataKeys.generate(keyArn(key), files, owner));
    const other = { ...cloudTrail, sourceArn: `${trailArn}-2` };
    await refused('AccessDeniedException', scene.dataKeys.generate(keyArn(key), files, other));
    const foreign = cloudTrailEncryptionContext(trailArn.replace(account, '444455556666'), 'x');
    await refused('AccessDeniedException', scene.dataKeys.generate(keyArn(key), foreign, cloudTrail));
  });

  test('is kept out by a key that does not name it', async () => {
    const key = await scene.addKey();
    await refused('AccessDeniedException', scene.dataKeys.generate(keyArn(key), files, cloudTrail));
  });
});

describe('the AWS managed key of S3', () => {
  test('comes at its first use, once, with a record, and works through S3 only', async () => {
    const made = await Promise.all(
      Array.from({ length: 4 }, () => scene.dataKeys.generate('alias/aws/s3', object, owner)),
    );
    const keys = new Set(made.map((one) => one.keyArn));
    assert.equal(keys.size, 1);
    const created = (await scene.records()).filter(({ eventName }) => eventName === 'CreateKey');
    assert.deepEqual(
      created.map(({ eventType, readOnly, resources }) => [eventType, readOnly, resources?.[0]?.ARN]),
      [['AwsServiceEvent', false, [...keys][0]]],
    );
    const [{ ciphertext }] = made as [DataKey];
    await scene.dataKeys.decrypt(ciphertext, object, owner);
    const { viaService: _, ...direct } = owner;
    await refused('AccessDeniedException', scene.dataKeys.decrypt(ciphertext, object, direct));
    await refused('AccessDeniedException', scene.dataKeys.decrypt(ciphertext, object, stranger));
    const theirs = await scene.dataKeys.generate('alias/aws/s3', object, stranger);
    assert.notEqual(theirs.keyArn, [...keys][0]);
  });

  test('is of the services that have one', () =>
    refused('NotFoundException', scene.dataKeys.generate('alias/aws/constructor', object, owner)));
});
