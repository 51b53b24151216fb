// SPDX-License-Identifier: Apache-2.0
// Oracle: the contract of onDemand: made once however many ask, and again after a failure.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onDemand } from './on-demand.js';

test('who asks before it is there shares the making, and who asks later gets the same', async () => {
  let made = 0;
  const ask = onDemand(async () => {
    made += 1;
    await Promise.resolve();
    return { number: made };
  });
  assert.equal(made, 0);
  const [first, ...others] = await Promise.all([ask(), ask(), ask()]);
  assert.ok([...others, await ask()].every((each) => each === first));
  assert.equal(made, 1);
});

test('a failure reaches everybody who waited, and is not remembered', async () => {
  let tries = 0;
  const ask = onDemand(async () => {
    tries += 1;
    if (tries === 1) throw new Error('too many open files');
    return tries;
  });
  const outcomes = await Promise.allSettled([ask(), ask()]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(await ask(), 2);
});
