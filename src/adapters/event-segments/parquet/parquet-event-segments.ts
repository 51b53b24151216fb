// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type {
  EventSegments,
  SegmentAppend,
  SegmentDamage,
  SegmentFile,
  SegmentSnapshot,
  SegmentStreamFacts,
} from '../../../ports/event-segments.js';
import type { OperatorLog } from '../../../ports/operator-log.js';
import { type BookedFile, type BookedStream, Books } from './books.js';
import { chooseMerge } from './choose-merge.js';
import { FileLeases } from './file-leases.js';
import { OneAtATime } from './one-at-a-time.js';
import { expiredMsMin, sortedRowsMax } from './segment-limits.js';
import { removeLeftovers, SegmentPaths } from './segment-paths.js';
import { syncFolder } from './sync-folder.js';
import { verifyFile } from './verify-file.js';
import { WriterProcess } from './writer-process.js';
import type { WriterTask } from './writer-protocol.js';

type Added = { readonly stream: string; readonly kind: SegmentAppend['kind']; readonly file: BookedFile };

/**
 * EventSegments as Parquet files, written by processes of their own.
 *
 * Invariants:
 * - A file is durable before the books name it, and named by the books before anything relies on it. What the books do
 *   not name is left over from a crash, and removed when the folder is opened.
 * - A file that the books name no more is removed when no snapshot holds it.
 * - Changes of the books go one at a time; merging is done beside them, and counts only if its sources are still there.
 */
export class ParquetEventSegments implements EventSegments {
  readonly #paths: SegmentPaths;
  readonly #books: Books;
  readonly #log: OperatorLog;
  readonly #writer: WriterProcess;
  readonly #merger: WriterProcess;
  readonly #changes = new OneAtATime();
  readonly #leases: FileLeases;
  readonly #toMerge = new Set<string>();
  #merging: Promise<void> | undefined;
  #lastNumber: number;
  #isClosed = false;

