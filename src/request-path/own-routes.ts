// SPDX-License-Identifier: Apache-2.0
import type { SignedPrincipal } from '../identity/principal.js';
import type { Clock } from '../ports/clock.js';
import { type EventLog, LogFullError, type Position } from '../ports/event-log.js';
import {
  type EventStore,
  InvalidPageTokenError,
  type LookupAttribute,
  type LookupQuery,
  lookupAttributes,
} from '../ports/event-store.js';
import { LogFileError } from '../record/log-file.js';
import { WireError } from '../wire/wire-error.js';
import type { OwnRequest, OwnRoute } from './own-api.js';

/** How long a tail may wait for events, ms. */
const tailWaitMsMax = 20_000;

/** Events of one look-up page. */
const lookupLimitMax = 1_000;

const sourceLengthMax = 2_048;

/** What the routes ask of the stores and pipelines; the composition gives them. */
export interface OwnRoutesDependencies {
  readonly eventLog: EventLog;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly historyMs: number;
  /** The main account: its root reaches every account's history, others reach their own. */
  readonly root: { readonly accountId: string };
  readonly importer: { importFile(source: string, bytes: Uint8Array, accountId: string): Promise<object> };
  readonly indexer: { caughtUpTo(position: Position): Promise<void>; importTotals(): object };
  readonly tail: (request: TailRequest) => Promise<object>;
}

type Filter = Pick<LookupQuery, 'accountId' | 'region' | 'attributes' | 'category'>;

export interface TailRequest {
  readonly from?: Position;
  readonly filter: Filter;
  readonly waitMs: number;
}

/** The routes of Cairn's own API, by method and path: what its command line needs beyond AWS's APIs. */
export function ownRoutes(deps: OwnRoutesDependencies): ReadonlyMap<string, OwnRoute> {
  return new Map<string, OwnRoute>([
    ['POST /cairn/v1/import', (request) => importFile(deps, request)],
    ['GET /cairn/v1/import-totals', (request) => importTotals(deps, request)],
    ['POST /cairn/v1/lookup', (request) => lookup(deps, request)],
    ['POST /cairn/v1/tail', (request) => tail(deps, request)],
  ]);
}

/**
 * What events are imported as is what history says: only a root, and who may do everything (`*`, or this action by name).
 * AWS has no such action, so none of its managed policies but AdministratorAccess and PowerUserAccess allows it.
 */
const importing = { action: 'cairn:ImportEvents', resource: '*' };
/** Who may look events up, may follow them. */
const lookingUp = { action: 'cloudtrail:LookupEvents', resource: '*' };

/** `?source=…&account=…`, the file as the body. Answers an ImportedFile. */
async function importFile(
  { importer, root }: OwnRoutesDependencies,
  { query, body, principal, authorize }: OwnRequest,
): Promise<unknown> {
  authorize(importing);
  const account = allowedAccount(query.get('account') ?? principal.accountId, principal, root.accountId);
  const source = query.get('source') ?? '';
  if (source === '' || source.length > sourceLengthMax) throw invalid('source must name the file');
  try {
    return await importer.importFile(source, body, account);
  } catch (error) {
    if (error instanceof LogFileError) throw new WireError('InvalidLogFile', error.message, { status: 400 });
    if (error instanceof LogFullError)
      throw new WireError('SlowDown', `the log is full: ${error.message}`, { status: 503 });
    throw error;
  }
}

/** `?position=…` waits until the history has everything before it. Answers ImportTotals. */
async function importTotals(
  { indexer, eventLog }: OwnRoutesDependencies,
  { query, authorize }: OwnRequest,
): Promise<unknown> {
  authorize(importing);
  const position = query.get('position') as Position | undefined;
  // Nobody waits for what may never come.
  if (position !== undefined && position > eventLog.head()) throw invalid('the log has no such position');
  if (position !== undefined) await indexer.caughtUpTo(position);
  return indexer.importTotals();
}

