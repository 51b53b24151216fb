// SPDX-License-Identifier: Apache-2.0
// Oracle: what AttackedServer holds to (well, little memory, an empty error log), S3's error codes (S3 API Reference, "List of
// SELECT Object Content Error Codes"), and a plain selection that is answered after every attack.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { patienceMs } from '../testing/until.js';
import { AttackedServer } from './attacked-server.js';
import type { Answer } from './client.js';
import { signed } from './signed-request.js';

const scene = new AttackedServer();
/** Some wait behind the others, and leave without an answer. */
const leaveMsMax = 4_000;

const csv = '<CSV><FileHeaderInfo>NONE</FileHeaderInfo></CSV>';
const lines = '<JSON><Type>LINES</Type></JSON>';
const parquet = '<Parquet/>';

function selection(key: string, expression: string, input: string, compression = 'NONE') {
  const kind = input === parquet ? '' : `<CompressionType>${compression}</CompressionType>`;
  const escaped = expression.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const body =
    `<SelectObjectContentRequest xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Expression>${escaped}</Expression>` +
    `<ExpressionType>SQL</ExpressionType><InputSerialization>${kind}${input}</InputSerialization>` +
    '<OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>';
  return { service: 's3', method: 'POST', path: `/attacked/${key}?select=&select-type=2`, body } as const;
}

function select(...args: Parameters<typeof selection>): Promise<Answer> {
  return scene.client.call(selection(...args));
}

async function put(key: string, body: string | Uint8Array): Promise<void> {
  assert.equal((await scene.client.s3('PUT', `/attacked/${key}`, body)).status, 200);
}

/** Reads the first bytes of an answer and leaves. */
function leave(...args: Parameters<typeof selection>): Promise<void> {
  const { method, path, headers, body } = signed(scene.client.host, selection(...args));
  const { hostname, port } = new URL(scene.url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: hostname, port, method, path, headers, agent: false }, (response) => {
      response.once('data', () => {
        response.pause();
        setTimeout(() => {
          response.destroy();
          resolve();
        }, 300);
      });
    });
    sent.on('error', reject);
    setTimeout(() => {
      sent.destroy();
      resolve();
    }, leaveMsMax).unref();
    sent.end(body);
  });
}

/** A selection that is in order, answered in time. */
async function assertSelects(): Promise<void> {
  await put('well', 'a,b\n');
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('no selection is answered any more')), patienceMs).unref();
  });
  const answer = await Promise.race([select('well', 'SELECT s._2 FROM S3Object s', csv), late]);
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /b\n/);
}

describe('S3 Select', () => {
  test('is there for the next ones when readers leave in the middle', async () => {
    await put('long', Buffer.alloc(24 * 1024 * 1024, `${'x'.repeat(1023)}\n`));
    const gone = Array.from({ length: 9 }, () => leave('long', 'SELECT * FROM S3Object', csv));
    await Promise.all(gone);
    await assertSelects();
  });

  test('keeps its memory when little unfolds to much', async () => {
    const zeros = Buffer.alloc(64 * 1024 * 1024);
    const once = gzipSync(zeros);
    const bomb = Buffer.concat(Array<Buffer>(12).fill(once));
    await put('bomb.gz', bomb);
    const wide = await select('bomb.gz', 'SELECT * FROM S3Object', csv, 'GZIP');
    assert.match(wide.text, /OverMaxRecordSize|OverMaxColumn/, wide.text.slice(0, 500));
    const deep = await select('bomb.gz', 'SELECT * FROM S3Object', lines, 'GZIP');
    assert.match(deep.text, /<BytesReturned>0</, 'white space, to its end');
    await put('deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    assert.match((await select('deep', 'SELECT * FROM S3Object', lines)).text, /JSONParsingError/);
    await put('deep-objects', '{"a":'.repeat(100_000));
    assert.match((await select('deep-objects', 'SELECT * FROM S3Object', lines)).text, /JSONParsingError/);
    await put('lies.bz2', 'BZh9 and then nothing of it');
    const lies = await select('lies.bz2', 'SELECT * FROM S3Object', csv, 'BZIP2');
    assert.match(lies.text, /TruncatedInput|InvalidCompressionFormat/);
    await assertSelects();
  });

  test('survives Parquet that is small and unfolds to much, or lies', async () => {
    const path = join(scene.dataDir, '..', `cairn-many-rows-${process.pid}.parquet`);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT 1::BIGINT AS a, 'x' AS b FROM range(30000000)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 30000000)`,
    );
    connection.closeSync();
    instance.closeSync();
    const many = readFileSync(path);
    rmSync(path);
    await put('many.parquet', many);
    const answer = await select('many.parquet', 'SELECT count(*) FROM S3Object', parquet);
    assert.match(answer.text, /OverMaxParquetBlockSize/);
    const lying = Buffer.from(many);
    lying.writeUInt32LE(0x7fffffff, lying.length - 8);
    await put('lying.parquet', lying);
    const lied = await select('lying.parquet', 'SELECT * FROM S3Object', parquet);
    assert.match(lied.text, /ParquetParsingError/, lied.text.slice(0, 300));
    for (let at = 0; at < 6; at += 1) {
      const broken = Buffer.from(many);
      const start = many.length - 8 - many.readUInt32LE(many.length - 8);
      for (let n = 0; n < 20; n += 1)
        broken[start + ((at * 131 + n * 37) % (many.length - 8 - start))] = 0xff;
      await put('broken.parquet', broken);
      const text = (await select('broken.parquet', 'SELECT count(*) FROM S3Object', parquet)).text;
      assert.match(text, /ParquetParsingError|OverMaxParquetBlockSize/, `${at}: ${text.slice(0, 300)}`);
    }
    await assertSelects();
  });
});
