// SPDX-License-Identifier: Apache-2.0
import type { DigestedFile } from '../../digest/digest-document.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { OpenFile, OutboxDisk } from '../delivery/outbox-disk.js';
import { openBooksMax } from './limits.js';

/** A delivered log file that waits for its digest, or is in it. */
export interface BookEntry {
  readonly file: DigestedFile;
  /** When it was delivered, as far as digests are concerned; ms since the epoch. */
  readonly atMs: number;
  /** Its flush: while the outbox has files of it, the file may be announced again. */
  readonly flushId: number;
}

/** Which digest an entry is for: the one of a chain whose interval ends at `labelMs`, or the backfill digest of that time. */
export interface Slot {
  readonly lineId: string;
  readonly kind: 'books' | 'missed';
  readonly chain: number;
  readonly labelMs: number;
}

export interface Segment extends Slot {
  readonly name: string;
  readonly run: number;
  readonly flushIds: Set<number>;
}

const nameForm = /^(?<line>[0-9a-f]{24})-(?<chain>\d+)-(?<label>\d{13,})-(?<run>\d+)\.(?<kind>books|missed)$/;

/**
 * What was delivered, on disk: one line of JSON a file, in segments of one digest each.
 *
 * Invariants:
 * - `book` resolves when its line is durable. A line that a crash cut short was never answered; it is passed over.
 * - A segment is written by one run of the process only, and never again after a write to it failed.
 * - Segments stay after their digest is made until the outbox has certainly forgotten their files (`prune`): a file that
 *   is announced again is known by them.
 *
 * Its methods must not run at the same time.
 */
export class Books {
  readonly #disk: OutboxDisk;
  readonly #log: OperatorLog;
  readonly #segments = new Map<string, Segment[]>();
  /** Open for writing, the one used last at the end. */
  readonly #open = new Map<Segment, OpenFile>();
  /** Entries that an earlier run booked and the outbox may announce again, by address. */
  readonly #seen = new Map<string, { readonly slot: Slot; readonly flushId: number }>();

  constructor(disk: OutboxDisk, log: OperatorLog) {
    this.#disk = disk;
    this.#log = log;
  }

  /** @param undelivered flushes of which the outbox still holds files */
  async load(names: readonly string[], undelivered: ReadonlySet<number>): Promise<void> {
    await this.close();
    this.#segments.clear();
    this.#seen.clear();
    for (const name of [...names].sort()) {
      const segment = parseName(name);
      if (segment === undefined) continue;
      this.#of(segment.lineId).push(segment);
      for await (const { file, flushId } of this.#read(segment)) {
        segment.flushIds.add(flushId);
        if (undelivered.has(flushId)) this.#seen.set(addressOf(segment, file), { slot: segment, flushId });
      }
    }
  }

  segmentsOf(lineId: string): readonly Segment[] {
    return this.#segments.get(lineId) ?? [];
  }

  /** Where an earlier run has booked a file; undefined for one that is new. */
  seen(lineId: string, file: Pick<DigestedFile, 's3Bucket' | 's3Object'>): Slot | undefined {
    return this.#seen.get(addressOf({ lineId }, file))?.slot;
  }

  async book(slot: Slot, entry: BookEntry): Promise<void> {
    const { segment, file, isNew } = await this.#writable(slot);
    segment.flushIds.add(entry.flushId);
    try {
      await file.write(Buffer.from(`${JSON.stringify(entry)}\n`));
      await file.sync();
      if (isNew) await this.#disk.syncFolder();
    } catch (error) {
      this.#open.delete(segment);
      await file.close().catch(() => {});
      throw error;
    }
  }

  /** The entries of segments, each address once. */
  async *entries(segments: readonly Segment[]): AsyncGenerator<BookEntry> {
    const given = new Set<string>();
    for (const segment of segments) {
      for await (const entry of this.#read(segment)) {
        const address = addressOf(segment, entry.file);
        if (given.has(address)) continue;
        given.add(address);
        yield entry;
      }
    }
  }

  /** Ends writing to segments whose digest is made. */
  async settle(segments: readonly Segment[]): Promise<void> {
    for (const segment of segments) {
      const file = this.#open.get(segment);
      this.#open.delete(segment);
      await file?.close();
    }
  }

