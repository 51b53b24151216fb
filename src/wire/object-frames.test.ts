// SPDX-License-Identifier: Apache-2.0
// Oracle: the bytes that the format's description says, written by hand; and what was framed, however it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BrokenFramesError, type FrameHead, frameHead, readFrames } from './object-frames.js';

const found = (length: number, metadata: Record<string, string> = {}): FrameHead => ({
  status: 200,
  length,
  metadata,
});
const head = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(text));
  bytes.writeUInt32BE(Buffer.byteLength(text));
  bytes.write(text, 4);
  return bytes;
};

test('the bytes of the format', () => {
  const answer = Buffer.concat([
    head('{"status":200,"length":3,"metadata":{"a":"ü"}}'),
    Buffer.from('abc'),
    head('{"status":404,"code":"NoSuchKey","message":"none"}'),
  ]);
  assert.deepEqual(readFrames(answer, 2), [
    { head: found(3, { a: 'ü' }), bytes: Buffer.from('abc') },
    { head: { status: 404, code: 'NoSuchKey', message: 'none' }, bytes: Buffer.alloc(0) },
  ]);
  assert.deepEqual(
    frameHead(found(3, { a: 'ü' })),
    answer.subarray(0, frameHead(found(3, { a: 'ü' })).length),
  );
});

test('what was framed is read', () => {
  const texts = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
  const objects = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 300 }), metadata: texts }));
  const property = fc.property(objects, (all) => {
    const answer = Buffer.concat(
      all.flatMap(({ bytes, metadata }) => [frameHead(found(bytes.length, metadata)), bytes]),
    );
    const frames = readFrames(answer, all.length);
    assert.deepEqual(
      frames.map(({ bytes, head: of }) => [bytes.toString('hex'), JSON.stringify(of)]),
      all.map(({ bytes, metadata }) => [
        Buffer.from(bytes).toString('hex'),
        JSON.stringify(found(bytes.length, metadata)),
      ]),
    );
  });
  fc.assert(property, { verbose: true });
});

test('wherever an answer is cut, and whatever follows it, it is none', () => {
  const answer = Buffer.concat([frameHead(found(3)), Buffer.from('abc'), frameHead(found(0))]);
  for (let end = 0; end < answer.length; end++)
    assert.throws(() => readFrames(answer.subarray(0, end), 2), BrokenFramesError, `${end}`);
  assert.throws(() => readFrames(Buffer.concat([answer, Buffer.alloc(1)]), 2), BrokenFramesError);
  assert.throws(() => readFrames(answer, 1), BrokenFramesError);
  assert.throws(() => readFrames(answer, 3), BrokenFramesError);
});

for (const text of [
  '',
  'null',
  '[]',
  '{}',
  '{"status":200}',
  '{"status":200,"length":-1,"metadata":{}}',
  '{"status":200,"length":0.5,"metadata":{}}',
  '{"status":200,"length":0,"metadata":{"a":1}}',
  '{"status":200,"length":0,"metadata":[]}',
  '{"status":200,"code":"NoSuchKey","message":""}',
  '{"status":"404","code":"NoSuchKey","message":""}',
  '{"status":404,"code":"NoSuchKey"}',
  '<html>',
])
  test(`no head: ${text}`, () => assert.throws(() => readFrames(head(text), 1), BrokenFramesError));

test('a head that says it is huge is not waited for', () => {
  const bytes = Buffer.alloc(2_000_000, 0x20);
  bytes.writeUInt32BE(1_900_000);
  assert.throws(() => readFrames(bytes, 1), BrokenFramesError);
});
