// SPDX-License-Identifier: Apache-2.0
import { digestHashAlgorithm } from '../../digest/digest-document.js';
import { trailIdOf } from '../../trails/trail-fold.js';
import type { Manifest } from '../delivery/manifest.js';
import type { OutboxDisk } from '../delivery/outbox-disk.js';
import { type BookEntry, Books, type Segment, type Slot } from './books.js';
import {
  type DigestLine,
  ending,
  intervalEndAfter,
  type LineEvent,
  lineIdOf,
  newLine,
  nextEnd,
  redirected,
  wholeSecond,
  withNewChain,
} from './digest-line.js';
import { DigestMaker } from './digest-maker.js';
import { DigestOutbox } from './digest-outbox.js';
import {
  catchUpIntervalsMax,
  checkpointEveryMs,
  digestsPerTurnMax,
  finalIntervalsMax,
  settleMsMax,
  startGraceMs,
  waitingDigestsMax,
} from './limits.js';
import { loadLines, removeLine, saveLine } from './line-files.js';
import type { DeliveryProgress, DigestsOptions } from './start-digests.js';
import { TrailReader } from './trail-reader.js';
import type { SealedDigest } from './write-digest.js';

export interface DigestWorkDependencies extends DigestsOptions {
  readonly disk: OutboxDisk;
  /** A line has digests to upload. */
  readonly onWaiting: (trailArn: string, lineId: string) => void;
}

/**
 * The books, the chains and what makes digests of them.
 *
 * Invariants:
 * - Everything in memory follows from the folder and the log behind the saved checkpoint: after any failure it starts over
 *   from there (`load`), as after a crash.
 * - A digest exists when its line says so; its files are in the books before that, and stay until nobody announces them again.
 * - Ends of a line's digests only grow, whatever the clock does: while the clock is behind the last end, no digest is due.
 *
 * Its methods must not run at the same time; `start-digests.ts` takes care of that.
 */
