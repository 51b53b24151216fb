// SPDX-License-Identifier: Apache-2.0
import type { Row } from '../../query-engine.js';
import { packRowsHere } from '../../results/packed-rows.js';
import { csvRows } from '../../results/quoted-csv.js';
import { csvBytesMax } from '../engine-limits.js';
import type { ChildMessage } from '../engine-protocol.js';

/** Makes the rows of one result ready to be kept and delivered: here it is the query's time, in the server it would be recording's. */
export class RowPacker {
  readonly #makesCsv: boolean;
  #csvBytes = 0;

  constructor(makesCsv: boolean) {
    this.#makesCsv = makesCsv;
  }

  pack(rows: readonly Row[]): Extract<ChildMessage, { type: 'packed' }> {
    const packed = { type: 'packed', count: rows.length } as const;
    const bytes = [packRowsHere(rows)];
    if (!this.#makesCsv) return { ...packed, bytes };
    const csv = Buffer.from(csvRows(rows));
    this.#csvBytes += csv.length;
    if (this.#csvBytes <= csvBytesMax) bytes.push(csv);
    return { ...packed, csvBytes: csv.length, bytes };
  }
}
