// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations on locks at the head of ports/object-store.ts; S3 User Guide, "Locking objects with Object Lock".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectAttributes, ObjectStore } from '../object-store.js';
import { isCode, noise, type OpenObjectStore, withObjectStore } from './object-store-under-test.js';
import { testTimeMs } from './stores-under-test.js';

const dayMs = 86_400_000;
const untilMs = testTimeMs + 10 * dayMs;
const governance: ObjectAttributes = { retention: { mode: 'GOVERNANCE', untilMs } };
const compliance: ObjectAttributes = { retention: { mode: 'COMPLIANCE', untilMs } };
const held: ObjectAttributes = { legalHold: 'ON' };
const bypass = { bypassGovernance: true };
const isLocked = isCode('Locked');

async function putVersion(store: ObjectStore, attributes: ObjectAttributes): Promise<string> {
  return (await store.put('b', 'k', noise(10), { versioned: true, attributes })).versionId;
}

export function testObjectLockContract(open: OpenObjectStore): void {
  const cases: [what: string, attributes: ObjectAttributes, goesWithBypass: boolean][] = [
    ['GOVERNANCE', governance, true],
    ['COMPLIANCE', compliance, false],
    ['a legal hold', held, false],
    ['GOVERNANCE and a legal hold', { ...governance, ...held }, false],
  ];
  for (const [what, attributes, goesWithBypass] of cases) {
    test(`a version under ${what} is removed by nobody${goesWithBypass ? ' without bypass' : ''}`, () =>
      withObjectStore(open, async (at) => {
        const versionId = await putVersion(at.store, attributes);
        await at.reopen();
        await assert.rejects(at.store.delete('b', 'k', { versionId }), isLocked);
        const bypassed = at.store.delete('b', 'k', { versionId, ...bypass });
        if (goesWithBypass) await bypassed;
        else await assert.rejects(bypassed, isLocked);
        const there = (await at.store.list('b', { versions: true, limit: 9 })).objects;
        assert.equal(there.length, goesWithBypass ? 0 : 1);
      }));
  }

  test('a delete marker is free to come and go over a locked version, and new versions to come', () =>
    withObjectStore(open, async ({ store }) => {
      const versionId = await putVersion(store, compliance);
      const marker = await store.delete('b', 'k', { versioned: 'enabled' });
      await store.delete('b', 'k', { versionId: marker?.versionId ?? '' });
      await putVersion(store, {});
      await assert.rejects(store.delete('b', 'k', { versionId }), isLocked);
    }));

  test('a retention ends by the clock: not a millisecond before, and not when the clock went back', () =>
    withObjectStore(open, async ({ store, clock }) => {
      const versionId = await putVersion(store, compliance);
      clock.set(untilMs - 1);
      await assert.rejects(store.delete('b', 'k', { versionId }), isLocked);
      clock.set(testTimeMs - 1_000 * dayMs);
      await assert.rejects(store.delete('b', 'k', { versionId }), isLocked);
      clock.set(untilMs);
      await store.delete('b', 'k', { versionId });
    }));

  for (const [what, replace] of [
    ['put', (store: ObjectStore) => store.put('b', 'k', noise(3))],
    ['compose', (store: ObjectStore) => store.compose('b', 'k', [{ bucket: 'b', key: 'part' }])],
    ['delete', (store: ObjectStore) => store.delete('b', 'k')],
    ['suspended delete', (store: ObjectStore) => store.delete('b', 'k', { versioned: 'suspended' })],
  ] as const) {
    test(`a locked null version is not replaced: ${what}`, () =>
      withObjectStore(open, async ({ store }) => {
        await store.put('b', 'part', noise(100_000));
        const info = await store.put('b', 'k', noise(10), { attributes: compliance });
        await assert.rejects(replace(store), isLocked);
        assert.deepEqual(await store.head('b', 'k'), info);
        await putVersion(store, {});
        await assert.rejects(replace(store), isLocked);
        assert.deepEqual(await store.head('b', 'k', 'null'), { ...info, isLatest: false });
      }));
  }

  const at = (mode: 'GOVERNANCE' | 'COMPLIANCE', days: number): ObjectAttributes => ({
    retention: { mode, untilMs: testTimeMs + days * dayMs },
  });
  /** For each change: without bypass, with bypass. */
  const changes: [
    ObjectAttributes,
    string,
    { retention: ObjectAttributes['retention'] },
    boolean,
    boolean,
  ][] = [
    [governance, 'longer', { retention: at('GOVERNANCE', 11).retention }, true, true],
    [governance, 'the same', { retention: at('GOVERNANCE', 10).retention }, true, true],
    [governance, 'shorter', { retention: at('GOVERNANCE', 9).retention }, false, true],
    [governance, 'COMPLIANCE', { retention: at('COMPLIANCE', 11).retention }, false, true],
    [governance, 'none', { retention: undefined }, false, true],
    [compliance, 'longer', { retention: at('COMPLIANCE', 11).retention }, true, true],
    [compliance, 'shorter', { retention: at('COMPLIANCE', 9).retention }, false, false],
    [compliance, 'GOVERNANCE', { retention: at('GOVERNANCE', 11).retention }, false, false],
    [compliance, 'none', { retention: undefined }, false, false],
  ];
  for (const [from, to, change, isAllowed, isAllowedWithBypass] of changes) {
    test(`a running ${from.retention?.mode} made ${to}: ${isAllowed}, with bypass ${isAllowedWithBypass}`, () =>
      withObjectStore(open, async ({ store }) => {
        for (const [options, expected] of [
          [{}, isAllowed],
          [bypass, isAllowedWithBypass],
        ] as const) {
          const versionId = await putVersion(store, from);
          const changed = store.setAttributes('b', 'k', versionId, change, options);
          if (expected) await changed;
          else await assert.rejects(changed, isLocked);
          const { attributes } = await store.head('b', 'k', versionId);
          assert.deepEqual(attributes.retention, expected ? change.retention : from.retention);
          assert.equal('retention' in attributes, expected ? change.retention !== undefined : true);
        }
      }));
  }

  test('an ended retention may become anything; a hold comes and goes; other attributes are free', () =>
    withObjectStore(open, async ({ store, clock }) => {
      const versionId = await putVersion(store, compliance);
      await store.setAttributes('b', 'k', versionId, { tags: { a: 'b' }, legalHold: 'ON' });
      clock.set(untilMs);
      await store.setAttributes('b', 'k', versionId, at('GOVERNANCE', 20));
      clock.set(untilMs + 100 * dayMs);
      await assert.rejects(store.delete('b', 'k', { versionId }), isLocked);
      await store.setAttributes('b', 'k', versionId, { legalHold: 'OFF' });
      await store.delete('b', 'k', { versionId });
    }));

  test('a lock and a delete that race: the version is locked and there, or it is gone', () =>
    withObjectStore(open, async ({ store }) => {
      for (let round = 0; round < 30; round++) {
        const versionId = await putVersion(store, {});
        const lock = () => store.setAttributes('b', 'k', versionId, held);
        const remove = () => store.delete('b', 'k', { versionId });
        const racing = round % 2 === 0 ? [lock(), remove()] : [remove(), lock()];
        const outcomes = await Promise.allSettled(racing);
        const isGone = (await store.list('b', { versions: true, limit: 99 })).objects.every(
          (info) => info.versionId !== versionId,
        );
        const [locked, removed] = round % 2 === 0 ? outcomes : [...outcomes].reverse();
        assert.equal(locked?.status, isGone ? 'rejected' : 'fulfilled');
        assert.equal(removed?.status, isGone ? 'fulfilled' : 'rejected');
      }
    }));

  test('what an upload in progress will be locked by locks nothing yet', () =>
    withObjectStore(open, async ({ store }) => {
      const versionId = await putVersion(store, { uploadLock: { ...compliance, ...held } });
      await store.delete('b', 'k', { versionId });
    }));
}
