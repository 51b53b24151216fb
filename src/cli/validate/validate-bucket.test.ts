// SPDX-License-Identifier: Apache-2.0
// Oracle: what was done to the objects of a bucket served over HTTP, and which of them a validation asked for.
// conformance/aws-cli/validate.test.mjs runs the AWS command line and this validator against Cairn's own server.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { exportKeys } from './export-keys.js';
import { readKeysFile } from './keys-file.js';
import { FixtureS3 } from './testing/fixture-s3.js';
import { MadeTrail, makeSigningPair } from './testing/made-trail.js';
import { codesOf, type SceneOptions, ValidationScene } from './testing/validation-scene.js';

const pair = makeSigningPair();
const startMs = Date.parse('2026-03-01T00:00:00Z');
const hourMs = 3_600_000;
const options: SceneOptions = { keys: [pair.listed], nowMs: startMs + 4.2 * hourMs };

let scene: ValidationScene;
let s3: FixtureS3;
let endpoint: string;
let trail: MadeTrail;

beforeEach(async () => {
  scene = new ValidationScene();
  s3 = new FixtureS3();
  endpoint = await s3.start();
  trail = new MadeTrail({ bucket: 'trail-logs', prefix: 'p', pair }, startMs);
  for (let index = 0; index < 4; index++) trail.interval(3);
  s3.buckets.set('trail-logs', trail.objects);
  s3.keys.push(pair.listed);
});
afterEach(async () => {
  await s3.stop();
  scene.remove();
});

const validate = (address = 'trail-logs', more: Partial<SceneOptions> = {}) =>
  scene.validateBucket(endpoint, address, { ...options, ...more });
const read = (): string[] => s3.asked.splice(0).filter((path) => !path.endsWith('trail-logs/'));

test('a whole bucket is valid where it is', async () => {
  const report = await validate();
  assert.deepEqual(report.findings, []);
  assert.equal(report.totals.digests.valid, 4);
  assert.equal(report.totals.logFiles.valid, 12);
  assert.equal(report.chains[0]!.isCopy, false);
});

