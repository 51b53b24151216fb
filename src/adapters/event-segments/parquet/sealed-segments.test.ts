// SPDX-License-Identifier: Apache-2.0
// Oracles: the bytes on the disk (a marker that every record holds is in none of them), DuckDB's own reading of an encrypted file
// with its key, and the port's contract, by streams that are encrypted.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { linesOf, testEventSegmentsContract } from '../../../ports/contract/event-segments-contract.js';
import { silentLog } from '../../../ports/operator-log.js';
import { until } from '../../../testing/until.js';
import { ParquetEventSegments } from './parquet-event-segments.js';
import { mergeFilesMin } from './segment-limits.js';
import { type OpenFile, sealedIdsIn } from './testing/read-sealed.js';
import { SwitchedKeys } from './testing/switched-keys.js';
import { noncesOf } from './writer/verify-nonces.js';

const stream = 'event-data-store/5f3d';
const sealing = {
  kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/1',
  ownerArn: 'arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/5f3d',
};
const marker = 'CreateUser';

let folder: string;
let keys: SwitchedKeys;
let segments: ParquetEventSegments;
let commits = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-sealed-'));
  keys = new SwitchedKeys();
  segments = new ParquetEventSegments(folder, silentLog, keys);
});

afterEach(async () => {
  await segments.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function commit(
  ids: readonly string[],
  more: { readonly sealing?: typeof sealing; readonly leaveOutKnown?: boolean } = { sealing },
): Promise<number> {
  const append = { stream, kind: 'cloudtrail' as const, lines: linesOf(ids.map((id) => ({ id }))), ...more };
  return (await segments.commit('reader', String(++commits), [append])).added;
}

function newIds(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

async function openFiles(): Promise<{ readonly files: readonly OpenFile[]; release(): void }> {
  const { files, release } = segments.snapshot(stream);
  const opened = [];
  for (const { path, sealedKey } of files)
    opened.push({ path, ...(sealedKey && { key: await keys.open(sealedKey) }) });
  return { files: opened, release };
}

async function storedIds(): Promise<string[]> {
  const { files, release } = await openFiles();
  try {
    return (await sealedIdsIn(files)).sort();
  } finally {
    release();
  }
}

function bytesOnDisk(): Buffer {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Buffer.concat(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name))),
  );
}

function sealedKeys() {
  const { files, release } = segments.snapshot(stream);
  release();
  return files.map(({ sealedKey }) => sealedKey);
}

testEventSegmentsContract('encrypted Parquet files', {
  open: (at) => {
    const opened = new ParquetEventSegments(at, silentLog, contractKeys);
    const { commit: plain } = { commit: opened.commit.bind(opened) };
    opened.commit = (reader, cursor, appends) =>
      plain(
        reader,
        cursor,
        appends.map((append) => ({ ...append, sealing })),
      );
    return opened;
  },
  eventIds: async ({ files }) => {
    const opened: OpenFile[] = [];
    for (const { path, sealedKey } of files)
      opened.push({ path, ...(sealedKey && { key: await contractKeys.open(sealedKey) }) });
    return sealedIdsIn(opened);
  },
});
const contractKeys = new SwitchedKeys();

