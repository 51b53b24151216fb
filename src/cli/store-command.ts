// SPDX-License-Identifier: Apache-2.0
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import type { OnStoreProgress, RebuiltStore, VerifiedStore } from '../composition-store.js';
import { DataDirectory } from '../data-directory/data-directory.js';
import { dataDirOf } from '../settings.js';
import { credentialsOf } from './cairn-client.js';
import { CommandError } from './command-error.js';
import { grouped } from './import-progress.js';
import { plainText } from './plain-text.js';
import { stderrLog } from './stderr-log.js';

interface StoreFlags {
  readonly dataDir?: string;
}

/** `cairn store`: upkeep of the history. The server must be stopped: both need the directory for themselves. */
export function storeCommand(): Command {
  const store = new Command('store').description('verify the history, or make its indexes anew');
  const dataDir = ['--data-dir <path>', 'the data directory (CAIRN_DATA_DIR, ./.cairn)'] as const;
  store
    .command('verify')
    .description('hold records, index and segments against each other; exit 1 where something is damaged')
    .option(...dataDir)
    .action(verify);
  store
    .command('rebuild')
    .description('make the index and everything derived anew from the records and the log')
    .option(...dataDir)
    .action(rebuild);
  return store;
}

async function verify(flags: StoreFlags): Promise<void> {
  const dataDir = ownDirectory(flags);
  const { verifyStore } = await import('../composition-store.js');
  const verified = await withProgress((onProgress) => verifyStore(dataDir, stderrLog, onProgress));
  console.log(
    `${grouped(verified.events)} events, ${grouped(Math.ceil(verified.recordBytes / 1024 ** 2))} MB of records, ${grouped(verified.segments)} segments`,
  );
  printDamages(verified);
  if (verified.damageCount === 0) {
    console.log('everything is as it was written');
    return;
  }
  throw new CommandError(adviceFor(verified), 1);
}

function adviceFor({ damageCount, onlyCopiesDamaged }: VerifiedStore): string {
  const rebuilt = 'the history is damaged: `cairn store rebuild` makes all but lost records anew';
  const restored =
    'segments of event data stores, and the books of segments, are made anew by nothing: put them back from a backup';
  if (onlyCopiesDamaged === 0) return rebuilt;
  return onlyCopiesDamaged === damageCount ? restored : `${rebuilt}; ${restored}`;
}

async function rebuild(flags: StoreFlags): Promise<void> {
  const dataDir = ownDirectory(flags);
  const { rebuildStore } = await import('../composition-store.js');
  const rebuilt = await withProgress((onProgress) => rebuildStore(dataDir, stderrLog, onProgress));
  console.log(`the index was made anew: ${grouped(rebuilt.events)} events`);
  if (rebuilt.eventsByOwnWord > 0)
    console.log(
      `of ${grouped(rebuilt.eventsByOwnWord)} nobody knows any more when and to whom they came: account and time are those that the records name`,
    );
  printDamages(rebuilt);
  if (rebuilt.damageCount > 0)
    throw new CommandError(
      'these records are lost, unless the log still has them: they go in again when the server starts',
      1,
    );
}

function ownDirectory({ dataDir }: StoreFlags): string {
  const path = dataDirOf(dataDir, process.env);
  const directory = new DataDirectory(path);
  credentialsOf(directory);
  if (directory.runningServer() !== undefined)
    throw new CommandError(`a server runs on ${path}: stop it first, then call this again`, 1);
  return path;
}

function printDamages({ damages, damageCount }: VerifiedStore | RebuiltStore): void {
  for (const { file, reason } of damages) console.log(plainText(`damaged: ${file}: ${reason}`));
  if (damageCount > damages.length) console.log(`and ${grouped(damageCount - damages.length)} more`);
}

/** Shows how far it is, on stderr and only to somebody who looks. */
async function withProgress<Result>(work: (onProgress: OnStoreProgress) => Promise<Result>): Promise<Result> {
  if (!process.stderr.isTTY) return work(() => {});
  const bar = new SingleBar({
    format: '{bar} {percentage} %  {what}  {eta_formatted} left',
    stream: process.stderr,
    hideCursor: true,
    barsize: 24,
    clearOnComplete: true,
  });
  const whole = 1_000;
  bar.start(whole, 0, { what: '' });
  try {
    return await work((what, share) => bar.update(Math.floor(share * whole), { what }));
  } finally {
    bar.stop();
  }
}
