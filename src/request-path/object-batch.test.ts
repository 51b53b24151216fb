// SPDX-License-Identifier: Apache-2.0
// Oracle: the objects that the test holds, and what it has seen begun, opened and closed.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { answerFull, readFrames } from '../wire/object-frames.js';
import { WireError } from '../wire/wire-error.js';
import { type ObjectAnswer, ObjectBatch } from './object-batch.js';

const limits = { answerBytesMax: 1_000_000, readingMax: 4 };
const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);
const small = (key: string): ObjectAnswer => {
  const bytes = Buffer.from(`bytes of ${key}`);
  return { ContentLength: bytes.length, Metadata: { key }, Body: bytes };
};
/** A body that ends by itself, or never. */
const streamOf = (pieces: readonly Buffer[], isEndless = false): Readable => {
  const left = [...pieces];
  return new Readable({
    read() {
      const piece = left.shift();
      if (piece !== undefined) this.push(piece);
      else if (!isEndless) this.push(null);
    },
  });
};

describe('a batch', () => {
  test('is in the order of its keys, whichever is there first', async () => {
    const read = async (key: string) => {
      for (let turns = key.charCodeAt(1) % 3; turns > 0; turns--) await nextTurn();
      return small(key);
    };
    const frames = readFrames(await buffer(new ObjectBatch(keysOf(50), read, limits).stream()), 50);
    assert.deepEqual(
      frames.map(({ bytes }) => bytes.toString()),
      keysOf(50).map((key) => `bytes of ${key}`),
    );
    assert.deepEqual(frames[7]?.head, { status: 200, length: 11, metadata: { key: 'k7' } });
  });

  test('has refusals and large objects between small ones', async () => {
    const large = Buffer.alloc(300_000, 7);
    const read = async (key: string) => {
      if (key === 'k1') throw new WireError('AccessDenied', 'Access Denied', { status: 403 });
      if (key !== 'k2') return small(key);
      return { ContentLength: large.length, Body: streamOf([large.subarray(0, 99), large.subarray(99)]) };
    };
    const frames = readFrames(await buffer(new ObjectBatch(keysOf(4), read, limits).stream()), 4);
    assert.deepEqual(frames[1]?.head, { status: 403, code: 'AccessDenied', message: 'Access Denied' });
    assert.deepEqual(frames[2]?.bytes, large);
    assert.equal(frames[3]?.bytes.toString(), 'bytes of k3');
  });

  test('reads nothing beyond what an answer may have', async () => {
    const begun: string[] = [];
    const read = async (key: string) => {
      begun.push(key);
      return { ContentLength: 100, Body: Buffer.alloc(100) };
    };
    const batch = new ObjectBatch(keysOf(20), read, { answerBytesMax: 250, readingMax: 2 });
    const frames = readFrames(await buffer(batch.stream()), 20);
    const isRead = frames.map(({ head }) => head.status === 200);
    assert.equal(isRead.lastIndexOf(true), isRead.indexOf(false) - 1, 'the first ones');
    assert.deepEqual(begun, keysOf(isRead.indexOf(false)), 'and what was begun was sent');
    assert.ok(begun.length >= 3 && begun.length <= 4, String(begun.length));
    const rest = frames.slice(begun.length).map(({ head }) => 'code' in head && head.code);
    assert.deepEqual(new Set(rest), new Set([answerFull]));
  });

  test('begins no more at a time than it may', async () => {
    let now = 0;
    let most = 0;
    const read = async (key: string) => {
      most = Math.max(most, ++now);
      await nextTurn();
      now--;
      return small(key);
    };
    await buffer(new ObjectBatch(keysOf(30), read, limits).stream());
    assert.equal(most, limits.readingMax);
  });
});

describe('an answer that nobody takes to its end', () => {
  for (const [when, pieces] of [
    ['before its first byte', 0],
    ['in the middle', 1],
  ] as const)
    test(`closes what is open and begins nothing more: ${when}`, async () => {
      const open: Readable[] = [];
      const read = async () => {
        const body = streamOf([Buffer.alloc(70_000), Buffer.alloc(70_000)], true);
        open.push(body);
        return { ContentLength: 1_000_000, Body: body };
      };
      const stream = new ObjectBatch(keysOf(30), read, { ...limits, answerBytesMax: 1e9 }).stream();
      const pieces$ = stream[Symbol.asyncIterator]();
      for (let taken = 0; taken < pieces; taken++) await pieces$.next();
      const closed = new Promise((resolve) => stream.once('close', resolve));
      stream.destroy();
      await closed;
      for (let turns = 0; turns < 5; turns++) await nextTurn();
      assert.ok(open.length <= limits.readingMax, `${open.length} begun`);
      assert.equal(open.length > 0, pieces > 0);
      assert.deepEqual(
        open.filter(({ destroyed }) => !destroyed),
        [],
      );
    });

  test('is not read ahead of its reader', async () => {
    let begun = 0;
    const read = async () => {
      begun++;
      return { ContentLength: 50_000, Body: Buffer.alloc(50_000) };
    };
    const stream = new ObjectBatch(keysOf(200), read, { ...limits, answerBytesMax: 1e9 }).stream();
    stream.read(0);
    for (let turns = 0; turns < 50; turns++) await nextTurn();
    assert.ok(begun > 0 && begun < 20, String(begun));
    stream.destroy();
  });
});

describe('a fault of ours breaks the answer off, and the rest is closed', () => {
  for (const [what, first] of [
    ['a longer body', () => ({ ContentLength: 3, Body: streamOf([Buffer.alloc(4)]) })],
    ['a shorter body', () => ({ ContentLength: 5, Body: streamOf([Buffer.alloc(4)]) })],
    ['other bytes in memory', () => ({ ContentLength: 5, Body: Buffer.alloc(4) })],
    [
      'a body that fails',
      () => ({
        ContentLength: 5,
        Body: new Readable({
          read() {
            this.destroy(new Error('damaged'));
          },
        }),
      }),
    ],
    [
      'an error without words',
      () => {
        throw new TypeError('oops');
      },
    ],
  ] as const)
    test(what, async () => {
      const others: Readable[] = [];
      const read = async (key: string): Promise<ObjectAnswer> => {
        if (key === 'k0') return first();
        const Body = streamOf([], true);
        others.push(Body);
        return { ContentLength: 1, Body };
      };
      await assert.rejects(buffer(new ObjectBatch(keysOf(3), read, limits).stream()));
      await nextTurn();
      assert.equal(others.length, 2);
      assert.ok(others.every(({ destroyed }) => destroyed));
    });
});
