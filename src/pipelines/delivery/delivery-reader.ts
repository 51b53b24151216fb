// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import {
  type CallEntry,
  type EventLog,
  type LoggedRecord,
  type Position,
  START,
  type StoredEntry,
} from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { LostEvents } from '../../trails/delivery-status.js';
import { selectingTrails } from '../../trails/selects-record.js';
import {
  changesTrails,
  type SavedTrails,
  TrailFold,
  type TrailRoute,
  trailIdOf,
} from '../../trails/trail-fold.js';
import { addLost } from './delivery-statuses.js';
import { bufferedBytesMax, readBytesMax, readEntriesMax } from './limits.js';
import { outboxName } from './manifest.js';
import type { Outbox, WaitingFile } from './outbox.js';
import type { OutboxDisk } from './outbox-disk.js';
import { type RecordBuffer, RecordBuffers } from './record-buffers.js';
import { writeLogFile } from './write-log-file.js';

/** The name under which the log keeps this reader's checkpoint. */
export const deliveryReader = 'delivery';

/** The checkpoint's document: everything that is folded from the log up to its position. */
interface SavedState {
  readonly version: 1;
  readonly routes: SavedTrails;
  readonly flushId: number;
  readonly lastStampMs: number;
  /** By `trailIdOf`. */
  readonly lost: Readonly<Record<string, LostEvents>>;
}

export interface ReaderDependencies {
  readonly eventLog: EventLog;
  readonly disk: OutboxDisk;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly uniqueName: () => string;
  /** Called with files that may be uploaded from now on. */
  readonly onCommitted: (files: readonly WaitingFile[]) => void;
}

/**
 * Reads the log in order and turns it into finished files.
 *
 * Invariants:
 * - Everything in memory follows from the saved checkpoint and the entries behind it: after any failure the reader
 *   starts over from there (`load`), as after a crash. There is no second way to recover.
 * - Files become uploadable when the checkpoint behind their records is saved, never before.
 * - Stamps never go back: a file is stamped with the clock or with the last stamp, whichever is later.
 *
 * Its methods must not run at the same time; `start-delivery.ts` takes care of that.
 */
export class DeliveryReader {
  readonly #deps: ReaderDependencies;
  readonly #buffers = new RecordBuffers();
  #fold = new TrailFold();
  #lost = new Map<string, LostEvents>();
  #position: Position = START;
  #savedPosition: Position = START;
  #flushId = 0;
  #lastStampMs = 0;

  constructor(deps: ReaderDependencies) {
    this.#deps = deps;
  }

