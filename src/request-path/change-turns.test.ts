// SPDX-License-Identifier: Apache-2.0
// Oracle: a log whose commits take a turn of the event loop, written here: it refuses an append whose revision is not the
// latest begun, as the event log does (`event-log-contract.ts`).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { StaleRevisionError } from '../ports/event-log.js';
import { attemptsMax, ChangeTurns } from './change-turns.js';

/** Counters under keys; what is read is what is durable, and a write expects that nobody began one since. */
class Counters {
  readonly durable = new Map<string, number>();
  readonly #begun = new Map<string, number>();

  async add(turns: ChangeTurns, keys: readonly string[], random: () => number, onTry = () => {}) {
    await turns.run(async (turn) => {
      onTry();
      const seen = keys.map((key) => this.durable.get(key) ?? 0);
      for (let left = Math.floor(random() * 3); left > 0; left -= 1) await tick();
      turn.claim(keys.map((key) => ({ key })));
      for (const [index, key] of keys.entries())
        if ((this.#begun.get(key) ?? 0) !== seen[index]) throw new StaleRevisionError(key);
      for (const [index, key] of keys.entries()) this.#begun.set(key, (seen[index] ?? 0) + 1);
      await tick();
      for (const [index, key] of keys.entries()) this.durable.set(key, (seen[index] ?? 0) + 1);
    });
  }
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('steps that change the same', () => {
  test('all of three hundred at once come through, in the order in which they lost', async () => {
    const turns = new ChangeTurns();
    const counters = new Counters();
    const done: number[] = [];
    const tries: number[] = [];
    await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const onTry = () => {
          tries[index] = (tries[index] ?? 0) + 1;
        };
        await counters.add(turns, ['tags'], () => 0, onTry);
        done.push(index);
      }),
    );
    assert.equal(counters.durable.get('tags'), 300);
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
    assert.ok(Math.max(...tries) <= 2, `one ran ${Math.max(...tries)} times`);
  });

  test('whoever comes anew does not overtake those who wait', async () => {
    const turns = new ChangeTurns();
    const counters = new Counters();
    let isOver = false;
    const keen = Array.from({ length: 5 }, async () => {
      while (!isOver) await counters.add(turns, ['tags'], () => 0);
    });
    // Slow between reading and writing: without turns somebody else would always be faster.
    let tries = 0;
    await counters.add(
      turns,
      ['tags'],
      () => 0.99,
      () => {
        tries += 1;
      },
    );
    isOver = true;
    await Promise.all(keen);
    assert.ok(tries <= 2, `ran ${tries} times`);
  });

  test('of several keys at once: nobody waits for ever, nothing is lost', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const steps = fc.array(fc.uniqueArray(key, { minLength: 1, maxLength: 4 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.infiniteStream(fc.double({ min: 0, max: 0.99, noNaN: true })),
        async (all, pace) => {
          const turns = new ChangeTurns();
          const counters = new Counters();
          const random = () => pace.next().value as number;
          await Promise.all(all.map((keys) => counters.add(turns, keys, random)));
          const wanted = new Map<string, number>();
          for (const each of all.flat()) wanted.set(each, (wanted.get(each) ?? 0) + 1);
          assert.deepEqual(new Map([...counters.durable].sort()), new Map([...wanted].sort()));
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('a writer that takes no turns may win, and after so many runs the step gives up', async () => {
  const turns = new ChangeTurns();
  let tries = 0;
  const lost = turns.run(async () => {
    tries += 1;
    throw new StaleRevisionError('k');
  });
  await assert.rejects(lost, StaleRevisionError);
  assert.equal(tries, attemptsMax);
  await turns.run(async (turn) => turn.claim([{ key: 'k' }]));
});

test('another failure comes out at once, and gives its turn to the next', async () => {
  const turns = new ChangeTurns();
  const fault = new Error('disk');
  let isFirst = true;
  const failing = turns.run(async () => {
    if (!isFirst) throw fault;
    isFirst = false;
    throw new StaleRevisionError('k');
  });
  const next = turns.run(async (turn) => {
    turn.claim([{ key: 'k' }]);
    return 'through';
  });
  await assert.rejects(failing, fault);
  assert.equal(await next, 'through');
});
