// SPDX-License-Identifier: Apache-2.0
// Oracle: what the callers were told. An answer of success names a call that must be in the history and in exactly one
// log file, and a change that must be there; and every change that is there must have its record.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { root, type Server, serve, temporaryFolder } from './cairn-process.js';
import { Client, type HistoryEvent, logBucketPolicy } from './client.js';
import { callUntilGone, type LoadNotes, newNotes } from './load.js';
import { seeded, seedOfRun } from './random.js';
import { pause, settledHistory, verifyHistory, verifyState } from './recorded-state.js';

const rounds = 20;
const callers = 6;
const logBucket = 'kill-test-logs';
const deliveryMsMax = 20_000;

/** Load on a server until it is gone; `end` makes it go. */
async function loadRound(
  server: Server,
  round: number,
  notes: LoadNotes,
  random: () => number,
  end: () => Promise<unknown>,
) {
  const clients = Array.from({ length: callers }, () => new Client(server.url));
  const trailArn = `arn:aws:cloudtrail:us-east-1:${root.accountId}:trail/all`;
  const load = clients.map((client, index) =>
    callUntilGone({ name: `c${index}-r${round}`, client, trailArn, notes, random }),
  );
  await end();
  await Promise.all(load);
  for (const client of clients) client.close();
}

async function setUp(client: Client): Promise<void> {
  const answers = [
    await client.s3('PUT', `/${logBucket}`),
    await client.s3('PUT', `/${logBucket}?policy`, logBucketPolicy(logBucket)),
    await client.cloudtrail('CreateTrail', { Name: 'all', S3BucketName: logBucket }),
    await client.cloudtrail('StartLogging', { Name: 'all' }),
  ];
  for (const { status, text } of answers) assert.ok(status < 300, text);
}

/** The events from StartLogging to StopLogging, both included: what the trail's files must hold. */
function loggedEvents(events: readonly HistoryEvent[]): string[] {
  const names = events.map(({ eventName }) => eventName);
  const from = names.indexOf('StartLogging');
  return events.slice(from, names.indexOf('StopLogging') + 1).map(({ eventID }) => eventID);
}

async function deliveredEvents(client: Client, count: number): Promise<string[]> {
  for (const deadline = Date.now() + deliveryMsMax; ; await pause(300)) {
    const files = await client.logFiles(logBucket);
    const delivered = [...files.values()].flat().map(({ eventID }) => eventID);
    if (delivered.length >= count || Date.now() > deadline) return delivered;
  }
}

/** How the events of log files differ from those that they should hold; a few of each are enough to look into it. */
function compared(delivered: readonly string[], logged: readonly string[]) {
  const [there, wanted] = [new Set(delivered), new Set(logged)];
  return {
    missing: logged.filter((id) => !there.has(id)).slice(0, 5),
    foreign: delivered.filter((id) => !wanted.has(id)).slice(0, 5),
    repeated: delivered.length - there.size,
  };
}

describe('the whole server', () => {
  const dataDir = temporaryFolder({ after });
  const env = { CAIRN_DELIVERY_INTERVAL: '1' };

  test(`kill -9 under load, ${rounds} times: nothing acknowledged is lost, nothing is there twice`, async () => {
    const seed = seedOfRun();
    console.log(`seed ${seed}`);
    const random = seeded(seed);
    const notes = newNotes();
    for (let round = 0; round < rounds; round += 1) {
      const server = await serve(dataDir, { env });
      if (round === 0) {
        const client = new Client(server.url);
        await setUp(client);
        client.close();
      }
      await loadRound(server, round, notes, random, async () => {
        // Mostly short, sometimes long enough for log files to be on their way.
        await pause(50 + random() ** 2 * 1_600);
        await server.process.end('SIGKILL');
      });
    }
    assert.ok(notes.acknowledged.length > rounds * callers, 'the load did something');
    assert.deepEqual(notes.failures, []);

    const server = await serve(dataDir, { env });
    const client = new Client(server.url);
    try {
      const stop = await client.cloudtrail('StopLogging', { Name: 'all' });
      notes.acknowledged.push({
        operation: 'StopLogging',
        requestId: String(stop.headers['x-amzn-requestid']),
      });
      const events = await settledHistory(client, root.accountId, notes);
      verifyHistory(events, notes);
      await verifyState(client, `arn:aws:cloudtrail:us-east-1:${root.accountId}:trail/all`, events, notes);
      const logged = loggedEvents(events);
      const delivered = await deliveredEvents(client, logged.length);
      assert.deepEqual(compared(delivered, logged), { missing: [], foreign: [], repeated: 0 });
      console.log(`${notes.acknowledged.length} calls acknowledged, ${delivered.length} events delivered`);
    } finally {
      client.close();
      await server.process.end('SIGTERM');
    }
  });

  test('SIGTERM under load ends the server with 0 and loses nothing', async () => {
    const random = seeded(seedOfRun());
    const notes = newNotes();
    const server = await serve(dataDir, { env });
    await loadRound(server, rounds, notes, random, async () => {
      await pause(400);
      const ended = await server.process.end('SIGTERM');
      assert.deepEqual([ended.code, ended.stderr], [0, '']);
    });
    assert.deepEqual(notes.failures, []);
    const next = await serve(dataDir, { env });
    const client = new Client(next.url);
    try {
      verifyHistory(await settledHistory(client, root.accountId, notes), notes);
    } finally {
      client.close();
      await next.process.end('SIGTERM');
    }
  });
});
