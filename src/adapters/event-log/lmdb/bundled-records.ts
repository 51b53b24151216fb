// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../../../ports/event-log.js';

/** From so many records on an entry is kept in memory as its bytes: as objects and texts, the garbage collector would carry them along. */
const bundleRecordsMin = 8;

/** Records that differ in nothing but their texts, as those of one request with events of applications do. */
export interface RecordBundle {
  readonly first: LoggedRecord;
  /** The texts one behind the other, from `at` on. */
  readonly bytes: Buffer;
  readonly at: number;
  readonly textBytes: readonly number[];
  readonly isAscii: boolean;
}

/** Whether records whose heads (all but the first one's) are numbers alone are enough to be kept as a bundle. */
export function isBundle(heads: readonly unknown[]): boolean {
  return heads.length >= bundleRecordsMin && heads.every((head, at) => at === 0 || typeof head === 'number');
}

/** The records as they will be read back; a text is made when somebody asks for it, and not kept. */
export function bundledRecords({ first, bytes, at, textBytes, isAscii }: RecordBundle): () => LoggedRecord[] {
  const { accountId, region, category, forTrail, forEventDataStores } = first;
  const encoding = isAscii ? 'latin1' : 'utf8';
  return () => {
    let end = at;
    return textBytes.map((length) => {
      const start = end;
      end += length;
      const behind = end;
      return {
        accountId,
        region,
        category,
        get json() {
          return bytes.toString(encoding, start, behind);
        },
        ...(forTrail === undefined ? undefined : { forTrail }),
        ...(forEventDataStores === undefined ? undefined : { forEventDataStores }),
      };
    });
  };
}
