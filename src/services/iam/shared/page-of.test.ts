// SPDX-License-Identifier: Apache-2.0
//
// Oracle: the whole list, cut by hand. A seeded property: whatever the page size, the pages together are the list.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../../../testing/random.js';
import { WireError } from '../../../wire/wire-error.js';
import { MemoryCallState } from '../../testing/call.js';
import { itemSource, joinSources, type PageSource, pageOf, stateSource } from './page-of.js';

const seed = seedOfRun();
const place = (item: string) => item;

function allPages(source: PageSource<string>, MaxItems: number): string[][] {
  const pages: string[][] = [];
  for (let Marker: string | undefined; ; ) {
    const { items, end } = pageOf(source, { MaxItems, Marker });
    pages.push([...items]);
    assert.equal(end.IsTruncated, end.Marker !== undefined);
    if (!end.IsTruncated) return pages;
    Marker = end.Marker;
    assert.ok((Marker ?? '').length <= 320);
  }
}

describe('pages', () => {
  test(`of several lists together are the lists, in order (seed ${seed})`, () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[\w+=,.@-]{1,128}$/), { maxLength: 20 });
    fc.assert(
      fc.property(names, names, names, fc.integer({ min: 1, max: 7 }), (first, second, third, size) => {
        const state = new MemoryCallState();
        for (const name of second) state.put(`iam/x/${name}`, name);
        const source = joinSources([
          itemSource(first, place),
          stateSource<string>(state, 'iam/x/', (name) => !name.startsWith('A')),
          itemSource(third, place),
        ]);
        const expected = [
          ...[...first].sort(),
          ...second.filter((name) => !name.startsWith('A')).sort(),
          ...[...third].sort(),
        ];
        const pages = allPages(source, size);
        assert.deepEqual(pages.flat(), expected);
        assert.ok(pages.slice(0, -1).every((page) => page.length === size));
      }),
      { seed, numRuns: 200 },
    );
  });

  test('go on over long stretches that a filter passes over', () => {
    const state = new MemoryCallState();
    for (let at = 0; at < 1300; at += 1) state.put(`iam/x/${String(at).padStart(4, '0')}`, String(at));
    const source = stateSource<string>(state, 'iam/x/', (item) => item === '3' || item === '1299');
    assert.deepEqual(allPages(source, 1), [['3'], ['1299']]);
  });

  for (const [what, request] of [
    ['no size at all', { MaxItems: 0 }],
    ['a size above 1,000', { MaxItems: 1001 }],
    ['an empty marker', { Marker: '' }],
    ['a marker that is none of ours', { Marker: '****' }],
    ['a marker of more than 320 characters', { Marker: 'A'.repeat(321) }],
  ] as const) {
    test(`refused: ${what}`, () => {
      assert.throws(
        () => pageOf(itemSource(['a'], place), request),
        (error) => error instanceof WireError && error.code === 'ValidationError',
      );
    });
  }

  test('a marker that was made up leads nowhere, and breaks nothing', () => {
    const source = joinSources([itemSource(['a'], place)]);
    for (const text of ['x', '9z', '0', '0a'])
      assert.deepEqual(pageOf(source, { Marker: Buffer.from(text).toString('base64url') }).end, {
        IsTruncated: false,
      });
  });
});
