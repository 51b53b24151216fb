// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** Number of the start time among the fields of /proc/PID/stat that follow the name. Source: proc_pid_stat(5), field 22. */
const startTimeField = 19;

/**
 * Tells one process from a later one that got the same number: the boot and the start time in it. Undefined where the
 * system does not say (other than Linux, or no such process).
 */
export function processIdentity(pid: number): string | undefined {
  try {
    const startTime = statFields(pid)[startTimeField];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return startTime === undefined ? undefined : `${boot}/${startTime}`;
  } catch {
    return undefined;
  }
}

/** A process that was killed and that its parent has not collected (`Z`) answers to signals, but is dead. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return !/^[ZX]$/.test(statFields(pid)[0] ?? '');
  } catch {
    return true;
  }
}

/** What follows the name, which stands in parentheses and may hold some itself, and spaces. Linux only. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
