// SPDX-License-Identifier: Apache-2.0
import { writeSync } from 'node:fs';
import { openLmdbLogEventStore } from './open-lmdb-log-event-store.js';

/**
 * The victim of the kill test: four writers that append marked batches until it is killed, each going on from its mark.
 * A number is printed only after its append resolved. Argument: folder.
 */
const [, , dir = ''] = process.argv;
const store = await openLmdbLogEventStore(dir);

async function write(writer: string): Promise<void> {
  for (let n = Number((await store.mark(writer))?.key ?? 0) + 1; ; n++) {
    const key = String(n).padStart(10, '0');
    const events = Array.from({ length: (n % 5) + 1 }, (_, i) => ({
      timestampMs: n * 10 + i,
      message: `${writer}-${n}-${i}`,
    }));
    const batch = { groupId: 'group', streamId: `stream-${n % 2}`, events };
    // Twice: the second one must add nothing, whenever the process ends.
    await store.append([batch], { ingestedAtMs: n, writer, mark: { key } });
    writeSync(1, `${writer}-${n}\n`);
    await store.append([batch], { ingestedAtMs: n, writer, mark: { key } });
  }
}

writeSync(1, 'ready\n');
await Promise.all(['w', 'x', 'y', 'z'].map(write));
