// SPDX-License-Identifier: Apache-2.0
// `npm run bench`: every benchmark; `npm run bench -- calls`: one of them; `npm run bench -- --help`: the rest.
import assert from 'node:assert/strict';
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

/** Those that `--events` and `--keep` are for. */
const sized = ['import', 'lookup', 'lookup-calls', 'sql', 'lookup-100m'];
const keeping = ['lookup-calls', 'sql', 'lookup-100m'];

const help = `Usage: npm run bench -- [NAME ...] [--events N] [--keep DIR]

Measures and prints tables. Without a name: every benchmark but ${Object.keys(largeBenchmarks).join(', ')}, which takes long.

Benchmarks: ${[...Object.keys(benchmarks), ...Object.keys(largeBenchmarks)].join(', ')}

Options:
  --events N  how many events, like 250k or 10m (1m; 100m for ${Object.keys(largeBenchmarks).join(', ')}): ${sized.join(', ')}
  --keep DIR  what was ingested stays there and is asked again by the next run: ${keeping.join(', ')}
  --help      this text`;

const { values, names } = readArguments();
for (const name of names) {
  const benchmark = benchmarks[name] ?? largeBenchmarks[name];
  assert.ok(benchmark !== undefined);
  await benchmark(eventCount(values.events ?? (name in largeBenchmarks ? '100m' : '1m')));
}

/** The command line, checked before anything is measured. Ends the process where it is wrong, or asks for help. */
function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        events: { type: 'string' },
        keep: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      console.log(help);
      process.exit(0);
    }
    if (values.events !== undefined) eventCount(values.events);
    const names = positionals.length === 0 ? Object.keys(benchmarks) : positionals;
    for (const name of names)
      if (!Object.hasOwn(benchmarks, name) && !Object.hasOwn(largeBenchmarks, name))
        refuse(`there is no benchmark "${name}"`);
    return { values, names };
  } catch (error) {
    if (
      !(error instanceof TypeError) ||
      !String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS_')
    )
      throw error;
    return refuse(error.message);
  }
}

function refuse(reason: string): never {
  console.error(`${reason}\n\n${help}`);
  process.exit(2);
}

/** `1m`, `250k`, `1000` */
function eventCount(text: string): number {
  const match = /^([1-9]\d*)([km]?)$/i.exec(text);
  if (match === null) refuse(`--events takes a number like 250k or 10m, not "${text}"`);
  const unit = { '': 1, k: 1_000, m: 1_000_000 }[(match[2] ?? '').toLowerCase()] ?? 1;
  return Number(match[1]) * unit;
}
