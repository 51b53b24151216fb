// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import {
  type EventLog,
  type LoggedRecord,
  type Position,
  START,
  type StoredEntry,
} from '../../ports/event-log.js';
import { selectingTrails } from '../../trails/selects-record.js';
import { changesTrails, type SavedTrails, TrailFold, type TrailRoute } from '../../trails/trail-fold.js';
import { readBytesMax, readEntriesMax } from './limits.js';
import {
  type PlacedRecord,
  TrailWriter,
  type TrailWriterDependencies,
  trailIdOfRoute,
} from './trail-writer.js';

/** The name under which the log keeps this reader's checkpoint. */
const logGroupReader = 'log-groups';

/** The checkpoint's document. */
interface SavedState {
  readonly version: 1;
  readonly routes: SavedTrails;
  /** Trails that are gone and whose marks are to be forgotten once this checkpoint is saved. */
  readonly retired: readonly string[];
}

/** What one trail gets of a stretch of the log. */
interface Share {
  readonly route: TrailRoute;
  readonly records: PlacedRecord[];
}

/**
 * Reads the log in order and brings what trails select to their log groups.
 *
 * Invariants:
 * - Everything in memory follows from the saved checkpoint, the entries behind it and the store's marks: after any
 *   failure the reader starts over from there (`load`), as after a crash.
 * - An entry that changes trails is a stretch of its own, sorted on both sides of its change, as in delivery.
 *
 * Its methods must not run at the same time; `start-log-groups.ts` takes care of that.
 */
export class LogGroupReader {
  readonly #deps: TrailWriterDependencies;
  readonly #eventLog: EventLog;
  #fold = new TrailFold();
  #writers = new Map<string, TrailWriter>();
  #retired = new Set<string>();
  #position: Position = START;
  #savedPosition: Position = START;
  /** Whether the fold may be behind the state: then every entry must be read. */
  #mayHaveChanged = true;

  constructor(deps: TrailWriterDependencies) {
    this.#deps = deps;
    this.#eventLog = deps.eventLog;
  }

  /** Some trail was changed; called whenever it happens. */
  noteTrailChange(): void {
    this.#mayHaveChanged = true;
  }

  get isSaved(): boolean {
    return this.#position === this.#savedPosition;
  }

