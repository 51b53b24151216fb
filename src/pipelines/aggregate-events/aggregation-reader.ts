// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.js';
import {
  type CallEntry,
  type Checkpoint,
  type EventLog,
  type LoggedRecord,
  type Position,
  START,
  type StoredEntry,
} from '../../ports/event-log.js';
import type { StateStore } from '../../ports/state-store.js';
import { selectingTrails } from '../../trails/selects-record.js';
import {
  changesTrails,
  type SavedTrails,
  TrailFold,
  type TrailRoute,
  trailIdOf,
} from '../../trails/trail-fold.js';
import { dataEventFacts } from './data-event-facts.js';
import { graceMs, readBytesMax, readEntriesMax, recordsPerEntryMax, windowMs } from './limits.js';
import { WindowSummaries } from './window-summaries.js';

/** The name under which the log keeps this reader's checkpoint. */
export const aggregationReader = 'aggregate-events';
/** The state that goes into the log together with summaries: what says that they are there. */
export const aggregationStateKey = 'aggregation/closed';

/** The checkpoint's document. No event before its position is still to be summed up. */
interface SavedState {
  readonly version: 1;
  readonly routes: SavedTrails;
  /** The newest window that is closed; entries behind the position count for later ones. */
  readonly closedWindow: number;
}

/** The window whose summaries were appended last, or are being appended. */
export interface ClosedWindow {
  readonly window: number;
  /** Events up to here are in them. */
  readonly upTo: Position;
  /** Entries that were appended, of how many there will be. */
  readonly entriesDone: number;
  readonly entriesAll: number;
}

export interface AggregationDependencies {
  readonly eventLog: EventLog;
  readonly stateStore: Pick<StateStore, 'get'>;
  readonly clock: Clock;
}

/**
 * Reads the log and sums up the data events of trails that ask for it, window by window.
 *
 * An event belongs to the five minutes in which it was appended: those times never go back, so a window is one stretch of
 * the log. When it is over, its summaries are appended to the log, for their trails, together with a state that says so and
 * expects the one before. Then the checkpoint goes behind the stretch.
 *
 * After a crash, or any failure (`load`), the stretch is read again from the checkpoint. The state tells whether it was
 * closed, wholly or in part, and where it ended then: what was appended is not made again, what is missing is, out of the same
 * events. So every event counts once, whenever the process dies.
 */
export class AggregationReader {
  readonly #deps: AggregationDependencies;
  #fold = new TrailFold();
  #summaries = new WindowSummaries();
  /** The window that events count for now. */
  #window = 0;
  #closedWindow = -1;
  #position: Position = START;
  #savedPosition: Position = START;
  #mayHaveChanged = true;
  #isCalledOff = false;

  constructor(deps: AggregationDependencies) {
    this.#deps = deps;
  }

  /** Some trail was changed; called whenever it happens. */
  noteTrailChange(): void {
    this.#mayHaveChanged = true;
  }

  /** Makes the log keep what this reader has not read, from the very first start on. Reads nothing of it. */
  async hold(): Promise<Checkpoint> {
    const { eventLog } = this.#deps;
    const saved = await eventLog.checkpoint(aggregationReader);
    if (saved !== undefined) return saved;
    const state: SavedState = { version: 1, routes: {}, closedWindow: -1 };
    await eventLog.saveCheckpoint(aggregationReader, { position: START, state });
    return { position: START, state };
  }

  async load(): Promise<void> {
    const checkpoint = await this.hold();
    const state = checkpoint.state as SavedState;
    if (state.version !== 1) {
      throw new Error(
        `the checkpoint of aggregated events has version ${String(state.version)}: it was written by a newer Cairn`,
      );
    }
    this.#fold = new TrailFold(state.routes);
    this.#summaries = new WindowSummaries();
    this.#closedWindow = state.closedWindow;
    this.#window = state.closedWindow + 1;
    this.#position = checkpoint.position;
    this.#savedPosition = checkpoint.position;
    this.#mayHaveChanged = true;
    await this.#finishClosing();
  }

