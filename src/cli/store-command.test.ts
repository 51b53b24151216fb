// SPDX-License-Identifier: Apache-2.0
// Oracle: what `cairn lookup` printed before a file was damaged. The program runs as its users run it.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ParquetEventSegments } from '../adapters/event-segments/parquet/parquet-event-segments.js';
import { linesOf } from '../ports/contract/event-segments-contract.js';
import { silentLog } from '../ports/operator-log.js';

const main = join(import.meta.dirname, 'main.js');
const env = { ...process.env, CAIRN_DATA_DIR: '', TZ: 'UTC' };

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function cairn(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function flipAByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 2]! ^= 1;
  writeFileSync(path, bytes);
}

describe('cairn store', () => {
  let dir: string;
  let dataDir: string;
  const store = (what: string): Promise<Outcome> => cairn('store', what, '--data-dir', dataDir);
  const lookup = async (): Promise<string> =>
    (await cairn('lookup', '--all', '--json', '--name', 'CreateBucket', '--data-dir', dataDir)).stdout;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'cairn-store-'));
    dataDir = join(dir, 'data');
    const records = Array.from({ length: 300 }, (_, n) => ({
      eventTime: '2026-11-20T12:00:00Z',
      eventSource: 's3.amazonaws.com',
      eventName: 'CreateBucket',
      awsRegion: 'eu-west-1',
      eventID: `id-${n}`,
      requestParameters: { bucketName: `bucket-${n}-${'x'.repeat(400)}` },
    }));
    writeFileSync(join(dir, 'log.json'), JSON.stringify({ Records: records }));
    assert.equal((await cairn('import', join(dir, 'log.json'), '--data-dir', dataDir)).code, 0);
  });
  after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));

  test('verify says that all is well, and exits with 0', async () => {
    const { code, stdout } = await store('verify');
    assert.equal(code, 0);
    assert.match(stdout, /everything is as it was written/);
  });

  test('a lost index: verify exits with 1, rebuild brings every event back', async () => {
    const earlier = await lookup();
    rmSync(join(dataDir, 'history/index.duckdb'));
    const verified = await store('verify');
    assert.equal(verified.code, 1);
    assert.match(verified.stdout, /damaged: .*index.duckdb/);
    const refused = await cairn('lookup', '--data-dir', dataDir);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /cairn store rebuild/);
    const rebuilt = await store('rebuild');
    assert.equal(rebuilt.code, 0, rebuilt.stderr);
    assert.equal((await store('verify')).code, 0);
    assert.equal(await lookup(), earlier);
  });

  test('a rebuild that was broken off: others say so, the server ends it and starts', async () => {
    const earlier = await lookup();
    writeFileSync(join(dataDir, 'history/rebuilding'), '');
    const refused = await cairn('lookup', '--data-dir', dataDir);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /did not end: start the server/);
    const server = spawn(process.execPath, [main, 'serve', '--port', '0', '--data-dir', dataDir], {
      env: { ...env, CAIRN_LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(server, 'close');
    let logged = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => (logged += text));
    try {
      await once(server.stdout, 'data');
      assert.match(logged, /did not end: it is done again/);
      assert.match(logged, /the history was rebuilt/);
      assert.ok(!readdirSync(join(dataDir, 'history')).includes('rebuilding'));
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
    assert.equal(await lookup(), earlier);
    assert.equal((await store('verify')).code, 0);
  });

  test('a flipped byte: verify names the file, rebuild tells what is lost and keeps the rest', async () => {
    const records = join(dataDir, 'history/records');
    const path = join(records, readdirSync(records)[0]!);
    flipAByte(path);
    const verified = await store('verify');
    assert.equal(verified.code, 1);
    assert.ok(verified.stdout.includes(path));
    const rebuilt = await store('rebuild');
    assert.equal(rebuilt.code, 1);
    assert.match(rebuilt.stdout, /made anew: [1-9]/);
    assert.equal((await store('verify')).code, 0);
  });

  test('what nothing makes anew, segments of event data stores and the books, is not promised by verify', async () => {
    const folder = join(dataDir, 'segments');
    const segments = new ParquetEventSegments(folder, silentLog);
    const stream = 'event-data-store/5f3a9c01-0000-4000-8000-000000000000';
    await segments.commit('reader', '1', [{ stream, kind: 'cloudtrail', lines: linesOf([{ id: 'one' }]) }]);
    await segments.close();
    assert.equal((await store('verify')).code, 0);
    const [name = ''] = readdirSync(join(folder, 'streams', stream));
    flipAByte(join(folder, 'streams', stream, name));
    const segment = await store('verify');
    assert.equal(segment.code, 1);
    assert.ok(segment.stdout.includes(`damaged: ${stream}/${name}: `), segment.stdout);
    assert.match(segment.stderr, /put them back from a backup/);
    assert.doesNotMatch(segment.stderr, /cairn store rebuild/);
    const books = readFileSync(join(folder, 'books'));
    writeFileSync(join(folder, 'books'), 'none of it\n');
    const unbooked = await store('verify');
    assert.equal(unbooked.code, 1);
    assert.match(unbooked.stdout, /[1-9]\d* events, .*damaged: .*segments: /s);
    assert.match(unbooked.stderr, /put them back from a backup/);
    writeFileSync(join(folder, 'books'), books);
    rmSync(folder, { recursive: true });
  });

  test('a running server is left alone', async () => {
    const server = spawn(process.execPath, [main, 'serve', '--port', '0', '--data-dir', dataDir], {
      env: { ...env, CAIRN_LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(server, 'close');
    try {
      await once(server.stdout, 'data');
      for (const what of ['verify', 'rebuild']) {
        const { code, stderr } = await store(what);
        assert.equal(code, 1);
        assert.match(stderr, /a server runs on .* stop it first/);
      }
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  });
});