  route(trailArn: string): TrailRoute | undefined {
    for (const route of this.#fold.routes()) if (route.arn === trailArn) return route;
    return undefined;
  }

  writer(route: TrailRoute): TrailWriter | undefined {
    return this.#writers.get(trailIdOfRoute(route));
  }

  /** Goes to the saved checkpoint, whatever was in memory. The first time it saves one: the log keeps what is behind it. */
  async load(): Promise<void> {
    let checkpoint = await this.#eventLog.checkpoint(logGroupReader);
    if (checkpoint === undefined) {
      checkpoint = { position: START, state: emptyState };
      await this.#eventLog.saveCheckpoint(logGroupReader, checkpoint);
    }
    const state = checkpoint.state as SavedState;
    if (state.version !== 1)
      throw new Error(
        `the log-group checkpoint has version ${String(state.version)}: it was written by a newer Cairn`,
      );
    this.#fold = new TrailFold(state.routes);
    this.#retired = new Set(state.retired);
    this.#position = checkpoint.position;
    this.#savedPosition = checkpoint.position;
    this.#mayHaveChanged = true;
    this.#writers = new Map();
    for (const route of this.#fold.routes()) if (route.logGroupArn !== undefined) await this.#writerOf(route);
  }

  /** Takes in what the log holds now. Entries that come meanwhile may be left for the next time. */
  async readToHead(): Promise<void> {
    const mayHaveChanged = this.#mayHaveChanged;
    // Before the head is looked at: a change behind it is noted anew.
    this.#mayHaveChanged = false;
    const head = this.#eventLog.head();
    if (!mayHaveChanged && (await this.#skips(head))) return;
    while (this.#position < head) {
      const limits = { entriesMax: readEntriesMax, bytesMax: readBytesMax };
      const batch = await this.#eventLog.read(this.#position, limits);
      if (batch.length === 0) return;
      await this.#take(batch);
    }
  }

  /** Saves how far the reader has come, then forgets trails that are gone. */
  async save(): Promise<void> {
    if (this.isSaved) return;
    const retired = [...this.#retired];
    const state: SavedState = { version: 1, routes: this.#fold.save(), retired };
    await this.#eventLog.saveCheckpoint(logGroupReader, { position: this.#position, state });
    this.#savedPosition = this.#position;
    for (const trailId of retired) {
      const writer = this.#writers.get(trailId) ?? (await TrailWriter.open(trailId, this.#deps));
      await writer.forget();
      this.#writers.delete(trailId);
      this.#retired.delete(trailId);
    }
  }

  /** Brings what waits to groups that are there again. */
  async drain(): Promise<void> {
    for (const route of this.#fold.routes()) await this.writer(route)?.drain(route);
  }

  get isWaiting(): boolean {
    return [...this.#writers.values()].some((writer) => writer.isWaiting);
  }

  /**
   * Where no trail has a group and none was changed since the last entry that was read, entries hold nothing for this
   * reader: inflating them all once more would cost as much as the index does. The turn in between makes sure that a
   * change that `head` includes was noted.
   */
  async #skips(head: Position): Promise<boolean> {
    if (this.#hasGroups()) return false;
    await setImmediate();
    if (this.#mayHaveChanged) return false;
    this.#position = head > this.#position ? head : this.#position;
    return true;
  }

  #hasGroups(): boolean {
    for (const { logGroupArn } of this.#fold.routes()) if (logGroupArn !== undefined) return true;
    return false;
  }

  async #take(batch: readonly StoredEntry[]): Promise<void> {
    let shares = new Map<string, Share>();
    for (const { entry, position } of batch) {
      // Imported events are history: trails never see them.
      if (entry.kind === 'call' && changesTrails(entry.changes)) {
        await this.#write(shares, this.#position);
        shares = new Map();
        const before = entry.records.map((record) => this.#routesOf(record));
        this.#applyChanges(() => this.#fold.apply(entry.changes));
        for (const [index, record] of entry.records.entries())
          this.#shareAround({ record, position }, before[index] ?? [], shares);
        await this.#write(shares, position);
        shares = new Map();
      } else if (entry.kind === 'call') {
        for (const record of entry.records) share({ record, position }, this.#routesOf(record), shares);
      }
      this.#position = position;
    }
    await this.#write(shares, this.#position);
  }

  /** A trail's first event is its StartLogging, its last one StopLogging or DeleteTrail. */
  #shareAround(placed: PlacedRecord, before: readonly TrailRoute[], shares: Map<string, Share>): void {
    const after = this.#routesOf(placed.record);
    const ended = before.filter((route) => !after.some(({ arn }) => arn === route.arn));
    share(placed, [...ended, ...after], shares);
  }

  #routesOf(record: LoggedRecord): TrailRoute[] {
    return selectingTrails(this.#fold.logging(record.accountId), record).filter(
      ({ logGroupArn }) => logGroupArn !== undefined,
    );
  }

  #applyChanges(apply: () => void): void {
    const before = new Set(Array.from(this.#fold.routes(), trailIdOfRoute));
    apply();
    for (const route of this.#fold.routes()) before.delete(trailIdOfRoute(route));
    for (const trailId of before) this.#retired.add(trailId);
  }

  async #write(shares: ReadonlyMap<string, Share>, upTo: Position): Promise<void> {
    for (const { route, records } of shares.values())
      await (await this.#writerOf(route)).write(route, records, upTo);
  }

  async #writerOf(route: TrailRoute): Promise<TrailWriter> {
    const trailId = trailIdOfRoute(route);
    const known = this.#writers.get(trailId);
    if (known !== undefined) return known;
    const writer = await TrailWriter.open(trailId, this.#deps);
    this.#writers.set(trailId, writer);
    return writer;
  }
}

function share(placed: PlacedRecord, routes: readonly TrailRoute[], shares: Map<string, Share>): void {
  for (const route of routes) {
    const known = shares.get(route.arn);
    if (known === undefined) shares.set(route.arn, { route, records: [placed] });
    else known.records.push(placed);
  }
}

const emptyState: SavedState = { version: 1, routes: {}, retired: [] };
