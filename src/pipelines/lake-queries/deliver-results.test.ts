// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "CloudTrail sign file structure" (place and members) and "Custom implementations of CloudTrail
// query result file integrity validation" (its steps, done with `openssl`, `sha256` of the files as they lie in the bucket).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { publicKeyFingerprint } from '../../digest/digest-signature.js';
import { ManualClock } from '../../ports/clock.js';
import { silentLog } from '../../ports/operator-log.js';
import { MemoryDestination } from '../delivery/testing/memory-destination.js';
import { deliverResults } from './deliver-results.js';
import { account, lakeJob, nowMs, resultOf } from './testing/lake-jobs.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const fingerprint = publicKeyFingerprint(publicKey.export({ format: 'der', type: 'pkcs1' }));
const job = lakeJob();
const folder = `AWSLogs/${account}/CloudTrail-Lake/Query/2026/11/21/${job.id}`;
const rows = Array.from({ length: 250 }, (_, at) => [String(at), `user-${at}`]);
/** 3,030 bytes of lines, at 1,000 and some a file. */
const fileNames = [1, 2, 3, 4].map((number) => `result_${number}.csv.gz`);
const result = resultOf(['n', 'user'], rows);

let own: MemoryDestination;
let foreign: MemoryDestination;
let asked: { region: string; startMs: number; endMs: number }[];

beforeEach(() => {
  own = new MemoryDestination();
  foreign = new MemoryDestination();
  asked = [];
});

function deliver(deliveryS3Uri: string, facts: object = {}, of = result) {
  return deliverResults(job, { stores: job.facts.stores as string[], deliveryS3Uri, ...facts }, of, {
    clock: new ManualClock(nowMs + 3_000),
    log: silentLog,
    keys: {
      keyFor: (region, time) => {
        asked.push({ region, ...time });
        return Promise.resolve({ fingerprint, privateKey });
      },
    },
    own,
    foreign,
    fileBytesMax: 1_000,
  });
}

interface SignFile {
  readonly files: { readonly fileName: string; readonly fileHashValue: string }[];
  readonly hashSignature: string;
}

function signFileAt(key: string): SignFile {
  return JSON.parse((own.objects.get(key) as Buffer).toString()) as SignFile;
}

/** The guide's steps: hashes of the files, joined by spaces, against the signature and the public key. */
function isValid(prefix: string): boolean {
  const { files, hashSignature } = signFileAt(`${prefix}/result_sign.json`);
  for (const { fileName, fileHashValue } of files) {
    const bytes = own.objects.get(`${prefix}/${fileName}`) as Buffer;
    if (createHash('sha256').update(bytes).digest('hex') !== fileHashValue) return false;
  }
  const dir = mkdtempSync(join(tmpdir(), 'cairn-sign-'));
  try {
    const path = (name: string, content: string | Buffer) => {
      writeFileSync(join(dir, name), content);
      return join(dir, name);
    };
    const text = path('text', files.map(({ fileHashValue }) => fileHashValue).join(' '));
    const signature = path('signature', Buffer.from(hashSignature, 'hex'));
    const key = path('key.pem', publicKey.export({ format: 'pem', type: 'spki' }));
    const stdio: 'pipe' = 'pipe';
    execFileSync('openssl', ['dgst', '-sha256', '-verify', key, '-signature', signature, text], { stdio });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  }
}

describe('results in a bucket', () => {
  test('lie where the guide says, in files that hold every row', async () => {
    assert.equal(await deliver('s3://results/some/prefix/'), 'SUCCESS');
    const keys = own.keys('results');
    assert.ok(keys.every((key) => key.startsWith(`some/prefix/${folder}/`)));
    const names = keys.map((key) => key.split('/').at(-1));
    assert.deepEqual(names, [...fileNames, 'result_sign.json']);
    const lines = keys
      .slice(0, -1)
      .map((key) => gunzipSync(own.objects.get(`results/${key}`) as Buffer).toString())
      .flatMap((text) => text.trimEnd().split('\n').slice(1));
    assert.deepEqual(
      lines,
      rows.map((row) => row.join(',')),
    );
  });

  test('are signed, verifiably by openssl, as the guide does it', async () => {
    await deliver('s3://results');
    const prefix = `results/${folder}`;
    const { files, hashSignature, ...rest } = signFileAt(`${prefix}/result_sign.json`);
    assert.deepEqual(rest, {
      version: '1.0',
      region: 'us-east-1',
      hashAlgorithm: 'SHA-256',
      signatureAlgorithm: 'SHA256withRSA',
      queryCompleteTime: '2026-11-22T00:00:01Z',
      publicKeyFingerprint: fingerprint,
    });
    assert.match(hashSignature, /^[0-9a-f]{512}$/);
    assert.deepEqual(
      files.map(({ fileName }) => fileName),
      fileNames,
    );
    assert.equal(isValid(prefix), true);
    const [first] = files;
    own.objects.set(`${prefix}/${first?.fileName}`, Buffer.from('forged'));
    assert.equal(isValid(prefix), false);
  });

  test('a sign file that was changed does not verify', async () => {
    await deliver('s3://results');
    const key = `results/${folder}/result_sign.json`;
    const sign = signFileAt(key);
    const swapped = { ...sign, files: [...sign.files].reverse() };
    own.objects.set(key, Buffer.from(JSON.stringify(swapped)));
    assert.equal(isValid(`results/${folder}`), false);
  });

  test('are signed by a key that is valid when the query completed', async () => {
    await deliver('s3://results');
    const [{ region, startMs, endMs } = { region: '', startMs: 0, endMs: 0 }] = asked;
    assert.equal(region, 'us-east-1');
    assert.ok(startMs < nowMs && endMs >= nowMs);
  });

  test('are there once, however often that is tried: what was delivered stays', async () => {
    await deliver('s3://results');
    const before = new Map(own.objects);
    assert.equal(await deliver('s3://results'), 'SUCCESS');
    assert.deepEqual(own.objects, before);
  });

  test('of a try that was cut off are vouched for as they lie there', async () => {
    await deliver('s3://results', {}, resultOf(['n', 'user'], rows.slice(0, 20)));
    own.objects.delete(`results/${folder}/result_sign.json`);
    assert.equal(await deliver('s3://results'), 'SUCCESS');
    assert.equal(isValid(`results/${folder}`), true);
  });

  test('go to a foreign bucket where one was found', async () => {
    assert.equal(await deliver('s3://results', { bucketIsForeign: true }), 'SUCCESS');
    assert.deepEqual([own.puts, foreign.keys('results').length], [0, fileNames.length + 1]);
  });

  for (const [code, status] of [
    ['NoSuchBucket', 'RESOURCE_NOT_FOUND'],
    ['AccessDenied', 'ACCESS_DENIED'],
    ['SlowDown', 'FAILED'],
  ] as const)
    test(`${code}: ${status}`, async () => {
      own.refuse.set('results', code);
      assert.equal(await deliver('s3://results'), status);
      assert.equal(own.objects.size, 0);
    });

  for (const [code, status] of [
    ['AccessDenied', 'ACCESS_DENIED_SIGNING_FILE'],
    ['NoSuchBucket', 'FAILED_SIGNING_FILE'],
  ] as const)
    test(`${code} of the sign file: ${status}`, async () => {
      const put = own.put.bind(own);
      own.put = (upload) => {
        if (upload.key.endsWith('.json')) own.refuse.set('results', code);
        return put(upload);
      };
      assert.equal(await deliver('s3://results'), status);
    });
});
