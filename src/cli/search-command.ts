// SPDX-License-Identifier: Apache-2.0
import { Command, Option } from 'commander';
import { systemClock } from '../ports/clock.js';
import type { SearchCondition } from '../query/search/search-request.js';
import { dataDirOf } from '../settings.js';
import { CommandError } from './command-error.js';
import { accountOf } from './event-filters.js';
import { parseTime } from './parse-time.js';
import { printSearch } from './search/print-search.js';
import { conditionOf, fieldNamed, parseCondition } from './search/search-conditions.js';
import { SearchPages } from './search/search-pages.js';
import { openSearchTarget } from './search/search-target.js';

interface SearchFlags {
  readonly where: readonly string[];
  readonly user?: string;
  readonly name?: string;
  readonly source?: string;
  readonly error?: string;
  readonly ip?: string;
  readonly region?: string;
  readonly account: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly all?: true;
  readonly facets?: string | true;
  readonly top?: string;
  readonly histogram?: true;
  readonly output: keyof typeof printSearch;
  readonly local?: true;
  readonly utc?: true;
  readonly dataDir?: string;
}

const limitDefault = 50;
const usageExitCode = 2;
const facetsDefault = 'user,eventName,eventSource,errorCode,sourceIp';

const examples = `
Examples:
  cairn search prod-database --since 7d
  cairn search --name 'Delete*' --where 'user!=deploy' --where 'sourceIp=203.0.113.0/24|198.51.100.7'
  cairn search --where errorCode --facets user,errorCode --histogram --limit 0 --since 2026-11-01
  cairn search "s3 batch" --since 2026-11-20T09:00+01:00 --until 2026-11-20T10:00+01:00 --output json
  cairn search --user alice --all --output ndjson > alice.ndjson

Conditions (--where, all of them hold; | means one of several values):
  field=value  field!=value  field^=begins  field~=has  field (there is one)  !field (there is none)
Fields: user eventName eventSource eventId eventType account category region sourceIp userAgent errorCode
  errorMessage readOnly requestId recipientAccountId accessKeyId userType userArn userAccountId roleArn
  requestParameters responseElements`;

/** `cairn search`: the history by any combination of fields and free text, with counts. */
export function searchCommand(): Command {
  const list = (value: string, before: readonly string[]) => [...before, value];
  return new Command('search')
    .description('search the history by fields and free text, with the commonest values and a histogram')
    .argument('[text...]', 'texts that the record has in it, each of them, whatever the case')
    .option('--where <condition>', 'a condition on a field, see below; several mean AND', list, [])
    .option('--user <name>', 'who: the best name that a record has')
    .option('--name <event>', "the event name, e.g. CreateBucket, or 'Delete*'")
    .option('--source <service>', 'the event source, e.g. s3.amazonaws.com or s3')
    .option('--error <code>', "the error code, e.g. AccessDenied, or 'Access*'")
    .option('--ip <address|block>', 'the source address, or a block of them: 203.0.113.0/24')
    .option('--region <region>', 'one Region (all)')
    .option(
      '--account <id|all>',
      "an account's history, several times for several (the main account's)",
      list,
      [],
    )
    .option(
      '--since <time>',
      'not before: 2h, 3d (ago), 2026-11-20, "2026-11-20 14:00", ISO 8601 with a zone',
    )
    .option('--until <time>', 'not after; a day without a time counts to its end')
    .option('--limit <number>', `at most so many events, 0 for counts alone (${limitDefault})`)
    .option('--all', 'all of them')
    .option('--facets [fields]', `the commonest values (${facetsDefault})`)
    .option('--top <number>', 'how many of each (10)')
    .option('--histogram', 'counts over time, as bars')
    .addOption(
      new Option('--output <form>', 'json: one document; ndjson: records, one a line')
        .choices(['table', 'json', 'ndjson'])
        .default('table'),
    )
    .addOption(
      new Option('--json', 'records, one a line, as of lookup and tail').implies({ output: 'ndjson' }),
    )
    .option('--local', 'times of the local zone (the default)')
    .option('--utc', 'times in UTC, shown and read')
    .option('--data-dir <path>', 'the data directory (CAIRN_DATA_DIR, ./.cairn)')
    .addHelpText('after', examples)
    .action(search);
}

async function search(text: readonly string[], flags: SearchFlags): Promise<void> {
  const asked = { text, ...askedOf(flags) };
  const limit = limitOf(flags);
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  process.once('SIGINT', leave);
  const target = await openSearchTarget(dataDirOf(flags.dataDir, process.env));
  try {
    await printSearch[flags.output](new SearchPages(target, asked, limit, leaving.signal), {
      utc: flags.utc === true,
    });
  } finally {
    process.off('SIGINT', leave);
    await target.close();
  }
}

function askedOf(flags: SearchFlags): object {
  if (flags.local && flags.utc)
    throw new CommandError('--local and --utc contradict each other', usageExitCode);
  const { facets, top, histogram = false } = flags;
  const fields = facets === true ? facetsDefault : facets;
  const accounts = flags.account.includes('all') ? '*' : flags.account.map((id) => accountOf(id) as string);
  return {
    where: conditionsOf(flags),
    ...timesOf(flags),
    ...(accounts.length === 0 ? {} : { accounts }),
    ...(fields === undefined ? {} : { facets: fields.split(',').map((name) => fieldNamed(name.trim())) }),
    ...(top === undefined ? {} : { facetLimit: whole('--top', top, 1, 100) }),
    histogram,
  };
}

function conditionsOf(flags: SearchFlags): SearchCondition[] {
  const { where, user, name, source, error, ip, region } = flags;
  const service =
    source === undefined || source.includes('.') || source.endsWith('*') ? source : `${source}.amazonaws.com`;
  const own = [
    ['user', user],
    ['eventName', name],
    ['eventSource', service],
    ['errorCode', error],
    ['sourceIp', ip],
    ['region', region],
  ] as const;
  return [
    ...own.flatMap(([field, value]) => (value === undefined ? [] : [conditionOf(field, value)])),
    ...where.map(parseCondition),
  ];
}

function timesOf(flags: SearchFlags): { from?: number; to?: number } {
  const reading = { nowMs: systemClock.now(), utc: flags.utc === true };
  const read = (flag: string, text: string | undefined, end: boolean): number | undefined => {
    if (text === undefined) return undefined;
    const timeMs = parseTime(text, { ...reading, end });
    if (timeMs !== undefined) return timeMs;
    const forms = '2h, 3d, 2026-11-20, "2026-11-20 14:00" or ISO 8601';
    throw new CommandError(`${flag}: "${text}" is no time; write ${forms}`, usageExitCode);
  };
  const from = read('--since', flags.since, false);
  const until = read('--until', flags.until, true);
  if (from !== undefined && until !== undefined && from > until)
    throw new CommandError('--since is later than --until', usageExitCode);
  return {
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { to: until + 1 }),
  };
}

function limitOf({ all, limit }: SearchFlags): number {
  if (all && limit !== undefined)
    throw new CommandError('--all and --limit contradict each other', usageExitCode);
  if (all) return Number.POSITIVE_INFINITY;
  return limit === undefined ? limitDefault : whole('--limit', limit, 0, 999_999_999);
}

function whole(flag: string, text: string, min: number, max: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new CommandError(`${flag}: a number from ${min} to ${max}, not "${text}"`, usageExitCode);
}
