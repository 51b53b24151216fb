// SPDX-License-Identifier: Apache-2.0
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult, type DuckDBValue } from '@duckdb/node-api';
import { sortedLateRowsMax } from '../engine-limits.js';
import { TableDataError } from './statement-failure.js';

export interface SessionLimits {
  readonly memoryBytesMax: number;
  readonly threads: number;
  /** All that can be read. */
  readonly paths: readonly string[];
  /** Of encrypted files, by path: 32 bytes in base64. */
  readonly keys?: ReadonlyMap<string, string>;
}

/** As the translation writes it; within macros each call has one of its own. */
const tryCall = /\bTRY\(/;

/**
 * An engine for one statement, gone after it, with the keys of its files. Nothing of an earlier one is left in it, and its settings cannot be changed.
 *
 * Of what it is kept from: writing (the process may write no file at all), files but those given, the network and extensions
 * (external access is off), spilling to disk (a query that does not fit its memory ends).
 */
export class Session {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #hasTry = false;
  #isClosed = false;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** One that nothing has been run in yet: it can be made before its statement is known. */
  static async open(macros: readonly string[]): Promise<Session> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      temp_directory: '',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    });
    const session = new Session(instance, await instance.connect());
    await session.run(`SET TimeZone = 'UTC'`);
    await session.run(`SET late_materialization_max_rows = ${sortedLateRowsMax}`);
    // A statement's files are opened several times: to count, to plan, to ask for places, to answer.
    await session.run('SET parquet_metadata_cache = true');
    // All at once: half the time of one by one.
    if (macros.length > 0) await session.#connection.run(macros.join(';\n'));
    return session;
  }

  /** To be called before anything of the statement's is run. */
  async restrict({ memoryBytesMax, threads, paths, keys = new Map() }: SessionLimits): Promise<void> {
    for (const [path, key] of keys) await this.#addKey(path, key);
    // DuckDB 1.5.5 keeps an encrypted file's description without what it needs to read the file by it.
    if (keys.size > 0) await this.run('SET parquet_metadata_cache = false');
    await this.run(`SET memory_limit = '${Math.floor(memoryBytesMax / 1024)}KiB'`);
    await this.run(`SET threads = ${threads}`);
    await this.run(`SET allowed_paths = [${paths.map(quoted).join(', ')}]`);
    await this.run('SET enable_external_access = false');
  }

  /** What the engine says of a key may show it. */
  async #addKey(path: string, key: string): Promise<void> {
    try {
      await this.run(`PRAGMA add_parquet_key(${quoted(path)}, ${quoted(key)})`);
    } catch {
      throw new TableDataError('the engine does not take the key of a file');
    }
  }

  /** For a question of narrow columns: to read them again for the rows that were found takes longer than to read them all. */
  readAtOnce(): Promise<void> {
    return this.run('SET late_materialization_max_rows = 0');
  }

  async run(sql: string): Promise<void> {
    this.#hasTry ||= tryCall.test(sql);
    await this.#connection.run(sql);
  }

  /**
   * From here on no setting can be changed.
   * @param sql the statement that is to be run
   */
  async lock(sql: string): Promise<void> {
    // What a statement says twice within TRY would be taken out of it, and fail.
    if (this.#hasTry || tryCall.test(sql))
      await this.run("SET disabled_optimizers = 'common_subexpressions'");
    await this.run('SET lock_configuration = true');
  }

  /** What DuckDB reads in a statement, as JSON; an error is JSON too. */
  async serialized(sql: string): Promise<string> {
    const reader = await this.#connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql]);
    return String(reader.getRows()[0]?.[0]);
  }

  async rowsOf(paths: readonly string[]): Promise<number> {
    if (paths.length === 0) return 0;
    const reader = await this.#connection.runAndReadAll(
      `SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata([${paths.map(quoted).join(', ')}])`,
    );
    return Number(reader.getRows()[0]?.[0] ?? 0);
  }

  /** A query as `serialized` gave it, in DuckDB's words. */
  async deserialized(json: string): Promise<string> {
    const reader = await this.#connection.runAndReadAll('SELECT json_deserialize_sql($1::JSON)', [json]);
    return String(reader.getRows()[0]?.[0]);
  }

  async rows(sql: string): Promise<readonly (readonly DuckDBValue[])[]> {
    return (await this.#connection.runAndReadAll(sql)).getRows();
  }

  /** Fills a table; texts are cast to its types. */
  async fill(table: string, rows: readonly (readonly (string | null)[])[]): Promise<void> {
    const appender = await this.#connection.createAppender(table);
    for (const row of rows) {
      for (const cell of row) {
        if (cell === null) appender.appendNull();
        else appender.appendVarchar(cell);
      }
      appender.endRow();
    }
    appender.closeSync();
  }

  stream(sql: string): Promise<DuckDBResult> {
    return this.#connection.stream(sql);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
