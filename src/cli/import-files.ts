// SPDX-License-Identifier: Apache-2.0
import type { Position } from '../ports/event-log.js';
import type { ImportedFile } from './cairn-client.js';
import type { LogFileSource } from './log-file-source.js';

/** Files on their way at a time: reading, sending and checking overlap. */
export const filesInFlightMax = 4;

/** A larger file is not read at all: the importer takes none. */
export const sourceBytesMax = 128 * 1024 ** 2;

export interface ImportCounts {
  files: number;
  events: number;
  badFiles: number;
  rejectedRecords: number;
  digests: number;
  bytes: number;
}

export interface ImportRun {
  readonly sources: readonly LogFileSource[];
  readonly importFile: (source: string, bytes: Uint8Array) => Promise<ImportedFile>;
  /** Takes no further file once it is set. */
  readonly signal: AbortSignal;
  /** Called after every file with the counts so far. */
  readonly onProgress: (counts: Readonly<ImportCounts>) => void;
  /** A file that did not go in, or not wholly. */
  readonly onBad: (source: string, reason: string) => void;
  /** Whether an error is of the server rather than of the file, so that going on is useless. */
  readonly isFatal: (error: unknown) => boolean;
}

export interface ImportOutcome {
  readonly counts: Readonly<ImportCounts>;
  /** Behind everything that went in. */
  readonly position: Position | undefined;
}

/** Imports files one after the other, a few at a time. Rejects at the first fatal error, once those under way are done. */
export async function importFiles(run: ImportRun): Promise<ImportOutcome> {
  const counts: ImportCounts = { files: 0, events: 0, badFiles: 0, rejectedRecords: 0, digests: 0, bytes: 0 };
  const sources = run.sources[Symbol.iterator]();
  let position: Position | undefined;
  let fatal: unknown;
  const work = async (): Promise<void> => {
    for (;;) {
      if (run.signal.aborted || fatal !== undefined) return;
      const next = sources.next();
      if (next.done === true) return;
      try {
        const file = await importOne(run, next.value);
        count(counts, file, run, next.value);
        if (file.position !== undefined && (position === undefined || file.position > position))
          position = file.position;
      } catch (error) {
        if (run.isFatal(error)) {
          fatal ??= error;
          return;
        }
        counts.badFiles++;
        run.onBad(next.value.name, reasonOf(error));
      }
      counts.files++;
      counts.bytes += next.value.sizeBytes;
      run.onProgress(counts);
    }
  };
  await Promise.all(Array.from({ length: filesInFlightMax }, work));
  if (fatal !== undefined) throw fatal;
  return { counts, position };
}

async function importOne(run: ImportRun, source: LogFileSource): Promise<ImportedFile> {
  if (source.sizeBytes > sourceBytesMax)
    throw new Error(`it has more than ${sourceBytesMax / 1024 ** 2} MB: split it`);
  return run.importFile(source.name, await source.read());
}

function count(counts: ImportCounts, file: ImportedFile, run: ImportRun, source: LogFileSource): void {
  counts.events += file.recordCount;
  if (file.shape === 'digest') counts.digests++;
  if (file.rejectedCount === 0) return;
  counts.rejectedRecords += file.rejectedCount;
  counts.badFiles++;
  run.onBad(source.name, rejectedReason(file));
}

/** How many reasons are told of one file. */
const reasonsMax = 3;

function rejectedReason({ recordCount, rejectedCount, rejected }: ImportedFile): string {
  const told = rejected.slice(0, reasonsMax).map(({ index, reason }) => `record ${index}: ${reason}`);
  const rest = rejectedCount > told.length ? [`and ${rejectedCount - told.length} more`] : [];
  return `${rejectedCount} of ${recordCount + rejectedCount} records left out (${[...told, ...rest].join('; ')})`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code !== undefined && syscall !== undefined ? `cannot be read (${code})` : error.message;
}
