// SPDX-License-Identifier: Apache-2.0
import { availableParallelism, type CpuInfo, cpus } from 'node:os';

/** How many processors had nothing to do, on average, since it was asked last. Made by a call for each who asks. */
export function idleCoresSince(look: () => readonly CpuInfo[] = cpus): () => number {
  let before = timesOf(look());
  return () => {
    const now = timesOf(look());
    const [idle, all] = [now.idle - before.idle, now.all - before.all];
    before = now;
    // What a container may not use is idle too, and not for it.
    const own = Math.min(now.cores, availableParallelism());
    const busy = all <= 0 ? now.cores : (now.cores * (all - idle)) / all;
    return Math.max(0, own - busy);
  };
}

function timesOf(each: readonly CpuInfo[]): { idle: number; all: number; cores: number } {
  let [idle, all] = [0, 0];
  for (const { times } of each) {
    idle += times.idle;
    all += times.idle + times.irq + times.nice + times.sys + times.user;
  }
  return { idle, all, cores: each.length };
}
