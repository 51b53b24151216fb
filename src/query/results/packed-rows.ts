// SPDX-License-Identifier: Apache-2.0
import { promisify } from 'node:util';
import { gunzip, gzip, gzipSync } from 'node:zlib';
import type { Row } from '../query-engine.js';

/**
 * Rows as they are kept: gzipped JSON. They are packed by the process that has printed them, so what is unpacked is checked:
 * that process may have been taken over by the statement.
 */

/** The lowest level: a third of the time of the usual one, for a fifth more bytes that are kept for days. */
const level = 1;
/** A row of the largest size (`rowBytesMax`), every character of it escaped, and the rows before it. */
const unpackedBytesMax = 64 * 1024 * 1024;

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** On the thread of whoever calls it. */
export function packRowsHere(rows: readonly Row[]): Buffer {
  return gzipSync(JSON.stringify(rows), { level });
}

export function packRows(rows: readonly Row[]): Promise<Buffer> {
  return zip(JSON.stringify(rows), { level });
}

/** Throws Error where they are not so many rows of cells. */
export async function unpackRows(packed: Uint8Array, count: number): Promise<Row[]> {
  const text = await unzip(packed, { maxOutputLength: unpackedBytesMax });
  const rows: unknown = JSON.parse(text.toString('utf8'));
  if (!Array.isArray(rows) || rows.length !== count || !rows.every(isRow))
    throw new Error('a piece of a result that does not hold its rows');
  return rows as Row[];
}

function isRow(row: unknown): row is Row {
  if (!Array.isArray(row)) return false;
  for (const cell of row as unknown[]) if (cell !== null && typeof cell !== 'string') return false;
  return true;
}