/** A LookupQuery. Answers a LookupPage. */
async function lookup(
  { eventStore, clock, root, historyMs }: OwnRoutesDependencies,
  { body, principal, authorize }: OwnRequest,
): Promise<unknown> {
  authorize(lookingUp);
  const asked = document(body);
  const { startTimeMs, endTimeMs, limit, after } = asked;
  if (!isWhole(limit) || limit < 1 || limit > lookupLimitMax)
    throw invalid(`limit must be a number from 1 to ${lookupLimitMax}`);
  if (after !== undefined && typeof after !== 'string') throw invalid('after must be a page token');
  const query: LookupQuery = {
    ...filterOf(asked, principal, root.accountId),
    ...(startTimeMs !== undefined && { startTimeMs: wholeNumber('startTimeMs', startTimeMs) }),
    ...(endTimeMs !== undefined && { endTimeMs: wholeNumber('endTimeMs', endTimeMs) }),
    enteredSinceMs: clock.now() - historyMs,
    limit,
    ...(after !== undefined && { after }),
  };
  try {
    return await eventStore.lookup(query);
  } catch (error) {
    if (error instanceof InvalidPageTokenError)
      throw new WireError('InvalidNextToken', error.message, { status: 400 });
    throw error;
  }
}

/** `{ from?, filter, waitMs }`. Answers `{ events, position }`. */
async function tail(
  deps: OwnRoutesDependencies,
  { body, principal, authorize }: OwnRequest,
): Promise<unknown> {
  authorize(lookingUp);
  const { from, filter, waitMs } = document(body);
  if (from !== undefined && typeof from !== 'string') throw invalid('from must be a position');
  if (!isObject(filter)) throw invalid('filter is missing');
  const following = deps.tail({
    ...(from !== undefined && { from: from as Position }),
    filter: filterOf(filter, principal, deps.root.accountId),
    waitMs: Math.min(tailWaitMsMax, Math.max(0, wholeNumber('waitMs', waitMs))),
  });
  return following.catch((error: unknown) => {
    // The log's word for a position that is not one of its own.
    if (error instanceof TypeError || error instanceof RangeError)
      throw invalid('from is no position of this log', error);
    throw error;
  });
}

type Document = Readonly<Record<string, unknown>>;

function filterOf(asked: Document, caller: SignedPrincipal, mainAccountId: string): Filter {
  const { accountId, region, category, attributes } = asked;
  if (region !== undefined && typeof region !== 'string') throw invalid('region must be a text');
  if (
    category !== undefined &&
    category !== 'Management' &&
    category !== 'Data' &&
    category !== 'NetworkActivity' &&
    category !== 'Insight'
  ) {
    throw invalid('category must be Management, Data, NetworkActivity or Insight');
  }
  if (!Array.isArray(attributes)) throw invalid('attributes must be a list');
  return {
    accountId: allowedAccount(accountId, caller, mainAccountId),
    ...(region !== undefined && { region }),
    ...(category !== undefined && { category }),
    attributes: attributes.map(toAttribute),
  };
}

function toAttribute(asked: unknown): { key: LookupAttribute; value: string } {
  const { key, value } = isObject(asked) ? asked : {};
  const known = lookupAttributes.find((attribute) => attribute === key);
  if (known === undefined || typeof value !== 'string')
    throw invalid('an attribute needs a key of LookupEvents and a value');
  return { key: known, value };
}

/** The main account's root reaches every account's history; everybody else, whatever he may do, his own account's. */
function allowedAccount(asked: unknown, caller: SignedPrincipal, mainAccountId: string): string {
  if (typeof asked !== 'string' || !/^\d{12}$/.test(asked)) throw invalid('an account id has 12 digits');
  const reachesAll = caller.kind === 'root' && caller.accountId === mainAccountId;
  if (asked === caller.accountId || reachesAll) return asked;
  throw new WireError('AccessDenied', `the history of account ${asked} is not yours`, { status: 403 });
}

function document(body: Buffer): Document {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw invalid('the body is not JSON', error);
  }
  if (!isObject(parsed)) throw invalid('the body is no JSON object');
  return parsed;
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function wholeNumber(name: string, value: unknown): number {
  if (isWhole(value)) return value;
  throw invalid(`${name} must be a whole number`);
}

function invalid(message: string, cause?: unknown): WireError {
  return new WireError('ValidationException', message, {
    status: 400,
    ...(cause !== undefined && { cause }),
  });
}
