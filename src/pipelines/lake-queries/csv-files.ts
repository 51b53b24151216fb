// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { Cell } from '../../query/query-engine.js';
import type { QueryResult } from '../../query/results/query-results.js';

/** One finished file: a gzipped CSV text with a line of column names. */
export interface CsvFile {
  readonly bytes: Buffer;
  /** Of the compressed bytes, hex. */
  readonly sha256: string;
}

/**
 * A result as gzipped CSV files, one at a time; at least one, also for a result without rows. The same result always makes
 * the same bytes.
 * @param bytesMax of a file's text; the row that passes it is its last
 */
export async function* csvFiles(
  result: Pick<QueryResult, 'columns' | 'pieces'>,
  bytesMax: number,
): AsyncGenerator<CsvFile> {
  const header = csvLine(result.columns.map(({ name }) => name));
  let file = new GrowingFile(header);
  for await (const rows of result.pieces()) {
    for (const row of rows) {
      if (file.isFull(bytesMax)) {
        yield await file.finish();
        file = new GrowingFile(header);
      }
      await file.add(csvLine(row));
    }
  }
  yield await file.finish();
}

/** RFC 4180, lines ended by LF. NULL is nothing between commas, the empty text is `""`. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Lines that are compressed together: each write costs a way through the thread pool. */
const batchCharacters = 64 * 1024;

class GrowingFile {
  readonly #gzip: Gzip = createGzip();
  readonly #hash: Hash = createHash('sha256');
  readonly #chunks: Buffer[] = [];
  #batch: string;
  #textBytes = 0;

  constructor(header: string) {
    this.#batch = header;
    this.#gzip.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#hash.update(chunk);
    });
  }

  isFull(bytesMax: number): boolean {
    return this.#textBytes + this.#batch.length >= bytesMax;
  }

  async add(line: string): Promise<void> {
    this.#batch += line;
    if (this.#batch.length >= batchCharacters) await this.#flush();
  }

  async finish(): Promise<CsvFile> {
    await this.#flush();
    this.#gzip.end();
    await finished(this.#gzip);
    return { bytes: Buffer.concat(this.#chunks), sha256: this.#hash.digest('hex') };
  }

  #flush(): Promise<void> {
    const text = Buffer.from(this.#batch);
    this.#batch = '';
    this.#textBytes += text.length;
    return new Promise((resolve, reject) => {
      this.#gzip.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}
