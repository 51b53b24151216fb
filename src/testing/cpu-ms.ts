// SPDX-License-Identifier: Apache-2.0

/**
 * What is to grow with the size alone stays far below this, and what grows faster goes far beyond, by the sizes that tests
 * choose: neither a slow machine nor a busy one makes a difference between the two.
 */
export const linearCpuMsMax = 10_000;

/** Time that this process has computed since `before` (`process.cpuUsage()`): what others compute meanwhile does not count. */
export function cpuMsSince(before: NodeJS.CpuUsage): number {
  return process.cpuUsage(before).user / 1_000;
}
