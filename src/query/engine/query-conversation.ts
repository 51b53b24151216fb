// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../ports/operator-log.js';
import type { CheckedStatement, PackedRows, QueryRequest, QueryStatistics, Row } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import type { TableColumn } from '../table-source.js';
import { batchRowsMax, csvBytesMax, lateBytesMax, lateRowsMax } from './engine-limits.js';
import type { EngineProcess } from './engine-process.js';
import type { ChildMessage, ParentMessage } from './engine-protocol.js';
import { FrameError } from './frames.js';

/** Packed rows are far smaller than their cells, but where there is nothing to pack: every character escaped, no two alike. */
const packedShareMax = 2;
const packedOverheadBytes = 64 * 1024;

/** How a statement ended for its process. */
export interface Outcome {
  readonly statistics?: QueryStatistics;
  /** The statement is no query. */
  readonly checked?: CheckedStatement;
  readonly error?: Error;
  /** The process is about to end. */
  readonly isUnclean?: boolean;
}

/**
 * One statement on one process: answers what it asks, and hands on what it says. Resolves once the process is free again;
 * rejects with ProcessEndedError when it is gone, with FrameError when it says what it must not.
 */
export class QueryConversation {
  readonly #process: EngineProcess;
  readonly #request: QueryRequest;
  readonly #log: OperatorLog;
  #columns: readonly TableColumn[] | undefined;
  #rowCount = 0;
  #byteCount = 0;
  #placeCount = 0;
  #csvByteCount = 0;

  constructor(process: EngineProcess, request: QueryRequest, log: OperatorLog) {
    this.#process = process;
    this.#request = request;
    this.#log = log;
  }

  /** @param isOver whoever asked has had an answer: nothing more is handed on */
  async run(isOver: () => boolean): Promise<Outcome> {
    let fault: Error | undefined;
    for (;;) {
      const message = await this.#process.next();
      const outcome = this.#outcome(message);
      if (outcome !== undefined) return fault === undefined ? outcome : { ...outcome, error: fault };
      if (fault !== undefined || isOver()) {
        this.#process.send({ type: 'end' });
        continue;
      }
      try {
        await this.#answer(message);
      } catch (error) {
        if (error instanceof FrameError) throw error;
        // The caller's side of it has failed; the process is told, and cleans up.
        fault = error as Error;
        this.#process.send({ type: 'end' });
      }
    }
  }

  #outcome(message: ChildMessage): Outcome | undefined {
    switch (message.type) {
      case 'done':
        return { statistics: { ...message.statistics, rowsReturned: this.#rowCount } };
      case 'checked':
        return { checked: message.checked };
      case 'failed':
        if (message.detail !== undefined)
          this.#log.warn({ detail: message.detail.slice(0, 1_000) }, 'a query failed inside of the engine');
        return {
          error: new QueryError(message.code, message.message),
          isUnclean: message.isUnclean === true,
        };
      default:
        return undefined;
    }
  }

  async #answer(message: ChildMessage): Promise<void> {
    switch (message.type) {
      case 'resolve':
        this.#process.send({ type: 'tables', tables: await this.#request.resolve(message.names) });
        return;
      case 'records':
        this.#process.send(await this.#records(message.places));
        return;
      case 'columns':
        this.#columns = message.columns;
        await this.#request.onColumns(message.columns);
        return;
      case 'rows':
        this.#count(message.rows);
        await this.#request.onRows(message.rows);
        this.#process.send({ type: 'more' });
        return;
      case 'packed':
        await this.#takePacked(message);
        this.#process.send({ type: 'more' });
        return;
      default:
        throw new FrameError(`a message out of turn: ${message.type}`);
    }
  }

  async #records(places: readonly string[]): Promise<ParentMessage> {
    this.#placeCount += places.length;
    if (this.#placeCount > lateRowsMax) throw new FrameError('more records than a query may read');
    const texts = await this.#request.records?.(places, lateBytesMax);
    if (texts === undefined) throw new FrameError('a message out of turn: records');
    return { type: 'records', lengths: texts.lengths, bytes: [texts.bytes] };
  }

  /** The process keeps to the limits; one that was taken over does not. */
  #count(rows: readonly Row[]): void {
    const width = this.#columns?.length;
    this.#rowCount += rows.length;
    for (const row of rows) {
      if (row.length !== width) throw new FrameError('a row that does not fit its columns');
      for (const cell of row) this.#byteCount += cell?.length ?? 0;
    }
    this.#verifyLimits(this.#request.limits.resultBytesMax);
  }

  /** What is inside is looked at when it is read. What it takes of memory and disk counts here. */
  async #takePacked({ count, csvBytes, bytes }: Extract<ChildMessage, { type: 'packed' }>): Promise<void> {
    const { packed } = this.#request;
    const [rows, csv] = bytes;
    if (packed === undefined || this.#columns === undefined || rows === undefined)
      throw new FrameError('a message out of turn: packed');
    if (count < 1 || count > batchRowsMax || packed.csv !== (csvBytes !== undefined))
      throw new FrameError('rows that are not packed as they should be');
    this.#rowCount += count;
    this.#byteCount += rows.length;
    this.#csvByteCount += csv?.length ?? 0;
    this.#verifyLimits(packedShareMax * this.#request.limits.resultBytesMax + packedOverheadBytes);
    if (this.#csvByteCount > csvBytesMax || (csv !== undefined && csv.length !== csvBytes))
      throw new FrameError('more lines of CSV than are sent along');
    const taken: PackedRows = {
      count,
      packed: rows,
      ...(csvBytes === undefined ? {} : { csvBytes }),
      ...(csv === undefined ? {} : { csv }),
    };
    await packed.onRows(taken);
  }

  #verifyLimits(bytesMax: number): void {
    if (this.#rowCount > this.#request.limits.rowsMax || this.#byteCount > bytesMax)
      throw new FrameError('more rows than the query may have');
  }
}