export class DigestWork {
  readonly outbox: DigestOutbox;
  readonly #deps: DigestWorkDependencies;
  readonly #books: Books;
  readonly #maker: DigestMaker;
  readonly #reader: TrailReader;
  readonly #settleMs: number;
  #lines = new Map<string, DigestLine>();
  /** What the clock said when a line's last digest was made, or when this process took the line over. */
  readonly #clockAtClose = new Map<string, number>();
  /** By line: the flush with the last records before its chain was told to end, once there is one. */
  readonly #lastFlush = new Map<string, { readonly chain: number; readonly flushId: number }>();
  #delivery: DeliveryProgress | undefined;
  #graceUntil: number | undefined;
  #savedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: DigestWorkDependencies) {
    const { disk, log, keys, eventLog, trails, clock, intervalMs } = deps;
    this.#deps = deps;
    this.outbox = new DigestOutbox(disk, log);
    this.#books = new Books(disk, log);
    this.#maker = new DigestMaker({ disk, books: this.#books, keys });
    this.#reader = new TrailReader({ eventLog, trails, nowMs: () => clock.now() });
    this.#settleMs = Math.min(settleMsMax, intervalMs / 4);
  }

  attach(delivery: DeliveryProgress): void {
    this.#delivery = delivery;
  }

  hasTrail(trailArn: string): boolean {
    return this.#reader.hasTrail(trailArn);
  }

  /** Goes to what is durable, whatever was in memory. Answers the names in the folder. */
  async load(): Promise<readonly string[]> {
    const { clock, disk, onWaiting, undelivered } = this.#deps;
    this.#graceUntil ??= performance.now() + (this.#deps.graceMs ?? startGraceMs);
    // What a process that died has renamed is there, but may go with the power: from here on it stays.
    await disk.syncFolder();
    const names = await disk.list();
    for (const name of names) if (name.endsWith('.tmp')) await disk.remove(name);
    this.#lines = await loadLines(disk, names);
    for (const lineId of this.#lines.keys())
      if (!this.#clockAtClose.has(lineId)) this.#clockAtClose.set(lineId, clock.now());
    await this.#books.load(names, await undelivered());
    await this.outbox.load(names, this.#lines);
    for (const [lineId, line] of this.#lines)
      if (this.outbox.first(lineId) !== undefined) onWaiting(line.trailArn, lineId);
    await this.#applyAll(await this.#reader.load());
    if (this.#reader.isBehindSave) await this.#reader.save();
    return names;
  }

  /** Enters a delivered file. The log is read first: what made the file one to be digested stands in it. */
  async book(manifest: Manifest, deliveredAtMs: number): Promise<void> {
    await this.#readLog();
    const lineId = lineIdOf(manifest.trailArn, manifest.accountId, manifest.region);
    const line = this.#lines.get(lineId);
    if (line === undefined || !isToList(line, manifest)) return;
    const { atMs, slot } = this.#slotFor(lineId, line, deliveredAtMs);
    const entry = toEntry(manifest, atMs);
    const seen = this.#books.seen(lineId, entry.file);
    if (seen === undefined) return this.#books.book(slot, entry);
    // Booked by an earlier run. Its line may not be durable, its digest is.
    if (!this.#isDigested(seen)) await this.#books.book(seen, entry);
  }

  /** Reads the log and makes some of the digests that are due; true when more are. */
  async step(): Promise<boolean> {
    await this.#readLog();
    let made = 0;
    for (const lineId of this.#lines.keys()) {
      while (made < digestsPerTurnMax && (await this.#closeIfDue(lineId))) made++;
    }
    if (made > 0)
      await this.#books.prune((segment) => this.#isDigested(segment), await this.#deps.undelivered());
    await this.#removeDeadLines();
    await this.#saveNowAndThen();
    return made >= digestsPerTurnMax;
  }

  /** Leaves as little as can be for the next start. */
  async settle(): Promise<void> {
    await this.#readLog();
    if (this.#reader.isBehindSave) await this.#reader.save();
  }

  /** Makes the waiting digests of a line anew for where its trail points now; false when they are for there already. */
  async readdress(lineId: string, refused: SealedDigest): Promise<boolean> {
    const line = this.#lines.get(lineId);
    if (line === undefined || isSamePlace(line, refused)) return false;
    const old = this.outbox.waiting(lineId);
    const next = await this.#maker.readdressed(line, old, (number) => this.outbox.sealed({ lineId, number }));
    await this.#save(lineId, next);
    await this.outbox.remove(lineId, old);
    this.#handOver(lineId, line, next);
    const { trailArn: trail, region, bucket } = next;
    this.#deps.log.warn(
      { trail, region, from: refused.bucket, bucket },
      'waiting digests get another address',
    );
    return true;
  }

  async close(): Promise<void> {
    await this.#books.close();
  }

  /** Up to where the log ended when this began: while trails change all the time, digests are made all the same. */
  async #readLog(): Promise<void> {
    const head = this.#deps.eventLog.head();
    while (!this.#reader.isAt(head)) {
      const events = await this.#reader.read();
      if (events === undefined) return;
      await this.#applyAll(events);
    }
  }

  /** A line that many events change is saved once. Nothing is made of a line, and no checkpoint moves, before that. */
  async #applyAll(events: readonly LineEvent[]): Promise<void> {
    const unsaved = new Set<string>();
    for (const event of events) {
      const lineId = lineIdOf(event.route.arn, event.accountId, event.region);
      const line = this.#lines.get(lineId);
      if (line !== undefined && line.position >= event.position) continue;
      if (line !== undefined && line.phase !== 'open' && event.kind === 'digests') {
        await this.#beginAnew(lineId, line, event);
        unsaved.delete(lineId);
        continue;
      }
      const next = followed(line, event);
      if (next === line || next === undefined) continue;
      this.#lines.set(lineId, next);
      unsaved.add(lineId);
    }
    for (const lineId of unsaved) await this.#save(lineId, this.#lines.get(lineId) as DigestLine);
  }

  /** A new chain. One that waits for its last files does not wait longer: they go into the new chain's digests. */
  async #beginAnew(lineId: string, line: DigestLine, event: LineEvent): Promise<void> {
    const atMs = Math.max(wholeSecond(event.atMs), line.closedEndMs);
    const segments = line.phase === 'ending' ? this.#openSegments(lineId, line) : [];
    // No two digests end in one second. A chain that began in this second and has nothing to list leaves none.
    const startMs = atMs === line.closedEndMs && segments.length > 0 ? atMs + 1_000 : atMs;
    const isFinalDue = line.phase === 'ending' && startMs > line.closedEndMs;
    const last = isFinalDue ? await this.#maker.regular(line, startMs, segments) : line;
    const next = withNewChain(last, event, startMs);
    await this.#save(lineId, next);
    await this.#books.settle(segments);
    this.#handOver(lineId, line, next);
  }

  async #closeIfDue(lineId: string): Promise<boolean> {
    const line = this.#lines.get(lineId) as DigestLine;
    const endMs = this.#dueEnd(lineId, line);
    if (endMs === undefined) return false;
    const isEnded = line.phase === 'ended';
    const listed = isEnded ? [] : this.#openSegments(lineId, line).filter(({ labelMs }) => labelMs <= endMs);
    const missed = this.#missedSegments(lineId).filter(({ labelMs }) => labelMs <= endMs);
    let next = line;
    if (!isEnded) {
      const isFinal = this.#isFinal(lineId, line, endMs);
      next = await this.#maker.regular(line, endMs, listed);
      if (isFinal) next = { ...next, phase: 'ended' };
    }
    if (missed.length > 0) next = await this.#maker.backfill(next, endMs, missed, this.#deps.clock.now());
    await this.#save(lineId, next);
    await this.#books.settle([...listed, ...missed]);
    this.#handOver(lineId, line, next);
    return true;
  }

  /** The end of the digest that is to be made now; undefined when none is. */
  #dueEnd(lineId: string, line: DigestLine): number | undefined {
    if (performance.now() < (this.#graceUntil ?? 0)) return undefined;
    if (this.outbox.waiting(lineId).length >= waitingDigestsMax) return undefined;
    const overMs = this.#deps.clock.now() - this.#settleMs;
    const endMs =
      line.phase === 'ended'
        ? Math.max(...this.#missedSegments(lineId).map(({ labelMs }) => labelMs))
        : nextEnd(line, this.#deps.intervalMs, overMs, catchUpIntervalsMax);
    return Number.isFinite(endMs) && endMs <= overMs ? endMs : undefined;
  }

  /** A chain ends with the first digest after the stop that lists all that is left, or after a limited wait. */
  #isFinal(lineId: string, line: DigestLine, endMs: number): boolean {
    const { phase, ending: stop } = line;
    if (phase !== 'ending' || stop === undefined || endMs < stop.atMs) return false;
    if (this.#openSegments(lineId, line).some(({ labelMs }) => labelMs > endMs)) return false;
    return this.#isDrained(lineId, line) || endMs >= stop.atMs + finalIntervalsMax * this.#deps.intervalMs;
  }

  /** True when every file with records from before the stop has been delivered, and so booked. */
  #isDrained(lineId: string, line: DigestLine): boolean {
    const { ending: stop, trailArn, trailCreatedAtMs, chain } = line;
    const committed = this.#delivery?.committed();
    if (stop === undefined || committed === undefined || committed.position < stop.position) return false;
    let last = this.#lastFlush.get(lineId);
    if (last?.chain !== chain) {
      last = { chain, flushId: committed.flushId };
      this.#lastFlush.set(lineId, last);
    }
    const oldest = this.#delivery?.oldestFlush(trailIdOf(trailArn, trailCreatedAtMs));
    return oldest === undefined || oldest > last.flushId;
  }

  /**
   * Where a delivery goes: into the digest of its interval; or, where that digest is made already (its booking took longer
   * than the settling time, or the chain has ended), into the next backfill digest.
   */
  #slotFor(lineId: string, line: DigestLine, deliveredAtMs: number): { atMs: number; slot: Slot } {
    const { clock, intervalMs } = this.#deps;
    const nowMs = clock.now();
    // How long ago, not when: the clock may have been set back since the last digest.
    const atMs = Math.max(nowMs, line.closedEndMs) - Math.max(0, nowMs - deliveredAtMs);
    const isLate = deliveredAtMs < (this.#clockAtClose.get(lineId) ?? 0) && atMs < line.closedEndMs;
    if (isLate || line.phase === 'ended') {
      const behindMs = Math.max(nowMs, line.closedEndMs, line.backfillEndMs);
      const labelMs = intervalEndAfter(line, behindMs, intervalMs);
      return { atMs, slot: { lineId, kind: 'missed', chain: line.chain, labelMs } };
    }
    const listedAtMs = Math.max(atMs, line.closedEndMs);
    const labelMs = intervalEndAfter(line, listedAtMs, intervalMs);
    return { atMs: listedAtMs, slot: { lineId, kind: 'books', chain: line.chain, labelMs } };
  }

  #openSegments(lineId: string, line: DigestLine): Segment[] {
    return this.#books
      .segmentsOf(lineId)
      .filter(
        (segment) => segment.kind === 'books' && segment.chain === line.chain && !this.#isDigested(segment),
      );
  }

  #missedSegments(lineId: string): Segment[] {
    return this.#books
      .segmentsOf(lineId)
      .filter((segment) => segment.kind === 'missed' && !this.#isDigested(segment));
  }

  #isDigested({ lineId, kind, chain, labelMs }: Slot): boolean {
    const line = this.#lines.get(lineId);
    if (line === undefined) return true;
    if (kind === 'missed') return labelMs <= line.backfillEndMs;
    if (chain !== line.chain) return true;
    return line.phase === 'ended' || labelMs <= line.closedEndMs;
  }

  async #save(lineId: string, line: DigestLine): Promise<void> {
    await saveLine(this.#deps.disk, lineId, line);
    this.#lines.set(lineId, line);
  }

  /** The digests that a line knows of since it was saved may be uploaded. */
  #handOver(lineId: string, before: DigestLine, after: DigestLine): void {
    const numbers: number[] = [];
    for (let number = before.nextNumber; number < after.nextNumber; number++) numbers.push(number);
    if (numbers.length === 0) return;
    this.#clockAtClose.set(lineId, this.#deps.clock.now());
    this.outbox.add(lineId, numbers);
    this.#deps.onWaiting(after.trailArn, lineId);
  }

  /** Lines of trails that are gone, once nothing of them is on its way any more. */
  async #removeDeadLines(): Promise<void> {
    for (const [lineId, line] of this.#lines) {
      const isDead =
        line.phase === 'ended' &&
        !this.#reader.hasTrail(line.trailArn) &&
        this.outbox.first(lineId) === undefined &&
        this.#books.segmentsOf(lineId).length === 0 &&
        this.#isDrained(lineId, line);
      if (!isDead) continue;
      // An entry that is read again would bring the line back, with a chain that was there already.
      if (this.#reader.isBehindSave) await this.#reader.save();
      await removeLine(this.#deps.disk, lineId);
      this.#lines.delete(lineId);
      this.#clockAtClose.delete(lineId);
      this.#lastFlush.delete(lineId);
    }
  }

  async #saveNowAndThen(): Promise<void> {
    const now = performance.now();
    if (!this.#reader.isBehindSave || now - this.#savedAt < checkpointEveryMs) return;
    await this.#reader.save();
    this.#savedAt = now;
  }
}

/** A line after an event that makes no digest; undefined where there is no line, and none begins. */
function followed(line: DigestLine | undefined, event: LineEvent): DigestLine | undefined {
  if (line === undefined) return event.kind === 'digests' ? newLine(event) : undefined;
  if (line.phase !== 'open') return line;
  return event.kind === 'none' ? ending(line, event) : redirected(line, event);
}

/** While a chain goes on, every file that arrives; once it was told to end, what is left from before. */
function isToList(line: DigestLine, manifest: Manifest): boolean {
  return line.phase === 'open' || manifest.hasDigests === true;
}

function isSamePlace(line: DigestLine, digest: SealedDigest): boolean {
  return (
    line.bucket === digest.bucket &&
    line.prefix === digest.prefix &&
    line.organizationId === digest.organizationId &&
    line.kmsKeyArn === digest.kmsKeyArn
  );
}

function toEntry(manifest: Manifest, atMs: number): BookEntry {
  return {
    file: {
      s3Bucket: manifest.bucket,
      s3Object: manifest.key,
      hashValue: manifest.contentSha256,
      hashAlgorithm: digestHashAlgorithm,
      newestEventTime: manifest.newestEventTime,
      oldestEventTime: manifest.oldestEventTime,
    },
    atMs,
    flushId: manifest.flushId,
  };
}
