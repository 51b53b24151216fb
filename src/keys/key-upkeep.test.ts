// SPDX-License-Identifier: Apache-2.0
// Oracles: KMS Developer Guide, "Delete an AWS KMS key", "Rotate AWS KMS keys", and the log entries "DeleteKey" and "RotateKey" under
// "Logging AWS KMS API calls with AWS CloudTrail".
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { aliasKey } from './alias.js';
import type { KeyCaller } from './data-keys.js';
import { grantKey } from './grant.js';
import { keyKey } from './key.js';
import { account, dayMs, KeyScene, keyArn, region } from './testing/key-scene.js';

let scene: KeyScene;
let startMs: number;
before(async () => {
  scene = await KeyScene.open();
});
beforeEach(() => {
  startMs = scene.clock.now();
});
after(() => scene.close());

const caller: KeyCaller = {
  principal: { kind: 'root', accountId: account, accessKeyId: 'AKIDEXAMPLE' },
  accountId: account,
  region,
};

describe('deletion', () => {
  test('comes with the hour, and takes secrets, aliases and grants along', async () => {
    const key = await scene.addKey({ state: 'PendingDeletion', deletionAtMs: startMs + 7 * dayMs });
    const kept = await scene.addKey();
    const alias = { accountId: account, region, name: 'alias/going' };
    await scene.put(aliasKey(alias), { ...alias, targetKeyId: key.id });
    const other = { ...alias, name: 'alias/staying' };
    await scene.put(aliasKey(other), { ...other, targetKeyId: kept.id });
    for (let at = 0; at < 3; at += 1)
      await scene.put(grantKey({ accountId: account, region, keyId: key.id, id: String(at) }), {
        id: String(at),
      });
    scene.clock.advance(7 * dayMs - 1);
    assert.deepEqual(await scene.upkeep(), { deleted: 0, rotated: 0 });
    scene.clock.advance(1);
    assert.deepEqual(await scene.upkeep(), { deleted: 1, rotated: 0 });
    const left = ['key/', 'key-alias/', 'key-grant/'].flatMap((prefix) => scene.stateStore.list(prefix));
    assert.deepEqual(
      left.map((entry) => entry.key),
      [keyKey(kept), aliasKey(other)],
    );
    const [record, ...more] = (await scene.records()).filter(({ eventName }) => eventName === 'DeleteKey');
    assert.equal(more.length, 0);
    assert.deepEqual(
      [record?.eventType, record?.readOnly, record?.managementEvent, record?.userIdentity, record?.resources],
      [
        'AwsServiceEvent',
        false,
        true,
        { accountId: account, invokedBy: 'AWS Internal' },
        [{ accountId: account, type: 'AWS::KMS::Key', ARN: keyArn(key) }],
      ],
    );
    assert.deepEqual(await scene.upkeep(), { deleted: 0, rotated: 0 }, 'and comes to rest');
  });
});

describe('automatic rotation', () => {
  test('comes by the calendar; what was sealed before still opens', async () => {
    const rotation = { periodInDays: 90, nextRotationAtMs: startMs + 90 * dayMs };
    const key = await scene.addKey({ rotation });
    const before = await scene.dataKeys.generate(key.id, {}, caller);
    scene.clock.advance(90 * dayMs);
    assert.deepEqual(await scene.upkeep(), { deleted: 0, rotated: 1 });
    const rotated = scene.stored(key);
    assert.equal(rotated?.materials.length, 2);
    assert.equal(rotated?.materials[1]?.rotation, 'AUTOMATIC');
    assert.equal(rotated?.rotation?.nextRotationAtMs, startMs + 180 * dayMs);
    const opened = await scene.dataKeys.decrypt(before.ciphertext, {}, caller);
    assert.deepEqual(opened.plaintext, before.plaintext);
    const record = (await scene.records()).find(({ eventName }) => eventName === 'RotateKey');
    assert.deepEqual(record?.serviceEventDetails, { rotationType: 'AUTOMATIC', keyId: key.id });
    assert.deepEqual(await scene.upkeep(), { deleted: 0, rotated: 0 });
    await scene.change(key, { state: 'PendingDeletion', deletionAtMs: 0 });
    await scene.upkeep();
  });

  test('waits while a key is disabled, and is made up once, however long that was', async () => {
    const rotation = { periodInDays: 90, nextRotationAtMs: startMs + 90 * dayMs };
    const key = await scene.addKey({ rotation, state: 'Disabled' });
    scene.clock.advance(400 * dayMs);
    assert.deepEqual(await scene.upkeep(), { deleted: 0, rotated: 0 });
    await scene.change(key, { state: 'Enabled' });
    assert.deepEqual(await scene.upkeep(), { deleted: 0, rotated: 1 });
    assert.deepEqual(await scene.upkeep(), { deleted: 0, rotated: 0 });
    assert.equal(scene.stored(key)?.rotation?.nextRotationAtMs, startMs + 450 * dayMs);
  });
});
