// SPDX-License-Identifier: Apache-2.0
// Oracle: the files that the test laid out.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CommandError } from './command-error.js';
import { logFilesOnDisk } from './log-files-on-disk.js';

describe('logFilesOnDisk', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'cairn-files-'));
    for (const name of [
      'b/2.json.gz',
      'b/1.json',
      'b/c/d/3.ndjson',
      'a.jsonl',
      'z.GZ',
      'README.md',
      'b/LICENSE',
    ]) {
      mkdirSync(join(dir, name, '..'), { recursive: true });
      writeFileSync(join(dir, name), name);
    }
    symlinkSync('..', join(dir, 'b/loop'));
    symlinkSync('nowhere', join(dir, 'dangling.json'));
    symlinkSync('self.json', join(dir, 'self.json'));
    symlinkSync('b/1.json', join(dir, 'link.json'));
    symlinkSync('b/c', join(dir, 'y'));
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  test('all log files below, sorted, each folder once', async () => {
    const names = (await logFilesOnDisk(dir)).map(({ name }) => relative(dir, name));
    assert.deepEqual(names, ['a.jsonl', 'b/1.json', 'b/2.json.gz', 'b/c/d/3.ndjson', 'link.json', 'z.GZ']);
  });

  test('a file that is named is taken whatever its name', async () => {
    const [file, ...others] = await logFilesOnDisk(join(dir, 'README.md'));
    assert.equal(others.length, 0);
    assert.equal(file!.sizeBytes, 9);
    assert.equal(Buffer.from(await file!.read()).toString(), 'README.md');
  });

  test('a path that is not there is said so', async () => {
    await assert.rejects(
      logFilesOnDisk(join(dir, 'nothing')),
      new CommandError(`there is no ${join(dir, 'nothing')}`),
    );
  });
});
