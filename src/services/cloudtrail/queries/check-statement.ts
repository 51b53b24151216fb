// SPDX-License-Identifier: Apache-2.0
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import { storeNeed } from '../../../event-data-stores/store-policy.js';
import type { CheckedStatement, QueryEngine } from '../../../query/query-engine.js';
import { QueryError } from '../../../query/query-error.js';
import type { TableName } from '../../../query/table-source.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import {
  invalidStoreArn,
  placeOfTable,
  storeAt,
  storeNotFound,
  verifyActive,
} from '../event-data-stores/find-store.js';
import { verifyStoreKeyUsable } from '../event-data-stores/store-key.js';

/** More stores than an account can have in a Region a statement does not need. */
const storesMax = 10;

/** Reads a statement as Lake's. Throws InvalidQueryStatementException for all but one SELECT. */
export async function checkStatement(
  sql: string,
  engine: Pick<QueryEngine, 'check'>,
): Promise<readonly TableName[]> {
  const { kind, tables, parameterCount } = await check(sql, engine);
  if (kind !== 'query') throw invalidStatement('Only SELECT statements are supported.');
  if (parameterCount > 0) throw invalidStatement('The query statement must not have parameters.');
  if (tables.length === 0)
    throw invalidStatement('The query statement must have an event data store in FROM.');
  if (tables.length > storesMax)
    throw invalidStatement(`The query statement can name up to ${storesMax} event data stores.`);
  return tables;
}

async function check(sql: string, engine: Pick<QueryEngine, 'check'>): Promise<CheckedStatement> {
  try {
    return await engine.check(sql, 'lake');
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { code, message } = error;
    if (code === 'BUSY')
      throw new WireError('ThrottlingException', 'Rate exceeded', { status: 400, cause: error });
    if (code === 'INTERNAL' || code === 'CANCELLED') throw error;
    throw invalidStatement(message, { cause: error });
  }
}

/** The stores of a statement's tables, each once, which the caller may query. Throws AWS's errors for all others. */
export function authorizedStores(
  tables: readonly TableName[],
  call: Call,
  ownerAccountId: string | undefined,
): EventDataStoreDocument[] {
  const stores = new Map<string, EventDataStoreDocument>();
  for (const { catalog, schema, table } of tables) {
    if (catalog !== undefined || schema !== undefined)
      throw invalidStatement(
        `Table ${[catalog, schema, table].filter(Boolean).join('.')} is no event data store.`,
      );
    const store = authorizedStore(table, call, ownerAccountId);
    stores.set(eventDataStoreArn(store), store);
  }
  return [...stores.values()];
}

function authorizedStore(
  name: string,
  call: Call,
  ownerAccountId: string | undefined,
): EventDataStoreDocument {
  const place = placeOfTable(name, call, ownerAccountId);
  if (place === undefined) throw invalidStoreArn(name);
  const store = place.region === call.region ? storeAt(place, call) : undefined;
  call.authorize(storeNeed('cloudtrail:StartQuery', place, store, call.state));
  if (store === undefined) throw storeNotFound(name);
  verifyStoreKeyUsable(store, call);
  return verifyActive(store);
}

export function invalidStatement(message: string, options?: ErrorOptions): WireError {
  return new WireError('InvalidQueryStatementException', message, options);
}
