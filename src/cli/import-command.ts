// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { dataDirOf } from '../settings.js';
import { CommandError } from './command-error.js';
import { accountOf } from './event-filters.js';
import { type HistoryTarget, openHistory } from './history-target.js';
import { type ImportCounts, type ImportOutcome, importFiles } from './import-files.js';
import { grouped, type ImportProgress, importProgress } from './import-progress.js';
import type { LogFileSource } from './log-file-source.js';
import { logFilesOnDisk } from './log-files-on-disk.js';
import { plainText } from './plain-text.js';
import { parseS3Address } from './s3-address.js';
import { ApiError } from './signed-requests.js';

interface ImportFlags {
  readonly account?: string;
  readonly dataDir?: string;
}

const interruptedExitCode = 130;

/** `cairn import`: CloudTrail log files into the history. */
export function importCommand(): Command {
  return new Command('import')
    .description('import CloudTrail log files into the history; what is there already stays as it is')
    .argument(
      '<path|s3://bucket/prefix>',
      'a file, a folder with everything below it, or a prefix of a bucket',
    )
    .option('--account <id>', 'the account whose history the events go to (the main one)')
    .option('--data-dir <path>', 'the data directory (CAIRN_DATA_DIR, ./.cairn)')
    .addHelpText(
      'after',
      '\nTaken are .json, .json.gz, .gz, .ndjson and .jsonl: delivered files, lists of records, one record a line,\nEventBridge events and answers of LookupEvents. A bad file is named, and the rest goes in; the exit code is 1 then.',
    )
    .action(runImport);
}

async function runImport(from: string, flags: ImportFlags): Promise<void> {
  const account = accountOf(flags.account);
  const sources = await sourcesOf(from);
  if (sources.length === 0)
    throw new CommandError(`there are no log files (.json, .json.gz, .gz, .ndjson, .jsonl) in ${from}`);
  const target = await openHistory({ dataDir: dataDirOf(flags.dataDir, process.env), create: true });
  const interrupt = interruptible();
  const progress = importProgress(sources.length);
  try {
    const summary = await importInto(
      target,
      account ?? target.root.accountId,
      sources,
      progress,
      interrupt.signal,
    );
    progress.end();
    console.log(summary.line);
    if (interrupt.signal.aborted) process.exitCode = interruptedExitCode;
    else if (summary.isBad) process.exitCode = 1;
  } finally {
    progress.end();
    interrupt.end();
    await target.close();
  }
}

async function sourcesOf(from: string): Promise<LogFileSource[]> {
  const address = parseS3Address(from);
  if (address === undefined) return logFilesOnDisk(from);
  // Loaded only here: the SDK takes longer to load than most folders to import.
  const { logFilesInS3, s3ClientFromEnvironment } = await import('./log-files-in-s3.js');
  return logFilesInS3(s3ClientFromEnvironment(process.env), address);
}

async function importInto(
  target: HistoryTarget,
  account: string,
  sources: readonly LogFileSource[],
  progress: ImportProgress,
  signal: AbortSignal,
): Promise<{ line: string; isBad: boolean }> {
  const before = await target.importTotals();
  const outcome = await importFiles({
    sources,
    signal,
    importFile: (source, bytes) => target.importFile(source, bytes, account),
    onProgress: (counts) => progress.update(counts),
    onBad: (source, reason) => progress.note(plainText(`bad: ${source}: ${reason}`)),
    isFatal,
  });
  const added = await addedSince(target, before, outcome);
  const line = summaryLine(outcome.counts, sources.length, added, signal.aborted);
  return { line, isBad: outcome.counts.badFiles > 0 };
}

/** New events by the target's own count, once it has them all. Somebody else's import at the same time may blur it. */
async function addedSince(
  target: HistoryTarget,
  before: { added: number },
  { counts, position }: ImportOutcome,
): Promise<number> {
  if (position === undefined) return 0;
  const after = await target.importTotals(position);
  return Math.min(counts.events, after.added - before.added);
}

function summaryLine(
  counts: Readonly<ImportCounts>,
  filesTotal: number,
  added: number,
  isInterrupted: boolean,
): string {
  const parts = [
    `${counted(counts.events, 'event')}, ${grouped(added)} new, ${grouped(counts.events - added)} already there`,
  ];
  if (counts.digests > 0) parts.push(`${counted(counts.digests, 'digest file')} passed over`);
  if (counts.badFiles > 0) parts.push(counted(counts.badFiles, 'bad file'));
  const files = isInterrupted
    ? `interrupted after ${grouped(counts.files)} of ${counted(filesTotal, 'file')}`
    : counted(counts.files, 'file');
  return `${files}: ${parts.join('; ')}`;
}

function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** A refusal of one file comes as an ApiError of the 4xx kind; anything else that the target says ends the import. */
function isFatal(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500 || error.status === 403;
  return error instanceof CommandError;
}

/** The first Ctrl-C ends the import in good order, a second one at once. */
function interruptible(): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(interruptedExitCode);
    console.error('\ninterrupted: waiting for the files that are on their way');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    end: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
