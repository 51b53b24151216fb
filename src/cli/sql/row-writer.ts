// SPDX-License-Identifier: Apache-2.0
import type { Cell, Row } from '../../query/query-engine.js';
import type { TableColumn } from '../../query/table-source.js';

export const sqlFormats = ['table', 'csv', 'json', 'jsonl', 'parquet'] as const;
export type SqlFormat = (typeof sqlFormats)[number];

/** `array(…)`, `map(…)`, `row(…)`. */
export function isNested(type: string): boolean {
  return /^(array|map|row)\(/.test(type);
}

/** Where text goes: resolves when more may come. */
export type WriteText = (text: string) => Promise<void>;

/** Makes text of a result, piece by piece. */
export interface RowWriter {
  columns(columns: readonly TableColumn[]): Promise<void>;
  rows(rows: readonly Row[]): Promise<void>;
  end(): Promise<void>;
}

/** RFC 4180, with a header; NULL is an empty field, an empty text `""`. */
export class CsvWriter implements RowWriter {
  readonly #write: WriteText;

  constructor(write: WriteText) {
    this.#write = write;
  }

  columns(columns: readonly TableColumn[]): Promise<void> {
    return this.#write(`${columns.map(({ name }) => csvField(name)).join(',')}\n`);
  }

  rows(rows: readonly Row[]): Promise<void> {
    return this.#write(rows.map((row) => `${row.map(csvField).join(',')}\n`).join(''));
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

function csvField(cell: Cell): string {
  if (cell === null) return '';
  return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A list of objects, or one object a line. Nested cells have to come as JSON documents. */
export class JsonWriter implements RowWriter {
  readonly #write: WriteText;
  readonly #isLines: boolean;
  #columns: readonly TableColumn[] = [];
  #isFirst = true;

  constructor(write: WriteText, isLines: boolean) {
    this.#write = write;
    this.#isLines = isLines;
  }

  columns(columns: readonly TableColumn[]): Promise<void> {
    this.#columns = columns;
    return Promise.resolve();
  }

  rows(rows: readonly Row[]): Promise<void> {
    const lines = rows.map((row) => {
      const before = this.#isLines ? '' : this.#isFirst ? '[\n' : ',\n';
      this.#isFirst = false;
      return before + this.#object(row) + (this.#isLines ? '\n' : '');
    });
    return this.#write(lines.join(''));
  }

  end(): Promise<void> {
    if (this.#isLines) return Promise.resolve();
    return this.#write(this.#isFirst ? '[]\n' : '\n]\n');
  }

  #object(row: Row): string {
    const members = this.#columns.map(
      ({ name, type }, at) => `${JSON.stringify(name)}:${jsonCell(row[at] ?? null, type)}`,
    );
    return `{${members.join(',')}}`;
  }
}

/**
 * Numbers and truth values as such where they can be, arrays, maps and rows as the documents that they come as (`nestedAsJson`),
 * all else as the text that it is printed as.
 */
function jsonCell(cell: Cell, type: string): string {
  if (cell === null) return 'null';
  if (isNested(type)) return cell;
  const isNumber = /^(tinyint|smallint|integer|int|bigint|double|real|float|decimal)/.test(type);
  if (isNumber && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(cell)) return cell;
  if (type === 'boolean' && (cell === 'true' || cell === 'false')) return cell;
  return JSON.stringify(cell);
}