test('a bucket and a prefix with nothing in it, and no bucket', async () => {
  await assert.rejects(validate('trail-logs/other/'), /nothing is in s3:\/\/trail-logs\/other\//);
  await assert.rejects(validate('no-such-bucket'), /cannot list s3:\/\/no-such-bucket\/: NoSuchBucket/);
});

test('more than a page of log files', async () => {
  trail.interval(1_050);
  const report = await validate('trail-logs', { nowMs: startMs + 5.2 * hourMs });
  assert.equal(report.result, 'valid');
  assert.equal(report.totals.logFiles.valid, 1_062);
});

test('what is unchanged is not downloaded again; what changed is', async () => {
  await validate();
  assert.equal(read().length, 16);
  const again = await validate();
  assert.deepEqual(read(), []);
  assert.equal(again.totals.logFiles.unchanged, 12);
  assert.equal(again.totals.digests.unchanged, 4);
  assert.equal(again.chains[0]!.remembered!.isStillThere, true);

  trail.interval(2);
  const grown = await validate('trail-logs', { nowMs: startMs + 5.2 * hourMs });
  assert.equal(grown.result, 'valid');
  assert.equal(read().length, 3, 'the new digest and its files');
  assert.equal(grown.totals.logFiles.valid, 14);

  const key = trail.logKeys[4]!;
  trail.objects.set(key, { bytes: gzipSync('{}'), metadata: {} });
  const altered = await validate('trail-logs', { nowMs: startMs + 5.2 * hourMs });
  assert.deepEqual(codesOf(altered), { 'log-altered': 1 });
  assert.deepEqual(read(), [`GET trail-logs/${trail.digests[1]!.key}`, `GET trail-logs/${key}`]);

  trail.objects.delete(key);
  assert.deepEqual(codesOf(await validate('trail-logs', { nowMs: startMs + 5.2 * hourMs })), {
    'log-missing': 1,
  });
});

test('--full reads everything: a store that lies in its listing is found', async () => {
  await validate();
  read();
  // Same size, same time, and an ETag that the fixture computes: only here is it made to lie.
  const key = trail.logKeys[4]!;
  const { bytes } = trail.objects.get(key)!;
  const lying = Object.assign(Buffer.from(bytes), {});
  lying[bytes.length - 10]! ^= 1;
  const honestList = trail.objects.get(key)!;
  let isListing = false;
  const original = trail.objects.get.bind(trail.objects);
  trail.objects.get = (name) => {
    if (name !== key) return original(name);
    isListing = new Error().stack!.includes('#list');
    return isListing ? honestList : { bytes: lying, metadata: {} };
  };
  assert.equal((await validate()).result, 'valid');
  assert.equal((await validate('trail-logs', { isFull: true })).result, 'invalid');
});

test('a file of verified marks that somebody else wrote is not used', async () => {
  await validate();
  read();
  const file = readFileSync(scene.verified.file);
  file[file.length - 1]! ^= 1;
  writeFileSync(scene.verified.file, file);
  await validate();
  assert.equal(read().length, 16);
  writeFileSync(scene.verified.key, Buffer.alloc(32, 7));
  await validate();
  assert.equal(read().length, 16);
  assert.ok(existsSync(scene.verified.file));
});

test('a tail older than an interval where CloudTrail delivers', async () => {
  assert.equal((await validate('trail-logs', { nowMs: startMs + 5.4 * hourMs })).result, 'valid');
  const report = await validate('trail-logs', { nowMs: startMs + 5.6 * hourMs });
  assert.deepEqual(codesOf(report), { 'chain-tail': 1 });
  const range = { fromMs: undefined, toMs: startMs + 4 * hourMs };
  assert.equal((await validate('trail-logs', { nowMs: startMs + 9 * hourMs, range })).result, 'valid');
});

test('an end that its owner knows the reason of is accepted, until the chain goes on', async () => {
  const nowMs = startMs + 9 * hourMs;
  assert.deepEqual(codesOf(await validate('trail-logs', { nowMs })), { 'chain-tail': 1 });
  assert.equal((await validate('trail-logs', { nowMs, accepts: true })).result, 'invalid');
  for (let run = 0; run < 2; run++) {
    const report = await validate('trail-logs', { nowMs });
    assert.equal(report.result, 'valid');
    assert.deepEqual(codesOf(report, 'warning'), { 'chain-stopped': 1 });
  }
  trail.interval(1);
  assert.deepEqual(codesOf(await validate('trail-logs', { nowMs })), { 'chain-tail': 1 });
});

test('the signature in the metadata', async () => {
  const { key } = trail.digests[1]!;
  const { bytes, metadata } = trail.objects.get(key)!;
  const signature = trail.digests[2]!.signature;
  for (const altered of [
    { ...metadata, signature },
    { ...metadata, signature: 'zz' },
    { ...metadata, signature: '' },
  ]) {
    trail.objects.set(key, { bytes, metadata: altered });
    const report = await validate('trail-logs', { isFull: true });
    assert.deepEqual(codesOf(report), { 'digest-signature': 1 });
    assert.equal(report.totals.logFiles.valid, 12, 'the next digest proves what it lists');
  }
  trail.objects.set(key, { bytes, metadata: {} });
  assert.deepEqual(codesOf(await validate('trail-logs', { isFull: true })), { 'digest-signature': 1 });
});

test('a copy in another bucket, with and without metadata', async () => {
  s3.buckets.set(
    'copy',
    new Map(Array.from(trail.objects, ([key, object]) => [`c/${key.slice(2)}`, object])),
  );
  const whole = await validate('copy/c');
  assert.deepEqual(whole.findings, []);
  assert.equal(whole.chains[0]!.isCopy, true);
  for (const [key, { bytes }] of s3.buckets.get('copy')!)
    s3.buckets.get('copy')!.set(key, { bytes, metadata: {} });
  const bare = await validate('copy/c', { isFull: true });
  assert.equal(bare.result, 'valid');
  assert.deepEqual(
    codesOf(bare, 'warning'),
    {},
    'the newest digest was proven before: the same bytes are remembered',
  );
});

test('a log file in the bucket that the trail had before', async () => {
  const file = trail.logFile(startMs + 4.5 * hourMs);
  const object = trail.objects.get(file.s3Object)!;
  trail.objects.delete(file.s3Object);
  s3.buckets.set('old-logs', new Map([[file.s3Object, object]]));
  trail.digest(startMs + 4 * hourMs, startMs + 5 * hourMs, [{ ...file, s3Bucket: 'old-logs' }]);
  const report = await validate('trail-logs', { nowMs: startMs + 5.2 * hourMs });
  assert.deepEqual(report.findings, []);
  assert.equal(report.totals.logFiles.valid, 13);
});

test('what cannot be read could not be checked, and a proven fault weighs more', async () => {
  s3.refusals.set(`trail-logs/${trail.logKeys[0]}`, { status: 403, code: 'AccessDenied' });
  const report = await validate();
  assert.equal(report.result, 'unchecked');
  assert.deepEqual(codesOf(report, 'unchecked'), { 'log-not-read': 1 });
  s3.refusals.set(`trail-logs/${trail.digests[2]!.key}`, { status: 503, code: 'SlowDown' });
  const slow = await validate('trail-logs', { isFull: true });
  assert.deepEqual(codesOf(slow, 'unchecked'), { 'log-not-read': 1, 'digest-not-read': 1 });
  trail.objects.delete(trail.logKeys[1]!);
  assert.equal((await validate()).result, 'invalid');
});

test('exported keys and signatures prove a copy on a disk without anybody', async () => {
  s3.trails = [{ S3BucketName: 'trail-logs', S3KeyPrefix: 'p' }, { S3BucketName: 'gone' }];
  const notes: string[] = [];
  const connection = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    isCertificateChecked: true,
  };
  const request = {
    connection,
    env: {},
    nowMs: startMs + 5 * hourMs,
    onNote: (line: string) => void notes.push(line),
  };
  const all = await exportKeys({
    ...request,
    address: undefined,
    range: { fromMs: undefined, toMs: undefined },
  });
  assert.equal(all.PublicKeyList.length, 1);
  assert.equal(Object.keys(all.signatures).length, 4);
  assert.match(notes.join(), /digests in gone are left out: cannot list/);
  const range = { fromMs: startMs + 10 * hourMs, toMs: undefined };
  const one = await exportKeys({ ...request, address: { bucket: 'trail-logs', prefix: '' }, range });
  assert.deepEqual(
    Object.keys(one.signatures),
    [`trail-logs/${trail.digests[3]!.key}`],
    'the newest, however old',
  );

  const path = `${scene.folder}/keys.json`;
  writeFileSync(path, JSON.stringify(one));
  const { keys, signatures } = readKeysFile(path);
  scene.writeCopy(trail.objects);
  const report = await scene.validateCopy({ keys: keys.all(), exportedSignatures: signatures });
  assert.deepEqual(report.findings, []);
  assert.equal(report.totals.digests.valid, 4);
});

