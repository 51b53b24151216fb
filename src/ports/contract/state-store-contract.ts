// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations at the head of ports/state-store.ts, and a Map with sorted keys as the model of the fold.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Revision, StateChange } from '../state-store.js';
import { call, type OpenedPlace, type OpenStores, readAll, withStores } from './stores-under-test.js';

/** Registers the contract of StateStore for one adapter. */
export function testStateStoreContract(name: string, open: OpenStores): void {
  describe(`StateStore contract: ${name}`, () => {
    testValues(open);
    testLists(open);
    testWatches(open);
    testFold(open);
  });
}

function set(at: OpenedPlace, ...changes: StateChange[]): Promise<unknown> {
  return at.eventLog.append({ kind: 'call', records: [], changes });
}

function testValues(open: OpenStores): void {
  test('what is not there is undefined', () =>
    withStores(open, async ({ stateStore }) => {
      assert.equal(stateStore.get('trail/none'), undefined);
      assert.equal(stateStore.get(''), undefined);
      assert.deepEqual(stateStore.list('trail/'), []);
    }));

  const values: [string, unknown, unknown][] = [
    ['an object', { a: 1, b: { c: ['ü😀', null] } }, { a: 1, b: { c: ['ü😀', null] } }],
    ['a text', 'ü\u0000"', 'ü\u0000"'],
    ['a number', 1.5, 1.5],
    ['false', false, false],
    ['0', 0, 0],
    ['an empty text', '', ''],
    ['a list', [], []],
    ['a date, as JSON says it', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an object without its undefined members', { a: undefined, b: 1 }, { b: 1 }],
    ['200 KB', 'x'.repeat(200_000), 'x'.repeat(200_000)],
  ];
  for (const [what, given, expected] of values) {
    test(`a value comes back: ${what}`, () =>
      withStores(open, async (at) => {
        await set(at, { key: 'k', value: given });
        assert.deepEqual(at.stateStore.get('k')?.value, expected);
        await at.reopen();
        assert.deepEqual(at.stateStore.get('k')?.value, expected);
        assert.equal(at.stateStore.get('k')?.key, 'k');
      }));
  }

  test('every append that resolved is shown at once, by get and by list', () =>
    withStores(open, async (at) => {
      for (let i = 0; i < 50; i++) {
        assert.equal(at.stateStore.get('k/a')?.value, i === 0 ? undefined : i - 1);
        await set(at, { key: 'k/a', value: i }, { key: `k/b${i}`, value: i });
        assert.equal(at.stateStore.get('k/a')?.value, i);
        assert.equal(at.stateStore.get(`k/b${i}`)?.value, i);
        assert.equal(at.stateStore.list('k/').length, i + 2);
      }
      await set(at, { key: 'k/a', value: null });
      assert.equal(at.stateStore.get('k/a'), undefined);
      assert.equal(at.stateStore.list('k/').length, 50);
    }));

  test('a revision is the same while the value is, through reopening, and new with every change', () =>
    withStores(open, async (at) => {
      const seen = new Set<Revision>();
      await set(at, { key: 'other', value: 0 });
      for (const value of [1, 1, 2]) {
        await set(at, { key: 'k', value });
        const revision = at.stateStore.get('k')?.revision as Revision;
        await set(at, { key: 'other', value });
        assert.equal(at.stateStore.get('k')?.revision, revision);
        assert.equal(at.stateStore.list('k')[0]?.revision, revision);
        seen.add(revision);
        await at.reopen();
        assert.equal(at.stateStore.get('k')?.revision, revision);
      }
      assert.equal(seen.size, 3);
    }));

  test('a caller that changes what it got does not change what others get', () =>
    withStores(open, async (at) => {
      await set(at, { key: 'k', value: { list: [1] } });
      const value = at.stateStore.get<{ list: number[] }>('k')?.value;
      try {
        value?.list.push(2);
      } catch {
        // A frozen value is the better answer.
      }
      await at.reopen();
      assert.deepEqual(at.stateStore.get('k')?.value, { list: [1] });
    }));

  test('a key of 1,000 bytes', () =>
    withStores(open, async (at) => {
      const key = `k/${'ü'.repeat(499)}`;
      await set(at, { key, value: 1 });
      assert.equal(at.stateStore.get(key)?.value, 1);
      assert.deepEqual(
        at.stateStore.list('k/').map((entry) => entry.key),
        [key],
      );
    }));
}

/** Requests bring names of any length; they are asked for before anybody knows that nothing can have them. */
const tooLong = `b${'x'.repeat(20_000)}`;

function testLists(open: OpenStores): void {
  // U+FF61 comes before U+1F600 by UTF-8 bytes, but behind it by UTF-16 units, which is how JavaScript sorts.
  const inByteOrder = [
    'a',
    'a!',
    'a/',
    'a/\u0001',
    'a/1',
    'a/10',
    'a/2',
    'a/é',
    'a/\uff61',
    'a/😀',
    'a0',
    'b/1',
  ];

  test('keys come in byte order, exactly those with the prefix', () =>
    withStores(open, async (at) => {
      for (const key of inByteOrder.toReversed()) await set(at, { key, value: key });
      const keys = (prefix: string) => at.stateStore.list(prefix).map(({ key }) => key);
      assert.deepEqual(keys(''), inByteOrder);
      assert.deepEqual(
        keys('a/'),
        inByteOrder.filter((key) => key.startsWith('a/')),
      );
      assert.deepEqual(keys('a/1'), ['a/1', 'a/10']);
      assert.deepEqual(keys('a/😀'), ['a/😀']);
      assert.deepEqual(keys('c'), []);
    }));

  test('after and limit page through without repeat or gap', () =>
    withStores(open, async (at) => {
      for (const key of inByteOrder) await set(at, { key, value: key });
      for (const limit of [1, 2, 5]) {
        const keys: string[] = [];
        for (let after: string | undefined; ; after = keys.at(-1)) {
          const page = at.stateStore.list('a/', after === undefined ? { limit } : { after, limit });
          if (page.length === 0) break;
          assert.ok(page.length <= limit);
          keys.push(...page.map(({ key }) => key));
        }
        assert.deepEqual(
          keys,
          inByteOrder.filter((key) => key.startsWith('a/')),
        );
      }
      assert.equal(at.stateStore.list('a/', { after: 'a' }).length, 8);
      assert.equal(at.stateStore.list('a/', { after: 'z' }).length, 0);
      assert.deepEqual(at.stateStore.list('a/', { limit: 0 }), []);
    }));

  test('names longer than any key find nothing, and page on where they stand', () =>
    withStores(open, async (at) => {
      for (const key of ['a/1', 'b', `b${'x'.repeat(999)}`, `b${'x'.repeat(998)}y`, 'c']) {
        await set(at, { key, value: key });
      }
      assert.equal(at.stateStore.get(tooLong), undefined);
      assert.deepEqual(at.stateStore.list(tooLong), []);
      const behind = at.stateStore.list('', { after: tooLong }).map(({ key }) => key);
      assert.deepEqual(behind, [`b${'x'.repeat(998)}y`, 'c']);
    }));
}

function testWatches(open: OpenStores): void {
  test('a watch hears of its prefix, in log order, with the change to be read', () =>
    withStores(open, async (at) => {
      const heard: [string, unknown][] = [];
      at.stateStore.watch('t/', (key) => heard.push([key, at.stateStore.get(key)?.value]));
      await set(at, { key: 't/1', value: 1 }, { key: 'u/1', value: 1 }, { key: 't/2', value: 2 });
      await set(at, { key: 't/1', value: null });
      await assert.rejects(set(at, { key: 't/2', value: 9, expected: null }));
      assert.deepEqual(heard, [
        ['t/1', 1],
        ['t/2', 2],
        ['t/1', undefined],
      ]);
    }));

  test('a watch that was stopped hears nothing; one that throws harms nobody', () =>
    withStores(open, async (at) => {
      const heard: string[] = [];
      at.stateStore.watch('', () => {
        throw new Error('a watcher of this test');
      });
      const stop = at.stateStore.watch('', (key) => heard.push(key));
      await set(at, { key: 'a', value: 1 });
      stop();
      await set(at, { key: 'b', value: 1 });
      assert.deepEqual(heard, ['a']);
    }));
}

function testFold(open: OpenStores): void {
  const key = fc.constantFrom('a', 'a/b', 'a/c', 'ü', '😀', 'k\u0001');
  const change = fc.record({ key, value: fc.oneof(fc.constant(null), fc.integer(), fc.jsonValue()) });
  const entry = fc.uniqueArray(change, { selector: (c) => c.key, minLength: 1, maxLength: 4 });

  test('the state is the fold of the log: a Map that applies the changes', () =>
    fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 30 }), async (entries) => {
        await withStores(open, async (at) => {
          await Promise.all(entries.map((changes, i) => at.eventLog.append(call(`${i}`, changes))));
          assertIsFold(at, foldOf(entries));
          await at.reopen();
          const logged = (await readAll(at.eventLog)).flatMap((stored) =>
            stored.entry.kind === 'call' ? [stored.entry.changes] : [],
          );
          assertIsFold(at, foldOf(logged));
        });
      }),
      { numRuns: 15 },
    ));
}

function foldOf(entries: readonly (readonly StateChange[])[]): Map<string, unknown> {
  const model = new Map<string, unknown>();
  for (const { key, value } of entries.flat()) {
    if (value === null) model.delete(key);
    else model.set(key, JSON.parse(JSON.stringify(value)));
  }
  return model;
}

function assertIsFold(at: OpenedPlace, model: Map<string, unknown>): void {
  const keys = [...model.keys()].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(
    at.stateStore.list('').map((found) => [found.key, found.value]),
    keys.map((key) => [key, model.get(key)]),
  );
  for (const key of keys) assert.deepEqual(at.stateStore.get(key)?.value, model.get(key));
}
