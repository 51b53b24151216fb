// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { LogGroupDocument } from '../../log-groups/log-group.js';
import { trailStreamName } from '../../log-groups/trail-stream-name.js';
import type { LoggedRecord, Position } from '../../ports/event-log.js';
import {
  eventOverheadBytes,
  type LogBatch,
  type LogEvent,
  type LogEventPosition,
  type LogEventStore,
  type WriterMark,
} from '../../ports/log-event-store.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { LostEvents } from '../../trails/delivery-status.js';
import { type TrailRoute, trailIdOf } from '../../trails/trail-fold.js';
import { ensureStream, type GroupStreamsDependencies, groupOfArn } from './group-streams.js';
import { streamBatchBytesMax, streamBatchEventsMax, streamsPerTrailMax, waitingBytesMax } from './limits.js';
import { mayTrailWrite } from './role-of-trail.js';
import { spreadOverStreams, toTrailEvents } from './trail-events.js';
import { emptyNote, type TrailNote, withDelivery, withLost } from './trail-note.js';

export interface TrailWriterDependencies extends GroupStreamsDependencies {
  readonly logEventStore: LogEventStore;
  readonly log: OperatorLog;
  readonly waitingBytesMax?: number;
}

/** A record and the position behind its entry in the log. */
export interface PlacedRecord {
  readonly record: LoggedRecord;
  readonly position: Position;
}

/** Groups of the store that hold what waits, beside those that state knows. */
export const waitingPrefix = 'waiting-';
const waitingStream = 'events';
const notFound = 'ResourceNotFoundException';
const denied = 'AccessDenied';

/**
 * Writes one trail's events to its group, or to where they wait for it.
 *
 * Invariants:
 * - Every write carries the position of the log that it goes up to as the trail's mark, and the note in the same step:
 *   a reader that starts over repeats itself without an event being there twice or a loss being counted twice.
 * - What waits is numbered in the order in which it came; `drain` has a mark of its own in these numbers.
 */
export class TrailWriter {
  readonly trailId: string;
  readonly #deps: TrailWriterDependencies;
  readonly #waitingId: string;
  #note: TrailNote = emptyNote;
  #key: string | undefined;
  #waitingBytes = 0;

  private constructor(trailId: string, deps: TrailWriterDependencies) {
    this.trailId = trailId;
    this.#deps = deps;
    this.#waitingId = waitingPrefix + createHash('sha256').update(trailId).digest('hex').slice(0, 40);
  }

