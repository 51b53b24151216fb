// SPDX-License-Identifier: Apache-2.0
//
// Oracle: bytes that were sent, node:crypto, and the codes of S3's and the other protocols' answers written by hand.

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { BodyFailure, type BodyFault, toBodyError } from './body-failure.js';
import { readBody } from './read-body.js';

const refused = (fault: BodyFault) => (error: unknown) => {
  assert.ok(error instanceof BodyFailure, String(error));
  assert.deepEqual(error.fault, fault);
  return true;
};

test('bytes and their SHA-256', async () => {
  for (const parts of [[], ['abc'], ['a', 'b', 'c']]) {
    const read = await readBody(
      { headers: {}, body: Readable.from(parts.map((p) => Buffer.from(p))) },
      { bytesMax: 3 },
    );
    assert.equal(read.bytes.toString(), parts.join(''));
    assert.equal(read.sha256, hash('sha256', parts.join('')));
  }
});

test('Content-Length over the limit: refused before anything is read', async () => {
  const body = new PassThrough();
  const reading = readBody({ headers: { 'content-length': '11' }, body }, { bytesMax: 10 });
  await assert.rejects(reading, refused({ code: 'tooLarge', bytesMax: 10, bytesDeclared: 11 }));
});

test('more than the limit without a Content-Length: refused on the way, the connection left open', async () => {
  const body = new PassThrough();
  body.write(Buffer.alloc(11));
  const reading = readBody({ headers: {}, body }, { bytesMax: 10 });
  await assert.rejects(reading, refused({ code: 'tooLarge', bytesMax: 10, bytesDeclared: undefined }));
  assert.equal(body.destroyed, false);
  body.destroy();
});

test('a connection that breaks', async () => {
  const body = new PassThrough();
  body.write('half');
  setImmediate(() => body.destroy());
  await assert.rejects(readBody({ headers: {}, body }, { bytesMax: 10 }), refused({ code: 'incomplete' }));
});

test('what comes behind the limit stays where it is, and nobody listens any more', async () => {
  const body = new PassThrough();
  body.write(Buffer.alloc(11));
  await assert.rejects(readBody({ headers: {}, body }, { bytesMax: 10 }));
  body.write('more');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(body.isPaused(), true);
  assert.equal(body.readableLength, 4);
  for (const event of ['data', 'error']) assert.equal(body.listenerCount(event), 0, event);
  body.destroy();
});

test('a connection that was gone before anybody read, by an error or without', async () => {
  for (const error of [undefined, new Error('reset')]) {
    const body = new PassThrough().on('error', () => {});
    body.write('half');
    body.destroy(error);
    await assert.rejects(readBody({ headers: {}, body }, { bytesMax: 10 }), refused({ code: 'incomplete' }));
  }
});

const answers: [fault: BodyFault, dialect: 'json' | 'query' | 's3' | 'restJson', answer: string][] = [
  [{ code: 'tooLarge', bytesMax: 10, bytesDeclared: 11 }, 's3', 'EntityTooLarge 400'],
  [{ code: 'tooLarge', bytesMax: 10, bytesDeclared: 11 }, 'json', 'RequestEntityTooLargeException 413'],
  [{ code: 'tooLarge', bytesMax: 10, bytesDeclared: 11 }, 'restJson', 'RequestEntityTooLargeException 413'],
  [{ code: 'tooLarge', bytesMax: 10, bytesDeclared: undefined }, 'query', 'RequestEntityTooLarge 413'],
  [{ code: 'incomplete' }, 's3', 'IncompleteBody 400'],
  [{ code: 'incomplete' }, 'json', 'SerializationException 400'],
];
for (const [fault, dialect, answer] of answers) {
  test(`${fault.code} in ${dialect}: ${answer}`, () => {
    const error = toBodyError(new BodyFailure(fault), dialect);
    assert.equal(`${error.code} ${error.status}`, answer);
  });
}

test("S3's fields", () => {
  const error = toBodyError(new BodyFailure({ code: 'tooLarge', bytesMax: 10, bytesDeclared: 11 }), 's3');
  assert.deepEqual(error.fields, { ProposedSize: 11, MaxSizeAllowed: 10 });
});
