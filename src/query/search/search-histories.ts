// SPDX-License-Identifier: Apache-2.0
import type { SegmentSnapshot } from '../../ports/event-segments.js';
import type { QueryEngine } from '../query-engine.js';
import { runSearch, type SearchAnswer } from './run-search.js';
import type { SearchRequest } from './search-request.js';

export interface SearchedHistories {
  readonly engine: QueryEngine;
  /** The segments of an account's history, with what was recorded until now. */
  readonly historyOf: (accountId: string, signal?: AbortSignal) => Promise<SegmentSnapshot>;
}

/** Searches the histories of some accounts as one. Rejects with QueryError, or with the signal's reason. */
export async function searchHistories(
  { engine, historyOf }: SearchedHistories,
  accounts: readonly string[],
  search: SearchRequest,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const snapshots: SegmentSnapshot[] = [];
  try {
    for (const accountId of accounts) snapshots.push(await historyOf(accountId, signal));
    const files = snapshots.flatMap((snapshot) => snapshot.files.map(({ path }) => ({ path })));
    return await runSearch(engine, files, search, signal);
  } finally {
    for (const snapshot of snapshots) snapshot.release();
  }
}