  /** Where a trail points at the reader's place in the log. */
  route(trailArn: string): TrailRoute | undefined {
    for (const route of this.#fold.routes()) if (route.arn === trailArn) return route;
    return undefined;
  }

  /** How far the log's records are in finished files, and the number of the last flush of them. */
  committed(): { readonly position: Position; readonly flushId: number } {
    return { position: this.#savedPosition, flushId: this.#flushId };
  }

  trailArns(): string[] {
    return Array.from(this.#fold.routes(), (route) => route.arn);
  }

  /** What was lost to a full outbox, of the trail that has this ARN now. */
  lost(trailArn: string): LostEvents | undefined {
    const route = this.route(trailArn);
    return route === undefined ? undefined : this.#lost.get(idOf(route));
  }

  /** Goes to the saved checkpoint, whatever was in memory. The first time it saves one: the log keeps what is behind it. */
  async load(): Promise<void> {
    const { eventLog, outbox, onCommitted } = this.#deps;
    let checkpoint = await eventLog.checkpoint(deliveryReader);
    if (checkpoint === undefined) {
      checkpoint = { position: START, state: emptyState };
      await eventLog.saveCheckpoint(deliveryReader, checkpoint);
    }
    const state = checkpoint.state as SavedState;
    if (state.version !== 1)
      throw new Error(
        `the delivery checkpoint has version ${String(state.version)}: it was written by a newer Cairn`,
      );
    this.#buffers.clear();
    this.#fold = new TrailFold(state.routes);
    this.#lost = new Map(Object.entries(state.lost));
    this.#position = checkpoint.position;
    this.#savedPosition = checkpoint.position;
    this.#flushId = state.flushId;
    this.#lastStampMs = state.lastStampMs;
    onCommitted(await outbox.load(state.flushId));
  }

  /** Takes in what the log holds now. Entries that come meanwhile may be left for the next time. */
  async readToHead(): Promise<void> {
    const { eventLog } = this.#deps;
    const head = eventLog.head();
    while (this.#position < head) {
      const batch = await eventLog.read(this.#position, {
        entriesMax: readEntriesMax,
        bytesMax: readBytesMax,
      });
      if (batch.length === 0) return;
      for (const stored of batch) await this.#take(stored);
    }
  }

  /** Makes files of what is buffered, and saves how far the reader has come. Nothing to save, nothing done. */
  async flush(): Promise<void> {
    if (this.#position === this.#savedPosition) return;
    const { clock, disk, eventLog, outbox, onCommitted } = this.#deps;
    const flushId = this.#flushId + 1;
    const stampMs = Math.max(clock.now(), this.#lastStampMs);
    const present = new Set(Array.from(this.#fold.routes(), idOf));
    const lost = new Map([...this.#lost].filter(([key]) => present.has(key)));
    const files: WaitingFile[] = [];
    for (const buffer of this.#buffers.list()) {
      if (outbox.isFull(idOf(buffer.route))) this.#giveUp(buffer, stampMs, lost);
      else files.push(await this.#writeFile(buffer, flushId, files.length, stampMs));
    }
    if (files.length > 0) await disk.syncFolder();
    const state: SavedState = {
      version: 1,
      routes: this.#fold.save(),
      flushId,
      lastStampMs: stampMs,
      lost: Object.fromEntries(lost),
    };
    await eventLog.saveCheckpoint(deliveryReader, { position: this.#position, state });
    this.#savedPosition = this.#position;
    this.#flushId = flushId;
    this.#lastStampMs = stampMs;
    this.#lost = lost;
    this.#buffers.clear();
    outbox.add(files);
    onCommitted(files);
  }

  async #take(stored: StoredEntry): Promise<void> {
    const { entry } = stored;
    // Imported events are history: trails never see them.
    if (entry.kind === 'call') {
      const size = entry.records.reduce((sum, record) => sum + textBytes(record), 0);
      if (this.#buffers.bytes > 0 && this.#buffers.bytes + size > bufferedBytesMax) await this.flush();
      this.#sort(entry);
    }
    this.#position = stored.position;
  }

  /**
   * A call that changes trails is recorded on both sides of its change: StartLogging is the first event that its
   * trail gets, StopLogging and DeleteTrail the last.
   */
  #sort({ records, changes }: CallEntry): void {
    if (!changesTrails(changes)) {
      for (const record of records) this.#buffers.add(record, this.#routesOf(record));
      return;
    }
    const before = records.map((record) => this.#routesOf(record));
    this.#fold.apply(changes);
    for (const [index, record] of records.entries()) {
      const after = this.#routesOf(record).map((route) => lastDigested(before[index] ?? [], route));
      const ended = (before[index] ?? []).filter((route) => !after.some(({ arn }) => arn === route.arn));
      this.#buffers.add(record, [...ended, ...after]);
    }
  }

  #routesOf(record: LoggedRecord): readonly TrailRoute[] {
    return selectingTrails(this.#fold.logging(record.accountId), record);
  }

  async #writeFile(
    buffer: RecordBuffer,
    flushId: number,
    index: number,
    stampMs: number,
  ): Promise<WaitingFile> {
    const { disk, uniqueName } = this.#deps;
    const stem = outboxName(flushId, index);
    const manifest = await writeLogFile(disk, buffer, { stem, flushId, stampMs, unique: uniqueName() });
    return { stem, trailId: idOf(buffer.route), bucket: manifest.bucket, sizeBytes: manifest.sizeBytes };
  }

  #giveUp({ route, records }: RecordBuffer, nowMs: number, lost: Map<string, LostEvents>): void {
    const more = {
      eventCount: records.length,
      firstLostMs: nowMs,
      lastLostMs: nowMs,
      reason: 'OutboxFull',
    } as const;
    lost.set(idOf(route), addLost(lost.get(idOf(route)), more));
    this.#deps.log.error(
      { trail: route.arn, events: records.length },
      'the outbox of a trail is full: events will be missing from its log files',
    );
  }
}

/** The call that turns validation off is the last one under a digest: it is sorted as before its change. */
function lastDigested(before: readonly TrailRoute[], route: TrailRoute): TrailRoute {
  if (route.hasDigests === true) return route;
  return before.find(({ arn, hasDigests }) => arn === route.arn && hasDigests === true) ?? route;
}

function idOf(route: TrailRoute): string {
  return trailIdOf(route.arn, route.createdAtMs);
}

const emptyState: SavedState = { version: 1, routes: {}, flushId: 0, lastStampMs: 0, lost: {} };

/** What was made for event data stores is taken by no trail: its text need not be looked at. */
function textBytes(record: LoggedRecord): number {
  return record.forEventDataStores === undefined ? Buffer.byteLength(record.json) : 0;
}