  static async open(trailId: string, deps: TrailWriterDependencies): Promise<TrailWriter> {
    const writer = new TrailWriter(trailId, deps);
    const mark = await deps.logEventStore.mark(writer.#name);
    writer.#key = mark?.key;
    writer.#note = (mark?.note as TrailNote | undefined) ?? emptyNote;
    writer.#waitingBytes = await writer.#measureWaiting();
    return writer;
  }

  get note(): TrailNote {
    return this.#note;
  }

  /** What of the trail's events was given up, as the status of a trail tells it. */
  get lost(): LostEvents | undefined {
    return this.#note.lost === undefined ? undefined : { ...this.#note.lost, reason: 'OutboxFull' };
  }

  get isWaiting(): boolean {
    return this.#waitingBytes > 0;
  }

  /**
   * Writes what the mark is not past yet: a reader that starts over may cut the log into other stretches.
   * @param upTo the position behind the last of the records' entries, or later
   */
  async write(route: TrailRoute, records: readonly PlacedRecord[], upTo: Position): Promise<void> {
    const done = this.#key;
    const fresh = records
      .filter(({ position }) => done === undefined || position > done)
      .map(({ record }) => record);
    if (fresh.length === 0) return;
    const { events, oversizedCount } = toTrailEvents(fresh, this.#deps.clock.now());
    const note = { ...this.#note, oversizedCount: this.#note.oversizedCount + oversizedCount };
    const group = this.#groupOf(route);
    if (typeof group === 'string') await this.#keepWaiting(events, { ...note, latestError: group }, upTo);
    else await this.#deliver(route, group, events, note, upTo);
  }

  /** Brings what waits to the group, when there is one now. */
  async drain(route: TrailRoute): Promise<void> {
    const { logEventStore, clock } = this.#deps;
    const group = this.#groupOf(route);
    if (typeof group === 'string' || !this.isWaiting) return;
    for (;;) {
      const done = (await logEventStore.mark(this.#drainName))?.key as LogEventPosition | undefined;
      const { events, next } = await logEventStore.read({
        groupId: this.#waitingId,
        ...(done === undefined ? {} : { after: done }),
        order: 'oldestFirst',
        eventsMax: streamBatchEventsMax,
        bytesMax: streamBatchBytesMax / 2,
      });
      const last = events.at(-1);
      if (last !== undefined) {
        const batches = await this.#toBatches(
          route,
          group,
          events.map(({ message }) => unpack(message)),
        );
        const options = { ingestedAtMs: clock.now(), writer: this.#drainName, mark: { key: last.position } };
        await logEventStore.append(batches, options);
      }
      if (next === undefined) break;
    }
    await logEventStore.dropGroup(this.#waitingId);
    this.#waitingBytes = 0;
    this.#note = withDelivery(this.#note, clock.now());
    if (this.#key !== undefined)
      await logEventStore.saveMark(this.#name, { key: this.#key, note: this.#note });
  }

  /** The trail is gone for good, and the reader's checkpoint is behind its end. */
  async forget(): Promise<void> {
    const { logEventStore } = this.#deps;
    await logEventStore.dropGroup(this.#waitingId);
    await logEventStore.saveMark(this.#drainName, null);
    await logEventStore.saveMark(this.#name, null);
  }

  /** The group as it is now, or the code that tells why nothing can be written to it. */
  #groupOf(route: TrailRoute): LogGroupDocument | typeof notFound | typeof denied {
    const { stateStore, clock } = this.#deps;
    const group = route.logGroupArn === undefined ? undefined : groupOfArn(route.logGroupArn, stateStore);
    if (group === undefined) return notFound;
    return mayTrailWrite(route, group, stateStore, clock.now()) ? group : denied;
  }

  get #name(): string {
    return `trail/${this.trailId}`;
  }

  get #drainName(): string {
    return `drain/${this.trailId}`;
  }

  async #deliver(
    route: TrailRoute,
    group: LogGroupDocument,
    events: readonly LogEvent[],
    note: TrailNote,
    upTo: Position,
  ): Promise<void> {
    const batches = await this.#toBatches(route, group, events);
    await this.#append(batches, { key: upTo, note: withDelivery(note, this.#deps.clock.now()) });
  }

  async #toBatches(
    route: TrailRoute,
    group: LogGroupDocument,
    events: readonly LogEvent[],
  ): Promise<LogBatch[]> {
    const batches: LogBatch[] = [];
    const inOrder = [...events].sort((a, b) => a.timestampMs - b.timestampMs);
    for (const [at, batch] of spreadOverStreams(inOrder, streamsPerTrailMax).entries()) {
      const streamId = await ensureStream(group, trailStreamName(route, at + 1), this.#deps);
      batches.push({ groupId: group.id, streamId, events: batch });
    }
    return batches;
  }

  async #keepWaiting(events: readonly LogEvent[], note: TrailNote, upTo: Position): Promise<void> {
    const packed = events.map((event, at) => ({ timestampMs: note.waitedCount + at, message: pack(event) }));
    const bytes = packed.reduce(
      (sum, { message }) => sum + Buffer.byteLength(message) + eventOverheadBytes,
      0,
    );
    if (this.#waitingBytes + bytes > (this.#deps.waitingBytesMax ?? waitingBytesMax)) {
      this.#deps.log.error(
        { trail: this.trailId, events: events.length },
        'the log group of a trail is gone or closed to it and no more events can wait: they will be missing from it',
      );
      await this.#append([], { key: upTo, note: withLost(note, events.length, this.#deps.clock.now()) });
      return;
    }
    const batch = { groupId: this.#waitingId, streamId: waitingStream, events: packed };
    await this.#append([batch], {
      key: upTo,
      note: { ...note, waitedCount: note.waitedCount + packed.length },
    });
    this.#waitingBytes += bytes;
  }

  async #append(
    batches: readonly LogBatch[],
    mark: WriterMark & { readonly note: TrailNote },
  ): Promise<void> {
    const { logEventStore, clock } = this.#deps;
    await logEventStore.append(batches, { ingestedAtMs: clock.now(), writer: this.#name, mark });
    this.#key = mark.key;
    this.#note = mark.note;
  }

  async #measureWaiting(): Promise<number> {
    return (await this.#deps.logEventStore.stats(this.#waitingId, waitingStream))[0]?.bytes ?? 0;
  }
}

/** What waits keeps its own time in its text: its timestamp is its number. */
function pack({ timestampMs, message }: LogEvent): string {
  return `${timestampMs} ${message}`;
}

function unpack(text: string): LogEvent {
  const space = text.indexOf(' ');
  return { timestampMs: Number(text.slice(0, space)), message: text.slice(space + 1) };
}

export function trailIdOfRoute(route: TrailRoute): string {
  return trailIdOf(route.arn, route.createdAtMs);
}
