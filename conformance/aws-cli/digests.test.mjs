// SPDX-License-Identifier: Apache-2.0
// Oracle: `aws cloudtrail validate-logs` of the real AWS CLI, on digests of a running server: valid as long as nobody
// touched anything, through idle intervals, stops, restarts and kill -9; and what it says of each kind of tampering.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { CairnServer, eventually } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const intervalMs = 2_000;
const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1', CAIRN_DIGEST_INTERVAL: '2' });
const home = 'us-east-1';
const abroad = 'eu-west-1';
const bucket = 'digest-logs';
let accountId;
let arn;
let startTime;

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  arn = `arn:aws:cloudtrail:${home}:${accountId}:trail/my_trail`;
  startTime = new Date().toISOString();
  await logBucket(bucket, 'pre/fix/');
});
after(() => cairn.remove());

const trail = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const isBackfill = (key) => key.endsWith('_backfill.json.gz');

async function logBucket(name, prefix) {
  await cairn.awsOk('s3api', 'create-bucket', '--bucket', name);
  const file = join(cairn.dir, `${name}.json`);
  writeFileSync(file, JSON.stringify(cloudTrailBucketPolicy(name, accountId, prefix)));
  await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', name, '--policy', `file://${file}`);
}

async function keysOf(kind, region, name = bucket) {
  const listed = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', name);
  return (listed.Contents ?? []).map(({ Key }) => Key).filter((key) => key.includes(`/${kind}/${region}/`));
}
const digestKeys = (region) => keysOf('CloudTrail-Digest', region);
const logKeys = (region) => keysOf('CloudTrail', region);

async function download(key, name = bucket) {
  const file = join(cairn.dir, 'object');
  const { Metadata } = await cairn.awsOk('s3api', 'get-object', '--bucket', name, '--key', key, file);
  return { bytes: readFileSync(file), metadata: Metadata };
}

async function upload(key, { bytes, metadata }) {
  const file = join(cairn.dir, 'upload');
  writeFileSync(file, bytes);
  const given = ['--metadata', JSON.stringify(metadata)];
  await cairn.awsOk('s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', file, ...given);
}

async function digest(key) {
  return JSON.parse(gunzipSync((await download(key)).bytes));
}

/** What the validator says of one Region. */
async function validate(region, ...args) {
  const range = ['--trail-arn', arn, '--start-time', startTime, '--region', region, '--verbose'];
  const { code, stdout, stderr } = await cairn.aws('cloudtrail', 'validate-logs', ...range, ...args);
  const of = (form) => form.exec(stdout)?.slice(1).map(Number) ?? [0, 0];
  const [digests] = of(/(\d+)\/(\d+) digest files valid/);
  const [logs] = of(/(\d+)\/(\d+) log files valid/);
  return { code, stdout, stderr, digests, logs };
}

async function allValid(region) {
  const said = await validate(region);
  assert.equal(said.code, 0, said.stdout + said.stderr);
  assert.doesNotMatch(said.stdout + said.stderr, /INVALID/);
  return said;
}

/** A log file in a Region, and the digests after it. */
async function recorded(region, calls = 1) {
  for (let call = 0; call < calls; call++)
    await cairn.awsOk('sts', 'get-caller-identity', '--region', region);
}

function digestsReach(region, count) {
  return eventually(
    async () => {
      const keys = await digestKeys(region);
      assert.ok(keys.length >= count, `${keys.length} digests in ${region}`);
      return keys;
    },
    { everyMs: 500 },
  );
}

/**
 * The digests of a chain to which no interval adds one any more. The last of them covers the call that ended it, which was
 * made after `askedAtMs`: without that, a chain that is only slow would seem to have ended.
 */
async function endedChain(region, askedAtMs) {
  return eventually(async () => {
    const keys = await digestKeys(region);
    const { digestEndTime } = await digest(keys.at(-1));
    assert.ok(Date.parse(digestEndTime) >= Math.floor(askedAtMs / 1_000) * 1_000, `ends at ${digestEndTime}`);
    await pause(3 * intervalMs);
    assert.deepEqual(await digestKeys(region), keys, `the chain in ${region} goes on`);
    return keys;
  });
}

