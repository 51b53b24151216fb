// SPDX-License-Identifier: Apache-2.0
// The whole walk twice on one data directory, with a kill -9 in between. Oracle: the AWS CLI, and the counts of the files.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeGuideEvents } from '../guide-events.mjs';
import { CairnServer } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const sharedEvents = join(import.meta.dirname, '../../../shared/data/cloudtrail');
/** Of the shared folder, by its SOURCES.md. */
const sharedUnique = 4_371;

const folder = join(cairn.dir, 'files');
const imported = existsSync(sharedEvents)
  ? { path: sharedEvents, unique: sharedUnique }
  : { path: folder, unique: writeGuideEvents(folder).count };
if (imported.path === folder)
  console.log(
    'SKIPPED the shared events: their folder is not beside the checkout; the guide events serve instead',
  );

before(() => cairn.start());
after(() => cairn.remove());

async function walk(round) {
  const { Account } = await cairn.awsOk('sts', 'get-caller-identity');
  const { code, stdout, stderr } = await cairn.cairn('import', imported.path);
  assert.equal(code, 0, stderr);
  assert.match(stdout.replaceAll(',', ''), round === 1 ? new RegExp(`${imported.unique} new`) : /\b0 new/);
  await cairn.awsOk('s3', 'mb', 's3://again-logs');
  writeFileSync(
    join(cairn.dir, 'policy.json'),
    JSON.stringify(cloudTrailBucketPolicy('again-logs', Account)),
  );
  await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', 'again-logs', '--policy', 'file://policy.json');
  const created = await cairn.aws(
    'cloudtrail',
    'create-trail',
    '--name',
    'again',
    '--s3-bucket-name',
    'again-logs',
    '--is-multi-region-trail',
  );
  if (round === 1) assert.equal(created.code, 0, created.stderr);
  else assert.match(created.stderr, /TrailAlreadyExistsException/);
  await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'again');
  assert.equal((await cairn.awsOk('cloudtrail', 'get-trail-status', '--name', 'again')).IsLogging, true);
}

async function importedCount() {
  const { stdout } = await cairn.cairn('lookup', '--all', '--json', '--until', '2026-11-01');
  return stdout.trim().split('\n').length;
}

describe('twice in a row', () => {
  test('first', () => walk(1));
  test('the import is found, each event once', async () =>
    assert.equal(await importedCount(), imported.unique));
  test('again at once', () => walk(2));
  test('again after a kill -9', async () => {
    await cairn.kill('SIGKILL');
    await cairn.start();
    await walk(3);
    assert.equal(await importedCount(), imported.unique);
  });
  test('offline too: looked up and imported without a server', async () => {
    await cairn.stop();
    assert.equal(await importedCount(), imported.unique);
    const bad = join(cairn.dir, 'bad');
    mkdirSync(bad);
    writeFileSync(join(bad, 'broken.json'), '{"Records":[{"eventID":');
    writeFileSync(join(bad, 'good.json'), JSON.stringify({ Records: [] }));
    const { code, stderr } = await cairn.cairn('import', bad);
    assert.equal(code, 1);
    assert.match(stderr, /broken\.json/);
  });
});
