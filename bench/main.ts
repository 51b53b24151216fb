// SPDX-License-Identifier: Apache-2.0
// `npm run bench`: every benchmark; `npm run bench -- calls`: one of them; `--events 10m`: more events;
// `--keep DIR` (lookup-calls, lookup-100m, sql): what was ingested stays there and is asked again by the next run.
import { parseArgs } from 'node:util';
import { benchAccess } from './access.js';
import { benchCalls } from './calls.js';
import { benchImport } from './import.js';
import { benchLookup } from './lookup.js';
import { benchLookupCalls } from './lookup-calls.js';
import { benchLookupLarge } from './lookup-large.js';
import { benchPutAuditEvents } from './put-audit-events.js';
import { benchSelect } from './select.js';
import { benchSql } from './sql/bench-sql.js';
import { benchStart } from './start.js';
import { benchValidate } from './validate.js';

const benchmarks: Readonly<Record<string, (events: number) => Promise<void>>> = {
  import: benchImport,
  lookup: benchLookup,
  'lookup-calls': (events) => benchLookupCalls(events, values.keep),
  calls: () => benchCalls(),
  audit: () => benchPutAuditEvents(),
  select: () => benchSelect(),
  sql: (events) => benchSql(events, values.keep),
  access: () => benchAccess(),
  start: () => benchStart(),
  validate: () => benchValidate(),
};

/** Only when called by name: they take long. */
const largeBenchmarks: Readonly<Record<string, (events: number) => Promise<void>>> = {
  'lookup-100m': (events) => benchLookupLarge(events, values.keep),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string' }, keep: { type: 'string' } },
});
const names = positionals.length === 0 ? Object.keys(benchmarks) : positionals;
for (const name of names) {
  const benchmark = benchmarks[name] ?? largeBenchmarks[name];
  if (benchmark === undefined) {
    console.error(
      `there is no benchmark "${name}"; there are ${[...Object.keys(benchmarks), ...Object.keys(largeBenchmarks)].join(', ')}`,
    );
    process.exit(2);
  }
  await benchmark(eventCount(values.events ?? (name in largeBenchmarks ? '100m' : '1m')));
}

/** `1m`, `250k`, `1000` */
function eventCount(text: string): number {
  const match = /^(\d+)([km]?)$/i.exec(text);
  if (match === null) {
    console.error(`--events takes a number like 250k or 10m, not "${text}"`);
    process.exit(2);
  }
  const unit = { '': 1, k: 1_000, m: 1_000_000 }[(match[2] ?? '').toLowerCase()] ?? 1;
  return Number(match[1]) * unit;
}
