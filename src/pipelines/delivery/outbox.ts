// SPDX-License-Identifier: Apache-2.0

import type { OperatorLog } from '../../ports/operator-log.js';
import { trailIdOf } from '../../trails/trail-fold.js';
import { outboxBytesMax, outboxFilesMax } from './limits.js';
import { bytesName, type Manifest, manifestName, parseManifest, parseOutboxName } from './manifest.js';
import { type OutboxDisk, replaceFile } from './outbox-disk.js';

/** A finished file that waits for its upload; the rest is in its manifest on disk. */
export interface WaitingFile {
  readonly stem: string;
  /** `trailIdOf`. */
  readonly trailId: string;
  /** Where it should go when it was finished. */
  readonly bucket: string;
  readonly sizeBytes: number;
}

export interface OutboxLimits {
  readonly bytesMax: number;
  readonly filesMax: number;
}

/**
 * The finished files of all trails on disk, and which of them may be uploaded.
 *
 * Invariants:
 * - A file may be uploaded when and only when its flush is committed: its flushId is at most that of the reader's
 *   saved checkpoint. Files of a later flush are leftovers of a crash and are removed.
 * - The bytes under a stem never change. The manifest may be replaced, in one step, to give the file another address.
 * - The manifest goes before the bytes when a file is done with: bytes alone are rubbish, a manifest alone never is.
 */
export class Outbox {
  readonly #disk: OutboxDisk;
  readonly #log: OperatorLog;
  readonly #limits: OutboxLimits;
  readonly #waiting = new Map<string, WaitingFile>();
  /** Those of them that are in their buckets and wait for their notice only: they count for nothing else. */
  readonly #delivered = new Set<string>();
  /** Delivered, and still on disk because a removal failed: at most as many as were ever waiting. */
  readonly #done = new Set<string>();
  readonly #totals = new Map<string, { files: number; bytes: number }>();

  constructor(
    disk: OutboxDisk,
    log: OperatorLog,
    limits: OutboxLimits = { bytesMax: outboxBytesMax, filesMax: outboxFilesMax },
  ) {
    this.#disk = disk;
    this.#log = log;
    this.#limits = limits;
  }

