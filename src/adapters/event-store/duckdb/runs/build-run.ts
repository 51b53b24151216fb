// SPDX-License-Identifier: Apache-2.0
import { PostingWriter } from './posting-writer.js';
import { radixSort } from './radix-sort.js';
import { fixedTermsPerRow, type RunColumns } from './run-columns.js';
import { idBytes, pageBytes } from './run-format.js';
import { kindTerm } from './run-terms.js';
import { RunWriter } from './run-writer.js';

export interface RunFacts {
  readonly hashSeed: number;
  /** The rows are all events with an ordinal above `behind` and up to `upTo`. */
  readonly behind: number;
  readonly upTo: number;
}

/** Writes a run of columns, at least one row. */
export function buildRun(path: string, facts: RunFacts, columns: RunColumns): void {
  const writer = new RunWriter(path);
  try {
    const { rowOf, order } = orderOf(columns);
    writeRows(writer, columns, order);
    const { keys, values } = radixSort(...termPairs(columns, order));
    const postings = new PostingWriter(writer);
    forEachGroup(keys, (start, end) => postings.add(keys[start]!, values.subarray(start, end), end - start));
    const termFence = postings.finish();
    const idFence = writeIds(writer, columns, rowOf);
    writeFences(writer, termFence, idFence);
    writer.finish({
      ...facts,
      rows: columns.count,
      newestMs: columns.eventTimesMs[order[0]!]!,
      oldestMs: columns.eventTimesMs[order.at(-1)!]!,
      newestEnteredMs: columns.enteredAtMs.reduce((newest, ms) => Math.max(newest, ms), -Infinity),
    });
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

export function writeFences(writer: RunWriter, termFence: Uint32Array, idFence: Uint32Array): void {
  for (const first of termFence) writer.u32(first);
  writer.endSection('termFence');
  for (const first of idFence) writer.u32(first);
  writer.endSection('idFence');
}

/** `order`: the columns' rows, newest first. `rowOf`: where in that order each of them is. */
function orderOf({ count, eventTimesMs }: RunColumns): { order: Uint32Array; rowOf: Uint32Array } {
  const order = Uint32Array.from({ length: count }, (_, index) => count - 1 - index);
  if (!isDescending(order, eventTimesMs)) order.sort((a, b) => eventTimesMs[b]! - eventTimesMs[a]! || b - a);
  const rowOf = new Uint32Array(count);
  order.forEach((at, row) => {
    rowOf[at] = row;
  });
  return { order, rowOf };
}

function isDescending(order: Uint32Array, timesMs: Float64Array): boolean {
  for (let row = 1; row < order.length; row++)
    if (timesMs[order[row]!]! > timesMs[order[row - 1]!]!) return false;
  return true;
}

function writeRows(writer: RunWriter, columns: RunColumns, order: Uint32Array): void {
  for (const at of order) {
    writer.double(columns.eventTimesMs[at]!);
    writer.double(columns.ordinals[at]!);
    writer.double(columns.enteredAtMs[at]!);
    writer.u32(columns.kinds[at]!);
    writer.u32(0);
  }
  writer.endSection('rows');
}

/** Every term with its row; rows ascending, so that a stable sort by term leaves them so. */
function termPairs(columns: RunColumns, order: Uint32Array): [terms: Uint32Array, rows: Uint32Array] {
  const { count, fixedTerms, resourceTerms, kinds } = columns;
  const starts = resourceStarts(columns);
  const most = count * (fixedTermsPerRow + 1) + resourceTerms.length;
  const terms = new Uint32Array(most);
  const rows = new Uint32Array(most);
  let length = 0;
  for (let row = 0; row < count; row++) {
    const index = order[row]!;
    for (let at = index * fixedTermsPerRow; at < (index + 1) * fixedTermsPerRow; at++) {
      if (fixedTerms[at] === 0) continue;
      terms[length] = fixedTerms[at]!;
      rows[length++] = row;
    }
    for (let at = starts[index]!; at < starts[index + 1]!; at++) {
      terms[length] = resourceTerms[at]!;
      rows[length++] = row;
    }
    terms[length] = kindTerm(kinds[index]!);
    rows[length++] = row;
  }
  return [terms.subarray(0, length), rows.subarray(0, length)];
}

function resourceStarts({ count, resourceRows }: RunColumns): Uint32Array {
  const starts = new Uint32Array(count + 1);
  for (let at = 0; at < resourceRows.length; at++) starts[resourceRows[at]! + 1]!++;
  for (let row = 0; row < count; row++) starts[row + 1]! += starts[row]!;
  return starts;
}

function forEachGroup(keys: Uint32Array, visit: (start: number, end: number) => void): void {
  for (let start = 0; start < keys.length; ) {
    let end = start + 1;
    while (end < keys.length && keys[end] === keys[start]) end++;
    visit(start, end);
    start = end;
  }
}

function writeIds(writer: RunWriter, { idHashes }: RunColumns, rowOf: Uint32Array): Uint32Array {
  const { keys, values } = radixSort(Uint32Array.from(idHashes), Uint32Array.from(rowOf));
  keys.forEach((hash, index) => {
    writer.u32(hash);
    writer.u32(values[index]!);
  });
  writer.endSection('ids');
  const perPage = pageBytes / idBytes;
  return Uint32Array.from({ length: Math.ceil(keys.length / perPage) }, (_, page) => keys[page * perPage]!);
}
