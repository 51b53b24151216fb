// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import { BadDataError } from '../../../athena/files/row-reader.js';
import { type MatchLimits, matchLimits, slowMatch, type WatchRequest } from './match-limits.js';

/**
 * Somebody's expression over somebody's lines may backtrack for ever (ReDoS), and nothing in a thread can interrupt a match of
 * its own. The process runs V8 with its breadth-first engine to fall back to (`matchOptions` in converter.ts), which takes
 * linear time; for expressions that that engine cannot run (look-around, back references, ignored case) there is a watch beside
 * them: it ends the process when one line takes too long, with an answer that says why. Lines that are slow, but not as slow,
 * have a time to spend together.
 */
export function watchedReader<Row>(
  read: (line: string) => Row,
  limits: MatchLimits = matchLimits,
): (line: string) => Row {
  const beat = watchBeat(limits);
  let leftMs = limits.slowMsMax;
  return (line) => {
    const startMs = performance.now();
    const row = withBeat(beat, () => read(line));
    const tookMs = performance.now() - startMs;
    if (tookMs >= limits.slowLineMs) leftMs -= tookMs;
    if (leftMs < 0) throw new BadDataError(slowMatch);
    return row;
  };
}

/** The beat is odd while a line is matched, and each line has another. */
function withBeat<Row>(beat: Int32Array, match: () => Row): Row {
  Atomics.add(beat, 0, 1);
  try {
    return match();
  } finally {
    Atomics.add(beat, 0, 1);
  }
}

let watched: Int32Array | undefined;

/** One watch a process. */
function watchBeat({ lineMsMax }: MatchLimits): Int32Array {
  if (watched !== undefined) return watched;
  const beat = new Int32Array(new SharedArrayBuffer(4));
  const workerData: WatchRequest = { beat, lineMsMax };
  new Worker(new URL('./match-watch.js', import.meta.url), { workerData, name: 'match-watch' }).unref();
  watched = beat;
  return beat;
}
