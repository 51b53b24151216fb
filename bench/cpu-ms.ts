// SPDX-License-Identifier: Apache-2.0

/** Processor time of the process, all threads, so that neighbours on the machine do not count. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
