// SPDX-License-Identifier: Apache-2.0
// What selectors cost in the place where they are used: delivery reads events of the real log, sorts them to five trails and
// makes their log files. Both times the same files come of it, byte for byte as many: the selectors of the second time
// judge every data event by its name, its caller and its ARN, and ask for none. Runs with and without take turns.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LmdbStores, openLmdbStores } from '../src/adapters/event-log/lmdb/open-lmdb-stores.js';
import { uniqueNamePart } from '../src/digest/log-file-name.js';
import { DeliveryReader, deliveryReader } from '../src/pipelines/delivery/delivery-reader.js';
import { Outbox, type WaitingFile } from '../src/pipelines/delivery/outbox.js';
import { openOutboxDisk } from '../src/pipelines/delivery/outbox-disk.js';
import { systemClock } from '../src/ports/clock.js';
import { type LoggedRecord, type Position, START } from '../src/ports/event-log.js';
import { silentLog } from '../src/ports/operator-log.js';
import type { TrailSelectors } from '../src/trails/selectors/trail-selectors.js';
import { cpuMs } from './cpu-ms.js';
import { printTable } from './print-table.js';
import { makeRecords } from './select-records.js';
import { advanced, basic, dataOfObjects, management, routesOf } from './select-trails.js';

/** Few enough that the reader makes no files before it is told to. */
const recordCount = 24_000;
/** What arrives between two turns of the reader. */
const recordsPerTurn = 4_000;
const rounds = 7;
const eventsPerSecond = 50_000;

const nowhere = (count: number) =>
  Array.from({ length: count }, (_, i) => `arn:aws:s3:::app-bucket-${i}/out/`);

/** All management events and, whatever they ask for, no data event that there is. */
const ofEveryKind: readonly TrailSelectors[] = [
  basic({ DataResources: [{ Type: 'AWS::S3::Object', Values: nowhere(250) }] }),
  advanced(
    [management],
    [
      ...dataOfObjects,
      { Field: 'readOnly', Equals: ['false'] },
      { Field: 'resources.ARN', StartsWith: nowhere(5) },
    ],
  ),
  advanced(
    [management],
    [
      ...dataOfObjects,
      { Field: 'eventName', NotStartsWith: ['List'], Equals: ['PutObject', 'GetObject', 'DeleteObject'] },
      { Field: 'userIdentity.arn', NotEndsWith: ['/scanner'] },
      { Field: 'resources.ARN', StartsWith: nowhere(470) },
      { Field: 'eventType', NotEquals: ['AwsServiceEvent'] },
    ],
  ),
  advanced(
    [management],
    [...dataOfObjects, { Field: 'resources.ARN', EndsWith: ['.exe', '.dll'], NotStartsWith: nowhere(20) }],
  ),
  advanced(
    [management],
    [
      ...dataOfObjects,
      { Field: 'eventName', StartsWith: ['Put', 'Get'] },
      { Field: 'userIdentity.arn', EndsWith: ['/nobody'] },
    ],
  ),
];
const none = ofEveryKind.map(() => undefined);

/** µs of processor time for an event. */
interface Costs {
  readonly readUs: number;
  readonly filesUs: number;
  /** Of the files: with and without selectors the same. */
  readonly fileBytes: number;
}

