// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel counts processor time in: clock ticks, a hundred a second on every Linux that Node runs on. */
const tickMs = 10;

export interface ProcessTimes {
  /** Processor time of a process so far, ms; NaN where this is no Linux. */
  readonly own: number;
  /** Of those below it, ms, those that have ended too. */
  readonly below: number;
}

export function processTimes(pid: number): ProcessTimes {
  try {
    // The name in parentheses may hold anything; behind it the fields are numbered from 3 (proc(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    const ticks = (from: number): number => (Number(fields[from]) + Number(fields[from + 1])) * tickMs;
    const below = childrenOf(pid).map(processTimes);
    return { own: ticks(11), below: below.reduce((sum, each) => sum + each.own + each.below, ticks(13)) };
  } catch {
    return { own: Number.NaN, below: 0 };
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}
