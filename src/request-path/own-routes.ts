// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../ports/clock.js';
import { type EventLog, LogFullError, type Position } from '../ports/event-log.js';
import {
  type EventStore,
  InvalidPageTokenError,
  type LookupQuery,
  lookupAttributes,
} from '../ports/event-store.js';
import { LogFileError } from '../record/log-file.js';
import { WireError } from '../wire/wire-error.js';
import type { OwnRequest, OwnRoute } from './own-api.js';

/** What the command line asks of the history pipelines; the composition gives them. */
export interface OwnRoutesDependencies {
  readonly eventLog: EventLog;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly historyMs: number;
  readonly importer: { importFile(source: string, bytes: Uint8Array, accountId: string): Promise<object> };
  readonly indexer: { caughtUpTo(position: Position): Promise<void>; importTotals(): object };
  readonly tail: (request: TailRequest) => Promise<object>;
}

export interface TailRequest {
  readonly from?: Position;
  readonly filter: Pick<LookupQuery, 'accountId' | 'region' | 'attributes' | 'category'>;
  readonly waitMs: number;
}

/** Events in one page of `cairn lookup`. */
const pageSizeMax = 1_000;
/** A long poll ends before any proxy's patience does. */
const tailWaitMsMax = 30_000;
const attributesMax = 20;
const categories: readonly string[] = ['Management', 'Data', 'NetworkActivity', 'Insight'];

/** The routes of Cairn's own API. */
export function ownRoutes(deps: OwnRoutesDependencies): ReadonlyMap<string, OwnRoute> {
  return new Map<string, OwnRoute>([
    ['POST /cairn/v1/import', (request) => importFile(request, deps)],
    ['GET /cairn/v1/import-totals', (request) => importTotals(request, deps)],
    ['POST /cairn/v1/lookup', (request) => lookup(request, deps)],
    ['POST /cairn/v1/tail', (request) => tail(request, deps)],
  ]);
}

async function importFile(
  { query, body, principal }: OwnRequest,
  deps: OwnRoutesDependencies,
): Promise<object> {
  const accountId = query.get('account') ?? principal.accountId;
  check(/^\d{12}$/.test(accountId), 'account must be 12 digits');
  try {
    return await deps.importer.importFile(query.get('source') ?? 'a request', body, accountId);
  } catch (error) {
    if (error instanceof LogFileError)
      throw new WireError('InvalidLogFile', error.message, { status: 400, cause: error });
    if (error instanceof LogFullError)
      throw new WireError('ThrottlingException', error.message, { status: 503, cause: error });
    throw error;
  }
}

async function importTotals(
  { query }: OwnRequest,
  { indexer, eventLog }: OwnRoutesDependencies,
): Promise<object> {
  const position = query.get('position') as Position | undefined;
  // Beyond the end of the log nobody would ever arrive.
  if (position !== undefined) check(position <= eventLog.head(), 'position is not one of this log');
  if (position !== undefined) await indexer.caughtUpTo(position);
  return indexer.importTotals();
}

async function lookup(
  { body }: OwnRequest,
  { eventStore, clock, historyMs }: OwnRoutesDependencies,
): Promise<object> {
  const query = parsed(body);
  const { limit } = query;
  check(Number.isInteger(limit) && (limit as number) >= 1, 'limit must be a whole number from 1');
  for (const name of ['startTimeMs', 'endTimeMs', 'enteredSinceMs']) {
    check(
      query[name] === undefined || Number.isFinite(query[name]),
      `${name} must be a time in milliseconds`,
    );
  }
  check(
    query.after === undefined || typeof query.after === 'string',
    'after must be the text that a page gave',
  );
  verifyFilter(query);
  const window = {
    enteredSinceMs: Math.max((query.enteredSinceMs as number | undefined) ?? 0, clock.now() - historyMs),
  };
  // Pages of one question must ask the same of the store: the moving edge of the window is cut to the hour.
  window.enteredSinceMs -= window.enteredSinceMs % 3_600_000;
  try {
    return await eventStore.lookup({
      ...(query as unknown as LookupQuery),
      ...window,
      limit: Math.min(limit as number, pageSizeMax),
    });
  } catch (error) {
    if (!(error instanceof InvalidPageTokenError)) throw error;
    throw new WireError('InvalidNextTokenException', 'the page token belongs to another question', {
      status: 400,
    });
  }
}

async function tail({ body }: OwnRequest, deps: OwnRoutesDependencies): Promise<object> {
  const request = parsed(body);
  check(isObject(request.filter), 'filter must be an object');
  verifyFilter(request.filter);
  check(request.from === undefined || typeof request.from === 'string', 'from must be a position');
  const waitMs = Math.min(Math.max(0, Number(request.waitMs) || 0), tailWaitMsMax);
  return deps.tail({ ...(request as unknown as TailRequest), waitMs });
}

function verifyFilter(filter: Record<string, unknown>): void {
  const { accountId, region, category, attributes } = filter;
  check(typeof accountId === 'string' && /^\d{12}$/.test(accountId), 'accountId must be 12 digits');
  check(region === undefined || typeof region === 'string', 'region must be a name');
  check(
    category === undefined || (categories as unknown[]).includes(category),
    `category must be one of ${categories.join(', ')}`,
  );
  check(Array.isArray(attributes) && attributes.length <= attributesMax, 'attributes must be a list');
  for (const attribute of attributes) {
    const isKnown = isObject(attribute) && (lookupAttributes as readonly unknown[]).includes(attribute.key);
    check(
      isKnown && typeof attribute.value === 'string',
      `an attribute has a key of ${lookupAttributes.join(', ')} and a value`,
    );
  }
}

function parsed(body: Buffer): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new WireError('SerializationException', 'the body is not JSON', { status: 400, cause });
  }
  check(isObject(document), 'the body must be a JSON object');
  return document;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new WireError('ValidationException', message, { status: 400 });
}