  constructor(folder: string, log: OperatorLog) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#paths = new SegmentPaths(folder);
    this.#log = log;
    this.#books = new Books(this.#paths.books);
    this.#lastNumber = removeLeftovers(this.#paths, this.#books);
    this.#leases = new FileLeases((error) => log.warn({ err: error }, 'a segment could not be removed'));
    this.#writer = new WriterProcess(join(this.#paths.scratch, 'write'));
    this.#merger = new WriterProcess(join(this.#paths.scratch, 'merge'));
  }

  cursor(reader: string): string | undefined {
    return this.#books.cursor(reader);
  }

  commit(
    reader: string,
    cursor: string,
    appends: readonly SegmentAppend[],
  ): Promise<{ readonly added: number }> {
    return this.#changes.run(async () => {
      const add: Added[] = [];
      try {
        for (const append of appends) {
          const added = await this.#append(append, add);
          if (added !== undefined) add.push(added);
        }
        this.#books.write({ cursor: [reader, cursor], add });
      } catch (error) {
        await this.#removeAll(add.map(({ stream, file }) => this.#paths.file(stream, file.name)));
        throw error;
      }
      for (const { stream } of add) this.#wantMerge(stream);
      return { added: add.reduce((sum, { file }) => sum + file.rows, 0) };
    });
  }

  snapshot(
    stream: string,
    range: { readonly fromMs?: number; readonly toMs?: number } = {},
  ): SegmentSnapshot {
    const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = range;
    const files = this.#filesOf(stream)
      .filter((file) => file.fromMs <= toMs && file.toMs >= fromMs)
      .map((file): SegmentFile => ({ path: this.#paths.file(stream, file.name), ...factsOf(file) }));
    const end = this.#leases.hold(files.map(({ path }) => path));
    return { files, release: end };
  }

  streams(): readonly SegmentStreamFacts[] {
    return this.#books.streams().map((stream) => {
      const { kind, files } = this.#books.stream(stream) as BookedStream;
      const sum = (of: (file: BookedFile) => number) => files.reduce((total, file) => total + of(file), 0);
      return {
        stream,
        kind,
        rows: sum(({ rows }) => rows),
        bytes: sum(({ bytes }) => bytes),
        files: files.length,
        ...(files.length === 0
          ? {}
          : {
              fromMs: Math.min(...files.map(({ fromMs }) => fromMs)),
              toMs: Math.max(...files.map(({ toMs }) => toMs)),
            }),
      };
    });
  }

  dropEnteredBefore(stream: string, timeMs: number): Promise<void> {
    return this.#drop(stream, ({ enteredToMs }) => enteredToMs < timeMs);
  }

  async dropHappenedBefore(stream: string, timeMs: number): Promise<void> {
    await this.#drop(stream, ({ toMs }) => toMs < timeMs);
    for (const file of this.#filesOf(stream))
      if (file.fromMs < timeMs - expiredMsMin) await this.#rewrite(stream, [file], timeMs);
  }

  removeStream(stream: string): Promise<void> {
    return this.#changes.run(async () => {
      const files = this.#filesOf(stream);
      if (this.#books.stream(stream) === undefined) return;
      this.#books.write({ end: [stream] });
      this.#discard(stream, files);
    });
  }

  async verify(onProgress: (done: number, of: number) => void = () => {}): Promise<readonly SegmentDamage[]> {
    const snapshots = this.#books.streams().map((stream) => {
      const files = this.#filesOf(stream);
      return {
        stream,
        files,
        release: this.#leases.hold(files.map(({ name }) => this.#paths.file(stream, name))),
      };
    });
    const found: SegmentDamage[] = [];
    const total = snapshots.reduce((sum, { files }) => sum + files.length, 0);
    let done = 0;
    try {
      for (const { stream, files } of snapshots) {
        for (const file of files) {
          const reason = await verifyFile(this.#paths.file(stream, file.name), file);
          if (reason !== undefined) found.push({ stream, file: file.name, reason });
          onProgress(++done, total);
        }
      }
    } finally {
      for (const { release } of snapshots) release();
    }
    return found;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#merger.close();
    await this.#merging;
    await this.#changes.run(async () => {});
    await this.#writer.close();
    this.#books.close();
  }

  #filesOf(stream: string): readonly BookedFile[] {
    return this.#books.stream(stream)?.files ?? [];
  }

  async #append(append: SegmentAppend, before: readonly Added[]): Promise<Added | undefined> {
    const { stream, kind, lines, leaveOutKnown = false } = append;
    const booked = this.#books.stream(stream);
    if (booked !== undefined && booked.kind !== kind)
      throw new TypeError(`the stream ${stream} holds records of the kind ${booked.kind}`);
    if (lines.count === 0) return undefined;
    const known = [
      ...this.#filesOf(stream),
      ...before.filter((added) => added.stream === stream).map(({ file }) => file),
    ].map((file) => ({ path: this.#paths.file(stream, file.name), ...factsOf(file) }));
    const file = await this.#write(this.#writer, stream, (path) => ({
      kind: 'write',
      path,
      records: kind,
      lines: lines.bytes,
      ...(leaveOutKnown ? { known } : {}),
    }));
    return file && { stream, kind, file };
  }

  /** A durable file that the books do not name yet. */
  async #write(
    writer: WriterProcess,
    stream: string,
    task: (path: string) => WriterTask,
  ): Promise<BookedFile | undefined> {
    const name = `${String(++this.#lastNumber).padStart(8, '0')}.parquet`;
    const path = this.#paths.file(stream, name);
    const folder = dirname(path);
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) this.#paths.syncAbove(folder);
    const written = await writer.run(task(path));
    if (written === undefined) return undefined;
    syncFolder(folder);
    return { name, ...written };
  }

  #drop(stream: string, isExpired: (file: BookedFile) => boolean): Promise<void> {
    return this.#changes.run(async () => {
      const expired = this.#filesOf(stream).filter(isExpired);
      if (expired.length === 0) return;
      this.#books.write({ remove: expired.map(({ name }) => ({ stream, name })) });
      this.#discard(stream, expired);
    });
  }

  #wantMerge(stream: string): void {
    this.#toMerge.add(stream);
    this.#merging ??= this.#mergeAll().finally(() => {
      this.#merging = undefined;
    });
  }

  async #mergeAll(): Promise<void> {
    for (const stream of this.#toMerge) {
      this.#toMerge.delete(stream);
      try {
        for (let files = chooseMerge(this.#filesOf(stream)); files.length > 0 && !this.#isClosed; ) {
          await this.#rewrite(stream, files);
          files = chooseMerge(this.#filesOf(stream));
        }
      } catch (error) {
        if (this.#isClosed) return;
        this.#log.warn({ err: error, stream }, 'segments could not be merged; it is tried again later');
      }
    }
  }

  /** Makes one file of some, leaving out what is too old. Queries see the one or the others, never both. */
  async #rewrite(stream: string, files: readonly BookedFile[], happenedSinceMs?: number): Promise<void> {
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const from = files.map(({ name }) => this.#paths.file(stream, name));
    const end = this.#leases.hold(from);
    try {
      const made = await this.#write(this.#merger, stream, (path) => ({
        kind: 'merge',
        path,
        from,
        isSorted: rows <= sortedRowsMax && files.length > 1,
        ...(happenedSinceMs === undefined ? {} : { happenedSinceMs }),
      }));
      await this.#changes.run(() => this.#replace(stream, files, made));
    } finally {
      end();
    }
  }

  async #replace(stream: string, files: readonly BookedFile[], made: BookedFile | undefined): Promise<void> {
    const booked = this.#books.stream(stream);
    if (booked === undefined || !files.every(({ name }) => this.#books.has(stream, name))) {
      if (made !== undefined) await this.#removeAll([this.#paths.file(stream, made.name)]);
      return;
    }
    this.#books.write({
      remove: files.map(({ name }) => ({ stream, name })),
      add: made === undefined ? [] : [{ stream, kind: booked.kind, file: made }],
    });
    this.#discard(stream, files);
  }

  #discard(stream: string, files: readonly BookedFile[]): void {
    for (const { name } of files) this.#leases.removeWhenFree(this.#paths.file(stream, name));
  }

  async #removeAll(paths: readonly string[]): Promise<void> {
    for (const path of paths) await rm(path, { force: true });
  }
}

function factsOf({ rows, bytes, fromMs, toMs }: BookedFile): Omit<SegmentFile, 'path'> {
  return { rows, bytes, fromMs, toMs };
}
