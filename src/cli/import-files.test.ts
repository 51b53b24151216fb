// SPDX-License-Identifier: Apache-2.0
// Oracle: what the scripted target answered.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Position } from '../ports/event-log.js';
import type { ImportedFile } from './cairn-client.js';
import { filesInFlightMax, type ImportRun, importFiles, sourceBytesMax } from './import-files.js';
import type { LogFileSource } from './log-file-source.js';

const good = (position: string, recordCount = 2): ImportedFile => ({
  shape: 'Records',
  recordCount,
  rejectedCount: 0,
  rejected: [],
  position: position as Position,
});

function source(name: string, sizeBytes = 10): LogFileSource {
  return { name, sizeBytes, read: () => Promise.resolve(Buffer.from(name)) };
}

async function run(
  sources: readonly LogFileSource[],
  importFile: (name: string) => Promise<ImportedFile>,
  change: Partial<ImportRun> = {},
) {
  const bad: string[] = [];
  const outcome = await importFiles({
    sources,
    importFile,
    signal: new AbortController().signal,
    onProgress: () => {},
    onBad: (name, reason) => bad.push(`${name}: ${reason}`),
    isFatal: (error) => (error as Error).message === 'fatal',
    ...change,
  });
  return { ...outcome, bad };
}

describe('importFiles', () => {
  test('counts files and events, and knows the last position', async () => {
    const positions = ['3', '9', '5', '1', '4'];
    const { counts, position, bad } = await run(
      positions.map((name) => source(name)),
      (name) => Promise.resolve(good(name)),
    );
    assert.deepEqual(counts, {
      files: 5,
      events: 10,
      badFiles: 0,
      rejectedRecords: 0,
      digests: 0,
      bytes: 50,
    });
    assert.equal(position, '9');
    assert.deepEqual(bad, []);
  });

  test('names bad files with the reason and goes on', async () => {
    const unreadable = {
      ...source('c'),
      read: () => Promise.reject(Object.assign(new Error('x'), { code: 'EACCES', syscall: 'open' })),
    };
    const rejected = Array.from({ length: 5 }, (_, index) => ({ index, reason: 'no time' }));
    const { counts, bad } = await run(
      [source('a'), source('b'), unreadable, source('d', sourceBytesMax + 1), source('e')],
      async (name) => {
        if (name === 'a') throw new Error('not valid JSON');
        return name === 'b' ? { ...good('1', 95), rejectedCount: 5, rejected } : good('2');
      },
    );
    assert.deepEqual(bad.sort(), [
      'a: not valid JSON',
      'b: 5 of 100 records left out (record 0: no time; record 1: no time; record 2: no time; and 2 more)',
      'c: cannot be read (EACCES)',
      'd: it has more than 128 MB: split it',
    ]);
    assert.deepEqual(
      { ...counts, bytes: 0 },
      { files: 5, events: 97, badFiles: 4, rejectedRecords: 5, digests: 0, bytes: 0 },
    );
  });

  test(`has at most ${filesInFlightMax} files on their way`, async () => {
    let now = 0;
    let most = 0;
    await run(
      Array.from({ length: 40 }, (_, n) => source(String(n))),
      async (name) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        now--;
        return good(name);
      },
    );
    assert.equal(most, filesInFlightMax);
  });

  test('ends at a fatal error, once the files under way are done', async () => {
    const done: string[] = [];
    const work = run(
      Array.from({ length: 100 }, (_, n) => source(String(n))),
      async (name) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (name === '5') throw new Error('fatal');
        done.push(name);
        return good(name);
      },
    );
    await assert.rejects(work, /fatal/);
    const atEnd = done.length;
    assert.ok(atEnd < 20);
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(done.length, atEnd);
  });

  test('takes no further file once it is interrupted', async () => {
    const controller = new AbortController();
    const { counts } = await run(
      Array.from({ length: 100 }, (_, n) => source(String(n))),
      async (name) => {
        if (name === '9') controller.abort();
        return good(name);
      },
      { signal: controller.signal },
    );
    assert.ok(counts.files >= 10 && counts.files < 20);
  });
});
