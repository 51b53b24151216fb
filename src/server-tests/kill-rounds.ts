// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { seeded } from '../testing/random.js';
import { patienceMs, pause } from '../testing/until.js';
import { root, type Server, serve } from './cairn-process.js';
import { Client, type HistoryEvent, logBucketPolicy } from './client.js';
import { callUntilGone, type LoadNotes, newNotes } from './load.js';
import { settledHistory, verifyHistory, verifyState } from './recorded-state.js';

export const killBucket = 'kill-test-logs';
export const killTrailArn = `arn:aws:cloudtrail:us-east-1:${root.accountId}:trail/all`;

/** Files and digests as often as the server allows, so that kills meet them. */
export const killEnv = { CAIRN_DELIVERY_INTERVAL: '1', CAIRN_DIGEST_INTERVAL: '3' };

const callers = 6;

export interface KillRoundsOptions {
  readonly dataDir: string;
  readonly rounds: number;
  readonly seed: number;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts a server on a data directory, puts load on it and kills it (-9), `rounds` times, at moments that follow from the
 * seed. A trail with log file validation logs all of it. Resolves to what the callers were told.
 */
export async function killRounds({
  dataDir,
  rounds,
  seed,
  env = killEnv,
}: KillRoundsOptions): Promise<LoadNotes> {
  const random = seeded(seed);
  const notes = newNotes();
  for (let round = 0; round < rounds; round += 1) {
    const server = await serve(dataDir, { env });
    if (round === 0) await setUpTrail(server);
    await loadRound(server, round, notes, random, async () => {
      await pause(killAfterMs(random));
      await server.process.end('SIGKILL');
    });
  }
  return notes;
}

/**
 * Half of the kills fall anywhere, mostly early: writes, and what a start does. The others fall around the first log files
 * and digests, a second and three seconds after the start.
 */
function killAfterMs(random: () => number): number {
  const choice = random();
  if (choice < 0.5) return 50 + random() ** 2 * 1_600;
  if (choice < 0.85) return 950 + random() * 300;
  return 2_900 + random() * 500;
}

/** Load on a server until it is gone, or until it is told to stop; `meanwhile` does either. */
export async function loadRound(
  server: Server,
  round: number,
  notes: LoadNotes,
  random: () => number,
  meanwhile: (stopLoad: () => void) => Promise<unknown>,
): Promise<void> {
  const clients = Array.from({ length: callers }, () => new Client(server.url));
  let isOver = false;
  const load = clients.map((client, index) =>
    callUntilGone({
      name: `c${index}-r${round}`,
      client,
      trailArn: killTrailArn,
      notes,
      random,
      isOver: () => isOver,
    }),
  );
  await meanwhile(() => {
    isOver = true;
  });
  await Promise.all(load);
  for (const client of clients) client.close();
}

/** The bucket, and the trail that logs into it. */
export async function setUpTrail(server: Server): Promise<void> {
  const client = new Client(server.url);
  const trail = { Name: 'all', S3BucketName: killBucket, EnableLogFileValidation: true };
  const answers = [
    await client.s3('PUT', `/${killBucket}`),
    await client.s3('PUT', `/${killBucket}?policy`, logBucketPolicy(killBucket)),
    await client.cloudtrail('CreateTrail', trail),
    await client.cloudtrail('StartLogging', { Name: 'all' }),
  ];
  client.close();
  for (const { status, text } of answers) assert.ok(status < 300, text);
}

export interface KillCounts {
  readonly acknowledged: number;
  readonly delivered: number;
  readonly digests: number;
}

/**
 * Stops logging on a running server and compares, event by event: what was acknowledged with the history, the history with
 * the state, and the history with the log files. Throws at the first difference.
 */
export async function verifyAfterKills(server: Server, notes: LoadNotes): Promise<KillCounts> {
  const client = new Client(server.url);
  try {
    const stop = await client.cloudtrail('StopLogging', { Name: 'all' });
    assert.equal(stop.status, 200, stop.text);
    notes.acknowledged.push({
      operation: 'StopLogging',
      requestId: String(stop.headers['x-amzn-requestid']),
    });
    const events = await settledHistory(client, root.accountId, notes);
    verifyHistory(events, notes);
    await verifyState(client, killTrailArn, events, notes);
    const logged = loggedEvents(events);
    const delivered = await deliveredEvents(client, killBucket, logged.length);
    assert.deepEqual(compared(delivered, logged), { missing: [], foreign: [], repeated: 0 });
    const digests = (await client.keys(killBucket)).filter((key) => key.includes('/CloudTrail-Digest/'));
    return { acknowledged: notes.acknowledged.length, delivered: delivered.length, digests: digests.length };
  } finally {
    client.close();
  }
}

/** The events from StartLogging to StopLogging, both included: what the trail's files must hold. */
function loggedEvents(events: readonly HistoryEvent[]): string[] {
  const names = events.map(({ eventName }) => eventName);
  const from = names.indexOf('StartLogging');
  return events.slice(from, names.indexOf('StopLogging') + 1).map(({ eventID }) => eventID);
}

/** The eventIDs in all log files of a bucket, once there are as many as wanted. */
export async function deliveredEvents(client: Client, bucket: string, count: number): Promise<string[]> {
  for (const deadline = Date.now() + patienceMs; ; await pause(300)) {
    const files = await client.logFiles(bucket);
    const delivered = [...files.values()].flat().map(({ eventID }) => eventID);
    if (delivered.length >= count || Date.now() > deadline) return delivered;
  }
}

/** How the events of log files differ from those that they should hold; a few of each are enough to look into it. */
export function compared(delivered: readonly string[], logged: readonly string[]) {
  const [there, wanted] = [new Set(delivered), new Set(logged)];
  return {
    missing: logged.filter((id) => !there.has(id)).slice(0, 5),
    foreign: delivered.filter((id) => !wanted.has(id)).slice(0, 5),
    repeated: delivered.length - there.size,
  };
}