describe('encrypted segments', () => {
  test('nothing of a record, and no key, lies open on the disk', async () => {
    const ids = newIds(50);
    await commit(ids);
    await commit(ids.concat(newIds(3)), { sealing, leaveOutKnown: true });
    const bytes = bytesOnDisk();
    for (const secret of [marker, ids[0] as string, ...keys.texts()])
      assert.ok(!bytes.includes(secret), secret);
    assert.ok(bytes.includes('PARE') && !bytes.includes('PAR1'));
    assert.equal((await storedIds()).length, 53);
    assert.deepEqual(await segments.verify(), []);
  });

  test('a plain stream is as ever, and shows that the marker would be found', async () => {
    await commit(newIds(2), {});
    assert.ok(bytesOnDisk().includes(marker));
    assert.deepEqual(sealedKeys(), [undefined]);
  });

  test('each file has a key of its own, and no nonce twice', async () => {
    for (let n = 0; n < 3; n++) await commit(newIds(100));
    const { files, release } = await openFiles();
    assert.equal(new Set(files.map(({ key }) => Buffer.from(key as Uint8Array).toString('hex'))).size, 3);
    const nonces = files.flatMap(({ path }) => noncesOf(path));
    assert.ok(nonces.length > 300);
    assert.equal(new Set(nonces).size, nonces.length);
    const [first, second] = files as [OpenFile, OpenFile];
    await assert.rejects(sealedIdsIn([{ ...first, key: second.key as Uint8Array }]), /key|tag/i);
    release();
  });

  test('small files become one that is encrypted anew', async () => {
    const ids = newIds(mergeFilesMin);
    for (const id of ids) await commit([id]);
    await until(() => sealedKeys().length < mergeFilesMin);
    assert.deepEqual(await storedIds(), ids.sort());
    assert.ok(!bytesOnDisk().includes(marker));
  });

  test('what a stream had before its key is encrypted in the background', async () => {
    const ids = newIds(3);
    await commit([ids[0] as string], {});
    await commit([ids[1] as string], {});
    await commit([ids[2] as string]);
    await until(() => sealedKeys().every((key) => key !== undefined));
    assert.deepEqual(await storedIds(), ids.sort());
    await until(() => !bytesOnDisk().includes(marker));
  });
});

describe('while the KMS key cannot be used', () => {
  test('events are kept, encrypted, and nobody reads the stream', async () => {
    const ids = newIds(4);
    await commit(ids.slice(0, 2));
    keys.isUsable = false;
    assert.equal(await commit(ids.slice(2)), 2);
    assert.ok(!bytesOnDisk().includes(marker));
    await assert.rejects(storedIds(), { name: 'SegmentKeyError', code: 'DisabledException' });
    keys.isUsable = true;
    assert.deepEqual(await storedIds(), ids.sort());
  });

  test('once it can be used again, the next commit has the others encrypted under it', async () => {
    keys.isUsable = false;
    const ids = newIds(3);
    await commit([ids[0] as string]);
    await commit([ids[1] as string]);
    keys.isUsable = true;
    await commit([ids[2] as string]);
    await until(() => sealedKeys().every((key) => key?.isProvisional !== true));
    assert.deepEqual(await storedIds(), ids.sort());
  });

  test('what the stream had before is encrypted once it can be used, not before', async () => {
    const ids = newIds(3);
    await commit([ids[0] as string], {});
    keys.isUsable = false;
    await commit([ids[1] as string]);
    keys.isUsable = true;
    assert.deepEqual(await storedIds(), ids.slice(0, 2).sort());
    await commit([ids[2] as string]);
    await until(() => sealedKeys().every((key) => key !== undefined && key.isProvisional !== true));
    assert.deepEqual(await storedIds(), ids.sort());
  });

  test('an import whose events could not be compared is compared later', async () => {
    const ids = newIds(5);
    await commit(ids.slice(0, 3));
    keys.isUsable = false;
    assert.equal(await commit(ids, { sealing, leaveOutKnown: true }), 5);
    assert.equal(await commit(ids, { sealing, leaveOutKnown: true }), 5);
    keys.isUsable = true;
    const last = newIds(1);
    await commit(last);
    await until(() => segments.streams()[0]?.rows === 6);
    assert.deepEqual(await storedIds(), ids.concat(last).sort());
  });

  test('retention goes on for whole files, and leaves the others', async () => {
    await commit(newIds(2));
    keys.isUsable = false;
    const { files, release } = segments.snapshot(stream);
    release();
    const [{ fromMs, toMs }] = files as [(typeof files)[number]];
    await segments.dropHappenedBefore(stream, fromMs);
    assert.equal(segments.streams()[0]?.rows, 2);
    await segments.dropHappenedBefore(stream, toMs + 1);
    assert.equal(segments.streams()[0]?.rows ?? 0, 0);
  });
});
