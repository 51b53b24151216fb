// SPDX-License-Identifier: Apache-2.0
import type { ReadConnection } from './read-connection.js';

/** Hands out connections, first come first served. How many may wait is up to the caller. */
export class ConnectionPool {
  readonly #idle: ReadConnection[];
  readonly #all: readonly ReadConnection[];
  readonly #waiting: ((connection: ReadConnection) => void)[] = [];

  constructor(connections: readonly ReadConnection[]) {
    this.#idle = [...connections];
    this.#all = connections;
  }

  async use<Result>(work: (connection: ReadConnection) => Promise<Result>): Promise<Result> {
    const connection =
      this.#idle.pop() ?? (await new Promise<ReadConnection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(connection);
      else next(connection);
    }
  }

  /** Waits until all work has ended, and closes what the connections keep. */
  async close(): Promise<void> {
    const taken: Promise<unknown>[] = [];
    for (let index = 0; index < this.#all.length; index++) {
      const connection = this.#idle.pop();
      if (connection === undefined)
        taken.push(new Promise<ReadConnection>((resolve) => this.#waiting.push(resolve)));
    }
    await Promise.all(taken);
    for (const connection of this.#all) connection.close();
  }
}