export async function benchDeliveryReader(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-bench-select-'));
  try {
    const records = makeRecords(recordCount);
    const rows: string[][] = [];
    for (const [name, run] of [
      ['that follows the log', (selectors: Selectors) => runBehindTheLog(dir, records, selectors)],
      ['of what was there at the start', (selectors: Selectors) => runFromDisk(dir, records, selectors)],
    ] as const) {
      const without: Costs[] = [];
      const withThem: Costs[] = [];
      for (let round = 0; round < rounds; round++) {
        without.push(await run(none));
        withThem.push(await run(ofEveryKind));
      }
      if (new Set([...without, ...withThem].map(({ fileBytes }) => fileBytes)).size !== 1)
        throw new Error(`${name}: with and without selectors, the files hold different events`);
      rows.push(...toRows(name, without, withThem));
    }
    printTable(
      `Delivery to five trails, with five custom selectors and without, ${recordCount} events, medians of ${rounds} pairs`,
      ['delivery', 'without: µs/event', 'with', 'more', `of a core at ${eventsPerSecond / 1_000},000/s`],
      rows,
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

type Selectors = readonly (TrailSelectors | undefined)[];

function toRows(name: string, without: readonly Costs[], withThem: readonly Costs[]): string[][] {
  const row = (what: string, of: (costs: Costs) => number) => {
    const more = median(without.map((costs, i) => of(withThem[i]!) - of(costs)));
    return [
      `${what}, ${name}`,
      median(without.map(of)).toFixed(2),
      median(withThem.map(of)).toFixed(2),
      more.toFixed(2),
      `${((more * eventsPerSecond) / 1e4).toFixed(1)} %`,
    ];
  };
  return [
    row('reading and sorting', ({ readUs }) => readUs),
    row('with the files', ({ readUs, filesUs }) => readUs + filesUs),
  ];
}

/** The reader comes every few thousand events, as it does while they are appended. */
async function runBehindTheLog(
  dir: string,
  records: readonly LoggedRecord[],
  selectors: Selectors,
): Promise<Costs> {
  const runDir = mkdtempSync(join(dir, 'run-'));
  const stores = await openLmdbStores(join(runDir, 'log'), { clock: systemClock });
  try {
    const delivery = await startReader(stores, runDir, selectors);
    // The first turn, in which selectors are compiled, does not count.
    let readMs = 0;
    for (const [index, turn] of turnsOf(records).entries()) {
      await append(stores, turn);
      const turnMs = await cpuMsOf(() => delivery.reader.readToHead());
      if (index > 0) readMs += turnMs;
    }
    return await finished(delivery, (readMs * records.length) / (records.length - recordsPerTurn));
  } finally {
    await stores.close();
    rmSync(runDir, { recursive: true });
  }
}

async function runFromDisk(
  dir: string,
  records: readonly LoggedRecord[],
  selectors: Selectors,
): Promise<Costs> {
  const runDir = mkdtempSync(join(dir, 'run-'));
  const options = { clock: systemClock };
  const before = await openLmdbStores(join(runDir, 'log'), options);
  for (const turn of turnsOf(records)) await append(before, turn);
  await before.close();
  const stores = await openLmdbStores(join(runDir, 'log'), options);
  try {
    const delivery = await startReader(stores, runDir, selectors);
    return await finished(delivery, await cpuMsOf(() => delivery.reader.readToHead()));
  } finally {
    await stores.close();
    rmSync(runDir, { recursive: true });
  }
}

function turnsOf(records: readonly LoggedRecord[]): LoggedRecord[][] {
  return Array.from({ length: recordCount / recordsPerTurn }, (_, turn) =>
    records.slice(turn * recordsPerTurn, (turn + 1) * recordsPerTurn),
  );
}

interface RunningReader {
  readonly reader: DeliveryReader;
  readonly files: WaitingFile[];
}

/** A reader that has met the trails already. */
async function startReader(
  { eventLog }: LmdbStores,
  runDir: string,
  selectors: Selectors,
): Promise<RunningReader> {
  const routes = Object.fromEntries(routesOf(selectors).map((route) => [route.arn, route]));
  const state = { version: 1, routes, flushId: 0, lastStampMs: 0, lost: {} };
  await eventLog.saveCheckpoint(deliveryReader, { position: START as Position, state });
  const disk = await openOutboxDisk(join(runDir, 'outbox'));
  const files: WaitingFile[] = [];
  const reader = new DeliveryReader({
    eventLog,
    disk,
    outbox: new Outbox(disk, silentLog),
    clock: systemClock,
    log: silentLog,
    uniqueName: uniqueNamePart,
    onCommitted: (committed) => files.push(...committed),
  });
  await reader.load();
  return { reader, files };
}

async function finished({ reader, files }: RunningReader, readMs: number): Promise<Costs> {
  const filesMs = await cpuMsOf(() => reader.flush());
  const perEvent = 1_000 / recordCount;
  const fileBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { readUs: readMs * perEvent, filesUs: filesMs * perEvent, fileBytes };
}

async function append({ eventLog }: LmdbStores, records: readonly LoggedRecord[]): Promise<void> {
  await Promise.all(
    records.map((record) => eventLog.append({ kind: 'call', records: [record], changes: [] })),
  );
}

async function cpuMsOf(work: () => Promise<void>): Promise<number> {
  const startedMs = cpuMs();
  await work();
  return cpuMs() - startedMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
