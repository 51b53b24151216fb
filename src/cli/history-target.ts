// SPDX-License-Identifier: Apache-2.0
import { DataDirectory, type RootCredentials } from '../data-directory/data-directory.js';
import { isRegion } from '../identity/regions.js';
import { LogFullError, type Position } from '../ports/event-log.js';
import type { LookupPage, LookupQuery } from '../ports/event-store.js';
import { readSettings } from '../settings.js';
import {
  type CairnClient,
  credentialsOf,
  type ImportedFile,
  type ImportTotals,
  runningServer,
} from './cairn-client.js';
import { CommandError } from './command-error.js';
import { UnreachableError } from './signed-requests.js';
import { stderrLog } from './stderr-log.js';

/** A history to import into and to look up in: a running server's, or that of a data directory that nobody serves. */
export interface HistoryTarget {
  readonly root: RootCredentials;
  importFile(source: string, bytes: Uint8Array, accountId: string): Promise<ImportedFile>;
  /** With a position: waits until everything before it is found by look-ups. */
  importTotals(position?: Position): Promise<ImportTotals>;
  lookup(query: LookupQuery): Promise<LookupPage>;
  close(): Promise<void>;
}

export interface TargetOptions {
  readonly dataDir: string;
  /** Make the data directory when there is none yet. */
  readonly create: boolean;
}

/** The running server if there is one, else the data directory itself. Throws CommandError. */
export async function openHistory({ dataDir, create }: TargetOptions): Promise<HistoryTarget> {
  const directory = new DataDirectory(dataDir);
  const client = runningServer(directory);
  if (client !== undefined && (await isThere(client)))
    return new ServerTarget(client, credentialsOf(directory));
  if (!create) credentialsOf(directory);
  return openOwn(dataDir);
}

/** The client of the server that answers for a data directory; undefined when none does. */
export async function answeringServer(dataDir: string): Promise<CairnClient | undefined> {
  const client = runningServer(new DataDirectory(dataDir));
  return client !== undefined && (await isThere(client)) ? client : undefined;
}

/** After a crash the address of the last server may still be told, and its process id be somebody else's. */
async function isThere(client: CairnClient): Promise<boolean> {
  try {
    await client.importTotals();
    return true;
  } catch (error) {
    const isRefused =
      error instanceof UnreachableError && (error.cause as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    if (!isRefused) throw error;
    client.close();
    return false;
  }
}

class ServerTarget implements HistoryTarget {
  constructor(
    readonly client: CairnClient,
    readonly root: RootCredentials,
  ) {}

  importFile(source: string, bytes: Uint8Array, accountId: string): Promise<ImportedFile> {
    return this.client.importFile(source, bytes, accountId);
  }
  importTotals(position?: Position): Promise<ImportTotals> {
    return this.client.importTotals(position);
  }
  lookup(query: LookupQuery): Promise<LookupPage> {
    return this.client.lookup(query);
  }
  close(): Promise<void> {
    this.client.close();
    return Promise.resolve();
  }
}

async function openOwn(dataDir: string): Promise<HistoryTarget> {
  // Loaded only here: a command that talks to a server need not load databases.
  const { openLocalCairn } = await import('../composition-local.js');
  const settings = readSettings({ dataDir }, process.env, isRegion);
  const cairn = await openLocalCairn(settings, stderrLog);
  const { importer, indexer, eventStore, root } = cairn;
  return {
    root,
    importFile: (source, bytes, accountId) =>
      importer.importFile(source, bytes, accountId).catch((error: unknown) => {
        if (!(error instanceof LogFullError)) throw error;
        throw new CommandError(`the log of ${dataDir} is full: ${error.message}`, 1, { cause: error });
      }),
    importTotals: async (position) => {
      if (position !== undefined) await indexer.caughtUpTo(position);
      return indexer.importTotals();
    },
    lookup: (query) => eventStore.lookup(query),
    close: () => cairn.close(),
  };
}
