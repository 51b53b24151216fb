// SPDX-License-Identifier: Apache-2.0
// Oracle: the AWS CLI's validate-logs on the same bucket (ours has to see what it sees, and what it cannot), openssl for
// signatures, and the commands of docs/integrity.md, taken out of the document and run as they stand there.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { CairnServer, eventually, run } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const bucket = 'validated-logs';
const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1', CAIRN_DIGEST_INTERVAL: '2' });
let trailArn;
/** Keys of log files and digests, oldest first, once the trail has been stopped. */
let logFiles;
let digests;
const copy = () => join(cairn.dir, 'copy');
const keysFile = () => join(cairn.dir, 'keys.json');

before(async () => {
  await cairn.start();
  const { Account: account } = await cairn.awsOk('sts', 'get-caller-identity');
  await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
  const policy = JSON.stringify(cloudTrailBucketPolicy(bucket, account));
  await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', policy);
  const names = ['--name', 'audited', '--s3-bucket-name', bucket, '--enable-log-file-validation'];
  ({ TrailARN: trailArn } = await cairn.awsOk('cloudtrail', 'create-trail', ...names));
  await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'audited');
  await eventually(async () => {
    await cairn.awsOk('sts', 'get-caller-identity');
    assert.ok((await listed('CloudTrail-Digest')).length >= 4);
    assert.ok((await listed('CloudTrail/')).length >= 3);
  });
});
after(() => cairn.remove());

async function listed(part) {
  const answer = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', bucket);
  const keys = (answer.Contents ?? []).map(({ Key }) => Key);
  return keys.filter((key) => key.includes(`/${part}`));
}

/** State goes to the test's own folder, unless a test wants none. */
function validate(...args) {
  const { env } = cairn;
  cairn.env = { ...env, XDG_STATE_HOME: join(cairn.dir, 'state') };
  return cairn.cairnAsClient('validate', ...args).finally(() => {
    cairn.env = env;
  });
}
async function validateJson(...args) {
  const { code, stdout, stderr } = await validate(...args, '--json');
  assert.notEqual(stdout, '', stderr);
  return { code, report: JSON.parse(stdout) };
}
function awsValidate() {
  const start = ['--start-time', '2013-11-01T00:00:00Z', '--verbose'];
  return cairn.aws('cloudtrail', 'validate-logs', '--trail-arn', trailArn, ...start);
}
const codes = ({ findings }) => new Set(findings.filter((f) => f.severity === 'invalid').map((f) => f.code));

