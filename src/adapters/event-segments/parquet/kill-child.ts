// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { linesOf } from '../../../ports/contract/event-segments-contract.js';
import { silentLog } from '../../../ports/operator-log.js';
import { ParquetEventSegments } from './parquet-event-segments.js';

/**
 * The victim of the kill test: commits, and drops nothing, until it is killed. Each commit's cursor is the number of events
 * that all commits before it have brought. IDs are printed after their commit resolved, by a synchronous write.
 */
const segments = new ParquetEventSegments(process.argv[2] as string, silentLog);
let total = Number(segments.cursor('reader') ?? '0');
for (;;) {
  const ids = Array.from({ length: 1 + (total % 5) }, () => randomUUID());
  total += ids.length;
  const lines = linesOf(ids.map((id) => ({ id })));
  await segments.commit('reader', String(total), [
    { stream: 'history/111122223333', kind: 'cloudtrail', lines },
  ]);
  writeSync(1, `${ids.join(' ')}\n`);
}
