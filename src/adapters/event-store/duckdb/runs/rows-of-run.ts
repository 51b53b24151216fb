// SPDX-License-Identifier: Apache-2.0
import { PostingCursor } from './posting-cursor.js';
import { AllOf, AllRows, AnyOf, ListedRows, noRow, type RowCursor } from './row-cursor.js';
import type { Run } from './run.js';
import type { FoundRow, RowBudget, RunQuery } from './run-query.js';
import { kindTerm, placeOfKind } from './run-terms.js';

/** More kinds than these are not looked for one by one: rows are looked at instead. */
const kindsLookedForMax = 512;

/** Terms with fewer rows than this are looked through without asking for the kinds first. */
const rareRowsMax = 256;

/** The rows of a run that a query wants, newest first. May throw DamagedRunError, TooManyRowsError. */
export function* rowsOfRun(run: Run, query: RunQuery, budget: RowBudget): Generator<FoundRow> {
  const { behind, oldestMs, newestEnteredMs } = run.header;
  if (behind >= query.ordinalMax || newestEnteredMs < query.enteredSinceMs || oldestMs > query.untilMs)
    return;
  const cursor = cursorFor(run, query, budget);
  if (cursor === undefined) return;
  for (let row = cursor.seek(firstRow(run, query)); row !== noRow; row = cursor.seek(row + 1)) {
    budget.spend();
    const eventTimeMs = run.eventTimeMs(row);
    if (eventTimeMs < query.fromMs) return;
    const kind = run.kind(row);
    if (!query.kinds.has(kind)) continue;
    const ordinal = run.ordinal(row);
    if (ordinal > query.ordinalMax) continue;
    const enteredAtMs = run.enteredAtMs(row);
    if (enteredAtMs < query.enteredSinceMs || query.isDropped(ordinal, enteredAtMs)) continue;
    yield { ordinal, eventTimeMs, placeId: placeOfKind(kind) };
  }
}

function firstRow(run: Run, { untilMs, behind }: RunQuery): number {
  if (behind !== undefined && behind.eventTimeMs <= untilMs)
    // Halfway to the ordinal before: that row itself was shown.
    return run.firstRowFrom(behind.eventTimeMs, behind.ordinal - 0.5);
  return run.header.newestMs <= untilMs ? 0 : run.firstRowFrom(untilMs, Number.POSITIVE_INFINITY);
}

/** Undefined where nothing in the run can match. */
function cursorFor(run: Run, query: RunQuery, budget: RowBudget): RowCursor | undefined {
  const cursors: RowCursor[] = [];
  if (query.idHash !== undefined) {
    const rows = run.rowsOfId(query.idHash);
    if (rows.length === 0) return undefined;
    cursors.push(new ListedRows(rows));
  }
  for (const { term } of query.terms) {
    const entry = run.term(term);
    if (entry === undefined) return undefined;
    cursors.push(new PostingCursor(run, entry));
  }
  const fewest = cursors.reduce((least, { count }) => Math.min(least, count), run.rows);
  if (fewest > rareRowsMax || cursors.length === 0) {
    const ofKinds = cursorForKinds(run, query);
    if (ofKinds === undefined) return undefined;
    // Where most rows are of these kinds, looking at them one by one is faster.
    if (ofKinds.count < run.rows / 2 && ofKinds.count <= fewest) cursors.push(ofKinds);
  }
  if (cursors.length === 0) return new AllRows(run.rows);
  return cursors.length === 1 ? cursors[0] : new AllOf(cursors, budget);
}

function cursorForKinds(run: Run, { kinds }: RunQuery): RowCursor | undefined {
  if (kinds.size > kindsLookedForMax) return new AllRows(run.rows);
  const cursors: RowCursor[] = [];
  for (const kind of kinds) {
    const entry = run.term(kindTerm(kind));
    if (entry !== undefined) cursors.push(new PostingCursor(run, entry));
  }
  if (cursors.length === 0) return undefined;
  return cursors.length === 1 ? cursors[0] : new AnyOf(cursors);
}
