// SPDX-License-Identifier: Apache-2.0
// Oracle: the messages that went in, however their bytes are cut.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { toChildMessage } from './engine-protocol.js';
import { FrameError, FrameReader, toFrame } from './frames.js';

describe('frames', () => {
  test('come out as they went in, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        (messages, size) => {
          const bytes = Buffer.concat(messages.map(toFrame));
          const reader = new FrameReader(1_000_000);
          const read: unknown[] = [];
          for (let at = 0; at < bytes.length; at += size)
            read.push(...reader.push(bytes.subarray(at, at + size)));
          assert.deepEqual(
            read,
            messages.map((message) => JSON.parse(JSON.stringify(message)) as unknown),
          );
        },
      ),
    );
  });

  test('one that is too long is refused by its head alone', () => {
    const reader = new FrameReader(100);
    assert.throws(() => reader.push(Buffer.from([0, 0, 0, 101])), FrameError);
  });

  test('one that is not JSON is refused', () => {
    assert.throws(() => new FrameReader(100).push(Buffer.from([0, 0, 0, 1, 0x7b])), FrameError);
  });
});

describe('messages of a process', () => {
  for (const message of [
    { type: 'ready' },
    { type: 'resolve', names: [{ schema: 'default', table: 't' }] },
    { type: 'rows', rows: [['1', null]] },
    { type: 'failed', code: 'SYNTAX_ERROR', message: 'x' },
  ])
    test(`known: ${message.type}`, () => assert.equal(toChildMessage(message), message));

  for (const message of [
    null,
    7,
    'ready',
    {},
    { type: 'run' },
    { type: '__proto__' },
    { type: 'constructor' },
    { type: 'rows', rows: [[1]] },
    { type: 'rows', rows: 'x' },
    { type: 'resolve', names: [{ table: 1 }] },
    { type: 'columns', columns: [{ name: 'a' }] },
    { type: 'failed', code: 'CANCELLED', message: 'x' },
    { type: 'failed', code: 'ELSE', message: 'x' },
    { type: 'done', statistics: { planningMs: -1 } },
  ])
    test(`none: ${JSON.stringify(message)}`, () => assert.throws(() => toChildMessage(message), FrameError));
});
