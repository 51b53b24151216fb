// SPDX-License-Identifier: Apache-2.0
// Oracle: the text that was compressed, whatever the file claims about its length.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { gunzipText, isGzip } from './gunzip-text.js';

const text = Buffer.from('{"Records":[]} '.repeat(50_000));

describe('gunzipText', () => {
  const files: [string, Buffer, Buffer][] = [
    ['one member', gzipSync(text), text],
    ['a short text', gzipSync('x'), Buffer.from('x')],
    ['nothing', gzipSync(''), Buffer.alloc(0)],
    [
      'a long member before a short one',
      Buffer.concat([gzipSync(text), gzipSync('x')]),
      Buffer.concat([text, Buffer.from('x')]),
    ],
    [
      'a short member before a long one',
      Buffer.concat([gzipSync('x'), gzipSync(text)]),
      Buffer.concat([Buffer.from('x'), text]),
    ],
  ];
  for (const [title, bytes, expected] of files) {
    test(title, () => {
      assert.ok(isGzip(bytes));
      assert.ok(Buffer.from(gunzipText(bytes, 10_000_000)).equals(expected));
    });
  }

  test('bytes inside of a larger buffer', () => {
    const around = Buffer.concat([Buffer.from('abc'), gzipSync(text), Buffer.from('def')]);
    assert.ok(Buffer.from(gunzipText(around.subarray(3, -3), 10_000_000)).equals(text));
  });

  test('stops at the limit', () => {
    assert.throws(() => gunzipText(gzipSync(text), text.length - 1), { code: 'ERR_BUFFER_TOO_LARGE' });
    assert.equal(gunzipText(gzipSync(text), text.length).length, text.length);
  });

  test('a claim of 4 GB allocates nothing of the kind', () => {
    const lying = Buffer.from(gzipSync(text));
    lying.writeUInt32LE(0xffff_ffff, lying.length - 4);
    const before = process.memoryUsage().arrayBuffers;
    assert.throws(() => gunzipText(lying, 10_000_000), /length|too large/i);
    assert.ok(process.memoryUsage().arrayBuffers - before < 100 * 1024 ** 2);
  });
});
