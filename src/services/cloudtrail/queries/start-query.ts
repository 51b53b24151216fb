// SPDX-License-Identifier: Apache-2.0
import type { StartQueryRequest, StartQueryResponse } from '@aws-sdk/client-cloudtrail';
import { eventDataStoreArn } from '../../../event-data-stores/event-data-store.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { noteStore } from '../event-data-stores/find-store.js';
import { invalidParameter } from '../event-data-stores/store-members.js';
import { shareWithOwner } from '../organization-caller.js';
import { MemberRules } from '../verify-members.js';
import { statementOfAlias } from './alias-statement.js';
import { authorizedStores, checkStatement } from './check-statement.js';
import { accountIdRule, aliasRule } from './find-query.js';
import type { LakeDependencies } from './lake-dependencies.js';
import { putQuery } from './put-query.js';
import { resultDelivery } from './result-bucket.js';

/**
 * Source: CloudTrail API Reference, "StartQuery". The query is read and its stores are found before it is answered;
 * then the runner has it.
 */
export function startQueryHandler(deps: {
  readonly newId: () => string;
  readonly lake?: LakeDependencies;
}): Handler<StartQueryRequest, StartQueryResponse> {
  return async (input, call) => {
    verifyMembers(input);
    const lake = lakeOf(deps);
    const sql = statementOf(input, call);
    const tables = await checkStatement(sql, lake.engine);
    const stores = authorizedStores(tables, call, input.EventDataStoreOwnerAccountId);
    const [store] = stores;
    if (store === undefined || stores.some(({ accountId }) => accountId !== store.accountId))
      throw invalidParameter('A query can use event data stores of one account only.');
    const delivery = await resultDelivery(
      input.DeliveryS3Uri,
      eventDataStoreArn(store),
      store.accountId,
      call,
      lake.foreignBuckets,
    );
    const alias = input.QueryAlias === undefined ? {} : { alias: input.QueryAlias };
    const job = putQuery({ id: deps.newId(), sql, stores, facts: { ...delivery, ...alias } }, call);
    for (const each of stores) noteStore(each, call);
    shareWithOwner(store, call);
    const owner = input.EventDataStoreOwnerAccountId;
    return { QueryId: job.id, ...(owner === undefined ? {} : { EventDataStoreOwnerAccountId: owner }) };
  };
}

/** Throws what a server without the query service says. */
export function lakeOf({ lake }: { readonly lake?: LakeDependencies }): LakeDependencies {
  if (lake !== undefined) return lake;
  throw new WireError('UnsupportedOperationException', 'This server runs no queries.');
}

function verifyMembers(input: StartQueryRequest): void {
  new MemberRules()
    .text('queryStatement', input.QueryStatement, { min: 1, max: 10_000 })
    .text('queryAlias', input.QueryAlias, aliasRule)
    .count('queryParameters', input.QueryParameters, 1, 10)
    .text('eventDataStoreOwnerAccountId', input.EventDataStoreOwnerAccountId, accountIdRule)
    .verify();
}

function statementOf(input: StartQueryRequest, call: Call): string {
  const { QueryStatement: statement, QueryAlias: alias, QueryParameters: parameters } = input;
  if ((statement === undefined) === (alias === undefined))
    throw invalidParameter('Specify either QueryStatement or QueryAlias, and not both.');
  if (statement !== undefined && parameters !== undefined)
    throw invalidParameter('QueryParameters can only be specified with QueryAlias.');
  if (statement !== undefined) return statement;
  const found = statementOfAlias(alias as string, parameters ?? [], call);
  if (found === undefined) throw invalidParameter(`The query alias ${alias} was not found.`);
  return found;
}
