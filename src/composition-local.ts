// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto';
import { openLmdbStores } from './adapters/event-log/lmdb/open-lmdb-stores.js';
import { openDuckdbEventStore } from './adapters/event-store/duckdb/open-duckdb-event-store.js';
import { openFilesystemObjectStore } from './adapters/object-store/filesystem/open-filesystem-object-store.js';
import { DataDirectory, type RootCredentials } from './data-directory/data-directory.js';
import { loadMasterKey } from './data-directory/master-key.js';
import { newAccessKey } from './identity/access-keys.js';
import { ensureRootKey } from './identity/first-start.js';
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
  readonly clock: Clock;
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly eventStore: EventStore;
  readonly objectStore: ObjectStore;
  readonly indexer: Indexer;
  readonly importer: Importer;
  /** Waits until the history has what the log holds, then closes everything. */
  close(): Promise<void>;
}

export type LocalSettings = Pick<
  Settings,
  'dataDir' | 'accountId' | 'region' | 'accessKeyId' | 'secretAccessKey' | 'masterKey' | 'historyMs'
>;

/** The one place that chooses adapters. Rejects, with everything closed again, when the directory has another owner. */
export async function openLocalCairn(settings: LocalSettings, log: OperatorLog): Promise<LocalCairn> {
  const clock = systemClock;
  const directory = new DataDirectory(settings.dataDir);
  directory.create();
  // First, because its lock is the data directory's: whoever holds it is the one owner.
  const eventStore = await openDuckdbEventStore(directory.history, { clock, log });
  const undo: (() => Promise<void>)[] = [() => eventStore.close()];
  try {
    const root = rootCredentials(directory, settings);
    const stores = await openLmdbStores(directory.log, { clock, log });
    undo.push(() => stores.close());
    const { eventLog, stateStore } = stores;
    const objectStore = await openFilesystemObjectStore(directory.objects, { clock, log });
    undo.push(() => objectStore.close());
    const secretBox = new SecretBox(loadMasterKey(directory.masterKey, settings.masterKey));
    await ensureRootKey(root, { eventLog, stateStore, secretBox, nowMs: clock.now() });
    const indexer = startIndexer({ eventLog, eventStore, clock, historyMs: settings.historyMs, log });
    undo.push(() => indexer.stop());
    const importer = createImporter({ eventLog, indexer, log });
    undo.push(() => importer.close());
    const close = async () => {
      await importer.close();
      await indexer.caughtUpTo(eventLog.head());
      await inReverse(undo);
    };
    return {
      directory,
      root,
      secretBox,
      clock,
      eventLog,
      stateStore,
      eventStore,
      objectStore,
      indexer,
      importer,
      close,
    };
  } catch (error) {
    await inReverse(undo);
    throw error;
  }
}

async function inReverse(undo: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of [...undo].reverse()) await step();
}

/** Account, Region and root key of the directory: those of its first start, from settings or at random. */
function rootCredentials(directory: DataDirectory, settings: LocalSettings): RootCredentials {
  const known = directory.readRootCredentials();
  if (known !== undefined) {
    if (settings.accountId !== undefined && settings.accountId !== known.accountId) {
      const message = `${directory.path} belongs to account ${known.accountId}; CAIRN_ACCOUNT_ID says ${settings.accountId}`;
      throw new Error(message);
    }
    const current = { ...known, region: settings.region };
    if (known.region !== settings.region) directory.writeRootCredentials(current);
    return current;
  }
  const { accessKeyId, secretAccessKey } = settings;
  const key =
    accessKeyId === undefined || secretAccessKey === undefined
      ? newAccessKey()
      : { accessKeyId, secretAccessKey };
  const accountId = settings.accountId ?? String(randomInt(10 ** 11, 10 ** 12));
  const root = { accountId, region: settings.region, ...key };
  directory.writeRootCredentials(root);
  return root;
}
