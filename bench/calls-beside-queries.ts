// SPDX-License-Identifier: Apache-2.0
// How many calls a second are recorded while nobody asks, and while ten queries at a time are under way. Those who record are a
// process of their own, at the priority of the server; those who ask look whether their answer is there as often as AWS's
// driver does. What each of them takes of the processors is told beside it.
import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cpuMs } from './cpu-ms.js';
import { printTable } from './print-table.js';

const callingMs = 10_000;
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

interface Measured {
  readonly perSecond: number;
  /** Processor time a second, in ms, of all processors: who took it. */
  readonly server: number;
  readonly below: number;
  readonly callers: number;
  readonly askers: number;
}

export async function callsBesideQueries({ url, serverPid, questions, ask }: BesideTarget): Promise<void> {
  const callers = fork(fileURLToPath(new URL('./calling-process.js', import.meta.url)), [url]);
  try {
    await calling(callers, warmUpMs);
    const alone = await measured(callers, serverPid);
    let isOver = false;
    let answered = 0;
    const asking = Array.from({ length: queriesAtOnce }, async (_, index) => {
      for (let turn = index; !isOver; turn++) {
        await ask(questions[turn % questions.length] as string, pollMs);
        answered += 1;
      }
    });
    const beside = await measured(callers, serverPid);
    const answeredMeanwhile = answered;
    isOver = true;
    await Promise.all(asking);
    printTable(
      'Recorded calls; the processor time of a second, in ms, that each took meanwhile',
      ['', 'calls/s', 'ratio', 'server', 'its processes', 'callers', 'askers', 'calls/CPU s of the server'],
      [
        ['no queries', alone, ''] as const,
        [`ten queries at a time (${answeredMeanwhile} answered)`, beside, ratio(beside, alone)] as const,
      ].map(([name, each, share]) => [
        name,
        each.perSecond.toFixed(0),
        share,
        ...[each.server, each.below, each.callers, each.askers].map((ms) => ms.toFixed(0)),
        ((each.perSecond * 1_000) / each.server).toFixed(0),
      ]),
    );
  } finally {
    callers.kill();
  }
}

function ratio(of: Measured, to: Measured): string {
  return (of.perSecond / to.perSecond).toFixed(2);
}

async function measured(callers: ChildProcess, serverPid: number): Promise<Measured> {
  const before = { ...processTimes(serverPid), own: cpuMs() };
  const { calls, seconds, cpuMs: callersMs } = await calling(callers, callingMs);
  const after = { ...processTimes(serverPid), own: cpuMs() };
  return {
    perSecond: calls / seconds,
    server: (after.server - before.server) / seconds,
    below: (after.below - before.below) / seconds,
    callers: callersMs / seconds,
    askers: (after.own - before.own) / seconds,
  };
}

function calling(
  callers: ChildProcess,
  forMs: number,
): Promise<{ calls: number; seconds: number; cpuMs: number }> {
  return new Promise((resolve, reject) => {
    callers.once('exit', () => reject(new Error('the callers have ended')));
    callers.once('message', (answer) => {
      callers.removeAllListeners('exit');
      resolve(answer as { calls: number; seconds: number; cpuMs: number });
    });
    callers.send(forMs);
  });
}

const clockTicksPerSecond = 100;

/** Processor times so far, ms; 0 where the system does not say. */
function processTimes(pid: number): { server: number; below: number } {
  const below = childrenOf(pid).reduce((sum, child) => {
    const times = processTimes(child);
    return sum + times.server + times.below;
  }, 0);
  try {
    // Behind the name, which may hold anything: the 14th and 15th field are user and system time.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { server: ((Number(fields[11]) + Number(fields[12])) * 1_000) / clockTicksPerSecond, below };
  } catch {
    return { server: 0, below };
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
