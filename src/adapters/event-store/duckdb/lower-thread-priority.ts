// SPDX-License-Identifier: Apache-2.0
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Lets the threads that record go before this one where both want the processor. Linux has a niceness for each thread
 * (sched(7)); elsewhere nothing happens, because there it would be the whole process's.
 *
 * @param nice 0 (as usual) to 19 (only what nobody else wants)
 */
export function lowerThreadPriority(nice: number): void {
  if (process.platform !== 'linux') return;
  try {
    const [, , threadId] = readlinkSync('/proc/thread-self').split('/');
    if (threadId !== undefined) setPriority(Number(threadId), nice);
  } catch {
    // No /proc here, or not allowed: as usual then.
  }
}
