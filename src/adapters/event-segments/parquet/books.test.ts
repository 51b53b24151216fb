// SPDX-License-Identifier: Apache-2.0
// Oracle: the changes that were written, as a plain list; every place at which a crash can cut the file.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type BookedFile, Books, SegmentBooksError } from './books.js';
import { booksBytesMin } from './segment-limits.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-books-'));
  path = join(folder, 'books');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string): BookedFile {
  return {
    name,
    rows: 1,
    bytes: 2,
    sha256: 'ab'.repeat(32),
    fromMs: 3,
    toMs: 4,
    enteredFromMs: 5,
    enteredToMs: 6,
  };
}

function add(books: Books, name: string): Promise<void> {
  return books.write({
    cursor: ['reader', name],
    add: [{ stream: 'a/b', kind: 'cloudtrail', file: file(name) }],
  });
}

function names(books: Books): string[] {
  return (books.stream('a/b')?.files ?? []).map(({ name }) => name);
}

describe('books of segments', () => {
  test('say after a reopening what they said before', async () => {
    const books = new Books(path);
    await add(books, '1');
    await add(books, '2');
    await books.write({ remove: [{ stream: 'a/b', name: '1' }] });
    books.close();
    const again = new Books(path);
    assert.deepEqual(again.stream('a/b'), { kind: 'cloudtrail', files: [file('2')] });
    assert.equal(again.cursor('reader'), '2');
    await again.write({ end: ['a/b'] });
    again.close();
    const last = new Books(path);
    assert.deepEqual(last.streams(), []);
    assert.equal(last.cursor('reader'), '2');
    last.close();
  });

  test('a change is seen once it is durable, not before', async () => {
    const books = new Books(path);
    const adding = add(books, '1');
    assert.deepEqual(names(books), []);
    assert.equal(books.cursor('reader'), undefined);
    await adding;
    assert.deepEqual(names(books), ['1']);
    assert.equal(books.cursor('reader'), '1');
    books.close();
  });

  test('a last line that was cut anywhere counts not at all, and the next one stands in its place', async () => {
    const books = new Books(path);
    await add(books, '1');
    const whole = readFileSync(path).length;
    await add(books, '2');
    books.close();
    const bytes = readFileSync(path);
    for (let length = whole; length < bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      const cut = new Books(path);
      assert.deepEqual(names(cut), ['1'], `cut at ${length}`);
      assert.equal(cut.cursor('reader'), '1');
      await add(cut, '3');
      cut.close();
      const after = new Books(path);
      assert.deepEqual(names(after), ['1', '3']);
      after.close();
    }
  });

  test('damage before the last line is told, and changes nothing', async () => {
    const books = new Books(path);
    await add(books, '1');
    await add(books, '2');
    books.close();
    const bytes = readFileSync(path);
    bytes[12] = (bytes[12] as number) ^ 1;
    writeFileSync(path, bytes);
    assert.throws(() => new Books(path), SegmentBooksError);
    assert.deepEqual(readFileSync(path), bytes);
    writeFileSync(path, '');
    assert.throws(() => new Books(path), SegmentBooksError);
  });

  test('are written anew when changes outgrow what they say', async () => {
    const books = new Books(path);
    for (let n = 0; readFileSync(path).length <= booksBytesMin; n++) {
      await books.write({ cursor: ['reader', 'x'.repeat(20_000)] });
      assert.ok(n < 1_000);
    }
    await add(books, '1');
    assert.ok(readFileSync(path).length < booksBytesMin / 2);
    books.close();
    const again = new Books(path);
    assert.deepEqual(names(again), ['1']);
    again.close();
  });
});
