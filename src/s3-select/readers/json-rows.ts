// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import { compactJson } from '../../record/scan-json.js';
import { structNames } from '../evaluate/bindings.js';
import type { PathStep } from '../language/syntax.js';
import { SelectError } from '../select-error.js';
import { isStruct, type Value } from '../values/value.js';
import { parseExactJson } from './exact-json.js';
import { type Found, JsonPathWalk } from './json-path-walk.js';
import type { ScannedValue } from './json-scanner.js';
import type { RowSource, SourceRow } from './row-source.js';

/** Where in the object the chunks begin (known once the first has come), and up to where records may begin. */
export interface JsonPlace {
  readonly offset: number;
  readonly lastStart: number;
}

/** Documents and lines alike are root values one after the other. */
export function jsonRows(
  chunks: AsyncIterable<Uint8Array>,
  path: readonly PathStep[],
  place?: JsonPlace,
): RowSource {
  return { names: structNames, batches: batchesOf(chunks, path, place), entries: jsonEntries };
}

async function* batchesOf(
  chunks: AsyncIterable<Uint8Array>,
  path: readonly PathStep[],
  place: JsonPlace | undefined,
): AsyncGenerator<readonly SourceRow[]> {
  let rows: SourceRow[] = [];
  const visit = (found: Found) => {
    rows.push(found === undefined ? missing : toRow(found));
  };
  let walk: JsonPathWalk | undefined;
  for await (const chunk of chunks) {
    walk ??= new JsonPathWalk(path, visit, place?.offset, place?.lastStart);
    walk.push(chunk);
    yield rows;
    rows = [];
    if (walk.isOver) return;
  }
  walk?.end();
  yield rows;
}

const missing: SourceRow = { row: undefined };

function toRow(found: ScannedValue): SourceRow {
  const { bytes, hasSpace } = found;
  return {
    row: parsed(found),
    json: () => (hasSpace ? compactJson(bytes, 0, bytes.length) : bytes),
  };
}

function parsed({ bytes, hasExactNumbers }: ScannedValue): Value {
  if (!isUtf8(bytes)) throw new SelectError('InvalidTextEncoding');
  const text = bytes.toString('utf8');
  try {
    return hasExactNumbers ? parseExactJson(text) : (JSON.parse(text) as Value);
  } catch (cause) {
    throw new SelectError('JSONParsingError', undefined, { cause });
  }
}

/** A row that is no struct is a column called by its place. */
export function jsonEntries(row: Value): readonly (readonly [string, Value])[] {
  if (row === undefined) return [];
  return isStruct(row) ? Object.entries(row) : [['_1', row]];
}
