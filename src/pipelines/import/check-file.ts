// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'node:zlib';
import { gunzipText, isGzip } from '../../record/gunzip-text.js';
import { checkLogFile, LogFileError, type LogFileSummary, walkLogFile } from '../../record/log-file.js';
import { entryBytesMax, entryTextBytesMax, fileTextBytesMax, repackedTextBytes } from './limits.js';

/** What goes into the log of a file: usually one piece, the file's own bytes. */
export interface ImportPiece {
  readonly gzip: boolean;
  readonly bytes: Uint8Array;
  readonly eventCount: number;
}

export interface CheckedFile extends LogFileSummary {
  readonly pieces: readonly ImportPiece[];
  /** Good records that happened before the time that was asked for; absent: none was. */
  readonly olderCount?: number;
}

/** Compression for the log costs more time than disk; what was gzip stays as it was. */
const repackLevel = 1;

/** Below this, gzip saves nothing worth a call. */
const gzipBytesMin = 2048;

/**
 * Uncompresses and checks a file, and says what of it goes into the log: the bytes themselves when every record is
 * good, else the good records packed anew. Throws LogFileError for a file that cannot be read at all.
 * @param happenedSinceMs counts what happened before; a file that holds nothing else needs not go in
 */
export function checkFile(bytes: Uint8Array, happenedSinceMs?: number): CheckedFile {
  const gzip = isGzip(bytes);
  const text = gzip ? gunzip(bytes) : bytes;
  if (text.length > fileTextBytesMax) throw new LogFileError(tooLarge());
  const summary: Omit<CheckedFile, 'pieces'> =
    happenedSinceMs === undefined ? checkLogFile(text) : checkAges(text, happenedSinceMs);
  if (summary.recordCount === summary.olderCount || summary.recordCount === 0)
    return { ...summary, pieces: [] };
  const fits = text.length <= entryTextBytesMax && bytes.length <= entryBytesMax;
  if (summary.rejectedCount > 0 || !fits) return { ...summary, pieces: repacked(text) };
  return {
    ...summary,
    pieces: [
      gzip ? { gzip: true, bytes, eventCount: summary.recordCount } : packed(text, summary.recordCount),
    ],
  };
}

function checkAges(text: Uint8Array, happenedSinceMs: number): LogFileSummary & { olderCount: number } {
  let olderCount = 0;
  const summary = walkLogFile(text, ({ fields }) => {
    if (fields.eventTimeMs < happenedSinceMs) olderCount++;
  });
  return { ...summary, olderCount };
}

function gunzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipText(bytes, fileTextBytesMax);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LogFileError(code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : `not valid gzip: ${message}`, {
      cause: error,
    });
  }
}

function tooLarge(): string {
  return `uncompressed it has more than ${fileTextBytesMax / 1024 ** 2} MB: split it`;
}

function packed(text: Uint8Array, eventCount: number): ImportPiece {
  if (text.length < gzipBytesMin) return { gzip: false, bytes: text, eventCount };
  return { gzip: true, bytes: gzipSync(text, { level: repackLevel }), eventCount };
}

/** The good records, one a line, in pieces. */
function repacked(text: Uint8Array): ImportPiece[] {
  const pieces: ImportPiece[] = [];
  let lines: string[] = [];
  let characters = 0;
  const cut = (): void => {
    if (lines.length > 0) pieces.push(packed(Buffer.from(lines.join('\n')), lines.length));
    lines = [];
    characters = 0;
  };
  walkLogFile(text, ({ json }) => {
    lines.push(json);
    characters += json.length;
    if (characters >= repackedTextBytes) cut();
  });
  cut();
  return pieces;
}
