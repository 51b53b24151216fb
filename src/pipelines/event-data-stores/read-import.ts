// SPDX-License-Identifier: Apache-2.0
import type { SegmentLines } from '../../ports/event-segments.js';
import { gunzipText } from '../../record/gunzip-text.js';
import { walkLogFile } from '../../record/log-file.js';
import { importPieceBytes, importTextBytesMax } from './limits.js';
import { toLine } from './segment-batch.js';

export interface ImportToRead {
  readonly bytes: Uint8Array;
  readonly gzip: boolean;
  readonly accountId: string;
  readonly enteredAtMs: number;
  /** Events that happened before are left out, ms since the epoch. */
  readonly happenedSinceMs: number;
}

/** The records of an imported file as lines. Throws for a file that cannot be read. */
export function readImport({
  bytes,
  gzip,
  accountId,
  enteredAtMs,
  happenedSinceMs,
}: ImportToRead): SegmentLines[] {
  const pieces: SegmentLines[] = [];
  let lines: Buffer[] = [];
  let size = 0;
  const finish = (): void => {
    if (lines.length > 0) pieces.push({ bytes: Buffer.concat(lines), count: lines.length });
    lines = [];
    size = 0;
  };
  walkLogFile(gzip ? gunzipText(bytes, importTextBytesMax) : bytes, ({ json, fields }) => {
    if (fields.eventTimeMs < happenedSinceMs) return;
    const line = toLine({ accountId, region: fields.region, category: fields.category, json }, enteredAtMs);
    lines.push(line);
    size += line.length;
    if (size >= importPieceBytes) finish();
  });
  finish();
  return pieces;
}
