// SPDX-License-Identifier: Apache-2.0
import type { Position, StoredEntry } from '../../../ports/event-log.js';
import {
  type EventPlace,
  type EventStore,
  type IngestResult,
  InvalidPageTokenError,
  type LookupPage,
  type LookupQuery,
  type LookupText,
  type ReadAhead,
  type RecordTexts,
  type ScannedEvents,
  type StoredEvent,
} from '../../../ports/event-store.js';
import { type LookupEvent, lookupFieldsOf } from '../../../record/lookup-event-text.js';
import type { PlacedEntry } from './entry-parser.js';
import type { IndexFacts } from './history-options.js';
import { OneAtATime } from './one-at-a-time.js';
import { textBytesOf } from './parse-pool.js';
import type { Place } from './parsed-batch.js';
import { ordinalOfPlace } from './read-places.js';
import { EventStoreBusyError } from './store-errors.js';
import {
  ingestBatchBytesMax,
  ingestBatchEntriesMax,
  ingestBatchesInFlightMax,
  lookupConnections,
  lookupsWaitingMax,
} from './store-limits.js';
import type { WorkerClient } from './worker-client.js';
import type { WorkerCalls } from './worker-protocol.js';

/** The near side of the history: hands everything to the thread that DuckDB lives in (worker.ts, history.ts). */
export class DuckdbEventStore implements EventStore {
  readonly #client: WorkerClient;
  readonly #onClosed: () => void;
  readonly #ingesting = new OneAtATime();
  #lookups = 0;
  #closing: Promise<void> | undefined;

  constructor(client: WorkerClient, onClosed: () => void) {
    this.#client = client;
    this.#onClosed = onClosed;
  }

  /**
   * Long lists are cut into batches, each a transaction of its own with the position behind it; while one is written,
   * the next is parsed. When it rejects, the batches before the failed one stay.
   */
  ingest(entries: readonly StoredEntry[]): Promise<IngestResult> {
    return this.#ingesting.run(() => this.#ingest(entries));
  }

  /** How many are under way is up to the caller. */
  readAhead(bytes: Uint8Array): Promise<ReadAhead> {
    const copy = Uint8Array.from(bytes);
    return this.#client.call('readAhead', copy, [copy.buffer]);
  }

  ingestedUpTo(): Promise<Position> {
    return this.#client.call('ingestedUpTo', undefined);
  }

  /** Throws InvalidPageTokenError; EventStoreBusyError when too many look-ups wait already. */
  async lookup(query: LookupQuery): Promise<LookupPage> {
    const { events: text, places, next } = await this.#lookup('lookup', query);
    const events = JSON.parse(`[${text}]`) as LookupEvent[];
    return {
      events: events.map((event, index) => toStoredEvent(event, places[index]!)),
      ...(next !== undefined && { next }),
    };
  }

  /** As `lookup`. */
  lookupText(query: LookupQuery): Promise<LookupText> {
    return this.#lookup('lookupText', query);
  }

  /** Throws InvalidPageTokenError for an `after` that is no place. */
  async scan(
    after: string,
    limits: { readonly eventsMax: number; readonly bytesMax: number },
  ): Promise<ScannedEvents> {
    if (after !== '' && ordinalOfPlace(after) === undefined)
      throw new InvalidPageTokenError('not a place of an event');
    return this.#client.call('scan', { after, limits });
  }

  records(accountId: string, places: readonly EventPlace[], bytesMax: number): Promise<RecordTexts> {
    return this.#client.call('records', { accountId, places, bytesMax });
  }

  /** How look-ups are answered. Waits until the term index is complete. */
  indexFacts(): Promise<IndexFacts> {
    return this.#client.call('indexFacts', undefined);
  }

  count(): Promise<number> {
    return this.#client.call('count', undefined);
  }

  dropEnteredBefore(timeMs: number): Promise<number> {
    return this.#client.call('dropEnteredBefore', timeMs);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#client.call('close', undefined);
    } finally {
      await this.#client.end();
      this.#onClosed();
    }
  }

  async #lookup<Method extends 'lookup' | 'lookupText'>(
    method: Method,
    query: LookupQuery,
  ): Promise<WorkerCalls[Method]['answer']> {
    if (this.#lookups >= lookupsWaitingMax + lookupConnections)
      throw new EventStoreBusyError('too many look-ups at once');
    this.#lookups++;
    try {
      return await this.#client.call(method, query);
    } finally {
      this.#lookups--;
    }
  }

  async #ingest(entries: readonly StoredEntry[]): Promise<IngestResult> {
    const underWay: Promise<IngestResult>[] = [];
    const results: IngestResult[] = [];
    let isFirst = true;
    try {
      for (const batch of toBatches(entries)) {
        if (underWay.length >= ingestBatchesInFlightMax) results.push(await underWay.shift()!);
        const { placed, transfer } = toPlaced(batch);
        const answer = this.#client.call('ingest', { entries: placed, isFirst }, transfer);
        answer.catch(() => {});
        underWay.push(answer);
        isFirst = false;
      }
      results.push(...(await Promise.all(underWay)));
    } finally {
      await Promise.allSettled(underWay);
    }
    return {
      added: results.reduce((sum, { added }) => sum + added, 0),
      duplicates: results.reduce((sum, { duplicates }) => sum + duplicates, 0),
    };
  }
}

function toStoredEvent(event: LookupEvent, { accountId, region }: Place): StoredEvent {
  return { accountId, region, ...lookupFieldsOf(event), json: event.CloudTrailEvent };
}

function* toBatches(entries: readonly StoredEntry[]): Generator<readonly StoredEntry[]> {
  let batch: StoredEntry[] = [];
  let bytes = 0;
  for (const stored of entries) {
    const entryBytes = sentBytesOf(stored);
    if (
      batch.length > 0 &&
      (bytes + entryBytes > ingestBatchBytesMax || batch.length >= ingestBatchEntriesMax)
    ) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(stored);
    bytes += entryBytes;
  }
  if (batch.length > 0) yield batch;
}

function sentBytesOf({ entry, appendedAtMs }: StoredEntry): number {
  return entry.kind === 'import' ? entry.bytes.length : textBytesOf({ entry, enteredAtMs: appendedAtMs });
}

/**
 * The entries as they cross to the thread: without state changes, and with bytes of their own, because what is
 * transferred is gone here, and the log's bytes may share their memory with others.
 */
function toPlaced(batch: readonly StoredEntry[]): { placed: PlacedEntry[]; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const placed = batch.map(({ entry, position, appendedAtMs }): PlacedEntry => {
    if (entry.kind === 'call')
      return { position, enteredAtMs: appendedAtMs, entry: { ...entry, changes: [] } };
    const bytes = new Uint8Array(entry.bytes.length);
    bytes.set(entry.bytes);
    transfer.push(bytes.buffer);
    return { position, enteredAtMs: appendedAtMs, entry: { ...entry, bytes } };
  });
  return { placed, transfer };
}
