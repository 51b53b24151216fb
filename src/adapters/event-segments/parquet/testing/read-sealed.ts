// SPDX-License-Identifier: Apache-2.0
import { DuckDBInstance } from '@duckdb/node-api';

export interface OpenFile {
  readonly path: string;
  /** Of an encrypted file. */
  readonly key?: Uint8Array;
}

/** Reads files one by one, each with its key: for tests only. */
export async function sealedIdsIn(files: readonly OpenFile[]): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const ids: string[] = [];
    for (const { path, key } of files) {
      const config = key === undefined ? '' : `, encryption_config = {footer_key: '${path}'}`;
      if (key !== undefined)
        await connection.run(`PRAGMA add_parquet_key('${path}', '${Buffer.from(key).toString('base64')}')`);
      const read = await connection.runAndReadAll(`SELECT eventid FROM read_parquet('${path}'${config})`);
      ids.push(...read.getRowsJS().map(([id]) => String(id)));
    }
    return ids;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
