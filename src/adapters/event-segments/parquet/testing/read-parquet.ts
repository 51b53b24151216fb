// SPDX-License-Identifier: Apache-2.0
import { DuckDBInstance } from '@duckdb/node-api';
import type { SegmentSnapshot } from '../../../../ports/event-segments.js';

/** Runs SQL with the sources of tables in it, in this process: for tests only. */
export async function runSql(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowObjectsJS() as Record<string, unknown>[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export function tableOf({ files }: Pick<SegmentSnapshot, 'files'>): string {
  return `read_parquet([${files.map(({ path }) => `'${path}'`).join(', ')}])`;
}

export async function eventIdsIn(snapshot: SegmentSnapshot): Promise<string[]> {
  if (snapshot.files.length === 0) return [];
  return (await runSql(`SELECT eventid FROM ${tableOf(snapshot)}`)).map(({ eventid }) => String(eventid));
}
