// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query/query-error.js';
import type { SearchAnswer } from '../query/search/run-search.js';
import { type SearchedHistories, searchHistories } from '../query/search/search-histories.js';
import { InvalidSearchError, type SearchRequest, toSearchRequest } from '../query/search/search-request.js';
import { WireError } from '../wire/wire-error.js';
import type { OwnRequest, OwnRoute } from './own-api.js';

export interface SearchRoutesDependencies extends SearchedHistories {
  /** Accounts whose events a caller may see, its own among them. */
  readonly accountsSeenBy: (principal: OwnRequest['principal']) => readonly string[];
}

/**
 * The route of Cairn's own API that searches histories: `POST /cairn/v1/search`. See docs/search.md. Who may look events up may
 * search: the own account's history, and those of the accounts that an organization lets its account see.
 */
export function searchRoutes(deps: SearchRoutesDependencies): ReadonlyMap<string, OwnRoute> {
  return new Map([['POST /cairn/v1/search', (request) => search(deps, request)]]);
}

async function search(deps: SearchRoutesDependencies, request: OwnRequest): Promise<SearchAnswer> {
  request.authorize({ action: 'cloudtrail:LookupEvents', resource: '*' });
  const asked = askedSearch(request.body);
  const accounts = accountsOf(asked, deps, request);
  const left = request.wire.left?.() ?? new AbortController().signal;
  try {
    return await searchHistories(deps, accounts, asked, left);
  } catch (error) {
    // Nobody hears it any more.
    if (left.aborted)
      throw new WireError('RequestTimeout', 'The client has left.', { status: 408, cause: error });
    throw error instanceof QueryError ? refused(error) : error;
  }
}

function accountsOf(
  { accounts }: SearchRequest,
  { accountsSeenBy }: SearchRoutesDependencies,
  { principal }: OwnRequest,
): readonly string[] {
  const isOwn = accounts?.length === 1 && accounts[0] === principal.accountId;
  if (accounts === undefined || isOwn) return [principal.accountId];
  const seen = accountsSeenBy(principal);
  if (accounts === '*') return seen;
  const other = accounts.find((accountId) => !seen.includes(accountId));
  if (other === undefined) return accounts;
  throw new WireError('AccessDeniedException', `the history of account ${other} is not yours`, {
    status: 403,
  });
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
