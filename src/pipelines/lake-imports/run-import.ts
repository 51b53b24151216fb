// SPDX-License-Identifier: Apache-2.0

import { type EventDataStoreDocument, eventDataStoreKey } from '../../event-data-stores/event-data-store.js';
import {
  isNamedWithin,
  isTrailLogFile,
  parseImportLocation,
} from '../../event-data-stores/import-location.js';
import {
  type ImportFailure,
  type ImportStatistics,
  importFailureKey,
  importFailurePrefix,
  importFailuresMax,
  isUnderWay,
  type StoreImportDocument,
  storeImportKey,
} from '../../event-data-stores/store-import.js';
import type { Clock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import type { StateStore } from '../../ports/state-store.js';
import { LogFileError } from '../../record/log-file.js';
import { parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import type { Importer } from '../import/importer.js';
import { type ImportBucket, ImportSourceError, keysPerPage } from './import-bucket.js';

export interface RunImportDependencies {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly stateStore: Pick<StateStore, 'get' | 'list'>;
  readonly clock: Clock;
  readonly importer: Pick<Importer, 'importFile'>;
  /** The bucket of an import; undefined when there is none of the name. */
  readonly bucketOf: (wanted: StoreImportDocument, name: string) => ImportBucket;
}

const dayMs = 86_400_000;

/** Files that are read and checked at a time. */
const filesAtATime = 8;

/** A file that was dealt with: what it brought, or why nothing. */
type Outcome = { readonly eventCount: number } | Pick<ImportFailure, 'errorType' | 'errorMessage'>;
interface DoneFile {
  readonly key: string;
  readonly outcome: Outcome;
}

/**
 * Does what is next to do of an import: one page of the bucket, or of the failed entries that are tried again, and then writes
 * down how far it has come, if nobody has stopped it meanwhile (StaleRevisionError, when somebody has just done so).
 * What was imported twice, because the process ended in front of that, the event data store leaves out.
 * @returns whether there is more to do
 */
export async function runImportStep(
  key: string,
  deps: RunImportDependencies,
  signal: AbortSignal,
): Promise<boolean> {
  const state = new StateOverlay(deps.stateStore);
  const wanted = state.get<StoreImportDocument>(key);
  if (wanted === undefined || !isUnderWay(wanted)) return false;
  const step = new ImportStep(wanted, state, deps, signal);
  const next = await step.run();
  if (next === undefined) return false;
  state.put(key, { ...next, updatedAtMs: deps.clock.now() } satisfies StoreImportDocument);
  await deps.eventLog.append({ kind: 'call', records: [], changes: state.changes() });
  return isUnderWay(next);
}

class ImportStep {
  readonly #wanted: StoreImportDocument;
  readonly #state: StateOverlay;
  readonly #deps: RunImportDependencies;
  readonly #signal: AbortSignal;
  readonly #bucketName: string;
  readonly #prefix: string;

  constructor(
    wanted: StoreImportDocument,
    state: StateOverlay,
    deps: RunImportDependencies,
    signal: AbortSignal,
  ) {
    this.#wanted = wanted;
    this.#state = state;
    this.#deps = deps;
    this.#signal = signal;
    const { bucket = '', prefix = '' } = parseImportLocation(wanted.source.s3LocationUri) ?? {};
    this.#bucketName = bucket;
    this.#prefix = prefix;
  }

  /** The import as it is then; undefined when the process is about to end. */
  async run(): Promise<StoreImportDocument | undefined> {
    const wanted = { ...this.#wanted, status: 'IN_PROGRESS' } as const;
    const store = this.#store();
    if (store === undefined) return this.#ended(this.#failed(wanted, this.#prefix, gone), { isBroken: true });
    if (wanted.retryAfter !== undefined) return this.#retry(wanted, store);
    if (wanted.isListed === true) return this.#ended(wanted);
    return this.#nextPage(wanted, store);
  }

  async #nextPage(
    wanted: StoreImportDocument,
    store: EventDataStoreDocument,
  ): Promise<StoreImportDocument | undefined> {
    const bucket = this.#bucket();
    const listed = await bucket.list(this.#prefix, wanted.after).catch(toFailure);
    if ('errorType' in listed)
      return this.#ended(this.#failed(wanted, this.#prefix, listed), { isBroken: true });
    const { startEventTimeMs, endEventTimeMs } = wanted;
    const keys = listed.keys.filter(
      (key) =>
        isTrailLogFile(key, { prefix: this.#prefix }) && isNamedWithin(key, startEventTimeMs, endEventTimeMs),
    );
    const done = await this.#importAll(bucket, keys, store);
    if (done === undefined) return undefined;
    const after = listed.keys.at(-1) ?? wanted.after;
    const next = done.reduce((import_, file) => this.#counted(import_, file), wanted);
    const placed = { ...next, ...(after === undefined ? {} : { after }), isListed: listed.isEnd };
    return listed.isEnd ? this.#ended(placed) : placed;
  }

  /** Failed entries, in the order in which they failed. */
  async #retry(
    wanted: StoreImportDocument,
    store: EventDataStoreDocument,
  ): Promise<StoreImportDocument | undefined> {
    const prefix = importFailurePrefix(wanted);
    const { retryAfter = '' } = wanted;
    const entries = this.#state.list<ImportFailure>(prefix, {
      after: prefix + retryAfter,
      limit: keysPerPage,
    });
    const start = `s3://${this.#bucketName}/`;
    const tried = entries.filter(({ value }) => value.status !== 'SUCCEEDED');
    // A list that was refused stands among the failures as its prefix: it is tried again by going on.
    const files = tried.filter(({ value }) => value.location.length > start.length + this.#prefix.length);
    const done = await this.#importAll(
      this.#bucket(),
      files.map(({ value }) => value.location.slice(start.length)),
      store,
    );
    if (done === undefined) return undefined;
    let next = wanted;
    for (const entry of tried) {
      const at = files.indexOf(entry);
      const outcome = at < 0 ? { eventCount: 0 } : (done[at]?.outcome ?? { eventCount: 0 });
      next = this.#triedAgain(next, entry.key, entry.value, outcome, at >= 0);
    }
    const last = entries.at(-1);
    if (last !== undefined && entries.length === keysPerPage)
      return { ...next, retryAfter: last.key.slice(prefix.length) };
    const { retryAfter: _, ...rest } = next;
    return rest.isListed === true ? this.#ended(rest) : rest;
  }

  #triedAgain(
    import_: StoreImportDocument,
    key: string,
    failure: ImportFailure,
    outcome: Outcome,
    isFile: boolean,
  ): StoreImportDocument {
    const updatedAtMs = this.#deps.clock.now();
    if ('errorType' in outcome) {
      this.#state.put(key, { ...failure, ...outcome, status: 'FAILED', updatedAtMs } satisfies ImportFailure);
      return import_;
    }
    this.#state.put(key, { ...failure, status: 'SUCCEEDED', updatedAtMs } satisfies ImportFailure);
    return withStatistics(import_, {
      failedEntries: -1,
      filesCompleted: isFile ? 1 : 0,
      eventsCompleted: outcome.eventCount,
    });
  }

  async #importAll(
    bucket: ImportBucket,
    keys: readonly string[],
    store: EventDataStoreDocument,
  ): Promise<DoneFile[] | undefined> {
    const done: DoneFile[] = new Array<DoneFile>(keys.length);
    let at = 0;
    const work = async (): Promise<void> => {
      while (at < keys.length && !this.#signal.aborted && this.#isWanted()) {
        const index = at++;
        const key = keys[index] as string;
        done[index] = { key, outcome: await this.#importOne(bucket, key, store) };
      }
    };
    await Promise.all(Array.from({ length: Math.min(filesAtATime, keys.length) }, work));
    return this.#signal.aborted || !this.#isWanted() ? undefined : done;
  }

  /** Somebody may stop an import, or ask for the deletion of its store, while a page is on its way. */
  #isWanted(): boolean {
    const now = this.#deps.stateStore.get<StoreImportDocument>(storeImportKey(this.#wanted));
    return now !== undefined && isUnderWay(now.value);
  }

  /** Completed are the events of a file that are not older than the store keeps them: the others are not copied. */
  async #importOne(bucket: ImportBucket, key: string, store: EventDataStoreDocument): Promise<Outcome> {
    try {
      const bytes = await bucket.get(key);
      const source = this.#locationOf(key);
      const {
        recordCount,
        rejectedCount,
        olderCount = 0,
      } = await this.#deps.importer.importFile(
        source,
        bytes,
        this.#wanted.accountId,
        store.id,
        this.#deps.clock.now() - store.retentionDays * dayMs,
      );
      return rejectedCount === 0
        ? { eventCount: recordCount - olderCount }
        : { errorType: 'InvalidRecord', errorMessage: `${rejectedCount} records of the file are not valid.` };
    } catch (error) {
      return toFailure(error);
    }
  }

  #counted(import_: StoreImportDocument, { key, outcome }: DoneFile): StoreImportDocument {
    const prefix = key.slice(0, key.lastIndexOf('/') + 1);
    const isNew = prefix !== import_.prefix;
    const hadOne = import_.prefix !== undefined;
    const moved = withStatistics(
      { ...import_, prefix },
      { prefixesFound: isNew ? 1 : 0, prefixesCompleted: isNew && hadOne ? 1 : 0 },
    );
    return 'errorType' in outcome
      ? this.#failed(moved, key, outcome)
      : withStatistics(moved, { filesCompleted: 1, eventsCompleted: outcome.eventCount });
  }

  #failed(
    import_: StoreImportDocument,
    key: string,
    { errorType, errorMessage }: Pick<ImportFailure, 'errorType' | 'errorMessage'>,
  ): StoreImportDocument {
    const index = this.#nextFailure++;
    if (index < importFailuresMax)
      this.#state.put(importFailureKey(import_, index), {
        location: this.#locationOf(key),
        status: 'FAILED',
        errorType,
        errorMessage,
        updatedAtMs: this.#deps.clock.now(),
      } satisfies ImportFailure);
    return withStatistics(import_, { failedEntries: 1 });
  }

  /** Behind the last one that is kept, whatever became of the others since. */
  get #nextFailure(): number {
    this.#failures ??= this.#countFailures();
    return this.#failures;
  }
  set #nextFailure(count: number) {
    this.#failures = count;
  }
  #failures: number | undefined;

  #countFailures(): number {
    return this.#deps.stateStore.list(importFailurePrefix(this.#wanted)).length;
  }

  #ended(import_: StoreImportDocument, { isBroken = false } = {}): StoreImportDocument {
    const { prefix, ...rest } = import_;
    const isOver = import_.isListed === true && !isBroken && prefix !== undefined;
    const ended = isOver ? withStatistics(rest, { prefixesCompleted: 1 }) : import_;
    return { ...ended, status: isBroken || ended.statistics.failedEntries > 0 ? 'FAILED' : 'COMPLETED' };
  }

  #bucket(): ImportBucket {
    return this.#deps.bucketOf(this.#wanted, this.#bucketName);
  }

  #locationOf(key: string): string {
    return `s3://${this.#bucketName}/${key}`;
  }

  /** The event data store, while it is there and is not to be deleted. */
  #store(): EventDataStoreDocument | undefined {
    const parts = parseCloudTrailArn(this.#wanted.destination);
    if (parts === undefined) return undefined;
    const key = eventDataStoreKey(parts.accountId, parts.region, parts.name);
    const store = this.#state.get<EventDataStoreDocument>(key);
    return store === undefined || store.status === 'PENDING_DELETION' ? undefined : store;
  }
}

const gone = { errorType: 'InactiveEventDataStore', errorMessage: 'The event data store is not active.' };

/** What the import's owner is told; whatever else went wrong is ours, and is tried again. */
function toFailure(error: unknown): Pick<ImportFailure, 'errorType' | 'errorMessage'> {
  if (error instanceof ImportSourceError) return { errorType: error.errorType, errorMessage: error.message };
  if (error instanceof LogFileError) return { errorType: 'InvalidLogFile', errorMessage: error.message };
  throw error;
}

function withStatistics(import_: StoreImportDocument, more: Partial<ImportStatistics>): StoreImportDocument {
  const { statistics } = import_;
  const sum = (name: keyof ImportStatistics) => statistics[name] + (more[name] ?? 0);
  return {
    ...import_,
    statistics: {
      prefixesFound: sum('prefixesFound'),
      prefixesCompleted: sum('prefixesCompleted'),
      filesCompleted: sum('filesCompleted'),
      eventsCompleted: sum('eventsCompleted'),
      failedEntries: sum('failedEntries'),
    },
  };
}
