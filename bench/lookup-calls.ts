// SPDX-License-Identifier: Apache-2.0
// LookupEvents as a client sees it: signed calls to a server, each verified and recorded. Its history was filled before it ever ran. The
// client shares the machine, so the server's own processor time is told too.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { openLmdbStores } from '../src/adapters/event-log/lmdb/open-lmdb-stores.js';
import { openDuckdbEventStore } from '../src/adapters/event-store/duckdb/open-duckdb-event-store.js';
import { DataDirectory } from '../src/data-directory/data-directory.js';
import { systemClock } from '../src/ports/clock.js';
import type { Position } from '../src/ports/event-log.js';
import { silentLog } from '../src/ports/operator-log.js';
import { callsBesideLookups } from './calls-beside-lookups.js';
import { fillHistory, settledHistory } from './fill-history.js';
import { benchAccountId, frequentUser, rareUser } from './generate-events.js';
import { printTable } from './print-table.js';
import { processTimes } from './process-times.js';
import { benchCredentials, startServing } from './serving-process.js';
import { Hash } from './sha256-hash.js';

const eventsPerEntry = 10_000;
const pages = 2_000;
const warmUpPages = 400;
const connections = 8;
const resourceNames = 200;

export interface SignedCall {
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** With `keptDir` the history stays there: another run asks it again at once. */
export async function benchLookupCalls(events: number, keptDir?: string): Promise<void> {
  const dir = keptDir ?? mkdtempSync(join(tmpdir(), 'cairn-bench-lookup-calls-'));
  try {
    const server = await startServing(await fill(dir, events));
    try {
      const url = new URL(server.url);
      await settledSegments(url);
      const calls = await signedQuestions(url);
      await run(url, calls, warmUpPages);
      const before = processTimes(server.pid);
      const { perSecond, p50Ms, p99Ms } = await run(url, calls, pages);
      const serverMs = processTimes(server.pid).own - before.own;
      printTable(
        `LookupEvents by signed calls, pages of 50 of ${events.toLocaleString('en')} events, ${connections} connections`,
        ['', 'pages/s', 'p50 ms', 'p99 ms', 'server CPU ms a page'],
        [
          [
            'cairn: verified and recorded',
            perSecond.toFixed(0),
            p50Ms.toFixed(1),
            p99Ms.toFixed(1),
            (serverMs / pages).toFixed(2),
          ],
        ],
      );
      await callsBesideLookups(url.href, server.pid);
    } finally {
      await server.end();
    }
  } finally {
    if (keptDir === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

/** How often the server counts what has no segment yet, with room. */
const countedMs = 6_000;
/** The server waits for more before it writes segments unasked. */
const segmentEventsMin = 50_000;

/** A history that was filled without a server has no segments for SQL yet: making them is not what is measured here. */
async function settledSegments(url: URL): Promise<void> {
  const startMs = performance.now();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, countedMs));
    const metrics = await (await fetch(new URL('/metrics', url))).text();
    const behind = Number(/^cairn_segments_behind_events (\d+)$/m.exec(metrics)?.[1]);
    if (Number.isNaN(behind)) throw new Error('the server does not tell how far its segments are behind');
    if (behind < segmentEventsMin) break;
  }
  console.log(`segments after ${((performance.now() - startMs) / 1_000).toFixed(0)} s`);
}

/** Makes a data directory whose server has never run, unless there is one with so many events. */
async function fill(dir: string, events: number): Promise<string> {
  const [dataDir, marker] = [join(dir, 'data'), join(dir, 'filled')];
  if (existsSync(marker) && readFileSync(marker, 'utf8') === String(events)) return dataDir;
  for (const old of [marker, dataDir]) rmSync(old, { recursive: true, force: true });
  const directory = new DataDirectory(dataDir);
  directory.create();
  const places = await placesInLog(directory.log, Math.ceil(events / eventsPerEntry));
  const store = await openDuckdbEventStore(directory.history, { log: silentLog });
  try {
    await fillHistory(store, events, { eventsPerEntry, position: (number) => places[number - 1]! });
    await settledHistory(store);
  } finally {
    await store.close();
  }
  writeFileSync(marker, String(events));
  return dataDir;
}

/** A log that has as many entries as the history says that it was filled from: small ones, which nobody will read again. */
async function placesInLog(folder: string, count: number): Promise<readonly Position[]> {
  const stores = await openLmdbStores(folder, { clock: systemClock });
  const bytes = Buffer.from('{"Records":[]}');
  const places: Position[] = [];
  for (let number = 0; number < count; number++) {
    const source = `made up ${number}`;
    places.push(
      await stores.eventLog.append({
        kind: 'import',
        accountId: benchAccountId,
        source,
        eventCount: 0,
        gzip: false,
        bytes,
      }),
    );
  }
  await stores.close();
  return places;
}

export function signedQuestions(url: URL): Promise<SignedCall[]> {
  return Promise.all(questions().map((body) => signed(url, body)));
}

/** Pages from memory and pages scattered over the whole history, in turn. */
function questions(): string[] {
  const by = (AttributeKey: string, AttributeValue: string): string =>
    JSON.stringify({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
  return Array.from({ length: resourceNames }, (_, name) => [
    '{}',
    by('EventName', 'AssumeRole'),
    by('EventSource', 'rds.amazonaws.com'),
    by('Username', frequentUser),
    by('Username', rareUser),
    by('Username', `nobody-${name}`),
    by('ReadOnly', 'false'),
    by('ResourceName', `arn:aws:s3:::team-data-${name}`),
  ]).flat();
}

/** One signature is good for minutes; the server verifies it at every call all the same. */
async function signed(url: URL, body: string): Promise<SignedCall> {
  const signer = new SignatureV4({
    credentials: benchCredentials,
    region: 'us-east-1',
    service: 'cloudtrail',
    sha256: Hash,
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path: '/',
    headers: {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'content-length': String(body.length),
      'x-amz-target': 'CloudTrail_20131101.LookupEvents',
      'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    },
    body,
  });
  return { body, headers };
}

async function run(url: URL, calls: readonly SignedCall[], count: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const timesMs: number[] = [];
  let next = 0;
  const startMs = performance.now();
  const client = async (): Promise<void> => {
    for (let page = next++; page < count; page = next++) {
      const at = performance.now();
      await askForPage(url, calls[page % calls.length]!, agent);
      timesMs.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - startMs) / 1_000;
  agent.destroy();
  timesMs.sort((a, b) => a - b);
  const at = (share: number): number => timesMs[Math.floor(timesMs.length * share)]!;
  return { perSecond: count / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

export function askForPage(url: URL, { body, headers }: SignedCall, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`LookupEvents was answered with ${String(response.statusCode)}`));
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
