// SPDX-License-Identifier: Apache-2.0
// Oracle: the records that the files were made of.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { LogFileError, readLogFile } from '../../record/log-file.js';
import { checkFile, type ImportPiece } from './check-file.js';
import { fileTextBytesMax, repackedTextBytes } from './limits.js';

const record = (n: number) => ({
  eventVersion: '1.11',
  eventTime: '2026-11-21T10:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'CreateBucket',
  eventID: String(n),
  note: 'naïve',
});
const records = (count: number) => Array.from({ length: count }, (_, n) => record(n));
const file = (list: unknown[]) => Buffer.from(JSON.stringify({ Records: list }));

function recordsIn(pieces: readonly ImportPiece[]): unknown[] {
  return pieces.flatMap((piece) => {
    const inside = readLogFile(piece.gzip ? gunzipSync(piece.bytes) : piece.bytes).records.map(
      ({ json }) => JSON.parse(json) as unknown,
    );
    assert.equal(inside.length, piece.eventCount);
    return inside;
  });
}

describe('checkFile', () => {
  test('a good gzip file goes in with the bytes that it has', () => {
    const bytes = gzipSync(file(records(50)));
    const { pieces, ...summary } = checkFile(bytes);
    assert.deepEqual(summary, { shape: 'Records', recordCount: 50, rejectedCount: 0, rejected: [] });
    assert.equal(pieces.length, 1);
    assert.equal(pieces[0]!.bytes, bytes);
  });

  test('gzip files one behind the other are one file', () => {
    const { pieces } = checkFile(
      Buffer.concat([gzipSync(JSON.stringify(record(1))), gzipSync(`\n${JSON.stringify(record(2))}`)]),
    );
    assert.deepEqual(recordsIn(pieces), [record(1), record(2)]);
  });

  test('a plain file is compressed, a tiny one is not', () => {
    const large = checkFile(file(records(50))).pieces;
    assert.equal(large[0]!.gzip, true);
    assert.deepEqual(recordsIn(large), records(50));
    const tiny = checkFile(file(records(1))).pieces;
    assert.equal(tiny[0]!.gzip, false);
    assert.deepEqual(recordsIn(tiny), records(1));
  });

  test('of a partly bad file exactly the good records go in', () => {
    const { pieces, rejectedCount } = checkFile(gzipSync(file([record(1), { hello: 1 }, record(2), 7])));
    assert.equal(rejectedCount, 2);
    assert.deepEqual(recordsIn(pieces), [record(1), record(2)]);
  });

  test('counts what happened before a time; a file of nothing else has nothing to go in', () => {
    const at = (eventTime: string) => ({ ...record(1), eventTime });
    const bytes = gzipSync(file([at('2026-11-20T23:59:59Z'), at('2026-11-21T00:00:00Z')]));
    const sinceMs = Date.UTC(2026, 10, 21);
    const mixed = checkFile(bytes, sinceMs);
    assert.deepEqual([mixed.recordCount, mixed.olderCount, mixed.pieces.length], [2, 1, 1]);
    const old = checkFile(bytes, sinceMs + 1);
    assert.deepEqual([old.recordCount, old.olderCount, old.pieces], [2, 2, []]);
  });

  test('a partly bad large file goes in by pieces', () => {
    const list = records(Math.ceil((repackedTextBytes * 2.5) / 150));
    const { pieces } = checkFile(file([...list, {}]));
    assert.ok(pieces.length >= 3);
    assert.deepEqual(recordsIn(pieces), list);
  });

  test('files without records leave nothing to append', () => {
    for (const text of ['', '[]', '{"Records":[]}', '{"digestStartTime":"x","digestEndTime":"y"}', '[{}]']) {
      assert.deepEqual(checkFile(gzipSync(text)).pieces, []);
    }
  });

  const bad: [string, Uint8Array, RegExp][] = [
    ['gzip that is cut', gzipSync(file(records(50))).subarray(0, 100), /^not valid gzip: /],
    ['gzip with a wrong checksum', wrongChecksum(), /^not valid gzip: /],
    ['gzip that never was', Buffer.from([0x1f, 0x8b, 1, 2, 3]), /^not valid gzip: /],
    ['broken JSON', gzipSync('{"Records":['), /^not valid JSON: unexpected end at byte 12/],
    ['gzip in gzip', gzipSync(gzipSync(file(records(1)))), /^not (UTF-8|valid JSON)/],
  ];
  for (const [title, bytes, reason] of bad) {
    test(`refuses ${title}`, () => {
      assert.throws(
        () => checkFile(bytes),
        (error) => error instanceof LogFileError && reason.test(error.message),
      );
    });
  }

  test(`refuses a bomb at ${fileTextBytesMax / 1024 ** 2} MB`, () => {
    const megabyte = gzipSync(Buffer.alloc(1024 ** 2, ' '));
    const bomb = Buffer.concat(Array.from({ length: fileTextBytesMax / 1024 ** 2 + 1 }, () => megabyte));
    assert.ok(bomb.length < 1024 ** 2);
    assert.throws(
      () => checkFile(bomb),
      new LogFileError(`uncompressed it has more than ${fileTextBytesMax / 1024 ** 2} MB: split it`),
    );
  });
});

function wrongChecksum(): Uint8Array {
  const bytes = Buffer.from(gzipSync(file(records(3))));
  bytes[bytes.length - 8]! ^= 0xff;
  return bytes;
}