describe('while the trail logs', () => {
  test('both validators call everything valid', async () => {
    const aws = await awsValidate();
    assert.equal(aws.code, 0, aws.stderr);
    const { code, report } = await validateJson(`s3://${bucket}`);
    assert.equal(code, 0, JSON.stringify(report.findings));
    assert.equal(report.result, 'valid');
    assert.equal(report.totals.logFiles.invalid, 0);
    assert.ok(report.totals.digests.valid >= 4);
    const named = await validateJson(`s3://${bucket}`, '--trail-arn', trailArn);
    assert.equal(named.code, 0, JSON.stringify(named.report.findings));
  });

  test('again: nothing that is unchanged is read, and the head is still there', async () => {
    const { code, report } = await validateJson(`s3://${bucket}`);
    assert.equal(code, 0, JSON.stringify(report.findings));
    assert.ok(report.totals.digests.unchanged >= 3);
    assert.equal(report.chains[0].remembered.isStillThere, true);
  });

  test('what cannot be checked: no bucket, nothing there, no keys, a bad argument', async () => {
    for (const [args, message] of [
      [['s3://no-such-bucket-anywhere'], /NoSuchBucket/],
      [[`s3://${bucket}/elsewhere/`], /nothing is in/],
      [['/no/such/folder'], /there is no/],
      [[`s3://${bucket}`, '--keys', '/no/such/file'], /keys cannot be read/],
      [[`s3://${bucket}`, '--start', 'someday'], /--start does not understand/],
      [[`s3://${bucket}`, '--trail-arn', 'audited'], /no ARN of a trail/],
      [[`s3://${bucket}`, '--trail-arn', `${trailArn}x`], /no digests of the trail/],
      [[], /name what to validate/],
      [[`s3://${bucket}`, '--no-such-flag'], /unknown option/],
    ]) {
      const { code, stderr } = await validate(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
    }
  });
});

describe('after StopLogging', () => {
  before(async () => {
    await cairn.awsOk('cloudtrail', 'stop-logging', '--name', 'audited');
    await eventually(async () => {
      const status = await cairn.awsOk('cloudtrail', 'get-trail-status', '--name', 'audited');
      assert.ok(status.LatestDigestDeliveryTime);
      const keys = await listed('CloudTrail-Digest');
      await new Promise((resolve) => setTimeout(resolve, 4_500));
      assert.deepEqual(await listed('CloudTrail-Digest'), keys);
    });
    [logFiles, digests] = [await listed('CloudTrail/'), await listed('CloudTrail-Digest')];
  });

  test('the chain ends with a final digest, which the recorded call explains', async () => {
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const { code, report } = await validateJson(`s3://${bucket}`, '--full');
    assert.equal(code, 0, JSON.stringify(report.findings));
    const stopped = report.findings.filter((finding) => finding.code === 'chain-stopped');
    assert.equal(stopped.length, 1, JSON.stringify(report.findings));
    assert.match(stopped[0].message, /StopLogging at .* by arn:aws:iam::\d{12}:root/);
    assert.equal(report.totals.logFilesPending, 0);
    assert.equal(report.totals.logFiles.valid, logFiles.length);
    assert.equal(report.totals.digests.valid, digests.length);
  });

  test('a synced copy is valid offline, its newest digest by the exported signature', async () => {
    await cairn.awsOk('s3', 'sync', `s3://${bucket}`, copy(), '--quiet');
    const exported = await cairn.cairn('validate', '--export-keys');
    assert.equal(exported.code, 0, exported.stderr);
    writeFileSync(keysFile(), exported.stdout);
    const environment = { PATH: process.env.PATH, HOME: cairn.dir };
    const program = process.env.CAIRN_PROGRAM ?? join(import.meta.dirname, '../../bin/cairn.js');
    const args = [program, 'validate', copy(), '--keys', keysFile(), '--json'];
    const { code, stdout, stderr } = await run(process.execPath, args, { env: environment, cwd: cairn.dir });
    assert.equal(code, 0, stderr + stdout);
    const report = JSON.parse(stdout);
    assert.deepEqual(report.findings, []);
    assert.equal(report.chains[0].original, `s3://${bucket}/`);
    assert.equal(report.totals.logFiles.valid, logFiles.length);
  });

  test('without exported signatures the newest digest is said to be unsigned', async () => {
    const { keys, path } = {
      keys: JSON.parse(readFileSync(keysFile(), 'utf8')),
      path: join(cairn.dir, 'bare.json'),
    };
    writeFileSync(path, JSON.stringify({ PublicKeyList: keys.PublicKeyList }));
    const { code, report } = await validateJson(copy(), '--keys', path, '--no-state');
    assert.equal(code, 0);
    assert.deepEqual(
      report.findings.map((finding) => finding.code),
      ['digest-unsigned'],
    );
    assert.ok(report.findings[0].place.endsWith(digests.at(-1)));
  });

  test('the commands of docs/integrity.md call the copy valid, and find what is altered', async () => {
    assert.deepEqual(await runDocument(), { verdict: 'VALID', invalid: 0 });
    const altered = join(copy(), logFiles[1]);
    const original = readFileSync(altered);
    writeFileSync(altered, Buffer.concat([original, gzipSync('{"Records":[]}')]));
    assert.deepEqual(await runDocument(), { verdict: 'NOT VALID', invalid: 1 });
    writeFileSync(altered, original);
    const digest = join(copy(), digests[1]);
    const whole = readFileSync(digest);
    rmSync(digest);
    assert.equal((await runDocument()).verdict, 'NOT VALID');
    writeFileSync(
      digest,
      gzipSync(gunzipSync(whole).toString().replace('"digestEndTime":"2', '"digestEndTime":"3')),
    );
    assert.equal((await runDocument()).verdict, 'NOT VALID');
    writeFileSync(digest, whole);
    assert.deepEqual(await runDocument(), { verdict: 'VALID', invalid: 0 });
  });

  const cases = [
    ['a log file altered', () => put(logFiles[1], gzipSync('{"Records":[]}')), 'log-altered', true],
    ['a log file removed', () => remove(logFiles[1]), 'log-missing', true],
    ['a second gzip member', () => append(logFiles[1], gzipSync('{"Records":[{}]}')), 'log-appended', false],
    ['garbage behind a log file', () => append(logFiles[1], Buffer.from('garbage')), 'log-appended', false],
    ['two log files swapped', () => swap(logFiles[0], logFiles[1]), 'log-altered', true],
    ['a digest altered', () => putDigest(digests[1], alterText), 'digest-signature', true],
    ['a digest removed', () => remove(digests[1]), 'digest-missing', true],
    ['two digests swapped', () => swap(digests[1], digests[2]), 'digest-moved', true],
    [
      'a second member behind a digest',
      () => putDigest(digests[1], (gz) => Buffer.concat([gz, gzipSync('{}')])),
      'digest-appended',
      false,
    ],
    [
      'a digest without its signature',
      () => put(digests[1], objects.get(digests[1]).bytes),
      'digest-signature',
      true,
    ],
    ['the newest digest removed', () => remove(digests.at(-1)), 'head-gone', false],
  ];
  const objects = new Map();
  for (const [what, change, code, isSeenByAws] of cases) {
    test(`${what}: ours ${code}, the AWS CLI ${isSeenByAws ? 'sees it too' : 'is blind to it'}`, async () => {
      if (objects.size === 0) await remember();
      const state = join(cairn.dir, 'state');
      cpSync(state, `${state}-whole`, { recursive: true });
      await change();
      try {
        const { code: exit, report } = await validateJson(`s3://${bucket}`);
        assert.equal(exit, 1, JSON.stringify(report.findings));
        assert.ok(codes(report).has(code), JSON.stringify(report.findings));
        const aws = await awsValidate();
        assert.equal(aws.code, isSeenByAws ? 1 : 0, aws.stdout + aws.stderr);
      } finally {
        for (const [key] of objects) await restore(key);
        rmSync(state, { recursive: true });
        cpSync(`${state}-whole`, state, { recursive: true });
      }
    });
  }

  test('three digests in a row removed: the AWS CLI names one, ours all', async () => {
    const gone = digests.slice(1, 4);
    await cairn.awsOk('s3', 'sync', `s3://${bucket}`, join(cairn.dir, 'gap'), '--quiet');
    for (const key of gone) rmSync(join(cairn.dir, 'gap', key));
    const { report } = await validateJson(join(cairn.dir, 'gap'), '--keys', keysFile(), '--no-state');
    const places = report.findings
      .filter((finding) => finding.code === 'digest-missing')
      .map(({ place }) => place);
    assert.equal(places.length, 3, JSON.stringify(report.findings));
    for (const key of gone)
      assert.ok(
        places.some((place) => place.endsWith(key)),
        key,
      );
  });

  async function remember() {
    for (const key of [...logFiles, ...digests]) {
      const bytes = readFileSync(join(copy(), key));
      const { Metadata } = await cairn.awsOk('s3api', 'head-object', '--bucket', bucket, '--key', key);
      objects.set(key, { bytes, metadata: Metadata ?? {}, isChanged: false });
    }
  }
  async function restore(key) {
    const object = objects.get(key);
    if (!object.isChanged) return;
    await put(key, object.bytes, object.metadata);
    object.isChanged = false;
  }
  async function put(key, bytes, metadata = {}) {
    const path = join(cairn.dir, 'body');
    writeFileSync(path, bytes);
    const pairs = JSON.stringify(metadata);
    await cairn.awsOk(
      's3api',
      'put-object',
      '--bucket',
      bucket,
      '--key',
      key,
      '--body',
      path,
      '--metadata',
      pairs,
    );
    objects.get(key).isChanged = true;
  }
  async function remove(key) {
    await cairn.awsOk('s3api', 'delete-object', '--bucket', bucket, '--key', key);
    objects.get(key).isChanged = true;
  }
  const append = (key, more) => put(key, Buffer.concat([objects.get(key).bytes, more]));
  const putDigest = (key, change) => put(key, change(objects.get(key).bytes), objects.get(key).metadata);
  const alterText = (gz) =>
    gzipSync(gunzipSync(gz).toString().replace('"awsAccountId":"', '"awsAccountId":"9'));
  async function swap(a, b) {
    const [one, other] = [objects.get(a), objects.get(b)];
    await put(a, other.bytes, other.metadata);
    await put(b, one.bytes, one.metadata);
  }
});

/** Runs the marked commands of the document, in order, in the folder that has copy/ and keys.json. */
async function runDocument() {
  const text = readFileSync(join(import.meta.dirname, '../../docs/integrity.md'), 'utf8');
  const blocks = Array.from(
    text.matchAll(/<!-- verify -->\n```bash\n([\s\S]*?)```/g),
    ([, commands]) => commands,
  );
  assert.equal(blocks.length, 5);
  const script = join(cairn.dir, 'verify.sh');
  writeFileSync(script, blocks.join('\n'));
  const { stdout } = await run('bash', [script], { cwd: cairn.dir });
  const invalid = readFileSync(join(cairn.dir, 'log-results.txt'), 'utf8').match(/^INVALID/gm)?.length ?? 0;
  const verdict = /^(NOT VALID|VALID)$/m.exec(stdout)?.[1];
  return { verdict, invalid };
}
