// SPDX-License-Identifier: Apache-2.0
/** Oracle: RFC 9110 (field values, quoted strings), RFC 2047 (encoded words). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapeOf } from '../shape.js';
import { isListHeader, readHeaderList, writeHeaderList, writeHeaderText } from './header-text.js';

const [member] = shapeOf([3, 'test', 'Holder', 0, ['Values'], [[64, { httpHeader: 'values' }]]]).members;
assert.ok(member && isListHeader(member));

test('lists: bare and quoted values', () => {
  assert.deepEqual(readHeaderList(member, 'ETag,Checksum , "a,\\"b"', 'values'), [
    'ETag',
    'Checksum',
    'a,"b',
  ]);
  assert.deepEqual(readHeaderList(member, '', 'values'), []);
  const values = ['x', 'a,b', 'say "hi"'];
  assert.equal(writeHeaderList(member, values), 'x, "a,b", "say \\"hi\\""');
  assert.deepEqual(readHeaderList(member, writeHeaderList(member, values), 'values'), values);
});

test('text: control characters become spaces, the rest its UTF-8 bytes or an encoded word', () => {
  assert.equal(writeHeaderText('a\r\nb\u0000c\td'), 'a  b c d');
  assert.equal(writeHeaderText('ä'), '\u00c3\u00a4');
  assert.equal(writeHeaderText('ä', true), '=?UTF-8?B?w6Q=?=');
  assert.equal(writeHeaderText('plain', true), 'plain');
});
