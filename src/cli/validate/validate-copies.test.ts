// SPDX-License-Identifier: Apache-2.0
// Oracle: what was done to a copy that was whole. The signatures are made with Node's RSA over the text of CloudTrail User
// Guide, "Custom implementations of CloudTrail log file integrity validation"; conformance/aws-cli/validate.test.mjs has the
// AWS command line validate the same kind of data.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { seedOfRun } from '../../testing/random.js';
import type { Report } from './report.js';
import { type MadeBucket, MadeTrail, makeSigningPair } from './testing/made-trail.js';
import { codesOf, type SceneOptions, ValidationScene } from './testing/validation-scene.js';

const pair = makeSigningPair();
const startMs = Date.parse('2026-03-01T00:00:00Z');
const hourMs = 3_600_000;

function wholeTrail(digests = 6, files = 3): MadeTrail {
  const trail = new MadeTrail({ bucket: 'trail-logs', prefix: 'p', pair }, startMs);
  for (let index = 0; index < digests; index++) trail.interval(index === 2 ? 0 : files);
  return trail;
}

describe('a copy on a disk', () => {
  let scene: ValidationScene;
  let options: SceneOptions;
  let trail: MadeTrail;

  before(() => {
    trail = wholeTrail();
  });
  beforeEach(() => {
    scene?.remove();
    scene = new ValidationScene();
    const newest = trail.digests.at(-1)!;
    const exportedSignatures = new Map([[`trail-logs/${newest.key}`, newest.signature]]);
    options = { keys: [pair.listed], exportedSignatures };
  });
  after(() => scene.remove());

  async function validated(
    change: (objects: MadeBucket) => void,
    more: Partial<SceneOptions> = {},
  ): Promise<Report> {
    const objects = new Map(trail.objects);
    change(objects);
    scene.writeCopy(objects);
    return scene.validateCopy({ ...options, ...more });
  }
  const digestAt = (index: number) => trail.digests[index]!;
  function removeDigests(objects: MadeBucket, indices: readonly number[]): void {
    for (const index of indices) objects.delete(digestAt(index).key);
  }

  test('is valid when it is whole', async () => {
    const report = await validated(() => undefined);
    assert.deepEqual(report.findings, []);
    assert.equal(report.result, 'valid');
    assert.equal(report.totals.digests.valid, 6);
    assert.equal(report.totals.logFiles.valid, 15);
    const [chain] = report.chains;
    assert.equal(chain!.original, 's3://trail-logs/p/');
    assert.equal(chain!.isCopy, true);
    assert.equal(chain!.intervalSeconds, 3600);
    assert.equal(chain!.head!.sha256, digestAt(5).sha256);
  });

  test('without exported signatures the newest digest is unsigned, and said to be', async () => {
    const report = await validated(() => undefined, { exportedSignatures: new Map() });
    assert.equal(report.result, 'valid');
    assert.deepEqual(codesOf(report, 'warning'), { 'digest-unsigned': 1 });
    assert.equal(report.totals.digests.unsigned, 1);
    assert.equal(report.chains[0]!.head!.sha256, digestAt(4).sha256, 'the head is the newest proven one');
  });

  const alterations: {
    what: string;
    change: (objects: MadeBucket) => void;
    codes: Record<string, number>;
  }[] = [
    {
      what: 'a log file altered',
      change: (objects) => set(objects, trail.logKeys[4]!, gzipSync('{"Records":[]}')),
      codes: { 'log-altered': 1 },
    },
    {
      what: 'a log file removed',
      change: (objects) => objects.delete(trail.logKeys[4]!),
      codes: { 'log-missing': 1 },
    },
    {
      what: 'a second gzip member behind a log file',
      change: (objects) => append(objects, trail.logKeys[4]!, gzipSync('{"Records":[{}]}')),
      codes: { 'log-appended': 1 },
    },
    {
      what: 'garbage behind a log file',
      change: (objects) => append(objects, trail.logKeys[4]!, Buffer.from('x')),
      codes: { 'log-appended': 1 },
    },
    {
      what: 'a log file that is no gzip',
      change: (objects) => set(objects, trail.logKeys[4]!, Buffer.from('{"Records":[]} and so on')),
      codes: { 'log-unreadable': 1 },
    },
    {
      what: 'two log files swapped',
      change: (objects) => swap(objects, trail.logKeys[0]!, trail.logKeys[9]!),
      codes: { 'log-altered': 2 },
    },
    {
      what: 'a digest removed',
      change: (objects) => objects.delete(digestAt(3).key),
      codes: { 'digest-missing': 1 },
    },
    {
      what: 'three digests in a row removed: every one is named',
      change: (objects) => removeDigests(objects, [1, 2, 3]),
      codes: { 'digest-missing': 3 },
    },
    {
      what: 'the oldest digest removed',
      change: (objects) => objects.delete(digestAt(0).key),
      codes: { 'digest-missing': 1 },
    },
    {
      what: 'two digests swapped',
      change: (objects) => swap(objects, digestAt(1).key, digestAt(3).key),
      codes: { 'digest-moved': 2 },
    },
    {
      what: 'a digest altered',
      change: (objects) => alterDigest(objects, digestAt(3).key),
      codes: { 'digest-altered': 1 },
    },
    {
      what: 'the newest digest altered',
      change: (objects) => alterDigest(objects, digestAt(5).key),
      codes: { 'digest-signature': 1 },
    },
    {
      what: 'a second member behind a digest',
      change: (objects) => append(objects, digestAt(3).key, gzipSync('{}')),
      codes: { 'digest-appended': 1 },
    },
    {
      what: 'a digest that is no JSON',
      change: (objects) => set(objects, digestAt(3).key, gzipSync('{"awsAccountId":')),
      codes: { 'digest-unreadable': 1 },
    },
  ];
  for (const { what, change, codes } of alterations) {
    test(`${what}: invalid`, async () => {
      const report = await validated(change);
      assert.equal(report.result, 'invalid');
      const found = codesOf(report);
      for (const [code, count] of Object.entries(codes))
        assert.equal(found[code as keyof typeof found], count, JSON.stringify(report.findings, null, 1));
    });
  }

  test('an altered digest before an unsigned newest one is invalid too', async () => {
    const report = await validated((objects) => alterDigest(objects, digestAt(4).key), {
      exportedSignatures: new Map(),
    });
    assert.equal(report.result, 'invalid');
  });

  test('the newest digest removed: the exported signatures know it, --end asks for it', async () => {
    const remove = (objects: MadeBucket): void => void objects.delete(digestAt(5).key);
    const report = await validated(remove);
    assert.deepEqual(codesOf(report, 'warning'), { 'chain-newer-known': 1, 'digest-unsigned': 1 });
    const range = { fromMs: undefined, toMs: startMs + 6 * hourMs };
    assert.deepEqual(codesOf(await validated(remove, { range })), {});
    const later = { fromMs: undefined, toMs: startMs + 6.6 * hourMs };
    assert.deepEqual(codesOf(await validated(remove, { range: later })), { 'chain-tail': 1 });
  });

  test('missing digests of a gap are named by their times', async () => {
    const report = await validated((objects) => removeDigests(objects, [1, 2, 3]));
    const places = report.findings.filter(({ code }) => code === 'digest-missing').map(({ place }) => place);
    assert.deepEqual(
      places,
      [1, 2, 3].map((index) => `${scene.copy}/${digestAt(index).key}`),
    );
  });

  test('a key that is not among the trusted ones', async () => {
    const report = await validated(() => undefined, { keys: [makeSigningPair().listed] });
    assert.deepEqual(codesOf(report), { 'key-unknown': 6 });
    assert.equal(report.totals.logFiles.unproven, 15);
  });

  test('any root will do, and any number of copies below one', async () => {
    const objects: MadeBucket = new Map();
    for (const [key, object] of trail.objects) {
      objects.set(`one/${key}`, object);
      objects.set(`two/deep/${key.slice('p/'.length)}`, object);
    }
    scene.writeCopy(objects);
    const report = await scene.validateCopy(options);
    assert.deepEqual(report.findings, []);
    assert.equal(report.chains.length, 2);
    assert.equal(report.totals.logFiles.valid, 30);
    const inner = await scene.validateCopy(
      options,
      `${scene.copy}/one/p/AWSLogs/111122223333/CloudTrail-Digest`,
    );
    assert.equal(inner.result, 'valid');
    assert.equal(inner.totals.logFiles.valid, 15, 'log files are found beside the folder that was named');
  });

  test('of a trail that was given another prefix: its first digest there lists files of the old place', async () => {
    const old = new MadeTrail({ bucket: 'trail-logs', prefix: '/old', pair }, startMs);
    const before = old.interval(1);
    const moved = new MadeTrail({ bucket: 'trail-logs', pair }, startMs + hourMs, old.objects);
    const late = old.logFile(startMs + hourMs);
    const first = moved.digest(
      startMs + hourMs,
      startMs + 2 * hourMs,
      [late, moved.logFile(startMs + hourMs)],
      {
        previous: before,
      },
    );
    scene.writeCopy(old.objects);
    const signatures = new Map([before, first].map(({ key, signature }) => [`trail-logs/${key}`, signature]));
    const report = await scene.validateCopy({ ...options, exportedSignatures: signatures });
    assert.equal(report.result, 'valid', JSON.stringify(report.findings));
    assert.equal(report.totals.logFiles.valid, 3);
    assert.deepEqual(codesOf(report, 'warning'), { 'chain-elsewhere': 1 });

    const gone = new Map(old.objects);
    gone.delete(late.s3Object);
    scene.writeCopy(gone);
    const removed = await scene.validateCopy({ ...options, exportedSignatures: signatures });
    assert.deepEqual(codesOf(removed), { 'log-missing': 1 });

    scene.remove();
    scene = new ValidationScene();
    scene.writeCopy(new Map(Array.from(old.objects).filter(([key]) => !key.startsWith('/old'))));
    const alone = await scene.validateCopy({ ...options, exportedSignatures: signatures });
    assert.equal(alone.result, 'unchecked');
    assert.deepEqual(codesOf(alone, 'unchecked'), { 'log-elsewhere': 1 });
  });

  test('a file that no digest lists is reported, one since the newest digest is pending', async () => {
    const other = new MadeTrail(
      { bucket: 'trail-logs', prefix: 'p', pair, trailName: 'x' },
      startMs,
      new Map(),
    );
    other.logFile(startMs + 90 * 60_000);
    other.logFile(startMs + 6 * hourMs + 60_000);
    const report = await validated((objects) => {
      for (const [key, object] of other.objects) objects.set(key.replace('AAAAAAAA', 'ZZZZZZZZ'), object);
    });
    assert.equal(report.result, 'valid');
    assert.deepEqual(codesOf(report, 'warning'), { 'log-not-covered': 1 });
    assert.equal(report.totals.logFilesPending, 1);
    assert.equal(report.totals.logFilesNotCovered, 1);
  });

  test('--start and --end choose digests by their time, and the end has to be reached', async () => {
    const ranged = (from: number | undefined, to: number | undefined) =>
      validated(() => undefined, {
        range: {
          fromMs: from === undefined ? undefined : startMs + from * hourMs,
          toMs: to === undefined ? undefined : startMs + to * hourMs,
        },
      });
    const middle = await ranged(3.5, 4.5);
    assert.equal(middle.result, 'valid');
    assert.deepEqual(middle.findings, []);
    assert.equal(middle.totals.digests.valid, 2);
    const late = await ranged(4.5, 9);
    assert.deepEqual(codesOf(late), { 'chain-tail': 1 });
    assert.equal((await ranged(undefined, 6.4)).result, 'valid');
  });

  test('older files removed on purpose: --start says so', async () => {
    const remove = (objects: MadeBucket): void => {
      for (const index of [0, 1]) {
        objects.delete(digestAt(index).key);
        for (const { s3Object } of digestAt(index).document.logFiles) objects.delete(s3Object);
      }
    };
    assert.deepEqual(codesOf(await validated(remove)), { 'digest-missing': 1 });
    const report = await validated(remove, { range: { fromMs: startMs + 2.5 * hourMs, toMs: undefined } });
    assert.deepEqual(report.findings, []);
  });

  test('a path in a digest cannot climb out of the copy', async () => {
    const evil = wholeTrail(1);
    const files = [
      { ...evil.digests[0]!.document.logFiles[0]!, s3Object: 'p/AWSLogs/../../../../etc/passwd' },
    ];
    evil.digest(startMs + hourMs, startMs + 2 * hourMs, files);
    scene.writeCopy(evil.objects);
    const report = await scene.validateCopy({ keys: [pair.listed] });
    assert.deepEqual(codesOf(report), { 'log-missing': 1 });
  });
});

