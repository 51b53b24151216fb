// SPDX-License-Identifier: Apache-2.0
// How many calls a second are recorded while nobody asks, and while ten queries at a time are under way. Those who record are a
// process of their own, at the priority of the server; those who ask look whether their answer is there as often as AWS's
// driver does. What each of them takes of the processors is told beside it.
import type { Called } from './calling-process.js';
import { cpuMs } from './cpu-ms.js';
import { printTable } from './print-table.js';
import { processTimes } from './process-times.js';
import { forkTold, type ToldProcess } from './told-process.js';

const callingMs = 4_000;
/** In turn, so that what a machine does besides falls on both. */
const rounds = 3;
const warmUpMs = 2_000;
const queriesAtOnce = 10;
/** Source: Athena User Guide, "JDBC 3.x: Other connection parameters", MinQueryExecutionPollingIntervalMillis. */
const pollMs = 100;

export interface BesideTarget {
  readonly url: string;
  readonly serverPid: number;
  readonly questions: readonly string[];
  /** Runs a query to its end, and looks for that every so many ms. */
  readonly ask: (sql: string, pollMs: number) => Promise<void>;
}

type Callers = ToldProcess<number, Called>;

interface Measured {
  readonly calls: number;
  readonly seconds: number;
  readonly answered: number;
  /** Processor time, ms: who took it. */
  readonly server: number;
  readonly below: number;
  readonly callers: number;
  readonly askers: number;
}

export async function callsBesideQueries(target: BesideTarget): Promise<void> {
  const callers: Callers = forkTold('./calling-process.js', [target.url]);
  const [alone, beside]: [Measured[], Measured[]] = [[], []];
  try {
    await callers.tell(warmUpMs);
    for (let round = 0; round < rounds; round++) {
      alone.push(await measured(callers, target.serverPid, () => 0));
      const asking = startAsking(target, round);
      beside.push(await measured(callers, target.serverPid, asking.answered));
      await asking.end();
    }
  } finally {
    callers.end();
  }
  const answered = sum(beside, 'answered');
  printTable(
    'Recorded calls; the processor time of a second, in ms, that each took meanwhile',
    ['', 'calls/s', 'ratio', 'server', 'its processes', 'callers', 'askers', 'calls/CPU s of the server'],
    [
      ['no queries', '', ...cellsOf(alone)],
      [`ten queries at a time (${answered} answered)`, ratio(beside, alone), ...cellsOf(beside)],
    ].map(([name = '', share = '', perSecond = '', ...cells]) => [name, perSecond, share, ...cells]),
  );
}

/** Each asks the next question as soon as it has its answer. */
function startAsking(
  { questions, ask }: BesideTarget,
  round: number,
): { readonly answered: () => number; readonly end: () => Promise<void> } {
  let isOver = false;
  let answered = 0;
  const all = Array.from({ length: queriesAtOnce }, async (_, index) => {
    for (let turn = index + round; !isOver; turn++) {
      await ask(questions[turn % questions.length] as string, pollMs);
      answered += 1;
    }
  });
  const end = async (): Promise<void> => {
    isOver = true;
    await Promise.all(all);
  };
  return { answered: () => answered, end };
}

async function measured(callers: Callers, serverPid: number, answered: () => number): Promise<Measured> {
  const [before, beforeMs] = [processTimes(serverPid), cpuMs()];
  const { calls, seconds, cpuMs: callersMs } = await callers.tell(callingMs);
  const [after, afterMs] = [processTimes(serverPid), cpuMs()];
  return {
    calls,
    seconds,
    answered: answered(),
    server: after.own - before.own,
    below: after.below - before.below,
    callers: callersMs,
    askers: afterMs - beforeMs,
  };
}

function cellsOf(each: readonly Measured[]): string[] {
  const seconds = sum(each, 'seconds');
  const calls = sum(each, 'calls');
  return [
    (calls / seconds).toFixed(0),
    ...(['server', 'below', 'callers', 'askers'] as const).map((who) =>
      (sum(each, who) / seconds).toFixed(0),
    ),
    ((calls * 1_000) / sum(each, 'server')).toFixed(0),
  ];
}

function ratio(of: readonly Measured[], to: readonly Measured[]): string {
  const perSecond = (each: readonly Measured[]): number => sum(each, 'calls') / sum(each, 'seconds');
  return (perSecond(of) / perSecond(to)).toFixed(2);
}

function sum(each: readonly Measured[], what: keyof Measured): number {
  return each.reduce((total, one) => total + one[what], 0);
}