/** One log file altered, one gone, one damaged, one that may not be read. */
function spoil(): { readonly gone: string } {
  const logKeys = [...trail.objects.keys()].filter((key) => !key.includes('CloudTrail-Digest'));
  const [altered, gone, damaged, refused] = logKeys;
  const alter = (key: string, change: (bytes: Buffer) => Buffer): void => {
    const object = trail.objects.get(key)!;
    trail.objects.set(key, { ...object, bytes: change(Buffer.from(object.bytes)) });
  };
  alter(altered!, () => gzipSync('{"Records":[]}'));
  trail.objects.delete(gone!);
  alter(damaged!, (bytes) => bytes.subarray(0, 30));
  s3.refusals.set(`trail-logs/${refused}`, { status: 403, code: 'AccessDenied' });
  return { gone: gone! };
}

test('a Cairn is asked for many files at once, and all is judged as if they were read one by one', async () => {
  trail.interval(150);
  const now = { nowMs: startMs + 5.2 * hourMs, isFull: true };
  for (const isSpoilt of [false, true]) {
    const unlisted = isSpoilt ? [`GET trail-logs/${spoil().gone}`] : [];
    s3.isCairn = false;
    const alone = await validate('trail-logs', now);
    s3.isCairn = true;
    for (const threads of [1, 2]) {
      read();
      s3.batches.length = 0;
      const together = await validate('trail-logs', { ...now, threads });
      const { findings, totals } = together;
      assert.deepEqual({ findings, totals }, { findings: alone.findings, totals: alone.totals });
      assert.deepEqual(read(), unlisted, 'by itself only what is not listed');
      assert.equal(s3.batches.flat().length, isSpoilt ? 166 : 167);
      assert.ok(s3.batches.length < 20, `${s3.batches.length} requests`);
    }
  }
});

test('what a Cairn has no time for is tried again by itself', async () => {
  s3.isCairn = true;
  s3.refusals.set(`trail-logs/${trail.logKeys[0]}`, { status: 503, code: 'SlowDown' });
  const report = await validate();
  assert.deepEqual(codesOf(report, 'unchecked'), { 'log-not-read': 1 });
  assert.deepEqual(new Set(read()), new Set([`GET trail-logs/${trail.logKeys[0]}`]));
});

test('in threads of their own files are judged as in this one', async () => {
  spoil();
  const reports = [];
  for (const threads of [1, 3]) reports.push(await validate('trail-logs', { threads, isFull: true }));
  assert.deepEqual(reports[0]!.findings.map(({ code }) => code).sort(), [
    'log-altered',
    'log-missing',
    'log-not-read',
    'log-unreadable',
  ]);
  assert.deepEqual(reports[1]!.findings, reports[0]!.findings);
  assert.deepEqual(reports[1]!.totals, reports[0]!.totals);
});
