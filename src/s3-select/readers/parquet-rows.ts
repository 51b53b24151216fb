// SPDX-License-Identifier: Apache-2.0
import { gunzipSync } from 'node:zlib';
import type { AsyncBuffer, Compressors, FileMetaData, RowGroup, SchemaElement } from 'hyparquet';
import { structNames } from '../evaluate/bindings.js';
import { rowGroupBytesMax, rowGroupValuesMax } from '../limits.js';
import { SelectError } from '../select-error.js';
import type { SelectRequest } from '../select-request.js';
import type { Value } from '../values/value.js';
import { collect } from './byte-chunks.js';
import { jsonEntries } from './json-rows.js';
import { decimalScales, parquetParsers, toValue } from './parquet-values.js';
import type { ObjectBytes, RowSource, SourceRow } from './row-source.js';

const codecs: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY', 'GZIP']);

/**
 * Row group by row group; of each only the columns that are asked for.
 * @param wanted names of columns in lower case; undefined: all of them
 */
export async function parquetRows(
  object: ObjectBytes,
  wanted: ReadonlySet<string> | undefined,
  range: SelectRequest['scanRange'],
): Promise<RowSource> {
  const { parquetMetadataAsync } = await import('hyparquet');
  const file = toFile(object);
  const metadata = await parsing(() => parquetMetadataAsync(file));
  const columns = columnsOf(metadata, wanted);
  return {
    names: structNames,
    batches: batchesOf(file, metadata, columns, range),
    entries: jsonEntries,
  };
}

async function* batchesOf(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly SchemaElement[],
  range: SelectRequest['scanRange'],
): AsyncGenerator<readonly SourceRow[]> {
  const { parquetReadObjects } = await import('hyparquet');
  const compressors = await makeCompressors();
  const scales = decimalScales(columns);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    if (isInRange(group, range)) {
      verifyGroup(group, columns);
      const rows = await parsing(() =>
        parquetReadObjects({
          file,
          metadata,
          columns: columns.map(({ name }) => name),
          rowStart,
          rowEnd,
          compressors,
          parsers: parquetParsers,
          utf8: false,
          geoparquet: false,
        }),
      );
      yield rows.map((row) => ({ row: toStruct(row, columns, scales) }));
    }
    rowStart = rowEnd;
  }
}

function toStruct(
  row: Readonly<Record<string, unknown>>,
  columns: readonly SchemaElement[],
  scales: ReadonlyMap<string, number>,
): Value {
  const struct = Object.create(null) as Record<string, Value>;
  for (const element of columns)
    struct[element.name] = toValue(row[element.name], element, scales.get(element.name));
  return struct;
}

/** The top of the schema: what stands in rows by name. */
function columnsOf(metadata: FileMetaData, wanted: ReadonlySet<string> | undefined): SchemaElement[] {
  const [root, ...elements] = metadata.schema;
  const columns: SchemaElement[] = [];
  let at = 0;
  for (let count = 0; count < (root?.num_children ?? 0); count++) {
    const element = elements[at];
    if (element === undefined) throw new SelectError('ParquetParsingError');
    columns.push(element);
    at += sizeOf(elements, at);
  }
  const asked = columns.filter(({ name }) => wanted === undefined || wanted.has(name.toLowerCase()));
  // Rows are counted by some column.
  const read = asked.length === 0 ? columns.slice(0, 1) : asked;
  if (read.some(({ type }) => type === 'INT96')) throw new SelectError('UnsupportedParquetType', 'INT96');
  return read;
}

/** An element with all that it contains. */
function sizeOf(elements: readonly SchemaElement[], at: number, depth = 0): number {
  if (depth > 100) throw new SelectError('ParquetParsingError');
  let size = 1;
  for (let child = 0; child < (elements[at]?.num_children ?? 0); child++) {
    if (at + size >= elements.length) throw new SelectError('ParquetParsingError');
    size += sizeOf(elements, at + size, depth + 1);
  }
  return size;
}

/** "For Parquet objects, all of the row groups that start within the scan range requested are processed." */
function isInRange(group: RowGroup, range: SelectRequest['scanRange']): boolean {
  if (range === undefined) return true;
  const starts = group.columns.map(({ meta_data }) =>
    Number(meta_data?.dictionary_page_offset ?? meta_data?.data_page_offset ?? 0),
  );
  const start = Math.min(...starts);
  return start >= range.start && start <= range.end;
}

function verifyGroup(group: RowGroup, columns: readonly SchemaElement[]): void {
  if (Number(group.total_byte_size) > rowGroupBytesMax) throw new SelectError('OverMaxParquetBlockSize');
  if (Number(group.num_rows) * (columns.length + 4) > rowGroupValuesMax)
    throw new SelectError('OverMaxParquetBlockSize');
  const names = new Set(columns.map(({ name }) => name));
  let bytes = 0;
  for (const { meta_data: data } of group.columns) {
    if (data === undefined || !names.has(data.path_in_schema[0] ?? '')) continue;
    if (!codecs.has(data.codec)) throw new SelectError('ParquetUnsupportedCompressionCodec', data.codec);
    bytes += Number(data.total_uncompressed_size);
  }
  if (bytes > rowGroupBytesMax) throw new SelectError('OverMaxParquetBlockSize');
}

/** A page that says it is larger than a row group may be is not believed. */
async function makeCompressors(): Promise<Compressors> {
  const { snappyUncompress } = await import('hyparquet');
  return {
    SNAPPY: (input, length) => {
      const output = new Uint8Array(checkedLength(length));
      snappyUncompress(input, output);
      return output;
    },
    GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, checkedLength(length)) }),
  };
}

function checkedLength(length: number): number {
  if (length > rowGroupBytesMax) throw new SelectError('OverMaxParquetBlockSize');
  return length;
}

function toFile(object: ObjectBytes): AsyncBuffer {
  const { size } = object;
  return {
    byteLength: size,
    slice: async (from, to = size) => {
      const start = Math.max(0, from < 0 ? size + from : from);
      const end = Math.min(size, to < 0 ? size + to : to);
      if (end <= start) return new ArrayBuffer(0);
      const bytes = await collect(object.read(start, end - 1));
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
}

async function parsing<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SelectError) throw cause;
    throw new SelectError('ParquetParsingError', undefined, { cause });
  }
}
