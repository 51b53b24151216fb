// SPDX-License-Identifier: Apache-2.0
// A process that makes recorded calls, for as many ms as its parent says, and tells how many there were.
import { callFor } from './calls.js';
import { cpuMs } from './cpu-ms.js';

export interface Called {
  readonly calls: number;
  readonly seconds: number;
  readonly cpuMs: number;
}

const [, , url = ''] = process.argv;
const connections = 16;

process.on('message', (forMs: number) => {
  const before = cpuMs();
  void callFor(new URL(url), connections, forMs).then((made) => {
    const called: Called = { ...made, cpuMs: cpuMs() - before };
    process.send?.(called);
  });
});
