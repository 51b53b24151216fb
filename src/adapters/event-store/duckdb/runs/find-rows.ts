// SPDX-License-Identifier: Apache-2.0
import { isNewer, rowsOfColumns } from './rows-of-columns.js';
import { rowsOfRun } from './rows-of-run.js';
import type { Run } from './run.js';
import type { RowsInMemory } from './run-columns.js';
import { type FoundRow, RowBudget, type RunQuery } from './run-query.js';

interface Source {
  /** No row of it is newer. */
  readonly newestMs: number;
  open(): Iterator<FoundRow>;
}

interface Opened {
  readonly rows: Iterator<FoundRow>;
  head: FoundRow;
}

/**
 * The newest rows that match, over runs and what is in memory still, as many as asked for or all there are. A run is opened
 * when its newest row may be next. May throw DamagedRunError, TooManyRowsError.
 */
export function findRows(
  runs: readonly Run[],
  inMemory: readonly RowsInMemory[],
  query: RunQuery,
): FoundRow[] {
  const budget = new RowBudget();
  const sources = sourcesOf(runs, inMemory, query, budget);
  const opened: Opened[] = [];
  const found: FoundRow[] = [];
  let next = 0;
  while (found.length < query.limit) {
    let best = newestOf(opened);
    while (
      next < sources.length &&
      (best === undefined || sources[next]!.newestMs >= best.head.eventTimeMs)
    ) {
      open(sources[next++]!, opened);
      best = newestOf(opened);
    }
    if (best === undefined) break;
    found.push(best.head);
    advance(best, opened);
  }
  return found;
}

function sourcesOf(
  runs: readonly Run[],
  inMemory: readonly RowsInMemory[],
  query: RunQuery,
  budget: RowBudget,
): Source[] {
  const untilMs = Math.min(query.untilMs, query.behind?.eventTimeMs ?? Number.POSITIVE_INFINITY);
  return [
    ...inMemory.map((rows) => ({
      newestMs: Number.POSITIVE_INFINITY,
      open: () => rowsOfColumns(rows, query)[Symbol.iterator](),
    })),
    ...runs
      .filter(({ header }) => header.newestMs >= query.fromMs && header.oldestMs <= untilMs)
      .map((run) => ({
        newestMs: Math.min(run.header.newestMs, untilMs),
        open: () => rowsOfRun(run, query, budget),
      })),
  ].sort((a, b) => (a.newestMs === b.newestMs ? 0 : b.newestMs - a.newestMs));
}

function open(source: Source, opened: Opened[]): void {
  const rows = source.open();
  const { value, done } = rows.next();
  if (done !== true) opened.push({ rows, head: value });
}

function advance(source: Opened, opened: Opened[]): void {
  const { value, done } = source.rows.next();
  if (done === true) opened.splice(opened.indexOf(source), 1);
  else source.head = value;
}

function newestOf(opened: readonly Opened[]): Opened | undefined {
  let newest: Opened | undefined;
  for (const source of opened) if (newest === undefined || isNewer(source.head, newest.head)) newest = source;
  return newest;
}
