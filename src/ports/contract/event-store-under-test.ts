// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CallEntry, EventCategory, ImportEntry, LogEntry, Position, StoredEntry } from '../event-log.js';
import type { EventStore, LookupQuery, StoredEvent } from '../event-store.js';

/** Opens the store in a folder of its own: the same folder again is the same store. */
export type OpenEventStore = (place: string) => Promise<EventStore>;

export const accountId = '111122223333';
export const region = 'eu-central-1';
export const baseTimeMs = Date.UTC(2026, 10, 21, 10);

/** A store in a temporary folder; `entries` numbers the entries given to it as a log would. */
export class EventStoreUnderTest {
  readonly place: string;
  readonly #open: OpenEventStore;
  #store: EventStore | undefined;
  #nextPosition = 1;
  /** When the entries made next entered. */
  appendedAtMs = baseTimeMs;

  private constructor(place: string, open: OpenEventStore) {
    this.place = place;
    this.#open = open;
  }

  static async with(open: OpenEventStore, work: (at: EventStoreUnderTest) => Promise<void>): Promise<void> {
    const at = new EventStoreUnderTest(await mkdtemp(join(tmpdir(), 'cairn-events-')), open);
    try {
      await at.reopen();
      await work(at);
    } finally {
      await at.#store?.close();
      await rm(at.place, { recursive: true, force: true, maxRetries: 10 });
    }
  }

  get store(): EventStore {
    if (this.#store === undefined) throw new Error('the store is not open');
    return this.#store;
  }

  async reopen(): Promise<void> {
    await this.#store?.close();
    this.#store = undefined;
    this.#store = await this.#open(this.place);
  }

  entries(...entries: LogEntry[]): StoredEntry[] {
    return entries.map((entry) => ({
      position: toPosition(this.#nextPosition++),
      appendedAtMs: this.appendedAtMs,
      entry,
    }));
  }

  ingest(...entries: LogEntry[]) {
    return this.store.ingest(this.entries(...entries));
  }
}

export function toPosition(number: number): Position {
  return String(number).padStart(10, '0') as Position;
}

export interface RecordFacts {
  readonly id?: string;
  readonly name?: string;
  readonly source?: string;
  /** Seconds after `baseTimeMs`. */
  readonly second?: number;
  readonly region?: string;
  readonly accountId?: string;
  readonly category?: EventCategory;
  readonly user?: string;
  readonly key?: string;
  readonly readOnly?: boolean;
  readonly resources?: readonly { readonly type?: string; readonly ARN?: string }[];
  /** Anything more. */
  readonly note?: string;
}

let madeIds = 0;

/** A UUID that no other call gave. */
export function newId(): string {
  return `00000000-0000-4000-8000-${String(++madeIds).padStart(12, '0')}`;
}

/** A record with what is named; the rest as the simplest call has it. */
export function recordJson(facts: RecordFacts): string {
  return JSON.stringify({
    eventVersion: '1.11',
    userIdentity: { type: 'IAMUser', userName: facts.user ?? 'alice', accessKeyId: facts.key ?? 'AKIAALICE' },
    eventTime: `${new Date(baseTimeMs + (facts.second ?? 0) * 1000).toISOString().slice(0, 19)}Z`,
    eventSource: facts.source ?? 'sts.amazonaws.com',
    eventName: facts.name ?? 'GetCallerIdentity',
    awsRegion: facts.region ?? region,
    requestParameters: facts.note === undefined ? null : { note: facts.note },
    eventID: facts.id ?? newId(),
    readOnly: facts.readOnly ?? true,
    resources: facts.resources,
    eventType: 'AwsApiCall',
    managementEvent: (facts.category ?? 'Management') === 'Management',
    eventCategory: facts.category ?? 'Management',
    recipientAccountId: facts.accountId ?? accountId,
  });
}

export function call(...records: RecordFacts[]): CallEntry {
  return {
    kind: 'call',
    changes: [],
    records: records.map((facts) => ({
      accountId: facts.accountId ?? accountId,
      region: facts.region ?? region,
      category: facts.category ?? 'Management',
      json: recordJson(facts),
    })),
  };
}

export function importOf(text: string, options: { gzip?: boolean; accountId?: string } = {}): ImportEntry {
  const gzip = options.gzip ?? true;
  const bytes = Buffer.from(text, 'utf8');
  return {
    kind: 'import',
    accountId: options.accountId ?? accountId,
    source: 'test.json',
    eventCount: 1,
    gzip,
    bytes: gzip ? gzipSync(bytes) : bytes,
  };
}

export function importOfRecords(
  records: readonly RecordFacts[],
  options: { gzip?: boolean; accountId?: string } = {},
): ImportEntry {
  return importOf(`{"Records":[${records.map(recordJson).join(',')}]}`, options);
}

export function query(facts: Partial<LookupQuery> = {}): LookupQuery {
  return { accountId, region, attributes: [], category: 'Management', limit: 50, ...facts };
}

/** All pages of a query. `between` runs after each page. */
export async function allPages(
  store: EventStore,
  asked: LookupQuery,
  between: () => Promise<unknown> = async () => {},
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  let after: string | undefined;
  do {
    const page = await store.lookup({ ...asked, ...(after !== undefined && { after }) });
    events.push(...page.events);
    after = page.next;
    await between();
  } while (after !== undefined);
  return events;
}

export function idsOf(events: readonly StoredEvent[]): string[] {
  return events.map(({ eventId }) => eventId);
}
