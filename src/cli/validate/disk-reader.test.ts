// SPDX-License-Identifier: Apache-2.0
// Oracle: a folder that somebody else made may hold anything; what is no file is said to be none, at once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DiskReader } from './disk-reader.js';
import { FileMissingError, FileUnreadableError } from './file-reader.js';

const folder = mkdtempSync(join(tmpdir(), 'cairn-disk-reader-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const reader = new DiskReader();
const read = (name: string) => reader.read({ path: join(folder, name) });

test('a file is read whole', async () => {
  writeFileSync(join(folder, 'file'), 'content');
  assert.equal(Buffer.from((await read('file')).bytes).toString(), 'content');
  await assert.rejects(read('none'), FileMissingError);
  await assert.rejects(read('a'.repeat(300)), FileMissingError);
});

test('a folder, a device and a pipe without a writer are no files', async () => {
  mkdirSync(join(folder, 'folder'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  symlinkSync('/dev/zero', join(folder, 'zero'));
  for (const name of ['folder', 'zero', 'pipe']) await assert.rejects(read(name), FileUnreadableError, name);
});