let copies = 0;
/** The digests of a Region, oldest first, from a copy of the bucket. */
async function digestsOf(region) {
  const folder = join(cairn.dir, `copy-${++copies}`);
  const only = ['--exclude', '*', '--include', `*/CloudTrail-Digest/${region}/*`];
  await cairn.awsOk('s3', 'sync', '--quiet', `s3://${bucket}`, folder, ...only);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return paths.sort().map((path) => ({
    key: relative(folder, path),
    document: JSON.parse(gunzipSync(readFileSync(path))),
  }));
}

/** The log files that the digests of a Region list: none of them twice. */
async function eachListedOnce(region) {
  const listed = (await digestsOf(region)).flatMap(({ document }) =>
    document.logFiles.map((file) => file.s3Object),
  );
  assert.equal(new Set(listed).size, listed.length, 'listed twice');
  return listed;
}

describe('a chain', () => {
  test('of a multi-Region trail with a prefix: valid in every Region that recorded, idle intervals too', async () => {
    const settings = [
      '--s3-key-prefix',
      'pre/fix',
      '--is-multi-region-trail',
      '--enable-log-file-validation',
    ];
    const made = await trail('create-trail', '--name', 'my_trail', '--s3-bucket-name', bucket, ...settings);
    assert.equal(made.LogFileValidationEnabled, true);
    await trail('start-logging', '--name', 'my_trail');
    await recorded(abroad);
    for (const region of [home, abroad]) {
      await digestsReach(region, 3);
      const { digests, logs, stderr } = await allValid(region);
      assert.ok(digests >= 3 && logs >= 1, `${region}: ${digests} digests, ${logs} log files`);
      assert.equal(stderr, '');
    }
    assert.deepEqual(await digestKeys('ap-south-1'), []);
    const keys = await digestKeys(abroad);
    const form = `^pre/fix/AWSLogs/${accountId}/CloudTrail-Digest/${abroad}/\\d{4}/\\d\\d/\\d\\d/${accountId}_CloudTrail-Digest_${abroad}_my_trail_${home}_\\d{8}T\\d{6}Z\\.json\\.gz$`;
    for (const key of keys) assert.match(key, new RegExp(form));
    const [first, second] = [await digest(keys[0]), await digest(keys[1])];
    assert.deepEqual([first.previousDigestS3Object, first.previousDigestSignature], [null, null]);
    assert.deepEqual([second.previousDigestS3Object, second.digestStartTime], [keys[0], first.digestEndTime]);
    assert.equal(Date.parse(second.digestEndTime) - Date.parse(second.digestStartTime), intervalMs);
    const digests = (await digestsOf(abroad)).map(({ document }) => document);
    assert.ok(digests.some(({ logFiles }) => logFiles.length > 0));
    assert.ok(
      digests.some(({ logFiles, newestEventTime }) => logFiles.length === 0 && newestEventTime === null),
    );
  });

  test('is gzip of JSON by its metadata, which holds the signature; the status has its time', async () => {
    const [key] = await digestKeys(home);
    const head = await cairn.awsOk('s3api', 'head-object', '--bucket', bucket, '--key', key);
    assert.deepEqual([head.ContentType, head.ContentEncoding], ['application/json', 'gzip']);
    assert.equal(head.Metadata['signature-algorithm'], 'SHA256withRSA');
    assert.match(head.Metadata.signature, /^[0-9a-f]{512}$/);
    const status = await trail('get-trail-status', '--name', 'my_trail');
    assert.ok(status.LatestDigestDeliveryTime);
    assert.equal(status.LatestDigestDeliveryError, undefined);
  });

  test('is signed by the key of its Region, which ListPublicKeys gives', async () => {
    for (const region of [home, abroad]) {
      const { PublicKeyList } = await trail('list-public-keys', '--region', region);
      assert.equal(PublicKeyList.length, 1);
      const [key] = await digestKeys(region);
      assert.equal((await digest(key)).digestPublicKeyFingerprint, PublicKeyList[0].Fingerprint);
    }
    const past = ['--start-time', '2014-01-01T00:00:00Z', '--end-time', '2014-01-02T00:00:00Z'];
    assert.deepEqual((await trail('list-public-keys', ...past)).PublicKeyList, []);
    const reversed = ['--start-time', '2014-01-02T00:00:00Z', '--end-time', '2014-01-01T00:00:00Z'];
    const { code } = await cairn.awsRefused('cloudtrail', 'list-public-keys', ...reversed);
    assert.equal(code, 'InvalidTimeRangeException');
  });

  test('goes on through a restart and through kill -9', async () => {
    await recorded(home, 3);
    await cairn.stop();
    await pause(2 * intervalMs);
    await cairn.start();
    for (let kill = 0; kill < 3; kill++) {
      await recorded(home, 3);
      await recorded(abroad);
      await pause(700 * kill);
      await cairn.kill('SIGKILL');
      await cairn.start();
    }
    const before = (await digestKeys(home)).length;
    await digestsReach(home, before + 4);
    for (const region of [home, abroad]) {
      const { stderr } = await allValid(region);
      assert.equal(stderr, '', 'no gap');
      await eachListedOnce(region);
    }
  });

  test('ends with a final digest when logging stops, and begins anew when it starts', async () => {
    const askedAtMs = Date.now();
    await trail('stop-logging', '--name', 'my_trail');
    const ended = await endedChain(home, askedAtMs);
    const delivered = await logKeys(home);
    assert.deepEqual((await eachListedOnce(home)).sort(), delivered);
    await trail('start-logging', '--name', 'my_trail');
    await digestsReach(home, ended.length + 2);
    const begun = (await digestKeys(home))[ended.length];
    assert.equal((await digest(begun)).previousDigestSignature, null);
    const { stderr } = await allValid(home);
    assert.match(stderr, /^\s*No log files were delivered by CloudTrail between \S+ and \S+\s*$/);
  });

  test('goes on in another bucket: the next digest names the old one', async () => {
    await logBucket('moved-logs', '');
    await trail(
      'update-trail',
      '--name',
      'my_trail',
      '--s3-bucket-name',
      'moved-logs',
      '--s3-key-prefix',
      '',
    );
    const keys = await eventually(async () => {
      const found = await keysOf('CloudTrail-Digest', home, 'moved-logs');
      assert.ok(found.length >= 2);
      return found;
    });
    const first = JSON.parse(gunzipSync((await download(keys[0], 'moved-logs')).bytes));
    assert.equal(first.previousDigestS3Bucket, bucket);
    const { stdout } = await allValid(home);
    assert.match(stdout, /s3:\/\/moved-logs\//);
    assert.match(stdout, /s3:\/\/digest-logs\//);
    await trail(
      'update-trail',
      '--name',
      'my_trail',
      '--s3-bucket-name',
      bucket,
      '--s3-key-prefix',
      'pre/fix',
    );
  });

  test('ends when validation is turned off', async () => {
    await recorded(abroad);
    const askedAtMs = Date.now();
    await trail('update-trail', '--name', 'my_trail', '--no-enable-log-file-validation');
    await endedChain(abroad, askedAtMs);
    for (const region of [home, abroad]) await allValid(region);
  });
});

describe('tampering', () => {
  /** The newest digest that lists a log file, the file, and all digests. */
  async function lastWithFile() {
    const found = (await digestsOf(abroad)).filter(({ key }) => !isBackfill(key));
    const last = found.filter(({ document }) => document.logFiles.length > 0).at(-1);
    return { key: last.key, keys: found.map(({ key }) => key), logKey: last.document.logFiles[0].s3Object };
  }

  /** Puts objects in place of others, asks the validator, and puts everything back. */
  async function tampered(changes) {
    const before = new Map();
    for (const [key, change] of changes) {
      const object = await download(key);
      before.set(key, object);
      const next = change(object);
      if (next === null) await cairn.awsOk('s3api', 'delete-object', '--bucket', bucket, '--key', key);
      else await upload(key, next);
    }
    const said = await validate(abroad);
    for (const [key, object] of before) await upload(key, object);
    await allValid(abroad);
    return said;
  }

  test('a log file is altered: hash value', async () => {
    const { logKey } = await lastWithFile();
    const alter = ({ bytes, metadata }) => ({
      bytes: gzipSync(gunzipSync(bytes).toString().replace('GetCallerIdentity', 'GetCallerIdentitY')),
      metadata,
    });
    const said = await tampered([[logKey, alter]]);
    assert.equal(said.code, 1);
    assert.match(said.stderr, new RegExp(`${logKey}\tINVALID: hash value doesn't match`));
  });

  test('a log file is deleted: not found', async () => {
    const { logKey } = await lastWithFile();
    const said = await tampered([[logKey, () => null]]);
    assert.equal(said.code, 1);
    assert.match(said.stderr, new RegExp(`${logKey}\tINVALID: not found`));
  });

  // zlib stops at the end of the first member, and so does the CLI: `cairn validate` looks behind it.
  test('a second gzip member is appended: the CLI is blind to it', async () => {
    const { logKey } = await lastWithFile();
    const append = ({ bytes, metadata }) => ({
      bytes: Buffer.concat([bytes, gzipSync('{"Records":[{"eventName":"Planted"}]}')]),
      metadata,
    });
    const said = await tampered([[logKey, append]]);
    assert.equal(said.code, 0);
    assert.doesNotMatch(said.stderr, /INVALID/);
  });

  test('a digest is altered: signature', async () => {
    const { key } = await lastWithFile();
    const alter = ({ bytes, metadata }) => {
      const document = JSON.parse(gunzipSync(bytes));
      return { bytes: gzipSync(JSON.stringify({ ...document, logFiles: [] })), metadata };
    };
    const said = await tampered([[key, alter]]);
    assert.equal(said.code, 1);
    assert.match(said.stderr, new RegExp(`${key}\tINVALID: signature verification failed`));
  });

  test('a digest in the middle is deleted: not found', async () => {
    const { keys } = await lastWithFile();
    const middle = keys[1];
    const said = await tampered([[middle, () => null]]);
    assert.equal(said.code, 1);
    assert.match(said.stderr, new RegExp(`${middle}\tINVALID: not found`));
  });

  test('two digests are swapped: moved', async () => {
    const { keys } = await lastWithFile();
    const [one, other] = [keys[0], keys[1]];
    const [first, second] = [await download(one), await download(other)];
    const said = await tampered([
      [one, () => second],
      [other, () => first],
    ]);
    assert.equal(said.code, 1);
    for (const key of [one, other]) {
      assert.match(said.stderr, new RegExp(`${key}\tINVALID: has been moved from its original location`));
    }
  });
});

test('a trail that is deleted leaves a chain that ends with its last files, valid as before', async () => {
  // Files from while validation was off are in no digest, and may bear the same minute as the last ones.
  const undigested = new Set(await logKeys(home));
  await trail('update-trail', '--name', 'my_trail', '--enable-log-file-validation');
  const before = (await digestKeys(home)).length;
  await digestsReach(home, before + 1);
  const askedAtMs = Date.now();
  await trail('delete-trail', '--name', 'my_trail');
  const ended = await endedChain(home, askedAtMs);
  await pause(2 * intervalMs);
  assert.deepEqual(await digestKeys(home), ended);
  const said = await validate(home, '--s3-bucket', bucket, '--s3-prefix', 'pre/fix');
  assert.equal(said.code, 0, said.stderr);
  assert.doesNotMatch(said.stderr, /INVALID/);
  const listed = new Set(await eachListedOnce(home));
  const last = (await logKeys(home)).filter((key) => !undigested.has(key));
  assert.ok(last.length > 0);
  assert.deepEqual(
    last.filter((key) => !listed.has(key)),
    [],
  );
});
