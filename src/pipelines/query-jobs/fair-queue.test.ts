// SPDX-License-Identifier: Apache-2.0
// Oracle: turns counted by hand; a plain list for what is in it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { FairQueue } from './fair-queue.js';

function drain(queue: FairQueue): string[] {
  const keys: string[] = [];
  for (let key = queue.next(); key !== undefined; key = queue.next()) keys.push(key);
  return keys;
}

describe('the queue of queries', () => {
  test('gives every owner a turn, the oldest of each first', () => {
    const queue = new FairQueue();
    for (const key of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.add(key[0]!, key);
    assert.deepEqual(drain(queue), ['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  test('has every key once, and none that was removed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(9), fc.boolean())), (steps) => {
        const queue = new FairQueue();
        const model = new Set<string>();
        for (const [owner, number, isRemoved] of steps) {
          const key = owner + number;
          if (isRemoved) {
            queue.remove(key);
            model.delete(key);
          } else {
            queue.add(owner, key);
            model.add(key);
          }
        }
        assert.equal(queue.size, model.size);
        assert.deepEqual(drain(queue).sort(), Array.from(model).sort());
      }),
    );
  });
});
