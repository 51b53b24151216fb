// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { OperatorLog } from '../../ports/operator-log.js';
import { DamagedStoreError } from './damaged-store.js';

/** Offsets in a meta page, from `MDB_page` and `MDB_meta` in lmdb's mdb.c; all numbers little-endian. */
const metaBytes = 160;
const magicAt = 24;
const magic = 0xbeefc0de;
const pageSizeAt = 48;
const lastPageAt = 144;
const transactionAt = 152;

/**
 * Looks at the data file before LMDB does, because of two ways in which the process would end without a word:
 * - LMDB reads the file through a mapping, and touching a mapped page behind the end of the file is SIGBUS. A file
 *   that lost its end gets its length back, with zeros: a page of zeros is noticed, by LMDB or by our checksums. (A
 *   file may also be shorter than its header says by right, where the last pages are free; nobody reads those.)
 * - lmdb 3.5.6 does not survive the error of its own open when the file is not one of LMDB's.
 *
 * Throws DamagedStoreError for a file that is not one of LMDB's.
 */
export function verifyDataFile(dir: string, log: OperatorLog): void {
  const path = join(dir, 'data.mdb');
  if (!existsSync(path)) return;
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return;
    const expected = expectedBytes(file);
    if (expected === undefined)
      throw new DamagedStoreError(`${path} is not a data file of this store, or its head is damaged`);
    if (size >= expected) return;
    ftruncateSync(file, expected);
    log.warn(
      { path, bytes: size, expected },
      'the data file was shorter than its header says; its end was filled with zeros',
    );
  } finally {
    closeSync(file);
  }
}

/** How long the newer of the two meta pages says the file is. */
function expectedBytes(file: number): number | undefined {
  const first = readMeta(file, 0);
  const second = first && readMeta(file, first.pageSize);
  if (first === undefined || second === undefined) return undefined;
  const newer = second.transaction > first.transaction ? second : first;
  return (newer.lastPage + 1) * newer.pageSize;
}

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
}

function readMeta(file: number, at: number): Meta | undefined {
  const page = Buffer.alloc(metaBytes);
  if (readSync(file, page, 0, metaBytes, at) < metaBytes || page.readUInt32LE(magicAt) !== magic)
    return undefined;
  return {
    pageSize: page.readUInt32LE(pageSizeAt),
    lastPage: Number(page.readBigUInt64LE(lastPageAt)),
    transaction: Number(page.readBigUInt64LE(transactionAt)),
  };
}
