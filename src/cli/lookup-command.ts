// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { systemClock } from '../ports/clock.js';
import type { LookupQuery, StoredEvent } from '../ports/event-store.js';
import { dataDirOf } from '../settings.js';
import { CommandError } from './command-error.js';
import { addFilters, type FilterFlags, toFilter } from './event-filters.js';
import { EventTable } from './event-table.js';
import { type HistoryTarget, openHistory } from './history-target.js';
import { parseTime } from './parse-time.js';
import { writeLines } from './write-lines.js';

interface LookupFlags extends FilterFlags {
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly all?: true;
  readonly json?: true;
  readonly local?: true;
  readonly utc?: true;
  readonly dataDir?: string;
}

const limitDefault = 50;
/** Events asked for at once: enough that turning pages costs little, few enough that the first come at once. */
const pageEventsMax = 200;
const usageExitCode = 2;

/** `cairn lookup`: events of the history, newest first. */
export function lookupCommand(): Command {
  const command = new Command('lookup').description('look events up, newest first; several filters mean AND');
  return addFilters(command)
    .option('--since <time>', 'not before: 2h, 3d (ago), 2026-11-20, "2026-11-20 14:00", ISO 8601')
    .option('--until <time>', 'not after; a day without a time counts to its end')
    .option('--limit <number>', `at most so many events (${limitDefault})`)
    .option('--all', 'all of them')
    .option('--json', 'whole records, one a line')
    .option('--local', 'times of the local zone (the default)')
    .option('--utc', 'times in UTC, shown and read')
    .option('--data-dir <path>', 'the data directory (CAIRN_DATA_DIR, ./.cairn)')
    .addHelpText(
      'after',
      '\nExamples:\n  cairn lookup --user alice --since 2h\n  cairn lookup --name TerminateInstances --resource i-0123456789abcdef0 --json\n  cairn lookup --all --json > history.ndjson',
    )
    .action(lookup);
}

async function lookup(flags: LookupFlags): Promise<void> {
  checkFlags(flags);
  const times = timesOf(flags);
  const limit = limitOf(flags);
  const target = await openHistory({ dataDir: dataDirOf(flags.dataDir, process.env), create: false });
  try {
    const query = { ...toFilter(flags, target.root.accountId), ...times };
    const print = flags.json === true ? printJson : tablePrinter(flags.utc === true);
    const { shown, more } = await showPages(target, query, limit, print);
    if (shown === 0) console.error('no events found');
    else if (more) console.error(`… more than ${shown} events; see more with --limit or --all`);
  } finally {
    await target.close();
  }
}

async function showPages(
  target: HistoryTarget,
  query: Omit<LookupQuery, 'limit'>,
  limit: number,
  print: (events: readonly StoredEvent[]) => Promise<void>,
): Promise<{ shown: number; more: boolean }> {
  let shown = 0;
  let after: string | undefined;
  do {
    // The same limit on every page: a page token belongs to its query.
    const page = await target.lookup({
      ...query,
      limit: Math.min(pageEventsMax, limit),
      ...(after !== undefined && { after }),
    });
    const events = page.events.slice(0, limit - shown);
    if (events.length > 0) await print(events);
    shown += events.length;
    after = page.next;
    if (events.length < page.events.length) return { shown, more: true };
  } while (after !== undefined && shown < limit);
  return { shown, more: after !== undefined };
}

function printJson(events: readonly StoredEvent[]): Promise<void> {
  return writeLines(events.map(({ json }) => json));
}

function tablePrinter(utc: boolean): (events: readonly StoredEvent[]) => Promise<void> {
  const table = new EventTable({ utc, width: process.stdout.isTTY ? process.stdout.columns : undefined });
  return (events) => writeLines(table.lines(events));
}

function checkFlags(flags: LookupFlags): void {
  if (flags.all && flags.limit !== undefined)
    throw new CommandError('--all and --limit contradict each other', usageExitCode);
  if (flags.local && flags.utc)
    throw new CommandError('--local and --utc contradict each other', usageExitCode);
}

function timesOf(flags: LookupFlags): Pick<LookupQuery, 'startTimeMs' | 'endTimeMs'> {
  const reading = { nowMs: systemClock.now(), utc: flags.utc === true };
  const startTimeMs = flags.since === undefined ? undefined : parseTime(flags.since, reading);
  const endTimeMs = flags.until === undefined ? undefined : parseTime(flags.until, { ...reading, end: true });
  for (const [flag, text, time] of [
    ['--since', flags.since, startTimeMs],
    ['--until', flags.until, endTimeMs],
  ] as const) {
    if (text === undefined || time !== undefined) continue;
    throw new CommandError(
      `${flag}: "${text}" is no time; write 2h, 3d, 2026-11-20, "2026-11-20 14:00" or ISO 8601`,
      usageExitCode,
    );
  }
  if (startTimeMs !== undefined && endTimeMs !== undefined && startTimeMs > endTimeMs) {
    throw new CommandError('--since is later than --until', usageExitCode);
  }
  return { ...(startTimeMs !== undefined && { startTimeMs }), ...(endTimeMs !== undefined && { endTimeMs }) };
}

function limitOf({ all, limit }: LookupFlags): number {
  if (all) return Number.POSITIVE_INFINITY;
  if (limit === undefined) return limitDefault;
  if (/^[1-9]\d{0,8}$/.test(limit)) return Number(limit);
  throw new CommandError(`--limit: a number from 1, not "${limit}"`, usageExitCode);
}
