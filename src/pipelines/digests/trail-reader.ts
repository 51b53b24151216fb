// SPDX-License-Identifier: Apache-2.0
import type { EventLog, Position, StoredEntry } from '../../ports/event-log.js';
import { changesTrails, TrailFold, type TrailRoute } from '../../trails/trail-fold.js';
import type { LineEvent } from './digest-line.js';
import { readBytesMax, readEntriesMax } from './limits.js';

/** The name under which the log keeps this reader's checkpoint. */
export const digestsReader = 'digests';

interface SavedState {
  readonly version: 1;
  readonly routes: Readonly<Record<string, TrailRoute>>;
  /** The Regions that have recorded anything, by account. */
  readonly regions: Readonly<Record<string, readonly string[]>>;
}

export interface TrailReaderDependencies {
  readonly eventLog: EventLog;
  /** Trails that were there before digests were first made, as `TrailFold.save` gives them. */
  readonly trails: () => Readonly<Record<string, TrailRoute>>;
  readonly nowMs: () => number;
}

/**
 * Reads the log in order and tells where digests begin, end, or go elsewhere: what a trail's own entries say, and the
 * first record that an account makes in a Region. Reading an entry again tells the same again.
 */
export class TrailReader {
  readonly #deps: TrailReaderDependencies;
  #fold = new TrailFold();
  #regions = new Map<string, Set<string>>();
  #position: Position | undefined;
  #savedPosition: Position | undefined;

  constructor(deps: TrailReaderDependencies) {
    this.#deps = deps;
  }

  get isBehindSave(): boolean {
    return this.#position !== this.#savedPosition;
  }

  /** True at a place in the log or behind it. */
  isAt(place: Position): boolean {
    return this.#position !== undefined && this.#position >= place;
  }

  hasTrail(trailArn: string): boolean {
    for (const route of this.#fold.routes()) if (route.arn === trailArn) return true;
    return false;
  }

  /**
   * Goes to the saved checkpoint, whatever was in memory. The very first time it begins at the head of the log, with the
   * trails that there are; its events then say so.
   */
  async load(): Promise<LineEvent[]> {
    const { eventLog, trails, nowMs } = this.#deps;
    const checkpoint = await eventLog.checkpoint(digestsReader);
    const state = checkpoint?.state as SavedState | undefined;
    if (state !== undefined && state.version !== 1)
      throw new Error(
        `the digests checkpoint has version ${String(state.version)}: it was written by a newer Cairn`,
      );
    this.#fold = new TrailFold(state?.routes ?? trails());
    this.#regions = new Map(
      Object.entries(state?.regions ?? {}).map(([account, regions]) => [account, new Set(regions)]),
    );
    this.#position = checkpoint?.position ?? eventLog.head();
    this.#savedPosition = checkpoint?.position;
    if (checkpoint !== undefined) return [];
    const at = { atMs: nowMs(), position: this.#position };
    return Array.from(this.#fold.routes()).flatMap((route) => this.#events(route, at));
  }

  /** The events of the next entries; undefined when there are no more. */
  async read(): Promise<LineEvent[] | undefined> {
    const { eventLog } = this.#deps;
    const limits = { entriesMax: readEntriesMax, bytesMax: readBytesMax };
    const batch = await eventLog.read(this.#position as Position, limits);
    if (batch.length === 0) return undefined;
    const events = batch.flatMap((stored) => this.#take(stored));
    this.#position = batch.at(-1)?.position as Position;
    return events;
  }

  async save(): Promise<void> {
    const state: SavedState = {
      version: 1,
      routes: this.#fold.save(),
      regions: Object.fromEntries(Array.from(this.#regions, ([account, regions]) => [account, [...regions]])),
    };
    const position = this.#position as Position;
    await this.#deps.eventLog.saveCheckpoint(digestsReader, { position, state });
    this.#savedPosition = position;
  }

  #take({ entry, position, appendedAtMs: atMs }: StoredEntry): LineEvent[] {
    // Imported events are history: trails never see them.
    if (entry.kind !== 'call') return [];
    const at = { atMs, position };
    const events: LineEvent[] = [];
    if (changesTrails(entry.changes)) {
      const before = Array.from(this.#fold.routes());
      this.#fold.apply(entry.changes);
      events.push(...this.#changed(before, at));
    }
    for (const { accountId, region } of entry.records) {
      if (this.#isKnown(accountId, region)) continue;
      for (const route of this.#fold.logging(accountId))
        if (route.isMultiRegion && isDigested(route))
          events.push({ kind: 'digests', route, accountId, region, ...at });
    }
    return events;
  }

  /** Notes a Region that records; false for one that was not known. */
  #isKnown(accountId: string, region: string): boolean {
    let regions = this.#regions.get(accountId);
    if (regions?.has(region) === true) return true;
    if (regions === undefined) {
      regions = new Set();
      this.#regions.set(accountId, regions);
    }
    regions.add(region);
    return false;
  }

  #changed(before: readonly TrailRoute[], at: Pick<LineEvent, 'atMs' | 'position'>): LineEvent[] {
    const after = new Map(Array.from(this.#fold.routes(), (route) => [route.arn, route]));
    const ended = before.flatMap((route) => {
      const now = after.get(route.arn);
      if (now === route) return [];
      const kept = new Set(now === undefined ? [] : this.#regionsOf(now));
      return this.#regionsOf(route)
        .filter((region) => !kept.has(region))
        .map((region): LineEvent => ({ kind: 'none', route, accountId: route.accountId, region, ...at }));
    });
    const known = new Set(before);
    const changed = [...after.values()].filter((route) => !known.has(route));
    return [...ended, ...changed.flatMap((route) => this.#events(route, at))];
  }

  #events(route: TrailRoute, at: Pick<LineEvent, 'atMs' | 'position'>): LineEvent[] {
    const { accountId } = route;
    return this.#regionsOf(route).map((region) => ({ kind: 'digests', route, accountId, region, ...at }));
  }

  /** Where a trail has digests: nowhere while it does not log or its files are not validated. */
  #regionsOf(route: TrailRoute): string[] {
    if (!isDigested(route)) return [];
    const recorded = route.isMultiRegion ? (this.#regions.get(route.accountId) ?? []) : [];
    return [...new Set([route.homeRegion, ...recorded])];
  }
}

function isDigested(route: TrailRoute): boolean {
  return route.isLogging && route.hasDigests === true;
}
