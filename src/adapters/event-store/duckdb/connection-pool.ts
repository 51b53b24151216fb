// SPDX-License-Identifier: Apache-2.0
import type { DuckDBConnection } from '@duckdb/node-api';

/** Hands out connections, first come first served. How many may wait is up to the caller. */
export class ConnectionPool {
  readonly #idle: DuckDBConnection[];
  readonly #count: number;
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];

  constructor(connections: readonly DuckDBConnection[]) {
    this.#idle = [...connections];
    this.#count = connections.length;
  }

  async use<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
    const connection =
      this.#idle.pop() ?? (await new Promise<DuckDBConnection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(connection);
      else next(connection);
    }
  }

  /** Waits until all work has ended. */
  async close(): Promise<void> {
    const taken: Promise<unknown>[] = [];
    for (let index = 0; index < this.#count; index++) {
      const connection = this.#idle.pop();
      if (connection === undefined)
        taken.push(new Promise<DuckDBConnection>((resolve) => this.#waiting.push(resolve)));
    }
    await Promise.all(taken);
  }
}
