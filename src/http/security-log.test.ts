// SPDX-License-Identifier: Apache-2.0
// Oracle: the limits that the test gives the log, and the files on disk.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RefusedCall, SecurityLog } from './security-log.js';

function refused(number: number): RefusedCall {
  return {
    timeMs: Date.UTC(2026, 10, 21),
    requestId: String(number),
    code: 'AccessDenied',
    sourceIp: '203.0.113.9',
    method: 'GET',
    path: `/${'x'.repeat(1_000)}`,
    service: 's3',
    accessKeyId: undefined,
    userAgent: 'a\n{"forged":"line"}',
  };
}

async function inFolder(check: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-security-log-'));
  try {
    await check(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a line a call, fields cut, a newline is no new line', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'security.log');
    const log = new SecurityLog(path, { fieldCharsMax: 20 });
    log.add(refused(1));
    log.add(refused(2));
    await log.close();
    const [first, second, ...more] = lines(path);
    assert.deepEqual([first?.requestId, second?.requestId, more], ['1', '2', []]);
    assert.deepEqual([first?.time, String(first?.path).length], ['2026-11-21T00:00:00.000Z', 20]);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  }));

test('two files are all there ever is, each within its limit', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'security.log');
    const limits = { fileBytesMax: 10_000, waitingBytesMax: 4_000 };
    for (let restart = 0; restart < 3; restart += 1) {
      const log = new SecurityLog(path, limits);
      for (let call = 0; call < 300; call += 1) {
        log.add(refused(restart * 300 + call));
        if (call % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await log.close();
    }
    // When the very last line filled its file, the next one is yet to come.
    const files = readdirSync(folder).toSorted();
    assert.deepEqual(
      files.filter((file) => file !== 'security.log'),
      ['security.log.1'],
    );
    for (const file of files.map((name) => join(folder, name))) {
      assert.ok(statSync(file).size <= 10_000 + 600, `${statSync(file).size} bytes`);
      assert.ok(lines(file).length > 0, 'whole lines');
    }
    assert.ok(lines(`${path}.1`).length > 5, 'a full file');
  }));

test('a burst that the disk does not follow is cut, not kept in memory', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'security.log');
    const log = new SecurityLog(path, { waitingBytesMax: 4_000 });
    for (let call = 0; call < 10_000; call += 1) log.add(refused(call));
    await log.close();
    assert.ok(statSync(path).size < 6_000, `${statSync(path).size} bytes`);
  }));

test('a place that cannot be written is borne, and used once it can', () =>
  inFolder(async (folder) => {
    const place = join(folder, 'place');
    writeFileSync(place, 'a file');
    const log = new SecurityLog(join(place, 'security.log'), { retryMs: 1 });
    log.add(refused(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    rmSync(place);
    writeFileSync(join(folder, 'other'), '');
    log.add(refused(2));
    await log.close();
    assert.deepEqual(readdirSync(folder), ['other']);
  }));
