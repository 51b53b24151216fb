// SPDX-License-Identifier: Apache-2.0
// Oracle: the lines themselves: each is worked on once, the bad ones alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inHalves } from './in-halves.js';

test('every line is worked on once and in order, the bad ones by themselves', async () => {
  const line = fc.record({ isBad: fc.boolean(), length: fc.nat(30) });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 40 }), async (given) => {
      const lines = given.map(
        ({ isBad, length }, n) => `${isBad ? 'bad' : 'good'} ${n} ${'x'.repeat(length)}\n`,
      );
      const done = await inHalves(
        Buffer.from(lines.join('')),
        async (piece) => {
          if (piece.includes('bad')) throw new Error('cannot be read');
          return piece.toString();
        },
        async (piece) => `alone: ${piece.toString()}`,
      );
      const wanted = lines.map((text) => (text.startsWith('bad') ? `alone: ${text}` : text));
      assert.equal(done.join(''), wanted.join(''));
    }),
    { numRuns: 50 },
  );
});

test('where even a single line cannot be kept, it ends at once', async () => {
  let tries = 0;
  const work = (): Promise<never> => {
    tries++;
    return Promise.reject(new Error('the disk is full'));
  };
  await assert.rejects(inHalves(Buffer.from('a\n'.repeat(1_000)), work, work), /full/);
  assert.ok(tries < 20, `${tries} tries`);
});
