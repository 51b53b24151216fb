// SPDX-License-Identifier: Apache-2.0
// Oracle: the operating system: modes, processes and what is on disk.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DataDirectory } from './data-directory.js';
import { readJsonFile, writeFileDurably } from './durable-file.js';
import { deriveKey, loadMasterKey } from './master-key.js';
import { isAlive, processIdentity } from './process-identity.js';

function inFolder(check: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-data-directory-'));
  try {
    check(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('files', () => {
  test("are the owner's alone, whatever they were before, and replaced whole", () =>
    inFolder((folder) => {
      const path = join(folder, 'secret');
      writeFileSync(path, 'a longer content before');
      chmodSync(path, 0o644);
      writeFileDurably(path, 'after');
      assert.deepEqual([readFileSync(path, 'utf8'), modeOf(path)], ['after', '600']);
      assert.deepEqual(readdirSync(folder), ['secret']);
    }));

  test('that cannot be put in place leave what was there, and nothing else', () =>
    inFolder((folder) => {
      const path = join(folder, 'place');
      mkdirSync(join(path, 'occupied'), { recursive: true });
      assert.throws(() => writeFileDurably(path, 'x'));
      assert.deepEqual(readdirSync(folder), ['place']);
    }));

  test('left half-written by a crash are written anew', () =>
    inFolder((folder) => {
      const path = join(folder, 'file');
      writeFileSync(`${path}.${process.pid}.tmp`, 'half');
      writeFileDurably(path, new Uint8Array([1, 2]));
      assert.deepEqual([...readFileSync(path)], [1, 2]);
      assert.deepEqual(readdirSync(folder), ['file']);
    }));

  test('that are not JSON are named; those that are not there are none', () =>
    inFolder((folder) => {
      const path = join(folder, 'file.json');
      assert.equal(readJsonFile(path), undefined);
      writeFileSync(path, '{"a":');
      assert.throws(() => readJsonFile(path), new RegExp(`${path} is damaged`));
    }));
});

describe('the data directory', () => {
  test('is made closed, with the folders above it', () =>
    inFolder((folder) => {
      const directory = new DataDirectory(join(folder, 'a', 'b'));
      directory.create();
      directory.create();
      assert.equal(modeOf(directory.path), '700');
    }));

  test('knows its server only while that very process runs', () =>
    inFolder((folder) => {
      const directory = new DataDirectory(folder);
      const file = join(folder, 'server.json');
      assert.equal(directory.runningServer(), undefined);
      directory.writeServerFile('http://127.0.0.1:1');
      const mine = directory.runningServer();
      assert.deepEqual([mine?.url, mine?.pid, modeOf(file)], ['http://127.0.0.1:1', process.pid, '600']);

      const ended = spawnSync(process.execPath, ['-e', '']).pid;
      const change = (to: object) => writeFileSync(file, JSON.stringify({ ...mine, ...to }));
      change({ pid: ended });
      assert.equal(directory.runningServer(), undefined, 'ended');
      change({ process: 'of-another-boot/1' });
      // Only where the system tells one process from another of the same number.
      const told = processIdentity(process.pid) === undefined ? 'http://127.0.0.1:1' : undefined;
      assert.equal(directory.runningServer()?.url, told, 'the number is used again');
      for (const content of ['', 'null', '{}', '{"url":1,"pid":"x"}']) {
        writeFileSync(file, content);
        assert.equal(directory.runningServer(), undefined, content);
      }
      directory.removeServerFile();
      directory.removeServerFile();
      assert.ok(!existsSync(file));
    }));

  test('gives back the credentials it was given, and refuses half of them', () =>
    inFolder((folder) => {
      const directory = new DataDirectory(folder);
      assert.equal(directory.readRootCredentials(), undefined);
      const credentials = { accountId: '1', region: 'r', accessKeyId: 'a', secretAccessKey: 's' };
      directory.writeRootCredentials(credentials);
      assert.deepEqual(directory.readRootCredentials(), credentials);
      const path = join(folder, 'root-credentials.json');
      assert.equal(modeOf(path), '600');
      for (const content of [
        '[]',
        '7',
        '"x"',
        'null',
        JSON.stringify({ ...credentials, secretAccessKey: 5 }),
      ]) {
        writeFileSync(path, content);
        assert.throws(
          () => directory.readRootCredentials(),
          /root-credentials\.json is damaged.*secretAccessKey/,
        );
      }
    }));
});

test('processes are told apart', () => {
  assert.equal(isAlive(process.pid), true);
  assert.equal(isAlive(spawnSync(process.execPath, ['-e', '']).pid), false);
  assert.equal(processIdentity(process.pid), processIdentity(process.pid));
  if (process.platform === 'linux') {
    assert.match(String(processIdentity(process.pid)), /^[\w-]{36}\/\d+$/);
    assert.notEqual(processIdentity(process.pid), processIdentity(1));
  }
});

describe('the master key', () => {
  test('is made once, in a file of the owner', () =>
    inFolder((folder) => {
      const path = join(folder, 'master.key');
      const key = loadMasterKey(path, undefined);
      assert.deepEqual([key.length, modeOf(path)], [32, '600']);
      assert.deepEqual(loadMasterKey(path, undefined), key);
    }));

  test('comes from the variable where there is one, and then no file is made', () =>
    inFolder((folder) => {
      const path = join(folder, 'master.key');
      assert.deepEqual(loadMasterKey(path, Buffer.alloc(32, 7).toString('base64')), Buffer.alloc(32, 7));
      assert.ok(!existsSync(path));
      assert.throws(() => loadMasterKey(path, 'short'), /CAIRN_MASTER_KEY must hold 32 bytes/);
      writeFileSync(path, 'short');
      assert.throws(() => loadMasterKey(path, undefined), /master\.key must hold 32 bytes/);
    }));

  test('gives each purpose a key of its own, the same at every start', () => {
    const master = Buffer.alloc(32, 7);
    const keys = ['a', 'b'].map((purpose) => deriveKey(master, purpose).toString('hex'));
    assert.deepEqual([keys[0]?.length, new Set([...keys, master.toString('hex')]).size], [64, 3]);
    assert.equal(deriveKey(Buffer.alloc(32, 7), 'a').toString('hex'), keys[0]);
  });
});
