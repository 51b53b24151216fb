// SPDX-License-Identifier: Apache-2.0
import type { SegmentSnapshot } from '../ports/event-segments.js';
import type { QueryEngine } from '../query/query-engine.js';
import { QueryError } from '../query/query-error.js';
import { runSearch, type SearchAnswer } from '../query/search/run-search.js';
import { InvalidSearchError, type SearchRequest, toSearchRequest } from '../query/search/search-request.js';
import { WireError } from '../wire/wire-error.js';
import type { OwnRequest, OwnRoute } from './own-api.js';

export interface SearchRoutesDependencies {
  readonly engine: QueryEngine;
  /** The segments of an account's history, with what was recorded until now. */
  readonly historyOf: (accountId: string) => Promise<SegmentSnapshot>;
}

/**
 * The route of Cairn's own API that searches the caller's own history: `POST /cairn/v1/search`. See docs/search.md. Who may
 * look events up may search.
 */
export function searchRoutes(deps: SearchRoutesDependencies): ReadonlyMap<string, OwnRoute> {
  return new Map([['POST /cairn/v1/search', (request) => search(deps, request)]]);
}

async function search(
  { engine, historyOf }: SearchRoutesDependencies,
  request: OwnRequest,
): Promise<SearchAnswer> {
  request.authorize({ action: 'cloudtrail:LookupEvents', resource: '*' });
  const asked = askedSearch(request.body);
  const snapshot = await historyOf(request.principal.accountId);
  try {
    const files = snapshot.files.map(({ path }) => ({ path }));
    return await runSearch(engine, files, asked, new AbortController().signal);
  } catch (error) {
    throw error instanceof QueryError ? refused(error) : error;
  } finally {
    snapshot.release();
  }
}

function askedSearch(body: Buffer): SearchRequest {
  try {
    return toSearchRequest(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    const isSyntax = cause instanceof SyntaxError;
    if (!isSyntax && !(cause instanceof InvalidSearchError)) throw cause;
    const message = isSyntax ? 'the body is not JSON' : cause.message;
    throw new WireError('ValidationException', message, { status: 400, cause });
  }
}

function refused(error: QueryError): WireError {
  const status = error.code === 'BUSY' ? 429 : error.code === 'INTERNAL' ? 500 : 400;
  return new WireError(error.code, error.message, { status, cause: error });
}
