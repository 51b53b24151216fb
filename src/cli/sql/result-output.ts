// SPDX-License-Identifier: Apache-2.0
import { open } from 'node:fs/promises';
import type { Row } from '../../query/query-engine.js';
import type { TableColumn } from '../../query/table-source.js';
import { CommandError } from '../command-error.js';
import { ExpandedWriter } from './expanded-writer.js';
import { CsvWriter, JsonWriter, type RowWriter, type SqlFormat, type WriteText } from './row-writer.js';
import type { SqlOutput } from './sql-target.js';
import { TableWriter } from './table-writer.js';

/** A result on its way to the terminal or into a file. */
export interface ResultOutput extends SqlOutput {
  end(): Promise<void>;
  /** After `end`, or in its place. */
  close(): Promise<void>;
}

export interface ResultForm {
  /** A table's rows one column a line. */
  readonly expanded: boolean;
  /** Behind what is in the file. */
  readonly append: boolean;
}

/** @param path undefined: standard output */
export async function openResult(
  format: SqlFormat,
  path: string | undefined,
  { expanded, append }: ResultForm,
): Promise<ResultOutput> {
  if (format === 'parquet') {
    if (append)
      throw new CommandError('a Parquet file has the rows of one statement: \\o FILE names another');
    return outputOf(format, await parquetWriter(path), () => Promise.resolve());
  }
  if (path === undefined)
    return outputOf(format, writerOf(format, toStandardOutput, terminalWidth(), expanded), () =>
      Promise.resolve(),
    );
  const file = await open(path, append ? 'a' : 'w').catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(`${path} cannot be written: ${cause.message}`, 1, { cause });
  });
  const write: WriteText = async (text) => {
    await file.write(text);
  };
  return outputOf(format, writerOf(format, write, undefined, expanded), () => file.close());
}

async function parquetWriter(path: string | undefined): Promise<RowWriter> {
  if (path === undefined) throw new CommandError('parquet is written into a file: name one', 2);
  // A database, which the other formats need not load.
  const { ParquetWriter } = await import('./parquet-writer.js');
  return new ParquetWriter(path);
}

function writerOf(
  format: Exclude<SqlFormat, 'parquet'>,
  write: WriteText,
  width: number | undefined,
  expanded: boolean,
): RowWriter {
  if (format === 'csv') return new CsvWriter(write);
  if (format === 'table' && expanded) return new ExpandedWriter(write);
  return format === 'table' ? new TableWriter(write, width) : new JsonWriter(write, format === 'jsonl');
}

function outputOf(format: SqlFormat, writer: RowWriter, close: () => Promise<void>): ResultOutput {
  return {
    // What people read is as Athena prints it.
    nestedAsJson: format !== 'table' && format !== 'csv',
    onColumns: (columns: readonly TableColumn[]) => writer.columns(columns),
    onRows: (rows: readonly Row[]) => writer.rows(rows),
    end: () => writer.end(),
    close,
  };
}

function terminalWidth(): number | undefined {
  // A terminal that does not know how wide it is says 0.
  return process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : undefined;
}

/** Waits while its reader is slower than we are. */
async function toStandardOutput(text: string): Promise<void> {
  if (text === '' || process.stdout.write(text)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
}
