// SPDX-License-Identifier: Apache-2.0
// Oracle: the texts that were written, by their addresses.
import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BlockWriter, DamagedBlockError } from './record-block.js';
import { RecordFiles, RecordFilesError } from './record-files.js';

/** Files end after this many bytes, so that a few blocks make several. */
const sizes = { fileBytesMax: 300, liveFileBytesMax: 300 };

async function withDir(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-records-'));
  try {
    await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function blockOf(...texts: string[]): Buffer {
  const writer = new BlockWriter();
  for (const text of texts) writer.add(text);
  return Buffer.concat(writer.seal());
}

/** Writes 20 blocks, each committed; returns the address of each. */
async function fill(files: RecordFiles): Promise<number[]> {
  const addresses: number[] = [];
  for (let index = 0; index < 20; index++) {
    const { address, end } = await files.append(blockOf(`text ${index}`, `ünïcode ${index}`));
    files.commit(end);
    addresses.push(address);
  }
  return addresses;
}

test('blocks come back by address, also after reopening, over several files', () =>
  withDir(async (dir) => {
    const { files } = RecordFiles.open(dir, 0, sizes);
    const addresses = await fill(files);
    const { end } = files;
    files.close();
    assert.ok((await readdir(dir)).length > 2);
    const again = RecordFiles.open(dir, end, sizes);
    assert.equal(again.cutBytes, 0);
    for (const [index, address] of addresses.entries()) {
      assert.equal(again.files.read(address)?.json(0), `text ${index}`);
      assert.equal(again.files.read(address)?.json(1), `ünïcode ${index}`);
      assert.throws(() => again.files.read(address)?.json(2), DamagedBlockError);
    }
    again.files.close();
  }));

test('what was appended but not committed is written over, and cut at opening', () =>
  withDir(async (dir) => {
    const { files } = RecordFiles.open(dir, 0, sizes);
    const [first] = await fill(files);
    const { end } = files;
    await files.append(blockOf('x'.repeat(5000), 'lost'));
    const second = await files.append(blockOf('kept'));
    assert.equal(second.address, end);
    files.commit(second.end);
    await files.append(Buffer.alloc(1000, 1));
    files.close();
    await writeFile(join(dir, '0000000000099999.records'), 'a file that was begun');
    const again = RecordFiles.open(dir, second.end, sizes);
    assert.ok(again.cutBytes > 0);
    assert.equal(again.files.read(second.address)?.json(0), 'kept');
    assert.equal(again.files.read(first!)?.json(0), 'text 0');
    again.files.close();
  }));

test('files before an address are removed; the others stay readable', () =>
  withDir(async (dir) => {
    const { files } = RecordFiles.open(dir, 0, sizes);
    const addresses = await fill(files);
    for (const address of addresses) files.read(address);
    const before = (await readdir(dir)).length;
    assert.ok(files.dropBefore(addresses[12]!) > 0);
    assert.ok((await readdir(dir)).length < before);
    assert.equal(files.read(addresses[0]!), undefined);
    for (let index = 12; index < 20; index++)
      assert.equal(files.read(addresses[index]!)?.json(0), `text ${index}`);
    files.dropBefore(files.end);
    assert.equal((await readdir(dir)).length, 1);
    files.close();
  }));

test('a changed byte is noticed wherever it is', () =>
  withDir(async (dir) => {
    const { files } = RecordFiles.open(dir, 0);
    const { end } = await files.append(blockOf('a record', 'another'));
    files.commit(end);
    files.close();
    const [name] = await readdir(dir);
    for (let at = 0; at < end; at++) {
      const handle = await open(join(dir, name!), 'r+');
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, at);
      await handle.write(Buffer.from([byte[0]! ^ 0x40]), 0, 1, at);
      const again = RecordFiles.open(dir, end).files;
      assert.throws(() => again.read(0), DamagedBlockError, `byte ${at}`);
      again.close();
      await handle.write(byte, 0, 1, at);
      await handle.close();
    }
  }));

test('committed bytes that are not there are reported', () =>
  withDir(async (dir) => {
    const { files } = RecordFiles.open(dir, 0);
    const { end } = await files.append(blockOf('a record'));
    files.close();
    assert.throws(() => RecordFiles.open(dir, end + 1), RecordFilesError);
    await rm(dir, { recursive: true });
    assert.throws(() => RecordFiles.open(dir, end), RecordFilesError);
  }));
