// SPDX-License-Identifier: Apache-2.0
import type { Cell, Row } from '../../query/query-engine.js';
import type { TableColumn } from '../../query/table-source.js';
import { cutToWidth, displayWidth, padToWidth } from '../display-width.js';
import { plainText } from '../plain-text.js';
import type { RowWriter, WriteText } from './row-writer.js';

/** Rows that the widths are taken from; those behind them are cut or padded to the same. */
const measuredRowsMax = 1_000;
/** Where the terminal does not say how wide it is, nothing is cut but what nobody reads. */
const cellWidthMax = 200;
const columnWidthMin = 4;

/** Aligned columns, numbers to the right, cut to the width of the terminal. */
export class TableWriter implements RowWriter {
  readonly #write: WriteText;
  readonly #width: number | undefined;
  #columns: readonly TableColumn[] = [];
  #widths: readonly number[] | undefined;
  #held: Row[] = [];
  #count = 0;

  /** @param width of the terminal, in characters; undefined: there is none */
  constructor(write: WriteText, width: number | undefined) {
    this.#write = write;
    this.#width = width;
  }

  columns(columns: readonly TableColumn[]): Promise<void> {
    this.#columns = columns;
    return Promise.resolve();
  }

  async rows(rows: readonly Row[]): Promise<void> {
    this.#count += rows.length;
    if (this.#widths !== undefined) return this.#print(rows);
    this.#held.push(...rows);
    if (this.#held.length >= measuredRowsMax) await this.#head();
  }

  async end(): Promise<void> {
    if (this.#widths === undefined) await this.#head();
    await this.#write(`(${this.#count} ${this.#count === 1 ? 'row' : 'rows'})\n`);
  }

  async #head(): Promise<void> {
    this.#widths = this.#measured();
    const names = this.#columns.map(({ name }, at) => fit(name, this.#widths![at] as number, false));
    const lines = this.#widths.map((width) => '─'.repeat(width));
    await this.#write(`${names.join(' │ ').trimEnd()}\n${lines.join('─┼─')}\n`);
    await this.#print(this.#held);
    this.#held = [];
  }

  #measured(): number[] {
    const widths = this.#columns.map(({ name }, at) =>
      this.#held.reduce(
        (width, row) => Math.min(cellWidthMax, Math.max(width, displayWidth(textOf(row[at] ?? null)))),
        displayWidth(plainText(name)),
      ),
    );
    return this.#width === undefined ? widths : narrowed(widths, this.#width - 3 * (widths.length - 1));
  }

  #print(rows: readonly Row[]): Promise<void> {
    const isRight = this.#columns.map(({ type }) =>
      /^(?:\w*int|integer|double|real|float|decimal(?:\(.*)?)$/.test(type),
    );
    const lines = rows.map((row) =>
      this.#columns
        .map((_, at) => fit(textOf(row[at] ?? null), this.#widths![at] as number, isRight[at] === true))
        .join(' │ ')
        .trimEnd(),
    );
    return lines.length === 0 ? Promise.resolve() : this.#write(`${lines.join('\n')}\n`);
  }
}

function textOf(cell: Cell): string {
  return cell === null ? '' : plainText(cell);
}

function fit(text: string, width: number, isRight: boolean): string {
  return padToWidth(cutToWidth(plainText(text), width), width, isRight);
}

/** The widest columns give way first, so that as many as can be are seen whole. */
function narrowed(widths: readonly number[], room: number): number[] {
  const sorted = widths.map((width, at) => ({ width, at })).sort((a, b) => a.width - b.width);
  const result = [...widths];
  let left = Math.max(room, columnWidthMin * widths.length);
  sorted.forEach(({ width, at }, done) => {
    const share = Math.floor(left / (sorted.length - done));
    result[at] = Math.max(columnWidthMin, Math.min(width, share));
    left -= result[at];
  });
  return result;
}
