// SPDX-License-Identifier: Apache-2.0
import { TextDecoder } from 'node:util';
import { sameName } from './evaluate/bindings.js';
import { childrenOf, type Expression, type Query } from './language/syntax.js';
import { fromNextRecord } from './readers/byte-chunks.js';
import { CsvParser } from './readers/csv-parser.js';
import { csvRows } from './readers/csv-rows.js';
import { decompressed } from './readers/decompress.js';
import { jsonRows } from './readers/json-rows.js';
import { parquetRows } from './readers/parquet-rows.js';
import type { ObjectBytes, RowSource } from './readers/row-source.js';
import { SelectError } from './select-error.js';
import type { CsvInput, SelectCounts, SelectRequest } from './select-request.js';

type Progress = { -readonly [Name in keyof SelectCounts]: SelectCounts[Name] };

/** The rows that a request asks for, of the object as it is stored. `progress` is kept up to date while they are read. */
export async function openRows(
  request: SelectRequest,
  query: Query,
  object: ObjectBytes,
  progress: Progress,
): Promise<RowSource> {
  const { input } = request;
  if (input.format !== 'json' && query.path.length > 0)
    throw new SelectError('InvalidKeyPath', 'Only JSON has paths in FROM.');
  if (input.format === 'parquet') {
    // Its columns are compressed one by one: bytes of the object are all that can be counted.
    const bytes = counted(object, progress);
    const read: ObjectBytes['read'] = (start, end) => processed(bytes.read(start, end), progress);
    return parquetRows({ size: object.size, read }, columnsAsked(query), request.scanRange);
  }
  const range = request.scanRange;
  if (range === undefined) {
    const chunks = all(request, object, progress);
    return input.format === 'json' ? jsonRows(chunks, query.path) : csvRows(chunks, input);
  }
  const ranged = object.size === 0 ? noBytes() : fromRange(request, object, progress, range);
  if (input.format === 'json') return jsonRows(ranged.chunks, query.path, ranged.place);
  if (input.header === 'USE' && range.start > 0) ranged.place.header = await headerOf(object, input);
  return csvRows(ranged.chunks, input, ranged.place);
}

interface RangedChunks {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** `offset` is known once the first chunk has come. */
  readonly place: { offset: number; readonly lastStart: number; header?: readonly string[] };
}

/** Of the first record only what begins in the range: the byte before tells whether one does. */
function fromRange(
  request: SelectRequest,
  object: ObjectBytes,
  progress: Progress,
  range: { readonly start: number; readonly end: number },
): RangedChunks {
  const { start, end } = range;
  const place: RangedChunks['place'] = { offset: start, lastStart: end };
  const delimiter = request.input.format === 'csv' ? (request.input.recordDelimiter ?? '\n') : '\n';
  const length = Buffer.byteLength(delimiter);
  const from = Math.max(0, start - length);
  const read = counted(object, progress).read(from, object.size - 1);
  if (start === 0) return { chunks: processed(read, progress), place };
  const chunks = fromNextRecord(read, Buffer.from(delimiter), (skipped) => {
    place.offset = from + skipped;
  });
  return { chunks: processed(chunks, progress), place };
}

function noBytes(): RangedChunks {
  return { chunks: (async function* () {})(), place: { offset: 0, lastStart: 0 } };
}

function all(request: SelectRequest, object: ObjectBytes, progress: Progress): AsyncIterable<Uint8Array> {
  const stored = object.size === 0 ? noBytes().chunks : counted(object, progress).read(0, object.size - 1);
  return processed(decompressed(stored, request.compression), progress);
}

function counted(object: ObjectBytes, progress: Progress): ObjectBytes {
  return {
    size: object.size,
    read: async function* (start, end) {
      for await (const chunk of object.read(start, end)) {
        progress.bytesScanned += chunk.length;
        yield chunk;
      }
    },
  };
}

async function* processed(chunks: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    progress.bytesProcessed += chunk.length;
    yield chunk;
  }
}

/** The first record of the object. */
async function headerOf(object: ObjectBytes, format: CsvInput): Promise<readonly string[]> {
  const parser = new CsvParser(format);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of object.read(0, object.size - 1)) {
    const [first] = parser.push(decoder.decode(chunk, { stream: true }));
    if (first !== undefined) return first.fields;
  }
  return parser.end()[0]?.fields ?? [];
}

/** Names of columns that a query looks at, in lower case; undefined: whole rows. */
function columnsAsked(query: Query): ReadonlySet<string> | undefined {
  const { projections, alias, where } = query;
  if (projections === '*') return undefined;
  const names = new Set<string>();
  const pending: Expression[] = [
    ...projections.map(({ expression }) => expression),
    ...(where ? [where] : []),
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    pending.push(...childrenOf(next));
    if (next.kind !== 'path') continue;
    const { root, steps } = next;
    if (!sameName({ text: root.text, quoted: false }, alias.text)) names.add(root.text.toLowerCase());
    else if (steps[0]?.kind === 'name') names.add(steps[0].name.text.toLowerCase());
    else return undefined;
  }
  return names;
}
