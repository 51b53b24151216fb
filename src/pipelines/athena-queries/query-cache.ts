// SPDX-License-Identifier: Apache-2.0
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

interface Kept {
  readonly bytes: number;
  users: number;
}

const copyName = /^[0-9a-f]{64}\.parquet$/;

/**
 * Copies of objects in the form that queries read, by what they were made of: a copy is never changed, and never the wrong
 * one. Only what may lie on the disk in plain is kept. The least recently used ones go when there is too much; those that a
 * query reads stay until it has ended. What was being made when the process ended is removed at the next start.
 */
export class QueryCache {
  readonly #folder: string;
  readonly #bytesMax: number;
  /** In the order of their use: the first is the one that goes. */
  #kept: Map<string, Kept> | undefined;
  #bytes = 0;

  constructor(folder: string, bytesMax: number) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  /** A folder for one query's files, which goes with it. */
  newScratch(): string {
    this.#open();
    return mkdtempSync(join(this.#folder, 'scratch-'));
  }

  /** The copy of a name (64 hex digits), held until `release`; undefined when there is none. */
  take(name: string): string | undefined {
    const kept = this.#open();
    const found = kept.get(name);
    if (found === undefined) return undefined;
    found.users += 1;
    kept.delete(name);
    kept.set(name, found);
    return this.#pathOf(name);
  }

  /** Takes a finished file in, held until `release`. */
  keep(name: string, path: string): string {
    const there = this.take(name);
    if (there !== undefined) {
      rmSync(path, { force: true });
      return there;
    }
    const bytes = statSync(path).size;
    renameSync(path, this.#pathOf(name));
    this.#open().set(name, { bytes, users: 1 });
    this.#bytes += bytes;
    this.#shrink();
    return this.#pathOf(name);
  }

  release(name: string): void {
    const found = this.#open().get(name);
    if (found === undefined) return;
    found.users -= 1;
    this.#shrink();
  }

  /** Bytes of all copies. */
  get bytes(): number {
    return this.#bytes;
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.parquet`);
  }

  #shrink(): void {
    for (const [name, { bytes, users }] of this.#open()) {
      if (this.#bytes <= this.#bytesMax) return;
      if (users > 0) continue;
      rmSync(this.#pathOf(name), { force: true });
      this.#open().delete(name);
      this.#bytes -= bytes;
    }
  }

  /** Looks at the folder when it is first needed: a start has not to wait for it. */
  #open(): Map<string, Kept> {
    if (this.#kept !== undefined) return this.#kept;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const found: [name: string, kept: Kept, usedAtMs: number][] = [];
    for (const entry of readdirSync(this.#folder)) {
      const path = join(this.#folder, entry);
      if (!copyName.test(entry)) {
        rmSync(path, { recursive: true, force: true });
        continue;
      }
      const { size, mtimeMs } = statSync(path);
      found.push([entry.slice(0, 64), { bytes: size, users: 0 }, mtimeMs]);
    }
    found.sort(([, , a], [, , b]) => a - b);
    this.#kept = new Map(found.map(([name, kept]) => [name, kept]));
    this.#bytes = found.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    return this.#kept;
  }
}

/** Writes a body to a new file. */
export async function writeBody(
  path: string,
  body: Readable | Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const source = body instanceof Uint8Array ? Readable.from([body]) : body;
  await pipeline(source, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
}
