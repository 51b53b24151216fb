// SPDX-License-Identifier: Apache-2.0
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Position } from '../../../ports/event-log.js';
import type { IngestResult } from '../../../ports/event-store.js';
import { type BatchFacts, RowStretches } from './batch-facts.js';
import { BatchIds } from './batch-ids.js';
import { type DayCounts, dayMs } from './day-counts.js';
import type { IdGuide } from './id-guide.js';
import { eventColumns, type IndexDatabase, resourceColumns } from './index-database.js';
import { type Candidate, findKnown } from './known-events.js';
import { toOrdinal } from './ordinal.js';
import type { ParsedBatch } from './parsed-batch.js';
import type { Places } from './places.js';
import { sealFacts } from './record-block.js';
import type { RecordFiles } from './record-files.js';
import { idHash, readOnlyTerm, toKind } from './runs/run-terms.js';
import type { TermIndex } from './runs/term-index.js';
import { TableAppender } from './table-appender.js';

/** What a writer of the history works on. */
export interface IngestTarget {
  readonly database: IndexDatabase;
  readonly files: RecordFiles;
  readonly places: Places;
  readonly days: DayCounts;
  readonly ids: IdGuide;
  readonly terms: TermIndex;
  readonly hashSeed: number;
}

export interface Ingested extends IngestResult {
  /** The newest ordinal of the batch; undefined when nothing was added. */
  readonly lastOrdinal: number | undefined;
}

/** A new event: where it is in the parsed batches. */
interface NewRows {
  readonly batch: ParsedBatch;
  /** The store's number of each of the batch's places. */
  readonly placeIds: readonly number[];
  readonly rows: Int32Array;
  /** The address of each block in the files; -1 for one without new events, which is not kept. */
  readonly addresses: Float64Array;
}

/**
 * Writes parsed batches and the log's position behind them in one transaction. All or nothing: after a failure the
 * store is as it was, and the same batches may come again.
 */
export async function ingestBatches(
  target: IngestTarget,
  batches: readonly ParsedBatch[],
  position: Position,
): Promise<Ingested> {
  const found = await findNewRows(target, batches);
  const added = found.reduce((sum, { rows }) => sum + rows.length, 0);
  const total = batches.reduce((sum, { count }) => sum + count, 0);
  const recordsEnd = added > 0 ? await appendBlocks(target, found, position) : target.files.end;
  const rows = found
    .filter((some) => some.rows.length > 0)
    .map((some) => ({ ...some, ordinals: ordinalsOf(some) }));
  await target.terms.room();
  await target.database.transaction(async (writer) => {
    if (added > 0) await appendRows(writer, rows);
    for (const { id, place } of target.places.unsaved()) {
      await writer.run('INSERT INTO places VALUES (?, ?, ?)', [id, place.accountId, place.region]);
    }
    await writer.run('UPDATE progress SET position = ?, records_end = ?', [position, BigInt(recordsEnd)]);
  });
  target.places.saved();
  target.files.commit(recordsEnd);
  for (const some of rows) remember(target, some);
  return { added, duplicates: total - added, lastOrdinal: rows.at(-1)?.ordinals.at(-1) };
}

/** Leaves out what the store has already and what comes twice in the batches: the first one stays. */
async function findNewRows(target: IngestTarget, batches: readonly ParsedBatch[]): Promise<NewRows[]> {
  const total = batches.reduce((sum, { count }) => sum + count, 0);
  const seen = new BatchIds(total, target.hashSeed);
  const placed = batches.map((batch) => ({
    batch,
    placeIds: batch.places.map((place) => target.places.idOf(place)),
  }));
  const fresh: number[][] = [];
  const candidates: Candidate[] = [];
  for (const { batch, placeIds } of placed) {
    const rows: number[] = [];
    for (let row = 0; row < batch.count; row++) {
      const place = placeIds[batch.placeOf[row]!]!;
      if (!seen.add(batch.eventIds, row, place)) continue;
      if (target.ids.maybeHas(batch.eventIds, row, place)) candidates.push({ batch, row, place });
      rows.push(row);
    }
    fresh.push(rows);
  }
  const known = await findKnown(target, candidates);
  return placed.map(({ batch, placeIds }, index) => {
    const knownRows = known.get(batch);
    const rows = knownRows === undefined ? fresh[index]! : fresh[index]!.filter((row) => !knownRows.has(row));
    return {
      batch,
      placeIds,
      rows: Int32Array.from(rows),
      addresses: new Float64Array(batch.blockStarts.length - 1).fill(-1),
    };
  });
}

/** Appends the blocks that hold new events, and what has to be known of them to make the index again. Returns the end to commit. */
async function appendBlocks(
  { files, places }: IngestTarget,
  found: readonly NewRows[],
  position: Position,
): Promise<number> {
  const pieces: Uint8Array[] = [];
  const start = files.end;
  let end = start;
  for (const { batch, rows, addresses } of found) {
    for (const row of rows) {
      const block = batch.blockOf[row]!;
      if (addresses[block] !== -1) continue;
      const piece = batch.blocks.subarray(batch.blockStarts[block], batch.blockStarts[block + 1]);
      addresses[block] = end;
      end += piece.length;
      pieces.push(piece);
    }
  }
  const facts = sealFacts(JSON.stringify(factsOf(found, places, position)));
  const written = await files.append(Buffer.concat([...pieces, facts]));
  if (written.address !== start || written.end !== end + facts.length)
    throw new Error(`blocks went to ${written.address}, not to ${start}`);
  return written.end;
}

