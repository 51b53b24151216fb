// SPDX-License-Identifier: Apache-2.0
import type { LocalCairn } from './composition-local.js';
import { tailEvents } from './pipelines/tail/tail-events.js';
import { LogFullError, type Position } from './ports/event-log.js';
import {
  InvalidPageTokenError,
  type LookupAttribute,
  type LookupQuery,
  lookupAttributes,
} from './ports/event-store.js';
import { LogFileError } from './record/log-file.js';
import type { OwnRequest, OwnRoute } from './request-path/own-api.js';
import type { Settings } from './settings.js';
import { WireError } from './wire/wire-error.js';

/** How long a tail may wait for events, ms. */
const tailWaitMsMax = 20_000;

/** Events of one look-up page. */
const lookupLimitMax = 1_000;

const sourceLengthMax = 2_048;

type Local = Pick<LocalCairn, 'eventLog' | 'eventStore' | 'indexer' | 'importer' | 'clock' | 'root'>;

/** The routes of Cairn's own API, by method and path: what its command line needs beyond AWS's APIs. */
export function ownRoutes(
  local: Local,
  settings: Pick<Settings, 'historyMs'>,
): ReadonlyMap<string, OwnRoute> {
  return new Map<string, OwnRoute>([
    ['POST /cairn/v1/import', (request) => importFile(local, request)],
    ['GET /cairn/v1/import-totals', (request) => importTotals(local, request)],
    ['POST /cairn/v1/lookup', (request) => lookup(local, settings, request)],
    ['POST /cairn/v1/tail', (request) => tail(local, request)],
  ]);
}

/** `?source=…&account=…`, the file as the body. Answers an ImportedFile. */
async function importFile(
  { importer, root }: Local,
  { query, body, principal }: OwnRequest,
): Promise<unknown> {
  const account = allowedAccount(
    query.get('account') ?? principal.accountId,
    principal.accountId,
    root.accountId,
  );
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
async function importTotals({ indexer }: Local, { query }: OwnRequest): Promise<unknown> {
  const position = query.get('position');
  if (position !== undefined) await indexer.caughtUpTo(position as Position);
  return indexer.importTotals();
}

/** A LookupQuery. Answers a LookupPage. */
async function lookup(
  { eventStore, clock, root }: Local,
  settings: Pick<Settings, 'historyMs'>,
  { body, principal }: OwnRequest,
): Promise<unknown> {
  const asked = document(body);
  const { startTimeMs, endTimeMs, limit, after } = asked;
  if (!isWhole(limit) || limit < 1 || limit > lookupLimitMax)
    throw invalid(`limit must be a number from 1 to ${lookupLimitMax}`);
  if (after !== undefined && typeof after !== 'string') throw invalid('after must be a page token');
  const query: LookupQuery = {
    ...filterOf(asked, principal.accountId, root.accountId),
    ...(startTimeMs !== undefined && { startTimeMs: wholeNumber('startTimeMs', startTimeMs) }),
    ...(endTimeMs !== undefined && { endTimeMs: wholeNumber('endTimeMs', endTimeMs) }),
    enteredSinceMs: clock.now() - settings.historyMs,
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
async function tail({ eventLog, root }: Local, { body, principal }: OwnRequest): Promise<unknown> {
  const { from, filter, waitMs } = document(body);
  if (from !== undefined && typeof from !== 'string') throw invalid('from must be a position');
  if (!isObject(filter)) throw invalid('filter is missing');
  return tailEvents(eventLog, {
    ...(from !== undefined && { from: from as Position }),
    filter: filterOf(filter, principal.accountId, root.accountId),
    waitMs: Math.min(tailWaitMsMax, Math.max(0, wholeNumber('waitMs', waitMs))),
  });
}

type Document = Readonly<Record<string, unknown>>;

function filterOf(
  asked: Document,
  callerAccountId: string,
  mainAccountId: string,
): Pick<LookupQuery, 'accountId' | 'region' | 'attributes' | 'category'> {
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
    accountId: allowedAccount(accountId, callerAccountId, mainAccountId),
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

/** The main account's key reaches every account's history, others their own. */
function allowedAccount(asked: unknown, callerAccountId: string, mainAccountId: string): string {
  if (typeof asked !== 'string' || !/^\d{12}$/.test(asked)) throw invalid('an account id has 12 digits');
  if (asked === callerAccountId || callerAccountId === mainAccountId) return asked;
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
