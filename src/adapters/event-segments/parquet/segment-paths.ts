// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Books } from './books.js';
import { syncFolderSync } from './sync-folder.js';

/** The names inside the folder of segments. */
export class SegmentPaths {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get books(): string {
    return join(this.#folder, 'books');
  }
  /** What writers need while they work; of no use to anybody else. */
  get scratch(): string {
    return join(this.#folder, 'scratch');
  }
  get streams(): string {
    return join(this.#folder, 'streams');
  }

  /** Throws TypeError for what is no stream's name: names become paths. */
  file(stream: string, name: string): string {
    if (!/^[A-Za-z0-9-]+(\/[A-Za-z0-9-]+)*$/.test(stream)) throw new TypeError('not the name of a stream');
    return join(this.streams, ...stream.split('/'), name);
  }

  /** Makes the folders above a new one durable. */
  syncAbove(folder: string): void {
    for (let at = dirname(folder); at.length >= this.#folder.length; at = dirname(at)) syncFolderSync(at);
  }
}

/**
 * Removes what a crash left behind: files that the books do not name, and the writers' scratch.
 * @returns the largest number that a file had: numbers are never given again
 */
export function removeLeftovers(paths: SegmentPaths, books: Books): number {
  mkdirSync(paths.scratch, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(paths.scratch)) removeScratch(join(paths.scratch, name));
  if (!existsSync(paths.streams)) return 0;
  let last = 0;
  for (const entry of readdirSync(paths.streams, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    last = Math.max(last, Number.parseInt(entry.name, 10) || 0);
    const stream = relative(paths.streams, entry.parentPath).split(sep).join('/');
    if (!books.has(stream, entry.name)) rmSync(join(entry.parentPath, entry.name), { force: true });
  }
  return last;
}

/** What a writer still fills whose server was killed stays until the next start: it is in nobody's way. */
function removeScratch(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (!['ENOTEMPTY', 'EBUSY', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