describe('any single change is found', () => {
  const trail = new MadeTrail({ bucket: 'trail-logs', pair }, startMs);
  for (const files of [2, 0, 1]) trail.interval(files);
  const newest = trail.digests.at(-1)!;
  const keys = [...trail.objects.keys()];
  const options: SceneOptions = {
    keys: [pair.listed],
    exportedSignatures: new Map([[`trail-logs/${newest.key}`, newest.signature]]),
  };
  const seed = seedOfRun();
  const runs = { numRuns: 40, seed };

  async function isInvalid(change: (objects: MadeBucket) => void): Promise<boolean> {
    const scene = new ValidationScene();
    try {
      const objects = new Map(trail.objects);
      change(objects);
      scene.writeCopy(objects);
      return (await scene.validateCopy(options)).result === 'invalid';
    } finally {
      scene.remove();
    }
  }

  test(`one bit flipped in any file (seed ${seed}): invalid, or the content is what was signed`, async () => {
    const flips = fc.tuple(
      fc.nat(keys.length - 1),
      fc.double({ min: 0, max: 0.9999, noNaN: true }),
      fc.nat(7),
    );
    await fc.assert(
      fc.asyncProperty(flips, async ([file, where, bit]) => {
        const key = keys[file]!;
        const original = trail.objects.get(key)!.bytes;
        const bytes = Buffer.from(original);
        const at = Math.floor(where * bytes.length);
        bytes[at]! ^= 1 << bit;
        const found = await isInvalid((objects) => set(objects, key, bytes));
        // The gzip header's time and system, and the unused bits behind the last symbol, change no content.
        assert.ok(found || isSameContent(bytes, original), `${key} byte ${at} bit ${bit}`);
      }),
      runs,
    );
  });

  test('any file removed', async () => {
    // What nothing in a copy can tell: that there was a newer digest. Memory, --end and the exported signatures do.
    for (const key of keys.filter((one) => one !== newest.key))
      assert.ok(await isInvalid((objects) => objects.delete(key)), key);
  });

  test(`any two files swapped (seed ${seed})`, async () => {
    const two = fc.tuple(fc.nat(keys.length - 1), fc.nat(keys.length - 1)).filter(([a, b]) => a !== b);
    await fc.assert(
      fc.asyncProperty(two, ([a, b]) => isInvalid((objects) => swap(objects, keys[a]!, keys[b]!))),
      { ...runs, numRuns: 10 },
    );
  });

  test('one digit of a signature in the file of keys', async () => {
    const scene = new ValidationScene();
    scene.writeCopy(trail.objects);
    for (const at of [0, 100, 511]) {
      const wrong = `${newest.signature.slice(0, at)}${newest.signature[at] === '0' ? '1' : '0'}${newest.signature.slice(at + 1)}`;
      const exportedSignatures = new Map([[`trail-logs/${newest.key}`, wrong]]);
      assert.deepEqual(codesOf(await scene.validateCopy({ ...options, exportedSignatures })), {
        'digest-signature': 1,
      });
    }
    scene.remove();
  });
});

function isSameContent(bytes: Buffer, original: Buffer): boolean {
  try {
    return gunzipSync(bytes).equals(gunzipSync(original));
  } catch {
    return false;
  }
}

function set(objects: MadeBucket, key: string, bytes: Buffer): void {
  objects.set(key, { bytes, metadata: objects.get(key)!.metadata });
}
function append(objects: MadeBucket, key: string, bytes: Buffer): void {
  set(objects, key, Buffer.concat([objects.get(key)!.bytes, bytes]));
}
function swap(objects: MadeBucket, a: string, b: string): void {
  const [one, other] = [objects.get(a)!, objects.get(b)!];
  objects.set(a, other);
  objects.set(b, one);
}
function alterDigest(objects: MadeBucket, key: string): void {
  const text = gunzipSync(objects.get(key)!.bytes).toString();
  set(
    objects,
    key,
    gzipSync(
      text.replace(/"hashValue":"./, (found) => `${found.slice(0, -1)}${found.endsWith('0') ? '1' : '0'}`),
    ),
  );
}
