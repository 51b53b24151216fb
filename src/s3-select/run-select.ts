// SPDX-License-Identifier: Apache-2.0
import { type CompiledQuery, compileQuery } from './evaluate/compile-query.js';
import { parseQuery } from './language/parse-query.js';
import { openRows } from './open-rows.js';
import type { ObjectBytes, RowSource, SourceRow } from './readers/row-source.js';
import type { SelectCounts, SelectRequest } from './select-request.js';
import type { Value } from './values/value.js';
import { csvRecord } from './writers/csv-text.js';
import { jsonObject } from './writers/json-text.js';
import { OutputBuffer } from './writers/output-buffer.js';

export interface SelectOutput {
  /** The next records; the ones after them come when it has resolved. */
  records(bytes: Buffer<ArrayBuffer>): Promise<void>;
  /** Between records, and often: how far it is. */
  counts(counts: SelectCounts): void;
}

/** Makes a selection. Rejects with SelectError; what was put out until then counts. */
export async function runSelect(
  request: SelectRequest,
  object: ObjectBytes,
  output: SelectOutput,
): Promise<SelectCounts> {
  const query = parseQuery(request.expression);
  const progress = { bytesScanned: 0, bytesProcessed: 0, bytesReturned: 0 };
  const rows = await openRows(request, query, object, progress);
  const compiled = compileQuery(query, rows.names, request.nowMs);
  const selection = new Selection(request, compiled, rows);
  const buffer = new OutputBuffer();
  const flush = async () => {
    const bytes = buffer.take();
    progress.bytesReturned += bytes.length;
    await output.records(bytes);
  };
  for await (const batch of selection.batches()) {
    for (const row of batch) {
      const isLast = selection.take(row, buffer);
      if (buffer.isFull) await flush();
      if (isLast) break;
    }
    output.counts({ ...progress });
    if (selection.isOver) break;
  }
  selection.finish(buffer);
  if (!buffer.isEmpty) await flush();
  return progress;
}

/** Rows in, records out. */
class Selection {
  readonly #request: SelectRequest;
  readonly #query: CompiledQuery;
  readonly #rows: RowSource;
  #count = 0;

  constructor(request: SelectRequest, query: CompiledQuery, rows: RowSource) {
    this.#request = request;
    this.#query = query;
    this.#rows = rows;
  }

  get isOver(): boolean {
    // LIMIT counts what comes out, which of an aggregation is one row.
    return this.#query.add === undefined ? this.#count >= this.#query.limit : this.#query.limit === 0;
  }

  async *batches(): AsyncGenerator<readonly SourceRow[]> {
    if (!this.isOver) yield* this.#rows.batches;
  }

  /** True when no more rows are wanted. */
  take(source: SourceRow, buffer: OutputBuffer): boolean {
    const { row } = source;
    if (!this.#query.passes(row)) return false;
    if (this.#query.add !== undefined) {
      this.#query.add(row);
      return false;
    }
    this.#write(source, buffer);
    this.#count += 1;
    return this.isOver;
  }

  finish(buffer: OutputBuffer): void {
    if (this.#query.add !== undefined && this.#query.limit > 0) this.#write({ row: undefined }, buffer);
  }

  #write(source: SourceRow, buffer: OutputBuffer): void {
    const { output } = this.#request;
    const { columns } = this.#query;
    if (output.format === 'json') {
      const text = columns === undefined ? this.#starText(source) : jsonObject(this.#columns(source));
      buffer.add(text, output.recordDelimiter);
      return;
    }
    const entries = columns === undefined ? this.#rows.entries(source.row) : this.#columns(source);
    const values = entries.map(([, value]) => value);
    buffer.add(csvRecord(values, output), output.recordDelimiter);
  }

  #columns({ row }: SourceRow): (readonly [string, Value])[] {
    return (this.#query.columns ?? []).map(({ name, value }) => [name, value(row)] as const);
  }

  #starText({ row, json }: SourceRow): string | Uint8Array {
    const isObject = typeof row === 'object' && row !== null && !Array.isArray(row);
    return json !== undefined && isObject ? json() : jsonObject(this.#rows.entries(row));
  }
}
