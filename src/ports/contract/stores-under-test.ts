// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, ManualClock } from '../clock.js';
import type { CallEntry, EventLog, ImportEntry, LoggedRecord, Position, StoredEntry } from '../event-log.js';
import { START } from '../event-log.js';
import type { StateChange, StateStore } from '../state-store.js';

/** A log with the state folded from it, as a contract suite opens it. */
export interface StoresUnderTest {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  close(): Promise<void>;
}

export interface StoresUnderTestOptions {
  readonly clock: Clock;
  readonly logBytesMax?: number;
}

/** Opens the log named by `place` (a folder of its own): the same place again is the same log. */
export type OpenStores = (place: string, options: StoresUnderTestOptions) => Promise<StoresUnderTest>;

export const testTimeMs = Date.UTC(2026, 10, 21, 10);

/** A place with the stores open in it; `reopen` closes them and opens them again. */
export class OpenedPlace {
  readonly place: string;
  readonly clock = new ManualClock(testTimeMs);
  readonly #open: OpenStores;
  readonly #logBytesMax: number | undefined;
  #stores: StoresUnderTest | undefined;

  private constructor(place: string, open: OpenStores, logBytesMax: number | undefined) {
    this.place = place;
    this.#open = open;
    this.#logBytesMax = logBytesMax;
  }

  static async make(open: OpenStores, logBytesMax?: number): Promise<OpenedPlace> {
    const opened = new OpenedPlace(await mkdtemp(join(tmpdir(), 'cairn-log-')), open, logBytesMax);
    await opened.reopen();
    return opened;
  }

  get eventLog(): EventLog {
    return this.#opened().eventLog;
  }

  get stateStore(): StateStore {
    return this.#opened().stateStore;
  }

  async reopen(): Promise<void> {
    await this.#stores?.close();
    const limit = this.#logBytesMax === undefined ? {} : { logBytesMax: this.#logBytesMax };
    this.#stores = await this.#open(this.place, { clock: this.clock, ...limit });
  }

  async remove(): Promise<void> {
    await this.#stores?.close();
    await rm(this.place, { recursive: true, force: true });
  }

  #opened(): StoresUnderTest {
    if (this.#stores === undefined) throw new Error('the stores are not open');
    return this.#stores;
  }
}

/** Runs `check` on fresh stores and cleans up. */
export async function withStores(
  open: OpenStores,
  check: (at: OpenedPlace) => Promise<void>,
  logBytesMax?: number,
): Promise<void> {
  const at = await OpenedPlace.make(open, logBytesMax);
  try {
    await check(at);
  } finally {
    await at.remove();
  }
}

/** Text that compression cannot make much shorter, the same in every run. */
function noiseText(length: number): string {
  let text = '';
  for (let i = 0; text.length < length; i++)
    text += createHash('sha256').update(String(i)).digest('base64url');
  return text.slice(0, length);
}

export function record(eventId: string, padding = 0): LoggedRecord {
  const json = JSON.stringify({ eventID: eventId, padding: noiseText(padding) });
  return { accountId: '111122223333', region: 'us-east-1', category: 'Management', json };
}

export function call(eventId: string, changes: readonly StateChange[] = [], padding = 0): CallEntry {
  return { kind: 'call', records: [record(eventId, padding)], changes };
}

export function importEntry(source: string, bytes: Uint8Array): ImportEntry {
  return { kind: 'import', accountId: '111122223333', source, eventCount: 7, gzip: true, bytes };
}

/** All entries behind `from`, read in batches of `entriesMax`. */
export async function readAll(
  eventLog: EventLog,
  from: Position = START,
  entriesMax = 1_000,
): Promise<StoredEntry[]> {
  const all: StoredEntry[] = [];
  for (let position = from; ; ) {
    const batch = await eventLog.read(position, { entriesMax });
    if (batch.length === 0) return all;
    all.push(...batch);
    position = (batch.at(-1) as StoredEntry).position;
  }
}

/** The eventIDs in the entries' records, in log order. */
export function eventIds(entries: readonly StoredEntry[]): string[] {
  return entries.flatMap(({ entry }) =>
    entry.kind === 'call'
      ? entry.records.map(({ json }) => (JSON.parse(json) as { eventID: string }).eventID)
      : [],
  );
}
