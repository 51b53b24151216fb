// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { DataDirectory } from '../data-directory/data-directory.js';
import type { Position } from '../ports/event-log.js';
import { dataDirOf } from '../settings.js';
import {
  type CairnClient,
  credentialsOf,
  runningServer,
  type TailAnswer,
  type TailFilter,
} from './cairn-client.js';
import { CommandError } from './command-error.js';
import { addFilters, type FilterFlags, toFilter } from './event-filters.js';
import { EventTable } from './event-table.js';
import { UnreachableError } from './signed-requests.js';
import { writeLines } from './write-lines.js';

interface TailFlags extends FilterFlags {
  readonly json?: true;
  readonly local?: true;
  readonly utc?: true;
  readonly dataDir?: string;
}

/** How long the server holds a question open while nothing happens: below the idle limits of proxies in between. */
const waitMs = 10_000;
const reconnectEveryMs = 1_000;

/** `cairn tail`: events as they are recorded, until it is interrupted. */
export function tailCommand(): Command {
  const command = new Command('tail').description(
    'follow events as they are recorded; several filters mean AND',
  );
  return addFilters(command)
    .option('--json', 'whole records, one a line')
    .option('--local', 'times of the local zone (the default)')
    .option('--utc', 'times in UTC')
    .option('--data-dir <path>', 'the data directory (CAIRN_DATA_DIR, ./.cairn)')
    .addHelpText(
      'after',
      '\nExamples:\n  cairn tail --user alice\n  cairn tail --source s3 --read-only false --json',
    )
    .action(tail);
}

async function tail(flags: TailFlags): Promise<void> {
  if (flags.local && flags.utc) throw new CommandError('--local and --utc contradict each other', 2);
  const directory = new DataDirectory(dataDirOf(flags.dataDir, process.env));
  const filter = toFilter(flags, credentialsOf(directory).accountId);
  const client = runningServer(directory);
  if (client === undefined)
    throw new CommandError(`no server runs on ${directory.path}: start it with \`npx cairn serve\``);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  try {
    await follow(new Follower(directory, client, filter), printer(flags), interrupt.signal);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
  }
}

async function follow(
  follower: Follower,
  print: (answer: TailAnswer) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      const answer = await follower.next(signal);
      if (answer.events.length > 0) await print(answer);
    }
  } finally {
    follower.close();
  }
}

/** Asks for what comes next, also over restarts of the server: the position that it has reached stays good. */
class Follower {
  readonly #directory: DataDirectory;
  readonly #filter: TailFilter;
  #client: CairnClient | undefined;
  #from: Position | undefined;

  constructor(directory: DataDirectory, client: CairnClient, filter: TailFilter) {
    this.#directory = directory;
    this.#client = client;
    this.#filter = filter;
  }

  async next(signal: AbortSignal): Promise<TailAnswer> {
    for (;;) {
      try {
        this.#client ??= runningServer(this.#directory);
        if (this.#client !== undefined) return await this.#ask(this.#client, signal);
      } catch (error) {
        // Where nothing was answered yet, the fault is not a restart.
        if (!(error instanceof UnreachableError) || this.#from === undefined) throw error;
        console.error(`cairn: ${error.message}; waiting for it`);
        this.close();
      }
      await pause(reconnectEveryMs, signal);
    }
  }

  async #ask(client: CairnClient, signal: AbortSignal): Promise<TailAnswer> {
    // The first answer comes at once and says where "now" is, so that a restart right after it loses nothing.
    const request =
      this.#from === undefined
        ? { filter: this.#filter, waitMs: 0 }
        : { from: this.#from, filter: this.#filter, waitMs };
    const answer = await client.tail(request, signal);
    this.#from = answer.position;
    return answer;
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }
}

function printer(flags: TailFlags): (answer: TailAnswer) => Promise<void> {
  if (flags.json) return ({ events }) => writeLines(events.map(({ json }) => json));
  const table = new EventTable({
    utc: flags.utc === true,
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    live: true,
  });
  return ({ events }) => writeLines(table.lines(events));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