  /** Removes segments that are in their digests and of which no file can be announced again. */
  async prune(isDigested: (segment: Segment) => boolean, undelivered: ReadonlySet<number>): Promise<void> {
    for (const [lineId, segments] of this.#segments) {
      const kept: Segment[] = [];
      for (const segment of segments) {
        const isDone =
          isDigested(segment) && ![...segment.flushIds].some((flushId) => undelivered.has(flushId));
        if (isDone) await this.#disk.remove(segment.name);
        else kept.push(segment);
      }
      if (kept.length === 0) this.#segments.delete(lineId);
      else this.#segments.set(lineId, kept);
    }
    for (const [address, { flushId }] of this.#seen)
      if (!undelivered.has(flushId)) this.#seen.delete(address);
  }

  async close(): Promise<void> {
    const files = [...this.#open.values()];
    this.#open.clear();
    for (const file of files) await file.close().catch(() => {});
  }

  async #writable(slot: Slot): Promise<{ segment: Segment; file: OpenFile; isNew: boolean }> {
    const all = this.#of(slot.lineId);
    const ofSlot = all.filter(
      ({ kind, chain, labelMs }) => kind === slot.kind && chain === slot.chain && labelMs === slot.labelMs,
    );
    const last = ofSlot.at(-1);
    const open = last && this.#open.get(last);
    if (last !== undefined && open !== undefined) {
      this.#open.delete(last);
      this.#open.set(last, open);
      return { segment: last, file: open, isNew: false };
    }
    const segment = newSegment(slot, Math.max(0, ...ofSlot.map(({ run }) => run)) + 1);
    // Known before it is there: a create whose answer is lost must not be followed by one that empties the file.
    all.push(segment);
    const file = await this.#disk.create(segment.name);
    await this.#makeRoom();
    this.#open.set(segment, file);
    return { segment, file, isNew: true };
  }

  async #makeRoom(): Promise<void> {
    if (this.#open.size < openBooksMax) return;
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.#open.delete(oldest[0]);
    await oldest[1].close();
  }

  #of(lineId: string): Segment[] {
    let segments = this.#segments.get(lineId);
    if (segments === undefined) {
      segments = [];
      this.#segments.set(lineId, segments);
    }
    return segments;
  }

  /** Only the last line can be one that a crash cut short: after a write that failed nothing more is written. */
  async *#read(segment: Segment): AsyncGenerator<BookEntry> {
    let isCut = false;
    for await (const line of linesOf(this.#disk, segment.name)) {
      if (isCut) this.#log.error({ file: segment.name }, damagedLine);
      const entry = parseEntry(line);
      isCut = entry === undefined;
      if (entry !== undefined) yield entry;
    }
    if (isCut)
      this.#log.warn({ file: segment.name }, 'a line of the books that a crash cut short is passed over');
  }
}

const damagedLine =
  'a line of the books is damaged and passed over: unless its log file is announced again, no digest lists it';

function addressOf(
  { lineId }: Pick<Slot, 'lineId'>,
  file: Pick<DigestedFile, 's3Bucket' | 's3Object'>,
): string {
  return `${lineId} ${file.s3Bucket}/${file.s3Object}`;
}

function newSegment(slot: Slot, run: number): Segment {
  const { lineId, kind, chain, labelMs } = slot;
  const name = `${lineId}-${chain}-${String(labelMs).padStart(13, '0')}-${run}.${kind}`;
  return { lineId, kind, chain, labelMs, name, run, flushIds: new Set() };
}

function parseName(name: string): Segment | undefined {
  const parts = nameForm.exec(name)?.groups;
  if (parts === undefined) return undefined;
  return {
    lineId: parts.line as string,
    kind: parts.kind as Slot['kind'],
    chain: Number(parts.chain),
    labelMs: Number(parts.label),
    run: Number(parts.run),
    name,
    flushIds: new Set(),
  };
}

function parseEntry(line: string): BookEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<BookEntry>;
    const isWhole = typeof entry.file?.s3Object === 'string' && typeof entry.flushId === 'number';
    return isWhole ? (entry as BookEntry) : undefined;
  } catch {
    return undefined;
  }
}

async function* linesOf(disk: OutboxDisk, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of disk.stream(name)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() as string;
      yield* lines;
    }
  } catch (error) {
    // Listed, and gone: the removal of a segment that was done with.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (rest !== '') yield rest;
}
