// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import type { QueryOutput, QueryStatistics } from '../query/query-engine.js';
import { QueryError } from '../query/query-error.js';

/**
 * The answer to a statement, one JSON document a line: `{"columns":[{"name","type"}]}`, then any number of
 * `{"rows":[[cell, …], …]}` (cells are text as Athena prints them, or null), and at the end `{"statistics":{…}}` or
 * `{"error":{"code","message"}}`. Rows are asked for no faster than they are sent.
 */
export class SqlAnswer extends Readable {
  readonly #run: (output: QueryOutput, signal: AbortSignal) => Promise<QueryStatistics>;
  readonly #onFault: (error: unknown) => void;
  readonly #gone = new AbortController();
  #isStarted = false;
  #wake: () => void = () => undefined;

  /** @param onFault told of what is our own fault, which the answer says nothing of */
  constructor(
    run: (output: QueryOutput, signal: AbortSignal) => Promise<QueryStatistics>,
    onFault: (error: unknown) => void,
  ) {
    super();
    this.#run = run;
    this.#onFault = onFault;
  }

  override _read(): void {
    this.#wake();
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#answer();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#gone.abort(new QueryError('CANCELLED', 'The caller has gone.'));
    this.#wake();
    callback(error);
  }

  /** Never rejects. */
  async #answer(): Promise<void> {
    try {
      const output: QueryOutput = {
        onColumns: (columns) => this.#send({ columns }),
        onRows: (rows) => this.#send({ rows }),
      };
      const statistics = await this.#run(output, this.#gone.signal);
      await this.#send({ statistics });
    } catch (error) {
      await this.#send({ error: this.#told(error) });
    }
    if (!this.destroyed) this.push(null);
  }

  #told(error: unknown): { code: string; message: string } {
    if (error instanceof QueryError) return { code: error.code, message: error.message };
    if (!this.#gone.signal.aborted) this.#onFault(error);
    return { code: 'INTERNAL', message: 'Cairn met an internal error; its log says more.' };
  }

  async #send(document: object): Promise<void> {
    if (this.destroyed || this.push(`${JSON.stringify(document)}\n`)) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
