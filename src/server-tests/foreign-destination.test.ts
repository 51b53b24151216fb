// SPDX-License-Identifier: Apache-2.0
// Oracle: the history of the server, event by event, against the files that a foreign S3 of the test's own holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { errorBody, FakeS3, type S3Fault } from '../pipelines/delivery/testing/fake-s3.js';
import { seeded, seedOfRun } from '../testing/random.js';
import { pause, until } from '../testing/until.js';
import { root, serve, temporaryFolder } from './cairn-process.js';
import { Client, type HistoryEvent } from './client.js';
import { compared, loadRound } from './kill-rounds.js';
import { newNotes } from './load.js';
import { settledHistory, verifyHistory } from './recorded-state.js';

const faults: (S3Fault | undefined)[] = [
  undefined,
  'answer lost',
  { status: 403, body: errorBody('AccessDenied') },
  { status: 404, body: errorBody('NoSuchBucket') },
  { status: 500, body: errorBody('InternalError') },
  { status: 503, body: errorBody('SlowDown') },
  { status: 502, body: '<html>bad gateway</html>' },
];

test('a destination that fails in every way for a while, under load, with a kill -9: every event once', async (context) => {
  const seed = seedOfRun();
  context.diagnostic(`seed ${seed}`);
  const random = seeded(seed);
  const s3 = new FakeS3();
  context.after(() => s3.stop());
  s3.buckets.add('theirs');
  const dataDir = temporaryFolder(context);
  const env = {
    CAIRN_DELIVERY_INTERVAL: '1',
    CAIRN_S3_ENDPOINT: await s3.start(),
    CAIRN_S3_ACCESS_KEY_ID: root.accessKeyId,
    CAIRN_S3_SECRET_ACCESS_KEY: root.secretAccessKey,
  };
  const notes = newNotes();
  const first = await serve(dataDir, { env });
  const client = new Client(first.url);
  for (const [operation, input] of [
    ['CreateTrail', { Name: 'all', S3BucketName: 'theirs' }],
    ['StartLogging', { Name: 'all' }],
  ] as const)
    assert.equal((await client.cloudtrail(operation, input)).status, 200, operation);
  const status = async () => JSON.parse((await client.cloudtrail('GetTrailStatus', { Name: 'all' })).text);

  s3.fault = () => faults[Math.floor(random() * faults.length)];
  const shown = new Set<string>();
  await loadRound(first, 0, notes, random, async () => {
    for (let look = 0; look < 25 || (shown.size === 0 && look < 900); look += 1) {
      await pause(200);
      const { LatestDeliveryError } = await status();
      if (LatestDeliveryError !== undefined) shown.add(String(LatestDeliveryError));
    }
    client.close();
    await first.process.end('SIGKILL');
  });
  assert.ok(shown.size > 0, 'the status shows what goes wrong');
  assert.deepEqual(notes.failures, [], 'callers notice nothing');

  s3.fault = () => undefined;
  const second = await serve(dataDir, { env });
  const later = new Client(second.url);
  try {
    const stop = await later.cloudtrail('StopLogging', { Name: 'all' });
    const requestId = String(stop.headers['x-amzn-requestid']);
    notes.acknowledged.push({ operation: 'StopLogging', requestId });
    const events = await settledHistory(later, root.accountId, notes);
    verifyHistory(events, notes);
    const names = events.map(({ eventName }) => eventName);
    const logged = events.slice(names.indexOf('StartLogging'), names.indexOf('StopLogging') + 1);
    const ids = logged.map(({ eventID }) => eventID);
    await until(() => delivered(s3).length >= ids.length, { everyMs: 200 });
    assert.deepEqual(compared(delivered(s3), ids), { missing: [], foreign: [], repeated: 0 });
    assert.ok(
      [...s3.puts.values()].every((count) => count === 1),
      'no file was stored twice',
    );
    const { LatestDeliveryError } = JSON.parse(
      (await later.cloudtrail('GetTrailStatus', { Name: 'all' })).text,
    );
    assert.equal(LatestDeliveryError, undefined);
    context.diagnostic(
      `${notes.acknowledged.length} calls acknowledged, ${ids.length} events in ${s3.puts.size} files`,
    );
    context.diagnostic(`shown meanwhile: ${[...shown].join(', ')}`);
  } finally {
    later.close();
    await second.process.end('SIGTERM');
  }
});

function delivered(s3: FakeS3): string[] {
  return [...s3.objects.values()].flatMap(({ bytes }) =>
    (JSON.parse(gunzipSync(bytes).toString()) as { Records: HistoryEvent[] }).Records.map(
      ({ eventID }) => eventID,
    ),
  );
}
