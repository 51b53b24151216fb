// SPDX-License-Identifier: Apache-2.0
// Oracle: the invariants at Books: only the last line of a segment can be one that was never answered.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silentLog } from '../../ports/operator-log.js';
import { openOutboxDisk } from '../delivery/outbox-disk.js';
import { Books } from './books.js';

const dir = mkdtempSync(join(tmpdir(), 'cairn-books-'));
after(() => rmSync(dir, { recursive: true }));

const lineId = '0'.repeat(24);
const name = `${lineId}-1-1795251754000-1.books`;
const entry = (s3Object: string) =>
  JSON.stringify({ file: { s3Bucket: 'b', s3Object }, atMs: 1, flushId: 1 });

async function said(text: string): Promise<{ found: string[]; warnings: number; errors: number }> {
  writeFileSync(join(dir, name), text);
  const count = { warnings: 0, errors: 0 };
  const warn = () => {
    count.warnings += 1;
  };
  const error = () => {
    count.errors += 1;
  };
  const books = new Books(await openOutboxDisk(dir), { ...silentLog, warn, error });
  await books.load([name], new Set());
  Object.assign(count, { warnings: 0, errors: 0 });
  const found: string[] = [];
  for await (const { file } of books.entries(books.segmentsOf(lineId))) found.push(file.s3Object);
  return { found, ...count };
}

test('a last line that was cut short is passed over with a warning', async () => {
  const text = `${entry('a')}\n${entry('b').slice(0, 30)}`;
  assert.deepEqual(await said(text), { found: ['a'], warnings: 1, errors: 0 });
});

test('a damaged line among others is an error that somebody has to see', async () => {
  const text = `${entry('a')}\n${entry('b').slice(0, 30)}\n${entry('c')}\n`;
  assert.deepEqual(await said(text), { found: ['a', 'c'], warnings: 0, errors: 1 });
});
