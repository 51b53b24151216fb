// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type EventSegments,
  type SegmentAppend,
  type SegmentDamage,
  type SegmentFile,
  SegmentKeyError,
  type SegmentKeys,
  type SegmentSealing,
  type SegmentSnapshot,
  type SegmentStreamFacts,
} from '../../../ports/event-segments.js';
import type { OperatorLog } from '../../../ports/operator-log.js';
import { type BookedFile, type BookedStream, Books } from './books.js';
import { chooseMerge } from './choose-merge.js';
import { FileKeys, isToBeSealed, sealingOfFiles } from './file-keys.js';
import { FileLeases } from './file-leases.js';
import { OneAtATime } from './one-at-a-time.js';
import { expiredMsMin, segmentLayout } from './segment-limits.js';
import { removeLeftovers, SegmentPaths } from './segment-paths.js';
import { syncFolder } from './sync-folder.js';
import { verifyFile } from './verify-file.js';
import { WriterProcess } from './writer-process.js';
import type { KnownFile, WriterTask } from './writer-protocol.js';

type Added = { readonly stream: string; readonly kind: SegmentAppend['kind']; readonly file: BookedFile };

/** Of a file that is to be written. */
interface Sealed {
  readonly sealing: SegmentSealing | undefined;
  /** What it is made from, or compared with. */
  readonly reads: readonly BookedFile[];
  readonly isRewrite?: boolean;
}

