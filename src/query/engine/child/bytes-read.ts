// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** Bytes that this process has read by system calls so far; undefined where the system does not count them. */
export function bytesRead(): number | undefined {
  try {
    const [, count] = /^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8')) ?? [];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}
