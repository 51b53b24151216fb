// SPDX-License-Identifier: Apache-2.0
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { ConvertAnswer } from './convert-request.js';
import { slowMatch, type WatchRequest } from './match-limits.js';

/** The thread that watched-reader.ts starts: the matching thread hears of nothing while it matches. */
const { beat, lineMsMax } = workerData as WatchRequest;
const stdout = 1;

for (;;) {
  const seen = Atomics.load(beat, 0);
  const isMatching = seen % 2 !== 0;
  // Between two looks a line begins or ends: its beat is another.
  const changed = Atomics.wait(beat, 0, seen, lineMsMax);
  if (changed !== 'timed-out' || !isMatching || Atomics.load(beat, 0) !== seen) continue;
  const answer: ConvertAnswer = { ok: false, kind: 'data', message: slowMatch };
  writeSync(stdout, `${JSON.stringify(answer)}\n`);
  process.kill(process.pid, 'SIGKILL');
}