/**
 * EventSegments as Parquet files, written by processes of their own.
 *
 * Invariants:
 * - A file is durable before the books name it, and named by the books before anything relies on it. What the books do
 *   not name is left over from a crash, and removed when the folder is opened.
 * - A file that the books name no more is removed when no snapshot holds it.
 * - An encrypted file has a key of its own, which the books keep as `SegmentKeys` has sealed it; a stream whose newest file is
 *   encrypted gets no other files, and those that it had are rewritten.
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
  /** Files that were found not to be what was written, by name: they are read by queries alone, which tell. Gone with the process. */
  readonly #damaged = new Set<string>();
  readonly #keys: FileKeys;
  #merging: Promise<void> | undefined;
  #lastNumber: number;
  /**
   * In the names of all that this opening makes. A writer whose server was killed may work on for a moment, beside the next
   * server: it must neither write, nor remove in its failure, what the new one has written.
   */
  readonly #opening = randomBytes(4).toString('hex');
  #isClosed = false;

  /** @param keys of streams that are encrypted; absent: there are none */
  constructor(folder: string, log: OperatorLog, keys?: SegmentKeys) {
    this.#keys = new FileKeys(keys);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#paths = new SegmentPaths(folder);
    this.#log = log;
    this.#books = new Books(this.#paths.books);
    this.#lastNumber = removeLeftovers(this.#paths, this.#books);
    this.#leases = new FileLeases((error) => log.warn({ err: error }, 'a segment could not be removed'));
    this.#writer = new WriterProcess(join(this.#paths.scratch, `${this.#opening}-write`));
    this.#merger = new WriterProcess(join(this.#paths.scratch, `${this.#opening}-merge`));
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
        await this.#books.write({ cursor: [reader, cursor], add });
      } catch (error) {
        await this.#removeUnbooked(add.map(({ stream, file }) => this.#paths.file(stream, file.name)));
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
      .sort((a, b) => b.toMs - a.toMs)
      .map(
        (file): SegmentFile => ({
          path: this.#paths.file(stream, file.name),
          ...factsOf(file),
          ...(file.key === undefined ? undefined : { sealedKey: file.key }),
          ...(isOlder(file) && { isOlder: true as const }),
        }),
      );
    const end = this.#leases.hold(files.map(({ path }) => path));
    // Nobody may add to a stream any more: asking for it makes its older files anew too.
    if (files.some((file) => file.isOlder === true)) this.#wantMerge(stream);
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
      if (file.fromMs < timeMs - expiredMsMin && !this.#damaged.has(file.name))
        await this.#rewrite(stream, [file], timeMs).catch((error: unknown) =>
          this.#unlessUnusable(error, stream, [file]),
        );
  }

  removeStream(stream: string): Promise<void> {
    return this.#changes.run(async () => {
      const files = this.#filesOf(stream);
      if (this.#books.stream(stream) === undefined) return;
      await this.#books.write({ end: [stream] });
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
    const { stream, kind, lines, leaveOutKnown = false, sealing } = append;
    const booked = this.#books.stream(stream);
    if (booked !== undefined && booked.kind !== kind)
      throw new TypeError(`the stream ${stream} holds records of the kind ${booked.kind}`);
    if (lines.count === 0) return undefined;
    const others = [
      ...this.#filesOf(stream),
      ...before.filter((added) => added.stream === stream).map(({ file }) => file),
    ];
    // What cannot be compared now is kept, and compared when its file is encrypted for good.
    const canCompare = !leaveOutKnown || (await this.#keys.canRead(others));
    const known = leaveOutKnown && canCompare ? others.filter(({ name }) => !this.#damaged.has(name)) : [];
    const writing = this.#write(this.#writer, stream, { sealing, reads: known }, (path) => ({
      kind: 'write',
      path,
      records: kind,
      lines: lines.bytes,
      ...(leaveOutKnown ? { known: known.map((each) => this.#known(stream, each)) } : {}),
    }));
    const file = await writing.catch(async (error: unknown) => {
      // Whoever tries again is not stopped by the same file.
      await this.#noteDamaged(error, stream, known);
      throw error;
    });
    if (file?.key?.isProvisional === true)
      this.#log.warn(
        { stream, kmsKey: file.key.kmsKeyArn },
        'the KMS key of an event data store cannot be used: its new events wait, encrypted, until it can',
      );
    return file && { stream, kind, file: canCompare ? file : { ...file, mayRepeat: true } };
  }

  /** A durable file that the books do not name yet. */
  async #write(
    writer: WriterProcess,
    stream: string,
    { sealing, reads, isRewrite = false }: Sealed,
    task: (path: string) => WriterTask,
  ): Promise<BookedFile | undefined> {
    const name = `${String(++this.#lastNumber).padStart(8, '0')}-${this.#opening}.parquet`;
    const path = this.#paths.file(stream, name);
    const folder = dirname(path);
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) this.#paths.syncAbove(folder);
    const files = reads.map((file) => ({ ...file, path: this.#paths.file(stream, file.name) }));
    const { forTask, ofFile } = await this.#keys.of(path, sealing, files);
    // A file that is there already gains nothing by a key that nobody can use yet.
    if (isRewrite && ofFile.key?.isProvisional === true)
      throw new SegmentKeyError('DisabledException', 'the KMS key cannot be used');
    try {
      const written = await writer.run({ ...task(path), ...forTask });
      if (written === undefined) return undefined;
      await syncFolder(folder);
      return { name, ...written, layout: segmentLayout, ...ofFile };
    } catch (error) {
      // A writer that was killed takes nothing away.
      await this.#removeAll([path]);
      throw error;
    }
  }

  #known(stream: string, file: BookedFile): KnownFile {
    return { path: this.#paths.file(stream, file.name), ...factsOf(file) };
  }

  #drop(stream: string, isExpired: (file: BookedFile) => boolean): Promise<void> {
    return this.#changes.run(async () => {
      const expired = this.#filesOf(stream).filter(isExpired);
      if (expired.length === 0) return;
      await this.#books.write({ remove: expired.map(({ name }) => ({ stream, name })) });
      this.#discard(stream, expired);
    });
  }

  #wantMerge(stream: string): void {
    if (this.#isClosed) return;
    this.#toMerge.add(stream);
    this.#merging ??= this.#mergeAll().finally(() => {
      this.#merging = undefined;
    });
  }

  async #mergeAll(): Promise<void> {
    for (const stream of this.#toMerge) {
      this.#toMerge.delete(stream);
      try {
        for (let files = this.#nextMerge(stream); files.length > 0 && !this.#isClosed; ) {
          await this.#rewrite(stream, files).catch((error: unknown) =>
            this.#unlessDamaged(error, stream, files),
          );
          files = this.#nextMerge(stream);
        }
      } catch (error) {
        if (this.#isClosed) return;
        if (error instanceof SegmentKeyError) continue;
        this.#log.warn({ err: error, stream }, 'segments could not be merged; it is tried again later');
      }
    }
  }

  #nextMerge(stream: string): readonly BookedFile[] {
    const files = this.#filesOf(stream).filter(({ name }) => !this.#damaged.has(name));
    const merge = chooseMerge(files.filter((file) => file.mayRepeat !== true && !isOlder(file)));
    if (merge.length > 0) return merge;
    const isSealed = sealingOfFiles(files) !== undefined;
    return files.filter((file) => isOlder(file) || (isSealed && isToBeSealed(file))).slice(0, 1);
  }

  /** Makes one file of some, leaving out what is too old. Queries see the one or the others, never both. */
  async #rewrite(stream: string, files: readonly BookedFile[], happenedSinceMs?: number): Promise<void> {
    const booked = this.#books.stream(stream);
    // While others were rewritten these may have become part of a larger file, or have been dropped.
    if (booked === undefined || !files.every(({ name }) => this.#books.has(stream, name))) return;
    const from = files.map(({ name }) => this.#paths.file(stream, name));
    const sealing = sealingOfFiles(this.#filesOf(stream));
    const known = files.some(({ mayRepeat }) => mayRepeat === true) ? this.#comparable(stream, files) : [];
    const read = [...files, ...known];
    const end = this.#leases.hold(read.map(({ name }) => this.#paths.file(stream, name)));
    try {
      const made = await this.#write(
        this.#merger,
        stream,
        { sealing, reads: read, isRewrite: true },
        (path) => ({
          kind: 'merge',
          path,
          records: booked.kind,
          from,
          ...(files.some(isOlder) && { isRemade: true as const }),
          ...(happenedSinceMs === undefined ? {} : { happenedSinceMs }),
          ...(known.length === 0 ? {} : { known: known.map((file) => this.#known(stream, file)) }),
        }),
      );
      await this.#changes.run(() => this.#replace(stream, files, made));
    } finally {
      end();
    }
  }

  /** Who may have the same events as some files, and does not wait for that to be found out itself. */
  #comparable(stream: string, files: readonly BookedFile[]): readonly BookedFile[] {
    const fromMs = Math.min(...files.map((file) => file.fromMs));
    const toMs = Math.max(...files.map((file) => file.toMs));
    return this.#filesOf(stream).filter(
      (file) =>
        file.mayRepeat !== true && file.fromMs <= toMs && file.toMs >= fromMs && !files.includes(file),
    );
  }

  async #replace(stream: string, files: readonly BookedFile[], made: BookedFile | undefined): Promise<void> {
    const booked = this.#books.stream(stream);
    if (booked === undefined || !files.every(({ name }) => this.#books.has(stream, name))) {
      if (made !== undefined) await this.#removeAll([this.#paths.file(stream, made.name)]);
      return;
    }
    try {
      await this.#books.write({
        remove: files.map(({ name }) => ({ stream, name })),
        add: made === undefined ? [] : [{ stream, kind: booked.kind, file: made }],
      });
    } catch (error) {
      if (made !== undefined) await this.#removeUnbooked([this.#paths.file(stream, made.name)]);
      throw error;
    }
    this.#discard(stream, files);
  }

  async #unlessUnusable(error: unknown, stream: string, files: readonly BookedFile[]): Promise<void> {
    // What a stream's key shuts is left as it is until the key can be used.
    if (!(error instanceof SegmentKeyError)) await this.#unlessDamaged(error, stream, files);
  }

  /** One damaged file must not keep the others from being merged, or dropped in time. */
  async #unlessDamaged(error: unknown, stream: string, files: readonly BookedFile[]): Promise<void> {
    if (
      this.#isClosed ||
      error instanceof SegmentKeyError ||
      !(await this.#noteDamaged(error, stream, files))
    )
      throw error;
  }

  async #noteDamaged(error: unknown, stream: string, files: readonly BookedFile[]): Promise<boolean> {
    if (!(error instanceof Error) || isOfTheMachine.test(error.message)) return false;
    let isDamaged = false;
    for (const file of files) {
      const reason = await verifyFile(this.#paths.file(stream, file.name), file);
      if (reason === undefined || isOfTheMachine.test(reason) || !this.#books.has(stream, file.name))
        continue;
      isDamaged = true;
      this.#damaged.add(file.name);
      this.#log.error(
        { stream, file: file.name, reason },
        'a segment is damaged: queries that read it may fail',
      );
    }
    return isDamaged;
  }

  #discard(stream: string, files: readonly BookedFile[]): void {
    for (const { name } of files) this.#leases.removeWhenFree(this.#paths.file(stream, name));
  }

  /** Files of a change that failed. Where it may yet be found in the books, the next start tells whether they are wanted. */
  async #removeUnbooked(paths: readonly string[]): Promise<void> {
    if (!this.#books.mayBeTorn) await this.#removeAll(paths);
  }

  /** Files that the books do not name; one that stays is removed at the next start. */
  async #removeAll(paths: readonly string[]): Promise<void> {
    for (const path of paths)
      await rm(path, { force: true }).catch((error: unknown) =>
        this.#log.warn({ err: error }, 'a segment could not be removed'),
      );
  }
}

/** What passes, and is no reason to read every file. */
const isOfTheMachine = /ENOSPC|No space left|Out of Memory|a writer of segments ended|EMFILE|ENFILE/;

function isOlder({ layout }: Pick<BookedFile, 'layout'>): boolean {
  return layout !== segmentLayout;
}

function factsOf({ rows, bytes, fromMs, toMs }: BookedFile): Omit<SegmentFile, 'path'> {
  return { rows, bytes, fromMs, toMs };
}
