// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A file of blocks. */
export interface RecordFile {
  /** The address of the file's first byte. */
  readonly start: number;
  readonly path: string;
  /** Its small blocks were put together (packing/): addresses are those from before. */
  readonly isPacked: boolean;
}

const fileName = /^(\d{16})\.(records|packed)$/;

/** The files of blocks in a folder, in the order of their addresses; of a file that is there twice the packed one. */
export function listRecordFiles(dir: string): RecordFile[] {
  if (!existsSync(dir)) return [];
  const files = new Map<string, RecordFile>();
  for (const name of readdirSync(dir).sort()) {
    const [, start, kind] = fileName.exec(name) ?? [];
    if (start !== undefined && !files.has(start))
      files.set(start, { start: Number(start), path: join(dir, name), isPacked: kind === 'packed' });
  }
  return [...files.values()];
}

export function recordFilePath(dir: string, start: number, kind: 'records' | 'packed' | 'packing'): string {
  return join(dir, `${String(start).padStart(16, '0')}.${kind}`);
}

/** The last file that does not begin behind an address. */
export function fileAt(files: readonly RecordFile[], address: number): RecordFile | undefined {
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (files[middle]!.start <= address) low = middle + 1;
    else high = middle;
  }
  return files[low - 1];
}
