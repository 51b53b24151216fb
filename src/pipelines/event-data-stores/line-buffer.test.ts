// SPDX-License-Identifier: Apache-2.0
/** Oracle: the lines' own UTF-8, put together by Buffer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineBuffer } from './line-buffer.js';

test('lines of any text and any length come out one behind the other, with the bytes that they said', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('é'.repeat(400_000), 'x'.repeat(1_200_000), '\ud83d\ude00'.repeat(200_000)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const buffer = new LineBuffer();
      const bytes = lines.map((each) => buffer.add(['<', each, '>\n']));
      assert.equal(buffer.count, lines.length);
      assert.deepEqual(
        bytes,
        lines.map((each) => Buffer.byteLength(each) + 3),
      );
      assert.ok(buffer.joined().equals(Buffer.concat(lines.map((each) => Buffer.from(`<${each}>\n`)))));
    }),
    { numRuns: 60 },
  );
});

test('whole lines go in as they are, between others, however long', () => {
  const buffer = new LineBuffer();
  const lines = ['a\n', `${'é'.repeat(700_000)}\n`, 'b\nc\n', 'd\n'];
  buffer.add([lines[0] as string]);
  buffer.addWhole(Buffer.from(lines[1] as string), 1);
  buffer.addWhole(Buffer.from(lines[2] as string), 2);
  buffer.add([lines[3] as string]);
  assert.equal(buffer.count, 5);
  assert.equal(buffer.joined().toString(), lines.join(''));
});
