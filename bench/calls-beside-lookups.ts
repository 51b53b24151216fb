// SPDX-License-Identifier: Apache-2.0
// How many calls a second are recorded while nobody looks up, while eight clients look up 25 times as often as AWS lets an
// account do it, and while they do it without a pause. Callers and clients are processes of their own, at the server's priority;
// what each of them takes of the processors is told beside it.
import type { Asked, Asking } from './asking-process.js';
import type { Called } from './calling-process.js';
import { printTable } from './print-table.js';
import { processTimes } from './process-times.js';
import { forkTold } from './told-process.js';

const measuredMs = 4_000;
const warmUpMs = 1_500;
/** In turn, so that what a machine does besides falls on all of them. */
const rounds = 3;
/** Source: CloudTrail User Guide, "Quotas in AWS CloudTrail": LookupEvents, 2 a second for each account and Region. */
const pacedPagesPerSecond = 25 * 2;

interface Way {
  readonly name: string;
  readonly asking?: Omit<Asking, 'forMs'>;
}

const ways: readonly Way[] = [
  { name: 'nobody looks up' },
  {
    name: `8 clients, ${pacedPagesPerSecond} pages a second`,
    asking: { pagesPerSecond: pacedPagesPerSecond },
  },
  { name: '8 clients without a pause', asking: {} },
];

interface Measured extends Called {
  readonly serverMs: number;
  readonly asked: Asked | undefined;
}

export async function callsBesideLookups(url: string, serverPid: number): Promise<void> {
  const callers = forkTold<number, Called>('./calling-process.js', [url]);
  const askers = forkTold<Asking, Asked>('./asking-process.js', [url]);
  const measure = async ({ asking }: Way): Promise<Measured> => {
    const before = processTimes(serverPid).own;
    const asked = asking && askers.tell({ ...asking, forMs: measuredMs });
    const called = await callers.tell(measuredMs);
    const serverMs = processTimes(serverPid).own - before;
    return { ...called, serverMs, asked: await asked };
  };
  try {
    await Promise.all([callers.tell(warmUpMs), askers.tell({ forMs: warmUpMs })]);
    const measured = ways.map((): Measured[] => []);
    for (let round = 0; round < rounds; round++)
      for (const [index, way] of ways.entries()) measured[index]!.push(await measure(way));
    const [alone] = measured.map(callsPerSecond);
    printTable(
      'Recorded calls beside look-ups; the processor time of a second, in ms, that each took meanwhile',
      ['', 'calls/s', 'ratio', 'pages/s', 'p50 ms', 'p99 ms', 'server', 'callers', 'clients'],
      ways.map(({ name }, index) => rowOf(name, measured[index]!, alone!)),
    );
  } finally {
    callers.end();
    askers.end();
  }
}

function rowOf(name: string, each: readonly Measured[], alone: number): string[] {
  const perSecond = callsPerSecond(each);
  const asked = each.flatMap((one) => one.asked ?? []);
  const seconds = sum(each, (one) => one.seconds);
  const cpu = [sum(each, (one) => one.serverMs), sum(each, (one) => one.cpuMs)].map((ms) => ms / seconds);
  const pages =
    asked.length === 0
      ? ['', '', '']
      : [
          (sum(asked, (one) => one.pages) / sum(asked, (one) => one.seconds)).toFixed(0),
          (sum(asked, (one) => one.p50Ms) / asked.length).toFixed(0),
          Math.max(...asked.map((one) => one.p99Ms)).toFixed(0),
        ];
  const clientsMs =
    sum(asked, (one) => one.cpuMs) /
    Math.max(
      1,
      sum(asked, (one) => one.seconds),
    );
  return [
    name,
    perSecond.toFixed(0),
    asked.length === 0 ? '' : (perSecond / alone).toFixed(2),
    ...pages,
    ...[...cpu, clientsMs].map((ms) => ms.toFixed(0)),
  ];
}

function callsPerSecond(each: readonly Measured[]): number {
  return sum(each, (one) => one.calls) / sum(each, (one) => one.seconds);
}

function sum<One>(all: readonly One[], of: (one: One) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
