// SPDX-License-Identifier: Apache-2.0
import { SegmentBooksError } from './adapters/event-segments/parquet/books.js';
import { ParquetEventSegments } from './adapters/event-segments/parquet/parquet-event-segments.js';
import { rebuildHistory } from './adapters/event-store/duckdb/upkeep/rebuild-history.js';
import { verifyHistory } from './adapters/event-store/duckdb/upkeep/verify-history.js';
import { toCannotStart } from './composition-local.js';
import { DataDirectory } from './data-directory/data-directory.js';
import { historyReader, historyStream } from './pipelines/history-segments/start-history-segments.js';
import type { OperatorLog } from './ports/operator-log.js';

export interface StoreDamageReport {
  readonly file: string;
  readonly reason: string;
}

export interface VerifiedStore {
  readonly events: number;
  readonly recordBytes: number;
  readonly segments: number;
  readonly damages: readonly StoreDamageReport[];
  /** All of them; `damages` has the first ones. */
  readonly damageCount: number;
  /** Of these, what nothing makes anew: segments of event data stores, of which there is no second copy, and the segments' books. */
  readonly onlyCopiesDamaged: number;
}

export interface RebuiltStore {
  readonly events: number;
  readonly eventsByOwnWord: number;
  readonly damages: readonly StoreDamageReport[];
  readonly damageCount: number;
}

/** What is done, and how much of it, 0 to 1. */
export type OnStoreProgress = (what: string, share: number) => void;

/**
 * Compares everything that is derived from the records with them. Nobody else may have the directory open: CannotStartError.
 */
export async function verifyStore(
  dataDir: string,
  log: OperatorLog,
  onProgress: OnStoreProgress,
): Promise<VerifiedStore> {
  const directory = new DataDirectory(dataDir);
  try {
    const history = await verifyHistory(directory.history, (done, of) =>
      onProgress('records and index', shareOf(done, of)),
    );
    const { checked, damages, onlyCopiesDamaged } = await verifySegments(directory, log, onProgress);
    return {
      events: history.events,
      recordBytes: history.recordBytes,
      segments: checked,
      damages: [...history.damages, ...damages],
      damageCount: history.damageCount + damages.length,
      onlyCopiesDamaged,
    };
  } catch (error) {
    throw toCannotStart(error, dataDir);
  }
}

interface VerifiedSegments {
  readonly checked: number;
  readonly damages: readonly StoreDamageReport[];
  readonly onlyCopiesDamaged: number;
}

async function verifySegments(
  directory: DataDirectory,
  log: OperatorLog,
  onProgress: OnStoreProgress,
): Promise<VerifiedSegments> {
  try {
    return await withSegments(directory, log, async (segments) => {
      const found = await segments.verify((done, of) => onProgress('segments', shareOf(done, of)));
      return {
        checked: segments.streams().reduce((sum, { files }) => sum + files, 0),
        damages: found.map(({ stream, file, reason }) => ({ file: `${stream}/${file}`, reason })),
        onlyCopiesDamaged: found.filter(({ stream }) => !stream.startsWith(historyStream(''))).length,
      };
    });
  } catch (error) {
    // Without its books nobody knows which segments there should be.
    if (!(error instanceof SegmentBooksError)) throw error;
    return {
      checked: 0,
      damages: [{ file: directory.segments, reason: error.message }],
      onlyCopiesDamaged: 1,
    };
  }
}

/**
 * Makes the index of the history anew from its records, and has the segments of the history made anew when the server runs
 * next. Nobody else may have the directory open: CannotStartError.
 */
export async function rebuildStore(
  dataDir: string,
  log: OperatorLog,
  onProgress: OnStoreProgress,
): Promise<RebuiltStore> {
  const directory = new DataDirectory(dataDir);
  try {
    return await rebuildHistory(
      directory.history,
      log,
      (done, of) => onProgress('records', shareOf(done, of)),
      () => withSegments(directory, log, forgetHistory),
    );
  } catch (error) {
    throw toCannotStart(error, dataDir);
  }
}

async function withSegments<Result>(
  directory: DataDirectory,
  log: OperatorLog,
  work: (segments: ParquetEventSegments) => Promise<Result>,
): Promise<Result> {
  const segments = new ParquetEventSegments(directory.segments, log);
  try {
    return await work(segments);
  } finally {
    await segments.close();
  }
}

/** Places of events stay what they are, but which events there are may change: all of it is copied again. */
async function forgetHistory(segments: ParquetEventSegments): Promise<void> {
  const prefix = historyStream('');
  for (const { stream } of segments.streams())
    if (stream.startsWith(prefix)) await segments.removeStream(stream);
  await segments.commit(historyReader, '', []);
}

function shareOf(done: number, of: number): number {
  return of <= 0 ? 1 : Math.min(1, done / of);
}
