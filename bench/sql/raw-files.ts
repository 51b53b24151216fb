// SPDX-License-Identifier: Apache-2.0
// The same questions to what people use without a server: DuckDB over the gzipped log files, and `zcat | jq`.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export class RawFiles {
  readonly #files: readonly string[];
  readonly #connection: DuckDBConnection;

  private constructor(files: readonly string[], connection: DuckDBConnection) {
    this.#files = files;
    this.#connection = connection;
  }

  static async open(files: readonly string[]): Promise<RawFiles> {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new RawFiles(files, connection);
  }

  get count(): number {
    return this.#files.length;
  }

  async askDuckdb(sql: string): Promise<void> {
    const list = this.#files.map((path) => `'${path}'`).join(', ');
    const raw = `SELECT unnest(Records) AS r FROM read_json([${list}], columns = {Records: 'JSON[]'}, maximum_object_size = 100000000)`;
    await this.#connection.runAndReadAll(`WITH raw AS (${raw}) SELECT * FROM (${sql})`);
  }

  async askJq(program: string): Promise<void> {
    await promisify(execFile)(
      'sh',
      ['-c', 'zcat "$@" | jq -c "$QUESTION" | sort | uniq -c | wc -l', 'sh', ...this.#files],
      { env: { ...process.env, QUESTION: program } },
    );
  }

  close(): void {
    this.#connection.closeSync();
  }
}