  /** Takes in what the log holds now, and closes the windows that are over. */
  async step(): Promise<void> {
    const mayHaveChanged = this.#mayHaveChanged;
    // Before the head is looked at: a change behind it is noted anew.
    this.#mayHaveChanged = false;
    const head = this.#deps.eventLog.head();
    if (!mayHaveChanged && (await this.#skips(head))) return;
    await this.#readTo(head);
    if (!this.#summaries.isEmpty && this.#deps.clock.now() >= (this.#window + 1) * windowMs + graceMs)
      await this.#close();
  }

  /** Makes a step under way reject soon: the next start reads what it has not counted. */
  callOff(): void {
    this.#isCalledOff = true;
  }

  /** Saves how far the reader has come, unless it would have to remember counts: then the log keeps their events. */
  async save(): Promise<void> {
    if (!this.#summaries.isEmpty || this.#position === this.#savedPosition) return;
    const position = this.#position;
    const state: SavedState = { version: 1, routes: this.#fold.save(), closedWindow: this.#closedWindow };
    await this.#deps.eventLog.saveCheckpoint(aggregationReader, { position, state });
    this.#savedPosition = position;
  }

  /**
   * Where no trail is summed up and none was changed since the last entry that was read, entries hold nothing for this
   * reader. The turn in between makes sure that a change that `head` includes was noted.
   */
  async #skips(head: Position): Promise<boolean> {
    if (!this.#summaries.isEmpty || Array.from(this.#fold.routes()).some(isAggregated)) return false;
    await setImmediate();
    if (this.#mayHaveChanged) return false;
    if (head > this.#position) this.#position = head;
    return true;
  }

  /** What a process left half done: its window ends where it ended then. */
  async #finishClosing(): Promise<void> {
    const closed = this.#deps.stateStore.get<ClosedWindow>(aggregationStateKey)?.value;
    if (closed === undefined || closed.window <= this.#closedWindow) return;
    this.#window = closed.window;
    await this.#readTo(closed.upTo, true);
    await this.#close();
  }

  /** @param isOneWindow whatever the entries' times are, they count for the window that is open */
  async #readTo(end: Position, isOneWindow = false): Promise<void> {
    while (this.#position < end) {
      if (this.#isCalledOff) throw new Error('aggregating was called off');
      const limits = { entriesMax: readEntriesMax, bytesMax: readBytesMax };
      const batch = await this.#deps.eventLog.read(this.#position, limits);
      if (batch.length === 0) return;
      for (const stored of batch) {
        if (stored.position > end) return;
        if (!isOneWindow) await this.#openWindowOf(stored);
        if (stored.entry.kind === 'call') this.#take(stored.entry);
        this.#position = stored.position;
      }
    }
  }

  /** The window of an entry: never one that is closed, however late the entry comes. */
  async #openWindowOf({ appendedAtMs }: StoredEntry): Promise<void> {
    const window = Math.max(Math.floor(appendedAtMs / windowMs), this.#closedWindow + 1);
    if (window <= this.#window) return;
    if (!this.#summaries.isEmpty) await this.#close();
    this.#window = window;
  }

  #take({ records, changes }: CallEntry): void {
    for (const record of records) if (record.category === 'Data') this.#count(record);
    if (changesTrails(changes)) this.#fold.apply(changes);
  }

  #count(record: LoggedRecord): void {
    const routes = selectingTrails(this.#fold.logging(record.accountId), record).filter(isAggregated);
    if (routes.length === 0) return;
    const facts = dataEventFacts(record.json);
    for (const route of routes) this.#summaries.add(route, record, facts);
  }

  /** Appends what is missing of the window's summaries, then forgets its events. */
  async #close(): Promise<void> {
    const { eventLog, stateStore } = this.#deps;
    const records = this.#summaries.records(this.#window, (trailId) => this.#isLogging(trailId));
    const entries = chunks(records, recordsPerEntryMax);
    const before = stateStore.get<ClosedWindow>(aggregationStateKey);
    const isBegun = before?.value.window === this.#window;
    let expected = before?.revision ?? null;
    for (let index = isBegun ? before.value.entriesDone : 0; index < entries.length; index += 1) {
      const value: ClosedWindow = {
        window: this.#window,
        upTo: this.#position,
        entriesDone: index + 1,
        entriesAll: entries.length,
      };
      const change = { key: aggregationStateKey, value, expected };
      await eventLog.append({ kind: 'call', records: entries[index] ?? [], changes: [change] });
      expected = stateStore.get(aggregationStateKey)?.revision ?? null;
    }
    this.#summaries = new WindowSummaries();
    this.#closedWindow = this.#window;
    await this.save();
  }

  #isLogging(trailId: string): boolean {
    for (const { isLogging, arn, createdAtMs } of this.#fold.routes())
      if (isLogging && trailIdOf(arn, createdAtMs) === trailId) return true;
    return false;
  }
}

function isAggregated({ isLogging, eventConfiguration }: TrailRoute): boolean {
  if (!isLogging) return false;
  return eventConfiguration?.aggregations.some(({ eventCategory }) => eventCategory === 'Data') ?? false;
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}
