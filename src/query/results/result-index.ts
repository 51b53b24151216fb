// SPDX-License-Identifier: Apache-2.0
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { QueryStatistics } from '../query-engine.js';
import type { TableColumn } from '../table-source.js';

/** Written last: a result without it is none. */
export interface StoredIndex {
  readonly columns: readonly TableColumn[];
  /** Rows of each chunk. */
  readonly chunks: readonly number[];
  readonly statistics?: QueryStatistics;
  readonly csvBytes?: number;
  /** The chunks themselves, where they stand in the index: all of them or none. */
  readonly inline: readonly Uint8Array[];
}

type IndexHead = Omit<StoredIndex, 'inline'> & { readonly sizes: readonly number[] };

const unzip = promisify(gunzip);

/*
 * On disk: a zero, the length of the head (32 bits, big endian), the head (JSON), the inline chunks one by one. Indexes of
 * older releases are gzipped JSON of columns and chunks alone, which begins with 0x1f.
 */
const mark = 0;
const headAt = 5;

export function writeIndex({ inline, ...index }: StoredIndex): Buffer {
  const head: IndexHead = { ...index, sizes: inline.map(({ length }) => length) };
  const text = Buffer.from(JSON.stringify(head));
  const front = Buffer.allocUnsafe(headAt);
  front.writeUInt8(mark, 0);
  front.writeUInt32BE(text.length, 1);
  return Buffer.concat([front, text, ...inline]);
}

export async function readIndex(bytes: Buffer): Promise<StoredIndex> {
  if (bytes[0] !== mark)
    return {
      ...(JSON.parse(String(await unzip(bytes))) as Pick<IndexHead, 'columns' | 'chunks'>),
      inline: [],
    };
  let at = headAt + bytes.readUInt32BE(1);
  const { sizes, ...index } = JSON.parse(bytes.toString('utf8', headAt, at)) as IndexHead;
  const inline = sizes.map((size) => {
    at += size;
    return bytes.subarray(at - size, at);
  });
  return { ...index, inline };
}
