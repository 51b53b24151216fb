// SPDX-License-Identifier: Apache-2.0
import type { EventLog, Position, StoredEntry } from '../../ports/event-log.js';
import { changesTrails, type SavedTrails, TrailFold, type TrailRoute } from '../../trails/trail-fold.js';
import type { LineEvent } from './digest-line.js';
import { readBytesMax, readEntriesMax } from './limits.js';

/** The name under which the log keeps this reader's checkpoint. */
const digestsReader = 'digests';

interface SavedState {
  readonly version: 1;
  readonly routes: SavedTrails;
  /** The Regions that have recorded anything, by account. */
  readonly regions: Readonly<Record<string, readonly string[]>>;
}

export interface TrailReaderDependencies {
  readonly eventLog: EventLog;
  /** Trails that were there before digests were first made, as `TrailFold.save` gives them. */
  readonly trails: () => SavedTrails;
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
    return this.#lines().map((line) => ({ kind: 'digests', ...line, ...at }));
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
      const before = this.#lines();
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

  /** Lines that are there no more end; new ones, and those whose trail has other settings, are told of. */
  #changed(before: readonly Line[], at: Pick<LineEvent, 'atMs' | 'position'>): LineEvent[] {
    const after = this.#lines();
    const kept = new Set(after.map(nameOf));
    const routeBefore = new Map(before.map((line) => [nameOf(line), line.route]));
    const ended = before.filter((line) => !kept.has(nameOf(line)));
    const changed = after.filter((line) => routeBefore.get(nameOf(line)) !== line.route);
    return [
      ...ended.map((line): LineEvent => ({ kind: 'none', ...line, ...at })),
      ...changed.map((line): LineEvent => ({ kind: 'digests', ...line, ...at })),
    ];
  }

  /** Where trails have digests: in every account that they log in, at home and in each Region that records there. */
  #lines(): Line[] {
    return Array.from(this.#fold.routes()).flatMap((route) =>
      isDigested(route)
        ? this.#fold.accountsOf(route).flatMap((accountId) => this.#linesIn(accountId, route))
        : [],
    );
  }

  #linesIn(accountId: string, route: TrailRoute): Line[] {
    const recorded = route.isMultiRegion ? (this.#regions.get(accountId) ?? []) : [];
    return Array.from(new Set([route.homeRegion, ...recorded]), (region) => ({ route, accountId, region }));
  }
}

type Line = Pick<LineEvent, 'route' | 'accountId' | 'region'>;

function nameOf({ route, accountId, region }: Line): string {
  return `${route.arn} ${accountId} ${region}`;
}

function isDigested(route: TrailRoute): boolean {
  return route.isLogging && route.hasDigests === true;
}
