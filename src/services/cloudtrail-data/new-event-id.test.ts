// SPDX-License-Identifier: Apache-2.0
/** Oracle: RFC 9562, 5.4 "UUID Version 4", and Node's own writing of bytes in hexadecimal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventIds } from './new-event-id.js';

test('an id is the bytes drawn, in the form of version 4', () => {
  let draw = 0;
  const drawn: Buffer[] = [];
  const newId = eventIds((bytes) => {
    draw += 1;
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = (at * 7 + draw * 31) & 0xff;
    drawn.push(Buffer.from(bytes));
  });
  for (let at = 0; at < 300; at += 1) {
    const id = newId();
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const place = (at % 256) * 16;
    const plain = (drawn[Math.floor(at / 256)] as Buffer).subarray(place, place + 16).toString('hex');
    const shown = id.replaceAll('-', '');
    for (let digit = 0; digit < 32; digit += 1)
      if (digit !== 12 && digit !== 16) assert.equal(shown[digit], plain[digit], `${id} ${digit}`);
  }
  assert.equal(draw, 2);
});

test('never the same twice', () => {
  const newId = eventIds();
  assert.equal(new Set(Array.from({ length: 5_000 }, newId)).size, 5_000);
});
