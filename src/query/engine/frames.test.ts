// SPDX-License-Identifier: Apache-2.0
// Oracle: the messages that went in, however their bytes are cut.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { toChildMessage } from './engine-protocol.js';
import { FrameError, FrameReader, toFrame, toFrameOfBytes } from './frames.js';

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

  test('with bytes come out as they went in, between others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        (parts, size) => {
          const message = { type: 'x', n: 1 };
          const frames = Buffer.concat([toFrame(1), toFrameOfBytes(message, parts), toFrame(2)]);
          const reader = new FrameReader(1_000_000);
          const read: unknown[] = [];
          for (let at = 0; at < frames.length; at += size)
            read.push(...reader.push(frames.subarray(at, at + size)));
          const bytes = parts.map((part) => Buffer.from(part));
          assert.deepEqual(read, [1, { ...message, sizes: parts.map(({ length }) => length), bytes }, 2]);
        },
      ),
    );
  });

  for (const [name, head, rest] of [
    ['longer than their frame', 9, '{}'],
    ['without sizes', 2, '{}'],
    ['with more bytes than sizes', 12, '{"sizes":[]}x'],
    ['with fewer', 13, '{"sizes":[2]}x'],
    ['with a size below zero', 16, '{"sizes":[-1,2]}x'],
    ['with a size that is no number', 15, '{"sizes":["1"]}x'],
    ['of too many parts', 10_011, `{"sizes":[${'0,'.repeat(5_000)}0]}`.slice(0, 10_011)],
    ['that are no object', 4, 'nullx'],
  ] as const)
    test(`bytes ${name} are refused`, () => {
      const body = Buffer.concat([Buffer.from([0, 0, 0, head >> 8, head & 255]), Buffer.from(rest)]);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      assert.throws(() => new FrameReader(100_000).push(Buffer.concat([length, body])), FrameError);
    });

  test('one of nothing but the mark is refused', () => {
    assert.throws(() => new FrameReader(100).push(Buffer.from([0, 0, 0, 1, 0])), FrameError);
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
    { type: 'packed', count: 1, csvBytes: 3, bytes: [Buffer.from('x'), Buffer.from('y')] },
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
    { type: 'packed', count: 1 },
    { type: 'packed', count: 1, bytes: [] },
    { type: 'packed', count: 1.5, bytes: [Buffer.from('x')] },
    { type: 'packed', count: 1, csvBytes: -1, bytes: [Buffer.from('x')] },
    { type: 'packed', count: 1, bytes: ['x'] },
    { type: 'resolve', names: [{ table: 1 }] },
    { type: 'columns', columns: [{ name: 'a' }] },
    { type: 'failed', code: 'CANCELLED', message: 'x' },
    { type: 'failed', code: 'ELSE', message: 'x' },
    { type: 'done', statistics: { planningMs: -1 } },
  ])
    test(`none: ${JSON.stringify(message)}`, () => assert.throws(() => toChildMessage(message), FrameError));
});
