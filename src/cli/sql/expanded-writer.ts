// SPDX-License-Identifier: Apache-2.0
import type { Row } from '../../query/query-engine.js';
import type { TableColumn } from '../../query/table-source.js';
import { displayWidth, padToWidth } from '../display-width.js';
import { plainText } from '../plain-text.js';
import type { RowWriter, WriteText } from './row-writer.js';

/** A row as a list, one column a line: for rows that are wider than any terminal, as records are. Nothing is cut. */
export class ExpandedWriter implements RowWriter {
  readonly #write: WriteText;
  #names: readonly string[] = [];
  #count = 0;

  constructor(write: WriteText) {
    this.#write = write;
  }

  columns(columns: readonly TableColumn[]): Promise<void> {
    const names = columns.map(({ name }) => plainText(name));
    const width = names.reduce((most, name) => Math.max(most, displayWidth(name)), 0);
    this.#names = names.map((name) => padToWidth(name, width));
    return Promise.resolve();
  }

  rows(rows: readonly Row[]): Promise<void> {
    const lines = rows.flatMap((row) => {
      this.#count += 1;
      const head = `─[ row ${this.#count} ]`.padEnd(displayWidth(this.#names[0] ?? '') + 1, '─');
      return [head, ...this.#names.map((name, at) => `${name} │ ${plainText(row[at] ?? '')}`.trimEnd())];
    });
    return lines.length === 0 ? Promise.resolve() : this.#write(`${lines.join('\n')}\n`);
  }

  async end(): Promise<void> {
    await this.#write(`(${this.#count} ${this.#count === 1 ? 'row' : 'rows'})\n`);
  }
}
