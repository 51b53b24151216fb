// SPDX-License-Identifier: Apache-2.0
// Oracles: DuckDB's writer, by the number of modules that its files must have at least (a header and a page for each column of each
// row group); planted repetitions; and, for the nonces themselves, that thousands under one key differ, also of writers side by side.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSealedEngine } from './sealed-engine.js';
import { copyTo } from './segment-sql.js';
import { NonceError, noncesOf, verifyNonces } from './verify-nonces.js';

const columns = 40;
const rowGroups = 8;
const key = randomBytes(32).toString('base64');

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-nonces-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function write(name: string): Promise<string> {
  const path = join(folder, name);
  const engine = await openSealedEngine({ [path]: key });
  try {
    const values = Array.from({ length: columns }, (_, n) => `i + ${n} AS c${n}`).join(', ');
    const copy = copyTo(`SELECT ${values} FROM range(${rowGroups * 2048}) r(i)`, path, 2048, engine.keyNames);
    await engine.connection.run(copy);
  } finally {
    engine.close();
  }
  return path;
}

test('thousands of nonces of writers side by side, under one key, are all different', async () => {
  const paths = await Promise.all(['a', 'b', 'c', 'd'].map(write));
  const nonces = paths.map(noncesOf);
  for (const ofFile of nonces) assert.ok(ofFile.length > 2 * columns * rowGroups, `${ofFile.length} modules`);
  const all = nonces.flat();
  assert.equal(new Set(all).size, all.length);
  for (const path of paths) verifyNonces(path);
});

test('a nonce that comes twice is found, wherever it stands', async () => {
  const path = await write('planted');
  const bytes = readFileSync(path);
  const nonces = noncesOf(path);
  for (const [from, to] of [
    [0, 1],
    [3, nonces.length - 1],
    [nonces.length - 1, nonces.length - 2],
  ] as const) {
    const planted = Buffer.from(bytes);
    planted.write(nonces[from] as string, bytes.indexOf(Buffer.from(nonces[to] as string, 'hex')), 'hex');
    writeFileSync(path, planted);
    assert.throws(() => verifyNonces(path), NonceError);
  }
});

test('a file that is not encrypted, is cut off, or has something between its modules is refused', async () => {
  const path = await write('odd');
  const bytes = readFileSync(path);
  for (const odd of [
    Buffer.concat([Buffer.from('PAR1'), bytes.subarray(4, -4), Buffer.from('PAR1')]),
    bytes.subarray(0, 40),
    Buffer.alloc(0),
    Buffer.concat([bytes.subarray(0, 4), Buffer.from('in the clear'), bytes.subarray(4)]),
    bytes.subarray(0, -9),
  ]) {
    writeFileSync(path, odd);
    assert.throws(() => verifyNonces(path), NonceError);
  }
});
