// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto';
import { type LmdbStores, openLmdbStores } from './adapters/event-log/lmdb/open-lmdb-stores.js';
import { openDuckdbEventStore } from './adapters/event-store/duckdb/open-duckdb-event-store.js';
import { toDamagedStoreError } from './adapters/lmdb/damaged-store.js';
import { openFilesystemObjectStore } from './adapters/object-store/filesystem/open-filesystem-object-store.js';
import { CannotStartError } from './cannot-start-error.js';
import { Undo } from './composition-undo.js';
import { DataDirectory, type RootCredentials } from './data-directory/data-directory.js';
import { deriveKey, loadMasterKey } from './data-directory/master-key.js';
import { newAccessKey } from './identity/access-keys.js';
import { ensureRootKey, findRootKey } from './identity/first-start.js';
import { SecretBox } from './identity/secret-box.js';
import { createImporter, type Importer } from './pipelines/import/importer.js';
import { type Indexer, startIndexer } from './pipelines/index-history/start-indexer.js';
import { type Clock, systemClock } from './ports/clock.js';
import type { EventLog } from './ports/event-log.js';
import type { EventStore } from './ports/event-store.js';
import type { ObjectStore } from './ports/object-store.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { StateStore } from './ports/state-store.js';
import type { Settings } from './settings.js';

/** An opened data directory with its embedded adapters: what the server and the offline commands stand on. */
export interface LocalCairn {
  readonly directory: DataDirectory;
  readonly root: RootCredentials;
  readonly secretBox: SecretBox;
  /** A key of 32 bytes for one purpose, from the master key (`deriveKey`). */
  readonly keyFor: (purpose: string) => Buffer;
  readonly clock: Clock;
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly eventStore: EventStore;
  readonly objectStore: ObjectStore;
  readonly indexer: Indexer;
  readonly importer: Importer;
  /** How full the log is. */
  readonly logRoom: Pick<LmdbStores, 'fullReason' | 'liveBytes'>;
  /** Waits (not for ever) until the history has what the log holds, then closes everything. */
  close(): Promise<void>;
}

export type LocalSettings = Pick<
  Settings,
  'dataDir' | 'accountId' | 'region' | 'accessKeyId' | 'secretAccessKey' | 'masterKey' | 'historyMs'
>;

/** How long closing waits for the history to take in what the log holds. What is left waits in the log. */
const catchUpMsMax = 10_000;

/**
 * The one place that chooses adapters. Rejects with CannotStartError, everything closed again, when the directory has
 * another owner or cannot be used.
 */
export async function openLocalCairn(settings: LocalSettings, log: OperatorLog): Promise<LocalCairn> {
  const undo = new Undo();
  try {
    return await open(settings, log, undo);
  } catch (error) {
    await undo.runQuietly();
    throw toCannotStart(error, settings.dataDir);
  }
}

async function open(settings: LocalSettings, log: OperatorLog, undo: Undo): Promise<LocalCairn> {
  const clock = systemClock;
  const directory = new DataDirectory(settings.dataDir);
  directory.create();
  // First, because its lock is the data directory's: whoever holds it is the one owner.
  const eventStore = await openDuckdbEventStore(directory.history, { clock, log });
  undo.add(() => eventStore.close());
  // Before the log is made: a log whose keys were sealed under a lost key would be of no use.
  const known = directory.readRootCredentials();
  const masterKey = loadMasterKey(directory.masterKey, settings.masterKey);
  const secretBox = new SecretBox(masterKey);
  const stores = await openLmdbStores(directory.log, { clock, log });
  undo.add(() => stores.close());
  const { eventLog, stateStore } = stores;
  const root = rootCredentials(directory, settings, known ?? findRootKey({ stateStore, secretBox }));
  const objectStore = await openFilesystemObjectStore(directory.objects, {
    clock,
    log,
    key: deriveKey(masterKey, 'cairn object store 1'),
  });
  undo.add(() => objectStore.close());
  await ensureRootKey(root, { eventLog, stateStore, secretBox, nowMs: clock.now() });
  const indexer = startIndexer({ eventLog, eventStore, clock, historyMs: settings.historyMs, log });
  undo.add(() => indexer.stop());
  undo.add(() => withinTime(indexer.caughtUpTo(eventLog.head()), catchUpMsMax));
  const importer = createImporter({ eventLog, indexer, eventStore, log });
  undo.add(() => importer.close());
  return {
    directory,
    root,
    secretBox,
    keyFor: (purpose) => deriveKey(masterKey, purpose),
    clock,
    eventLog,
    stateStore,
    eventStore,
    objectStore,
    indexer,
    importer,
    logRoom: stores,
    close: () => undo.run(),
  };
}

async function withinTime(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** What a start may meet that is no bug: said with the directory's name. */
const plainReasons: ReadonlySet<string> = new Set([
  'RootKeyError',
  'EventStoreFormatError',
  'LogFormatError',
  'LogFullError',
  'ObjectIndexFormatError',
  'ObjectStoreKeyError',
  'DamagedStoreError',
]);

/** What starting failed with, as CannotStartError where it is the data directory's state and no bug. */
export function toCannotStart(met: unknown, dataDir: string): unknown {
  const error = toDamagedStoreError(met, dataDir);
  if (!(error instanceof Error) || error instanceof CannotStartError) return error;
  if (error.name === 'EventStoreLockedError') {
    const message = `${dataDir} is in use by another cairn: one process at a time owns a data directory`;
    return new CannotStartError(message, { cause: error });
  }
  const { code, path } = error as NodeJS.ErrnoException;
  const isOfFiles = typeof code === 'string' && typeof path === 'string';
  if (isOfFiles || plainReasons.has(error.name) || / is damaged: | must hold /.test(error.message))
    return new CannotStartError(`cannot use the data directory ${dataDir}: ${error.message}`, {
      cause: error,
    });
  return error;
}

/** Account, Region and root key of the directory: those of its first start, from settings or at random. */
function rootCredentials(
  directory: DataDirectory,
  settings: LocalSettings,
  known: Omit<RootCredentials, 'region'> | RootCredentials | undefined,
): RootCredentials {
  const { accountId, region } = settings;
  if (known !== undefined && accountId !== undefined && accountId !== known.accountId) {
    const message = `${directory.path} belongs to account ${known.accountId}; CAIRN_ACCOUNT_ID says ${accountId}`;
    throw new CannotStartError(message);
  }
  const root = { ...(known ?? newRoot(settings)), region };
  const isWritten = known !== undefined && 'region' in known && known.region === region;
  // On disk before the log has the key: who reads the file may find a key that does not work yet, never the reverse.
  if (!isWritten) directory.writeRootCredentials(root);
  return root;
}

function newRoot(settings: LocalSettings): Omit<RootCredentials, 'region'> {
  const { accessKeyId, secretAccessKey } = settings;
  const accountId = settings.accountId ?? String(randomInt(10 ** 11, 10 ** 12));
  const key =
    accessKeyId === undefined || secretAccessKey === undefined
      ? newAccessKey(accountId)
      : { accessKeyId, secretAccessKey };
  return { accountId, ...key };
}