function factsOf(found: readonly NewRows[], places: Places, position: Position): BatchFacts {
  const stretches = new RowStretches();
  const named = new Map<number, number>();
  for (const { batch, placeIds, rows, addresses } of found) {
    for (const row of rows) {
      const id = placeIds[batch.placeOf[row]!]!;
      const place = named.get(id) ?? named.size;
      if (place === named.size) named.set(id, place);
      const address = addresses[batch.blockOf[row]!]!;
      stretches.add(address, batch.slot[row]!, place, batch.category[row]!, batch.enteredAtMs[row]!);
    }
  }
  return { position, places: Array.from(named.keys(), (id) => places.placeAt(id)), rows: stretches.all };
}

/** Appends the index rows of new events. */
export async function appendRows(writer: DuckDBConnection, added: readonly AddedRows[]): Promise<void> {
  await TableAppender.use(writer, { name: 'events', columns: eventColumns }, async (appender) => {
    for (const rows of added) await appendEvents(appender, rows);
  });
  if (added.some(({ batch }) => batch.terms.length > 0)) {
    await TableAppender.use(
      writer,
      { name: 'resource_terms', columns: resourceColumns },
      async (appender) => {
        for (const rows of added) await appendTerms(appender, rows);
      },
    );
  }
}

export type AddedRows = NewRows & { readonly ordinals: Float64Array };

function ordinalsOf({ batch, rows, addresses }: NewRows): Float64Array {
  return Float64Array.from(rows, (row) => toOrdinal(addresses[batch.blockOf[row]!]!, batch.slot[row]!));
}

async function appendEvents(
  appender: TableAppender,
  { batch, placeIds, rows, ordinals }: AddedRows,
): Promise<void> {
  const ids = new BigInt64Array(batch.eventIds.buffer, batch.eventIds.byteOffset, batch.count * 2);
  await appender.append(rows.length, [
    (index) => BigInt(ordinals[index]!),
    (index) => BigInt(batch.eventTimesMs[rows[index]!]!),
    (index) => BigInt(batch.enteredAtMs[rows[index]!]!),
    (index) => ids[rows[index]! * 2]!,
    (index) => ids[rows[index]! * 2 + 1]!,
    (index) => placeIds[batch.placeOf[rows[index]!]!]!,
    (index) => batch.category[rows[index]!]!,
    (index) => batch.readOnly[rows[index]!]!,
    (index) => batch.name[rows[index]!]!,
    (index) => batch.source[rows[index]!]!,
    (index) => batch.username[rows[index]!]!,
    (index) => batch.accessKey[rows[index]!]!,
  ]);
}

async function appendTerms(
  appender: TableAppender,
  { batch, placeIds, rows, ordinals }: AddedRows,
): Promise<void> {
  const terms: number[] = [];
  const indexes: number[] = [];
  for (const [index, row] of rows.entries()) {
    for (let at = batch.termStarts[row]!; at < batch.termStarts[row + 1]!; at++) {
      terms.push(batch.terms[at]!);
      indexes.push(index);
    }
  }
  const rowAt = (term: number): number => rows[indexes[term]!]!;
  await appender.append(terms.length, [
    (term) => terms[term]!,
    (term) => BigInt(ordinals[indexes[term]!]!),
    (term) => BigInt(batch.eventTimesMs[rowAt(term)]!),
    (term) => BigInt(batch.enteredAtMs[rowAt(term)]!),
    (term) => placeIds[batch.placeOf[rowAt(term)]!]!,
    (term) => batch.category[rowAt(term)]!,
  ]);
}

/** Tells the term index and the guides in memory what was committed. */
function remember(
  { ids, days, terms, hashSeed }: IngestTarget,
  { batch, placeIds, rows, ordinals }: AddedRows,
): void {
  const isFollowed = terms.isReady;
  for (const [index, row] of rows.entries()) {
    const place = placeIds[batch.placeOf[row]!]!;
    ids.add(batch.eventIds, row, place);
    const timeMs = batch.eventTimesMs[row]!;
    days.add(place, batch.category[row]!, Math.floor(timeMs / dayMs), 1, timeMs);
    // Else it is being filled from the tables, which have the row now.
    if (!isFollowed) continue;
    terms.add({
      ordinal: ordinals[index]!,
      eventTimeMs: timeMs,
      enteredAtMs: batch.enteredAtMs[row]!,
      idHash: idHash(batch.eventIds, row, hashSeed),
      kind: toKind(place, batch.category[row]!),
      readOnly: readOnlyTerm(batch.readOnly[row]!),
      name: batch.name[row]!,
      source: batch.source[row]!,
      username: batch.username[row]!,
      accessKey: batch.accessKey[row]!,
    });
    for (let at = batch.termStarts[row]!; at < batch.termStarts[row + 1]!; at++)
      terms.addResource(batch.terms[at]!);
  }
}
