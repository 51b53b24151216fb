// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events';
import { createWriteStream, rmSync, statfsSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdbTypeText, parseHiveType, type StructField } from '../../../athena/catalog/hive-type.js';
import { BadDataError, type CellRow, cloudtrailRows, lineReader } from '../../../athena/files/row-reader.js';
import type { ConvertRequest, SourceFile } from './convert-request.js';
import { linesOf, wholeText } from './read-lines.js';
import { watchedReader } from './watched-reader.js';

/** What the copy's writer may take; the source is streamed. */
const memoryLimit = '1GB';
const flushCharacters = 1024 * 1024;
/** How often it is asked what the disk has left. */
const checkedCharacters = 64 * 1024 * 1024;
const freeBytesMin = 1024 ** 3;
/** The writer holds a row twice. */
const rowBytesMax = 64 * 1024 * 1024;
const rowBytesMin = 1024 * 1024;

/**
 * Reads files as their table says and writes one Parquet file with its columns in their types. Everything that a stranger has
 * written is read by code of ours first: the writer sees lines of JSON that are sure to fit.
 * @returns how many rows there are
 */
export async function convertFiles(request: ConvertRequest): Promise<number> {
  const columns = request.columns.map(({ name, type }) => ({ name, type: parseHiveType(type) }));
  const { count, bytesMax } = await writeRows(request, columns);
  const hidden = (request.hidden ?? []).map(({ name }): StructField => {
    const type = name === '$file_size' ? 'bigint' : 'string';
    return { name, type: { kind: 'primitive', name: type } };
  });
  try {
    await writeParquet(request, [...columns, ...hidden], bytesMax);
  } finally {
    rmSync(request.rowsPath, { force: true });
  }
  return count;
}

interface WrittenRows {
  readonly count: number;
  /** No row has more. */
  readonly bytesMax: number;
}

async function writeRows(request: ConvertRequest, columns: readonly StructField[]): Promise<WrittenRows> {
  const out = createWriteStream(request.rowsPath, { mode: 0o600 });
  let count = 0;
  let bytesMax = rowBytesMin;
  let text = '';
  let unchecked = 0;
  const flush = async () => {
    const piece = text;
    text = '';
    unchecked += piece.length;
    if (unchecked >= checkedCharacters) {
      unchecked = 0;
      verifyRoom(request.rowsPath);
    }
    if (!out.write(piece)) await once(out, 'drain');
  };
  try {
    for (const file of request.files) {
      const hidden = hiddenOf(file, request);
      for await (const row of rowsOf(file, request, columns)) {
        const line = JSON.stringify(hidden === undefined ? row : { ...row, ...hidden });
        // A character of JavaScript's has at most three bytes.
        bytesMax = Math.max(bytesMax, line.length * 3);
        if (bytesMax > rowBytesMax)
          throw new BadDataError(`HIVE_CURSOR_ERROR: a row of ${file.name} is too long`);
        text += `${line}\n`;
        count += 1;
        if (text.length >= flushCharacters) await flush();
      }
    }
    await flush();
  } finally {
    out.end();
    await once(out, 'close');
  }
  return { count, bytesMax };
}

/** An instant as its text: the writer's types know none with a zone. */
function hiddenOf(
  { name, bytes, modifiedAtMs }: SourceFile,
  { hidden }: ConvertRequest,
): CellRow | undefined {
  if (hidden === undefined) return undefined;
  const modified = modifiedAtMs === undefined ? null : new Date(modifiedAtMs).toISOString();
  return { $path: name, $file_size: bytes, $file_modified_time: modified };
}

/** Recording needs the disk, too: files that unfold to much do not take all of it. */
function verifyRoom(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize < freeBytesMin)
    throw new BadDataError(
      'HIVE_CURSOR_ERROR: there is no room on the disk for what the files of the table hold',
    );
}

async function* rowsOf(
  file: SourceFile,
  { form }: ConvertRequest,
  columns: readonly StructField[],
): AsyncGenerator<CellRow> {
  try {
    if (form.kind === 'cloudtrail') {
      yield* cloudtrailRows(await wholeText(file), columns);
      return;
    }
    const reader = lineReader(form, columns);
    const read = form.kind === 'regex' ? watchedReader(reader) : reader;
    let skip = form.kind === 'json' ? 0 : form.skipLines;
    for await (const line of linesOf(file)) {
      if (skip > 0) {
        skip -= 1;
        continue;
      }
      const row = read(line);
      if (row !== undefined) yield row;
    }
  } catch (error) {
    if (!(error instanceof BadDataError) || error.message.includes(file.name)) throw error;
    throw new BadDataError(`${error.message} (file ${file.name})`, { cause: error });
  }
}

async function writeParquet(
  { rowsPath, parquetPath }: ConvertRequest,
  columns: readonly StructField[],
  bytesMax: number,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: memoryLimit, threads: '1' });
  const connection = await instance.connect();
  try {
    const types = columns
      .map(({ name, type }) => `${quoted(name)}: ${quoted(duckdbTypeText(type))}`)
      .join(', ');
    await connection.run(
      `COPY (SELECT * FROM read_json(${quoted(rowsPath)}, format = 'newline_delimited', columns = {${types}}, ` +
        `maximum_object_size = ${bytesMax})) TO ${quoted(parquetPath)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
