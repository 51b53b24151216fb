// SPDX-License-Identifier: Apache-2.0
// Oracle: Node's gunzip, which reads all members, and RFC 1952 for the header's optional parts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { GzipError, gunzipMember, gunzipMemberInPieces } from './verify-gzip.js';

const bytesMax = 1024 ** 2;

async function inPieces(bytes: Uint8Array): Promise<{ content: Buffer; trailingBytes: number }> {
  const pieces: Buffer[] = [];
  const { trailingBytes } = await gunzipMemberInPieces(bytes, (piece) => void pieces.push(piece));
  return { content: Buffer.concat(pieces), trailingBytes };
}

test('one member is read as gunzip reads it, in one go and in pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 5_000 }),
      fc.integer({ min: 1, max: 9 }),
      async (bytes, level) => {
        const gzip = gzipSync(bytes, { level });
        const whole = gunzipMember(gzip, bytesMax)!;
        assert.deepEqual(whole, { content: gunzipSync(gzip), trailingBytes: 0 });
        assert.deepEqual(await inPieces(gzip), whole);
      },
    ),
    { numRuns: 50, seed: 1 },
  );
});

test('whatever follows the first member is counted and not read', async () => {
  const gzip = gzipSync('the first');
  for (const appended of [gzipSync('the second'), Buffer.from('x'), Buffer.alloc(100), gzip]) {
    const bytes = Buffer.concat([gzip, appended]);
    const expected = { content: Buffer.from('the first'), trailingBytes: appended.length };
    assert.deepEqual(gunzipMember(bytes, bytesMax), expected);
    assert.deepEqual(await inPieces(bytes), expected);
  }
});

test('the optional parts of a header are passed over', () => {
  const data = deflateRawSync('content');
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32('content'), 0);
  trailer.writeUInt32LE(7, 4);
  const parts: [flag: number, bytes: Buffer][] = [
    [4, Buffer.from([3, 0, 1, 2, 3])],
    [8, Buffer.from('name\0')],
    [16, Buffer.from('comment\0')],
    [2, Buffer.from([0, 0])],
  ];
  for (let choice = 0; choice < 16; choice++) {
    const chosen = parts.filter((_, index) => (choice & (1 << index)) !== 0);
    const flags = chosen.reduce((sum, [flag]) => sum | flag, 0);
    const head = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255]);
    const gzip = Buffer.concat([head, ...chosen.map(([, bytes]) => bytes), data, trailer]);
    assert.deepEqual(gunzipMember(gzip, bytesMax), { content: Buffer.from('content'), trailingBytes: 0 });
  }
});

test('damage is an error, however it is read', async () => {
  const gzip = gzipSync('some content that is long enough to be cut');
  const cases = [
    Buffer.alloc(0),
    Buffer.from('{"Records":[]} plain text, not compressed'),
    gzip.subarray(0, -1),
    gzip.subarray(0, -9),
    gzip.subarray(0, 10),
    with_(gzip, 2, 9),
    with_(gzip, 3, 0x80),
    with_(gzip, 3, 8).subarray(0, 20),
    with_(gzip, gzip.length - 1, 1),
    with_(gzip, gzip.length - 8, gzip.at(-8)! ^ 1),
  ];
  for (const bytes of cases) {
    assert.throws(() => gunzipMember(bytes, bytesMax), GzipError);
    await assert.rejects(inPieces(bytes), GzipError);
  }
});

test('more than the limit is left to reading in pieces', async () => {
  const gzip = gzipSync(Buffer.alloc(3_000_000));
  assert.equal(gunzipMember(gzip, bytesMax), undefined);
  assert.equal((await inPieces(gzip)).content.length, 3_000_000);
  assert.equal(gunzipMember(gzip, 3_000_000)!.content.length, 3_000_000);
});

function with_(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}
