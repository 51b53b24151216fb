// SPDX-License-Identifier: Apache-2.0
// Oracle: KMS's own domain over the real log and state: what GenerateDataKey and Decrypt give and refuse for CloudTrail. Sources:
// CloudTrail API Reference, "CreateEventDataStore" (KmsKeyId); KMS Developer Guide, "Key states of AWS KMS keys".
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { SecretBox } from '../../identity/secret-box.js';
import type { KeyDocument } from '../../keys/key.js';
import { account, KeyScene, keyArn } from '../../keys/testing/key-scene.js';
import { SegmentKeyError, type SegmentKeys } from '../../ports/event-segments.js';
import { storeSegmentKeys } from './store-segment-keys.js';

const ownerArn = `arn:aws:cloudtrail:us-east-1:${account}:eventdatastore/1`;
const policyFor = (...actions: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: actions,
        Resource: '*',
        Condition: { StringEquals: { 'kms:EncryptionContext:aws:cloudtrail:arn': ownerArn } },
      },
    ],
  });
const policy = policyFor('kms:GenerateDataKey', 'kms:Decrypt');

let scene: KeyScene;
let keys: SegmentKeys;
before(async () => {
  scene = await KeyScene.open();
  keys = storeSegmentKeys({ dataKeys: scene.dataKeys, secretBox: new SecretBox(randomBytes(32)) });
});
after(() => scene.close());

const addKey = () => scene.addKey({ policy });
const sealingBy = (key: KeyDocument) => ({ kmsKeyArn: keyArn(key), ownerArn });
const refused = (code: string) => (error: unknown) => error instanceof SegmentKeyError && error.code === code;

describe('the key of a file', () => {
  test('opens to what it was, is another for each file, and says nothing of itself', async () => {
    const sealing = sealingBy(await addKey());
    const one = await keys.create(sealing);
    const two = await keys.create(sealing);
    assert.equal(one.plaintext.length, 32);
    assert.notDeepEqual(one.plaintext, two.plaintext);
    assert.deepEqual(Buffer.from(await keys.open(one.sealed)), Buffer.from(one.plaintext));
    assert.equal(one.sealed.isProvisional, undefined);
    const { ciphertext } = one.sealed;
    assert.ok(!Buffer.from(ciphertext, 'base64').includes(Buffer.from(one.plaintext)));
  });

  test('belongs to its store: under the name of another it does not open', async () => {
    const { sealed } = await keys.create(sealingBy(await addKey()));
    await assert.rejects(
      keys.open({ ...sealed, ownerArn: `${ownerArn}2` }),
      refused('AccessDeniedException'),
    );
  });

  for (const [what, change, code] of [
    ['is disabled', { state: 'Disabled' }, 'DisabledException'],
    ['is to be deleted', { state: 'PendingDeletion', deletionAtMs: 1e15 }, 'KMSInvalidStateException'],
    ['shuts CloudTrail out', { policy: policyFor('kms:GenerateDataKey') }, 'AccessDeniedException'],
  ] as const)
    test(`does not open while the KMS key ${what}, from that moment on`, async () => {
      const key = await addKey();
      const { sealed, plaintext } = await keys.create(sealingBy(key));
      await scene.change(key, change);
      await assert.rejects(keys.open(sealed), refused(code));
      await scene.change(key, {});
      assert.deepEqual(Buffer.from(await keys.open(sealed)), Buffer.from(plaintext));
    });

  test('that was made while the KMS key could not be used opens when it can', async () => {
    const key = await addKey();
    await scene.change(key, { state: 'Disabled' });
    const { sealed, plaintext } = await keys.create(sealingBy(key));
    assert.equal(sealed.isProvisional, true);
    await assert.rejects(keys.open(sealed), refused('DisabledException'));
    await scene.change(key, {});
    assert.deepEqual(Buffer.from(await keys.open(sealed)), Buffer.from(plaintext));
    await assert.rejects(
      keys.open({ ...sealed, ownerArn: `${ownerArn}2` }),
      (error: unknown) => error instanceof Error,
    );
  });

  test('leaves no record: what is written for a store would be written again', async () => {
    const before = (await scene.records()).length;
    const { sealed } = await keys.create(sealingBy(await addKey()));
    await keys.open(sealed);
    assert.equal((await scene.records()).length, before);
  });
});
