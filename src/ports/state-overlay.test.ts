// SPDX-License-Identifier: Apache-2.0
// Oracle: the contract of reads and writes in ports/state-store.ts, over a plain map.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StateOverlay } from './state-overlay.js';
import type { Revision, StateEntry, StateStore } from './state-store.js';

function storeOf(values: Record<string, unknown>): Pick<StateStore, 'get' | 'list'> {
  const entries = Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, value, revision: `r-${key}` as Revision }));
  return {
    get: <T>(key: string) => entries.find((entry) => entry.key === key) as StateEntry<T> | undefined,
    list: <T>(prefix: string, { after = '', limit = Infinity }: { after?: string; limit?: number } = {}) =>
      entries
        .filter((entry) => entry.key.startsWith(prefix) && entry.key > after)
        .slice(0, limit) as StateEntry<T>[],
  };
}

describe('state under writes of its own', () => {
  test('a write expects the revision that was read', () => {
    const state = new StateOverlay(storeOf({ 'trail/a': 1 }));
    assert.equal(state.get('trail/a'), 1);
    state.put('trail/a', 2);
    assert.deepEqual(state.changes(), [{ key: 'trail/a', value: 2, expected: 'r-trail/a' }]);
  });

  test('a write to what was not there expects nothing to be there', () => {
    const state = new StateOverlay(storeOf({}));
    state.put('trail/a', 1);
    assert.deepEqual(state.changes(), [{ key: 'trail/a', value: 1, expected: null }]);
  });

  test('a blind write still expects what is there now', () => {
    const state = new StateOverlay(storeOf({ 'trail/a': 1 }));
    state.delete('trail/a');
    assert.deepEqual(state.changes(), [{ key: 'trail/a', value: null, expected: 'r-trail/a' }]);
  });

  test('reads see own writes and removals', () => {
    const state = new StateOverlay(storeOf({ 'trail/a': 1, 'trail/c': 3 }));
    state.put('trail/b', 2);
    state.delete('trail/a');
    assert.equal(state.get('trail/a'), undefined);
    assert.equal(state.get('trail/b'), 2);
    assert.deepEqual(
      state.list('trail/').map((entry) => entry.key),
      ['trail/b', 'trail/c'],
    );
    assert.deepEqual(
      state.list('trail/', { after: 'trail/b', limit: 5 }).map((entry) => entry.key),
      ['trail/c'],
    );
    assert.deepEqual(state.list('trail/', { after: 'trail/z' }), []);
  });

  test('keys are in byte order, also where UTF-16 has another', () => {
    const state = new StateOverlay(storeOf({}));
    for (const key of ['k/\u{1f600}', 'k/\uffee', 'k/a']) state.put(key, 1);
    assert.deepEqual(
      state.list('k/').map((entry) => entry.key),
      ['k/a', 'k/\uffee', 'k/\u{1f600}'],
    );
    assert.deepEqual(
      state.list('k/', { after: 'k/\uffee' }).map((entry) => entry.key),
      ['k/\u{1f600}'],
    );
  });

  test('a write expects the revision that a list has shown', () => {
    const state = new StateOverlay(storeOf({ 'trail/a': 1 }));
    state.list('trail/');
    state.put('trail/a', 2);
    assert.deepEqual(state.changes(), [{ key: 'trail/a', value: 2, expected: 'r-trail/a' }]);
  });
});
