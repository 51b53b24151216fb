// SPDX-License-Identifier: Apache-2.0
// Oracle: the CallState contract in services/service.ts, over a plain map.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Revision, StateEntry, StateStore } from '../ports/state-store.js';
import { OverlayCallState } from './call-state.js';

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

describe('the state that a call sees', () => {
  test('a write expects the revision that was read', () => {
    const state = new OverlayCallState(storeOf({ 'trail/a': 1 }));
    assert.equal(state.get('trail/a'), 1);
    state.put('trail/a', 2);
    assert.deepEqual(state.changes(), [{ key: 'trail/a', value: 2, expected: 'r-trail/a' }]);
  });

  test('a write to what was not there expects nothing to be there', () => {
    const state = new OverlayCallState(storeOf({}));
    state.put('trail/a', 1);
    assert.deepEqual(state.changes(), [{ key: 'trail/a', value: 1, expected: null }]);
  });

  test('a blind write still expects what is there now', () => {
    const state = new OverlayCallState(storeOf({ 'trail/a': 1 }));
    state.delete('trail/a');
    assert.deepEqual(state.changes(), [{ key: 'trail/a', value: null, expected: 'r-trail/a' }]);
  });

  test('reads see own writes and removals', () => {
    const state = new OverlayCallState(storeOf({ 'trail/a': 1, 'trail/c': 3 }));
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
});
