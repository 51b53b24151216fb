// SPDX-License-Identifier: Apache-2.0
import type { DuckDBConnection } from '@duckdb/node-api';
import { loadDuckdb } from '../../../duckdb/load-duckdb.js';
import { writerMemoryBytes } from '../segment-limits.js';
import { type KeyNames, text } from './segment-sql.js';

export interface SealedEngine {
  readonly connection: DuckDBConnection;
  readonly keyNames: KeyNames;
  close(): void;
}

/**
 * An engine that can write encrypted files, for one task: with it go the keys that it was told.
 *
 * - Nothing of it spills to the disk, where it would lie open: what does not fit its memory fails.
 * - `force_mbedtls_unsafe` is what lets DuckDB's own cryptography write. What it is called unsafe for is its nonces: each is made of
 *   64 bits that it asks the system for (getrandom), not of 96. So a key serves one file, and `verify-nonces.ts` looks at every file.
 */
export async function openSealedEngine(keys: Readonly<Record<string, string>>): Promise<SealedEngine> {
  const instance = await loadDuckdb().DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${writerMemoryBytes / 1024 ** 2}MiB`,
    temp_directory: '',
  });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run("SET force_mbedtls_unsafe = 'true'");
    const keyNames = new Map<string, string>();
    for (const [path, key] of Object.entries(keys)) {
      const name = `k${keyNames.size}`;
      await addKey(connection, name, key);
      keyNames.set(path, name);
    }
    return { connection, keyNames, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** What the engine says of a key may show it. */
async function addKey(connection: DuckDBConnection, name: string, key: string): Promise<void> {
  try {
    await connection.run(`PRAGMA add_parquet_key(${text(name)}, ${text(key)})`);
  } catch {
    throw new Error('the engine does not take the key of a file');
  }
}
