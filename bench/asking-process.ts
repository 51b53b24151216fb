// SPDX-License-Identifier: Apache-2.0
// A process that looks up pages over HTTP, for as long and as often as its parent says, and tells how it went.
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuMs } from './cpu-ms.js';
import { askForPage, signedQuestions } from './lookup-calls.js';

export interface Asking {
  readonly forMs: number;
  /** Absent: each client asks again as soon as it has its answer. */
  readonly pagesPerSecond?: number;
}

export interface Asked {
  readonly pages: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
}

const [, , address = ''] = process.argv;
const url = new URL(address);
const clients = 8;

process.on('message', (asking: Asking) => {
  void ask(asking).then((asked) => process.send?.(asked));
});

async function ask({ forMs, pagesPerSecond }: Asking): Promise<Asked> {
  const calls = await signedQuestions(url);
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const everyMs = pagesPerSecond === undefined ? 0 : (clients * 1_000) / pagesPerSecond;
  const timesMs: number[] = [];
  const [startMs, startCpuMs] = [performance.now(), cpuMs()];
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      await pause((everyMs * client) / clients);
      for (let page = client; performance.now() - startMs < forMs; page += clients) {
        const atMs = performance.now();
        await askForPage(url, calls[page % calls.length]!, agent);
        const tookMs = performance.now() - atMs;
        timesMs.push(tookMs);
        if (tookMs < everyMs) await pause(everyMs - tookMs);
      }
    }),
  );
  agent.destroy();
  timesMs.sort((a, b) => a - b);
  const at = (share: number): number => timesMs[Math.floor(timesMs.length * share)] ?? 0;
  return {
    pages: timesMs.length,
    seconds: (performance.now() - startMs) / 1_000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMs: cpuMs() - startCpuMs,
  };
}