  /**
   * Removes what a crash left of flushes behind `committedFlushId`, and returns the committed files that were not
   * known to wait yet, in order.
   */
  async load(committedFlushId: number): Promise<WaitingFile[]> {
    const names = await this.#disk.list();
    for (const name of names) if (isUncommitted(name, committedFlushId)) await this.#disk.remove(name);
    const all = new Set(names);
    const found: WaitingFile[] = [];
    for (const name of names.sort()) {
      const parsed = parseOutboxName(name);
      if (parsed === undefined || !parsed.isManifest || parsed.flushId > committedFlushId) continue;
      if (this.#waiting.has(parsed.stem) || this.#done.has(parsed.stem)) continue;
      const file = all.has(bytesName(parsed.stem))
        ? await this.#describe(parsed.stem)
        : await this.#dropManifest(parsed.stem);
      if (file !== undefined) found.push(file);
    }
    this.add(found);
    return found;
  }

  /** At the start, when nothing else uses the folder: bytes of files that were uploaded, and half-written files. */
  async removeRubbish(): Promise<void> {
    const names = await this.#disk.list();
    const all = new Set(names);
    for (const name of names) {
      const parsed = parseOutboxName(name);
      const isOrphan = parsed !== undefined && !parsed.isManifest && !all.has(manifestName(parsed.stem));
      if (isOrphan || name.endsWith('.tmp')) await this.#disk.remove(name);
    }
  }

  /** Files of a flush whose checkpoint is saved. */
  add(files: readonly WaitingFile[]): void {
    for (const file of files) {
      this.#waiting.set(file.stem, file);
      if (!this.#delivered.has(file.stem)) this.#count(file, 1);
    }
  }

  waitingFor(trailId: string): { readonly files: number; readonly bytes: number } {
    return this.#totals.get(trailId) ?? { files: 0, bytes: 0 };
  }

  /** The flush of a trail's oldest file; undefined when it has none. */
  oldestFlush(trailId: string): number | undefined {
    let oldest: number | undefined;
    for (const file of this.#waiting.values()) {
      if (file.trailId !== trailId || this.#delivered.has(file.stem)) continue;
      const flushId = parseOutboxName(bytesName(file.stem))?.flushId as number;
      if (oldest === undefined || flushId < oldest) oldest = flushId;
    }
    return oldest;
  }

  /** Of all trails. */
  waitingBytes(): number {
    return Array.from(this.#totals.values()).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  isFull(trailId: string): boolean {
    const { files, bytes } = this.waitingFor(trailId);
    return files >= this.#limits.filesMax || bytes >= this.#limits.bytesMax;
  }

  /** Undefined when the file is gone. */
  async manifest(file: WaitingFile): Promise<Manifest | undefined> {
    const text = await readIfThere(this.#disk, manifestName(file.stem));
    return text === undefined ? undefined : parseManifest(text);
  }

  open(file: WaitingFile): AsyncIterable<Uint8Array> {
    return this.#disk.stream(bytesName(file.stem));
  }

  /** Durably gives a file another address, or notes that it is delivered. */
  async rewrite(file: WaitingFile, manifest: Manifest): Promise<void> {
    await replaceFile(this.#disk, manifestName(file.stem), JSON.stringify(manifest));
    if (manifest.deliveredAtMs === undefined || this.#delivered.has(file.stem)) return;
    this.#delivered.add(file.stem);
    this.#count(file, -1);
  }

  /** Done with a file. A removal that fails is tried again with the next one, and found at the next start. */
  async remove(file: WaitingFile): Promise<void> {
    if (this.#waiting.delete(file.stem) && !this.#delivered.delete(file.stem)) this.#count(file, -1);
    this.#done.add(file.stem);
    await this.sweep();
  }

  /** Tries the removals again that failed. */
  async sweep(): Promise<void> {
    for (const stem of [...this.#done]) await this.#removeFiles(stem);
  }

  async #removeFiles(stem: string): Promise<void> {
    try {
      await this.#disk.remove(manifestName(stem));
      await this.#disk.remove(bytesName(stem));
      this.#done.delete(stem);
    } catch (error) {
      this.#log.warn(
        { file: stem, err: error },
        'a delivered log file could not be removed from the outbox yet',
      );
    }
  }

  async #describe(stem: string): Promise<WaitingFile | undefined> {
    try {
      const text = await readIfThere(this.#disk, manifestName(stem));
      if (text === undefined) return undefined;
      const { trailArn, trailCreatedAtMs, bucket, sizeBytes, deliveredAtMs } = parseManifest(text);
      if (deliveredAtMs !== undefined) this.#delivered.add(stem);
      return { stem, trailId: trailIdOf(trailArn, trailCreatedAtMs), bucket, sizeBytes };
    } catch (error) {
      // The bytes stay for somebody to look at; one damaged file must not keep the others from going out.
      this.#log.error(
        { file: stem, err: error },
        'a manifest in the outbox cannot be read: its log file is not delivered',
      );
      return undefined;
    }
  }

  /**
   * A committed manifest without bytes: both were durable before the commit, so the bytes went because the file was
   * delivered, and a loss of power kept that removal but not the one before it.
   */
  async #dropManifest(stem: string): Promise<undefined> {
    this.#log.warn({ file: stem }, 'a log file that was delivered is taken from the outbox');
    await this.#disk.remove(manifestName(stem));
    return undefined;
  }

  #count(file: WaitingFile, sign: 1 | -1): void {
    const { files, bytes } = this.waitingFor(file.trailId);
    const total = { files: files + sign, bytes: bytes + sign * file.sizeBytes };
    if (total.files === 0) this.#totals.delete(file.trailId);
    else this.#totals.set(file.trailId, total);
  }
}

function isUncommitted(name: string, committedFlushId: number): boolean {
  const parsed = parseOutboxName(name.replace(/\.tmp$/, ''));
  return parsed !== undefined && parsed.flushId > committedFlushId;
}

async function readIfThere(disk: OutboxDisk, name: string): Promise<string | undefined> {
  try {
    return Buffer.from(await disk.read(name)).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
