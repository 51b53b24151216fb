// SPDX-License-Identifier: Apache-2.0
import { TextDecoder } from 'node:util';
import { type Evaluate, type RowNames, sameName } from '../evaluate/bindings.js';
import type { Name } from '../language/syntax.js';
import { SelectError } from '../select-error.js';
import type { CsvInput } from '../select-request.js';
import type { Value } from '../values/value.js';
import { CsvParser, type CsvRecord } from './csv-parser.js';
import type { RowSource, SourceRow } from './row-source.js';

export interface CsvPlace {
  /** Where in the object the chunks begin; known once the first has come. */
  readonly offset: number;
  /** Records that begin behind it are not read. */
  readonly lastStart: number;
  /** The names of the columns, where the chunks do not begin with them. */
  readonly header?: readonly string[];
}

/** Reads the header, where there is one, before it resolves. */
export async function csvRows(
  chunks: AsyncIterable<Uint8Array>,
  format: CsvInput,
  place?: CsvPlace,
): Promise<RowSource> {
  const batches = recordsOf(chunks, format, place);
  const beginsInside = place !== undefined && place.offset > 0;
  let first: readonly CsvRecord[] = [];
  while (first.length === 0) {
    const { done, value } = await batches.next();
    if (done === true) break;
    first = value;
  }
  const hasHeader = format.header !== 'NONE' && !beginsInside;
  const names = hasHeader ? first[0]?.fields : place?.header;
  const header = format.header === 'USE' ? (names ?? []) : undefined;
  const rest = hasHeader ? first.slice(1) : first;
  return {
    names: namesOf(header),
    batches: rowsOf(rest, batches),
    entries: (row) => entriesOf(row as readonly string[], header),
  };
}

async function* rowsOf(
  first: readonly CsvRecord[],
  rest: AsyncIterable<readonly CsvRecord[]>,
): AsyncGenerator<readonly SourceRow[]> {
  yield first.map(({ fields }) => ({ row: fields }));
  for await (const records of rest) yield records.map(({ fields }) => ({ row: fields }));
}

async function* recordsOf(
  chunks: AsyncIterable<Uint8Array>,
  format: CsvInput,
  place: CsvPlace | undefined,
): AsyncGenerator<readonly CsvRecord[]> {
  const parser = new CsvParser(format, place !== undefined);
  const isBehind = ({ start }: CsvRecord) => place !== undefined && place.offset + start > place.lastStart;
  for await (const text of texts(chunks)) {
    const records = parser.push(text);
    const last = records.findIndex(isBehind);
    yield last < 0 ? records : records.slice(0, last);
    if (last >= 0) return;
  }
  yield parser.end().filter((record) => !isBehind(record));
}

async function* texts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) yield decoded(decoder, chunk);
  yield decoded(decoder, undefined);
}

function decoded(decoder: TextDecoder, chunk: Uint8Array | undefined): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw new SelectError('InvalidTextEncoding', undefined, { cause });
  }
}

/** `_1`, and the names in the header. What a short row lacks is MISSING. Source: S3 User Guide, "SELECT command", CSV. */
function namesOf(header: readonly string[] | undefined): RowNames {
  return {
    field: (name) => columnAt(indexOf(name, header)),
    whole: (row) => Object.fromEntries(entriesOf(row as readonly string[], header)),
    isText: true,
  };
}

function columnAt(index: number): Evaluate {
  return (row) => (row as readonly string[])[index];
}

function indexOf(name: Name, header: readonly string[] | undefined): number {
  const found = (header ?? []).flatMap((each, at) => (sameName(name, each) ? [at] : []));
  if (found.length > 1) throw new SelectError('AmbiguousFieldName');
  if (found[0] !== undefined) return found[0];
  const place = /^_(\d{1,9})$/.exec(name.text)?.[1];
  if (place !== undefined && Number(place) > 0) return Number(place) - 1;
  throw new SelectError(
    header === undefined || place !== undefined ? 'InvalidColumnIndex' : 'MissingHeaders',
  );
}

function entriesOf(
  fields: readonly string[],
  header: readonly string[] | undefined,
): readonly (readonly [string, Value])[] {
  return fields.map((field, at) => [header?.[at] ?? `_${at + 1}`, field]);
}
