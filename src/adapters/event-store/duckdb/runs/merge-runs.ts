// SPDX-License-Identifier: Apache-2.0
import { type RunFacts, writeFences } from './build-run.js';
import { PageCache } from './page-cache.js';
import { PostingCursor } from './posting-cursor.js';
import { PostingWriter } from './posting-writer.js';
import { noRow } from './row-cursor.js';
import { Run } from './run.js';
import { idBytes, pageBytes, rowBytes, type SectionName, termBytes } from './run-format.js';
import { RunWriter } from './run-writer.js';

interface Input {
  readonly run: Run;
  /** Where each of its rows is in the merged run. */
  readonly newRow: Uint32Array;
}

/** Writes one run of several. Throws DamagedRunError for a damaged input. */
export function mergeRuns(path: string, facts: RunFacts, paths: readonly string[]): void {
  const cache = new PageCache();
  const runs = paths.map((input) => new Run(input, cache));
  const writer = new RunWriter(path);
  try {
    const inputs = mergeRows(writer, runs);
    const termFence = mergeTerms(writer, inputs);
    const idFence = mergeIds(writer, inputs);
    writeFences(writer, termFence, idFence);
    const headers = runs.map(({ header }) => header);
    writer.finish({
      ...facts,
      rows: runs.reduce((sum, { rows }) => sum + rows, 0),
      newestMs: Math.max(...headers.map(({ newestMs }) => newestMs)),
      oldestMs: Math.min(...headers.map(({ oldestMs }) => oldestMs)),
      newestEnteredMs: Math.max(...headers.map(({ newestEnteredMs }) => newestEnteredMs)),
    });
  } catch (error) {
    writer.abandon();
    throw error;
  } finally {
    for (const run of runs) run.close();
  }
}

/** Goes over the fixed-size records of a section once. */
class Records {
  readonly #pieces: Generator<Buffer>;
  readonly #size: number;
  piece: Buffer = Buffer.alloc(0);
  at: number;
  isDone = false;

  constructor(run: Run, section: SectionName, size: number) {
    this.#pieces = run.pieces(section);
    this.#size = size;
    this.at = -size;
    this.next();
  }

  next(): void {
    this.at += this.#size;
    if (this.at < this.piece.length) return;
    const { value, done } = this.#pieces.next();
    this.isDone = done === true || value.length === 0;
    if (done !== true) this.piece = value;
    this.at = 0;
  }
}

function mergeRows(writer: RunWriter, runs: readonly Run[]): Input[] {
  const inputs = runs.map((run) => ({ run, newRow: new Uint32Array(run.rows) }));
  const open = runs.map((run, index) => ({
    records: new Records(run, 'rows', rowBytes),
    newRow: inputs[index]!.newRow,
    row: 0,
    timeMs: 0,
    ordinal: 0,
  }));
  const load = (input: (typeof open)[number]): void => {
    const { piece, at } = input.records;
    input.timeMs = piece.readDoubleLE(at);
    input.ordinal = piece.readDoubleLE(at + 8);
  };
  const live = open.filter(({ records }) => !records.isDone);
  for (const input of live) load(input);
  for (let row = 0; live.length > 0; row++) {
    let best = live[0]!;
    for (const input of live)
      if (input.timeMs > best.timeMs || (input.timeMs === best.timeMs && input.ordinal > best.ordinal))
        best = input;
    const { piece, at } = best.records;
    writer.bytes(piece.subarray(at, at + rowBytes));
    best.newRow[best.row++] = row;
    best.records.next();
    if (best.records.isDone) live.splice(live.indexOf(best), 1);
    else load(best);
  }
  writer.endSection('rows');
  return inputs;
}

function mergeTerms(writer: RunWriter, inputs: readonly Input[]): Uint32Array {
  const postings = new PostingWriter(writer);
  // The last to arrive first: nearly always the newest, so that the rows of a term come in order.
  const open = [...inputs]
    .reverse()
    .map((input) => ({ input, records: new Records(input.run, 'terms', termBytes) }));
  let rows = new Uint32Array(1024);
  for (;;) {
    const term = open.reduce(
      (least, { records }) =>
        records.isDone ? least : Math.min(least, records.piece.readUInt32LE(records.at)),
      noRow,
    );
    if (term === noRow) return postings.finish();
    let count = 0;
    for (const { input, records } of open) {
      if (records.isDone || records.piece.readUInt32LE(records.at) !== term) continue;
      const { piece, at } = records;
      const entry = {
        count: piece.readUInt32LE(at + 4),
        firstRow: piece.readUInt32LE(at + 8),
        at: piece.readUInt32LE(at + 12),
      };
      if (count + entry.count > rows.length) {
        const larger = new Uint32Array((count + entry.count) * 2);
        larger.set(rows.subarray(0, count));
        rows = larger;
      }
      const cursor = new PostingCursor(input.run, entry);
      for (let row = cursor.row; row !== noRow; row = cursor.seek(row + 1))
        rows[count++] = input.newRow[row]!;
      records.next();
    }
    postings.add(term, sorted(rows.subarray(0, count)), count);
  }
}

function sorted(rows: Uint32Array): Uint32Array {
  for (let index = 1; index < rows.length; index++) if (rows[index]! < rows[index - 1]!) return rows.sort();
  return rows;
}

function mergeIds(writer: RunWriter, inputs: readonly Input[]): Uint32Array {
  const fence: number[] = [];
  const live = inputs
    .map(({ run, newRow }) => ({ records: new Records(run, 'ids', idBytes), newRow, hash: 0 }))
    .filter(({ records }) => !records.isDone);
  for (const input of live) input.hash = input.records.piece.readUInt32LE(input.records.at);
  const perPage = pageBytes / idBytes;
  for (let count = 0; live.length > 0; count++) {
    let best = live[0]!;
    for (const input of live) if (input.hash < best.hash) best = input;
    const { piece, at } = best.records;
    if (count % perPage === 0) fence.push(best.hash);
    writer.u32(best.hash);
    writer.u32(best.newRow[piece.readUInt32LE(at + 4)]!);
    best.records.next();
    if (best.records.isDone) live.splice(live.indexOf(best), 1);
    else best.hash = best.records.piece.readUInt32LE(best.records.at);
  }
  writer.endSection('ids');
  return Uint32Array.from(fence);
}
