// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Quotas in AWS CloudTrail": files sent to S3 have at most 50 MB (compressed).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toRoute } from '../../trails/trail-fold.js';
import { logFileBytesMax, logFileTextBytesMax } from './limits.js';
import { RecordBuffers } from './record-buffers.js';
import { account, DeliveryScene, record, trail } from './testing/delivery-scene.js';
import { recordsOf } from './testing/memory-destination.js';
import { SimulatedDisk } from './testing/simulated-disk.js';
import { writeLogFile } from './write-log-file.js';

/** Text that gzip cannot shrink below its own entropy, in characters of three bytes: the worst that a record can hold. */
function noise(characters: number, seed: number): string {
  let state = seed;
  const units = new Uint16Array(characters);
  for (let at = 0; at < characters; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    units[at] = 0x4e00 + ((state >>> 8) % 20_000);
  }
  return Buffer.from(units.buffer).toString('utf16le');
}

const logged = (text: string) => ({
  accountId: account,
  region: 'us-east-1',
  category: 'Management' as const,
  json: JSON.stringify({ eventID: 'x', text }),
});

describe('a log file', () => {
  test('is cut before its text alone would be 50 MB, whatever the characters', () => {
    const buffers = new RecordBuffers();
    const route = toRoute(trail('main'));
    const big = logged('\u6f22'.repeat(80_000));
    const bytes = Buffer.byteLength(big.json);
    for (let count = 0; count < 450; count++) buffers.add(big, [route]);
    const files = buffers.list();
    assert.equal(buffers.bytes, 450 * bytes);
    assert.deepEqual(
      files.map(({ records }) => records.length),
      [204, 204, 42],
    );
    for (const { records, textBytes } of files) {
      const text = Buffer.byteLength(`{"Records":[${records.join(',')}]}`);
      assert.ok(text <= textBytes && textBytes <= logFileTextBytesMax, `${text} in ${textBytes}`);
    }
  });

  test('that cannot be compressed at all grows by less than what is left to 50 MB', async () => {
    const disk = new SimulatedDisk();
    const json = JSON.stringify({ eventID: 'x', text: noise(1_000_000, 7) });
    const buffer = { route: toRoute(trail('main')), accountId: account, region: 'us-east-1', textBytes: 0 };
    const identity = { stem: '000000000001-000000', flushId: 1, stampMs: 0, unique: 'Unique0000000000' };
    const { sizeBytes } = await writeLogFile(disk, { ...buffer, records: [json] }, identity);
    const ratio = sizeBytes / Buffer.byteLength(json);
    assert.ok(ratio > 0.5, `it was to be hard to compress: ${ratio}`);
    // Deflate stores what it cannot shrink: five bytes for each block of 16 KB at least (RFC 1951, 3.2.4).
    assert.ok(ratio * logFileTextBytesMax < logFileBytesMax);
    assert.ok((logFileTextBytesMax / 16_384) * 5 + 18 + logFileTextBytesMax < logFileBytesMax);
  });

  test('one entry larger than the memory limit is several files, each event in one of them', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    await scene.setTrail(trail('main'), 'start');
    const filler = '\u00e9'.repeat(120_000);
    const records = Array.from({ length: 260 }, (_, index) => {
      const { json, ...facts } = record(`e${index}`);
      return { ...facts, json: json.replace('}', `,"filler":"${filler}"}`) };
    });
    await scene.append({ records });
    await delivery.flushNow();
    const files = scene.destination.keys('main-logs');
    assert.equal(files.length, 3, 'what came before, and two of it');
    assert.deepEqual(
      scene.destination.eventIds('main-logs').sort(),
      ['start', ...records.map((_, index) => `e${index}`)].sort(),
    );
    for (const key of files) {
      const file = scene.destination.objects.get(`main-logs/${key}`) ?? assert.fail(key);
      assert.ok(file.length < logFileBytesMax && recordsOf(file).length > 0);
    }
    await delivery.stop();
  });
});
