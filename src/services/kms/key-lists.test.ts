// SPDX-License-Identifier: Apache-2.0
// Oracle: KMS API Reference, "ListKeys", "TagResource", "ListResourceTags".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ListKeysResponse } from '@aws-sdk/client-kms';
import { KmsScene } from './testing/kms-scene.js';

describe('lists', () => {
  test('go by pages, each item once; a marker that is none is refused', async () => {
    const scene = new KmsScene();
    const made = new Set<string>();
    for (let at = 0; at < 7; at += 1) made.add(await scene.key());
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page: ListKeysResponse = await scene.call('ListKeys', { Limit: 3, Marker });
      seen.push(...(page.Keys ?? []).map((key) => key.KeyId ?? ''));
      assert.equal(page.Truncated, page.NextMarker !== undefined);
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    assert.deepEqual([...seen].sort(), [...made].sort());
    assert.equal((await scene.refusal('ListKeys', { Marker: 'x' }))[0], 'InvalidMarkerException');
    assert.equal((await scene.refusal('ListKeys', { Limit: 1001 }))[0], 'ValidationException');
    assert.equal((await scene.refusal('ListAliases', { Limit: 101 }))[0], 'ValidationException');
    assert.deepEqual((await scene.call('ListKeys', {}, { region: 'eu-west-1' })).Keys, []);
  });

  test('tags: added, replaced, taken away, by pages', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key({ Tags: [{ TagKey: 'a', TagValue: '1' }] });
    await scene.call('TagResource', {
      KeyId,
      Tags: [
        { TagKey: 'a', TagValue: '2' },
        { TagKey: 'b', TagValue: '' },
      ],
    });
    const first = await scene.call('ListResourceTags', { KeyId, Limit: 1 });
    assert.deepEqual([first.Tags, first.Truncated], [[{ TagKey: 'a', TagValue: '2' }], true]);
    const second = await scene.call('ListResourceTags', { KeyId, Limit: 1, Marker: first.NextMarker });
    assert.deepEqual([second.Tags, second.Truncated], [[{ TagKey: 'b', TagValue: '' }], false]);
    await scene.call('UntagResource', { KeyId, TagKeys: ['a', 'c'] });
    assert.deepEqual((await scene.call('ListResourceTags', { KeyId })).Tags, [{ TagKey: 'b', TagValue: '' }]);
    const twice = [
      { TagKey: 'x', TagValue: '1' },
      { TagKey: 'x', TagValue: '2' },
    ];
    for (const Tags of [twice, [{ TagKey: 'aws:x', TagValue: '' }]])
      assert.equal((await scene.refusal('TagResource', { KeyId, Tags }))[0], 'TagException');
    const many = Array.from({ length: 50 }, (_, at) => ({ TagKey: `t${at}`, TagValue: '' }));
    assert.equal((await scene.refusal('TagResource', { KeyId, Tags: many }))[0], 'LimitExceededException');
  });
});
