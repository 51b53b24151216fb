// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import type {
  BatchGetNamedQueryInput,
  BatchGetNamedQueryOutput,
  CreateNamedQueryInput,
  CreateNamedQueryOutput,
  DeleteNamedQueryInput,
  GetNamedQueryInput,
  GetNamedQueryOutput,
  ListNamedQueriesInput,
  ListNamedQueriesOutput,
  NamedQuery,
  UpdateNamedQueryInput,
} from '@aws-sdk/client-athena';
import { type NamedQueryDocument, namedQueryKey, namedQueryPrefix } from '../../athena/saved-statements.js';
import type { Call, Handler } from '../service.js';
import type { AthenaDependencies } from './athena-dependencies.js';
import { invalidRequest } from './athena-errors.js';
import { checkDescription, checkIds, checkLength, checkQueryString } from './check-members.js';
import { enabledWorkGroup, existingWorkGroup } from './find-work-group.js';
import { pageOf } from './paging.js';

/** Of one account in a Region: a list goes through all of them. */
const namedQueriesMax = 10_000;

export function createNamedQueryHandler({
  randomId,
}: Pick<AthenaDependencies, 'randomId'>): Handler<CreateNamedQueryInput, CreateNamedQueryOutput> {
  return (input, call) => {
    const group = enabledWorkGroup(input.WorkGroup, call);
    const description = checkDescription(input.Description);
    const id =
      input.ClientRequestToken === undefined ? randomId() : idOfToken(input.ClientRequestToken, call);
    const document: NamedQueryDocument = {
      id,
      name: checkLength(input.Name ?? '', 'name', 1, 128),
      ...(description === undefined ? {} : { description }),
      database: checkLength(input.Database ?? '', 'database', 1, 255),
      queryString: checkQueryString(input.QueryString),
      workGroup: group.name,
      createdAtMs: call.receivedAtMs,
    };
    const there = call.state.get<NamedQueryDocument>(namedQueryKey(call, id));
    if (there !== undefined) {
      if (!isSame(there, document))
        throw invalidRequest('Idempotent parameters do not match', 'IDEMPOTENT_PARAMETER_MISMATCH');
      return { NamedQueryId: id };
    }
    if (call.state.list(namedQueryPrefix(call)).length >= namedQueriesMax)
      throw invalidRequest(`An account has at most ${namedQueriesMax} named queries in a Region.`);
    call.state.put(namedQueryKey(call, id), document);
    return { NamedQueryId: id };
  };
}

/** The same token gives the same id: a call that is sent again makes no second one. */
export function idOfToken(token: string, call: Call): string {
  if (token.length < 32 || token.length > 128)
    throw invalidRequest(
      `1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length ${
        token.length < 32 ? 'greater than or equal to 32' : 'less than or equal to 128'
      }`,
    );
  const digest = hash('sha256', JSON.stringify([call.accountId, call.region, token]));
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

function isSame(a: NamedQueryDocument, b: NamedQueryDocument): boolean {
  return (
    a.name === b.name &&
    a.database === b.database &&
    a.queryString === b.queryString &&
    a.workGroup === b.workGroup
  );
}

export const getNamedQuery: Handler<GetNamedQueryInput, GetNamedQueryOutput> = (input, call) => ({
  NamedQuery: shown(existing(input.NamedQueryId, call)),
});

export const batchGetNamedQuery: Handler<BatchGetNamedQueryInput, BatchGetNamedQueryOutput> = (
  input,
  call,
) => {
  const found: NamedQuery[] = [];
  const missing: { NamedQueryId: string; ErrorCode: string; ErrorMessage: string }[] = [];
  for (const id of checkIds(input.NamedQueryIds, 'namedQueryIds')) {
    const document = find(id, call);
    if (document !== undefined) found.push(shown(document));
    else
      missing.push({
        NamedQueryId: id,
        ErrorCode: 'INVALID_INPUT',
        ErrorMessage: `NamedQuery ${id} was not found`,
      });
  }
  return { NamedQueries: found, UnprocessedNamedQueryIds: missing };
};

export const listNamedQueries: Handler<ListNamedQueriesInput, ListNamedQueriesOutput> = (input, call) => {
  const { name } = existingWorkGroup(input.WorkGroup, call);
  const all = call.state
    .list<NamedQueryDocument>(namedQueryPrefix(call))
    .map(({ value }) => value)
    .filter(({ workGroup }) => workGroup === name);
  const { items, ...next } = pageOf(all, ({ id }) => id, input, { kind: `namedQueries/${name}`, min: 0 });
  return { NamedQueryIds: items.map(({ id }) => id), ...next };
};

export const updateNamedQuery: Handler<UpdateNamedQueryInput> = (input, call) => {
  const document = existing(input.NamedQueryId, call);
  const description = checkDescription(input.Description);
  const changed: NamedQueryDocument = {
    ...document,
    name: checkLength(input.Name ?? '', 'name', 1, 128),
    queryString: checkQueryString(input.QueryString),
    ...(description === undefined ? {} : { description }),
  };
  call.state.put(namedQueryKey(call, document.id), changed);
  return {};
};

export const deleteNamedQuery: Handler<DeleteNamedQueryInput> = (input, call) => {
  call.state.delete(namedQueryKey(call, existing(input.NamedQueryId, call).id));
  return {};
};

/** Ids are UUIDs: nothing lies under any other text. */
export function find(
  id: string | undefined,
  call: Pick<Call, 'state' | 'accountId' | 'region'>,
): NamedQueryDocument | undefined {
  if (id === undefined || !/^[0-9a-f-]{36}$/.test(id)) return undefined;
  return call.state.get<NamedQueryDocument>(namedQueryKey(call, id));
}

function existing(id: string | undefined, call: Call): NamedQueryDocument {
  checkLength(id ?? '', 'namedQueryId', 1, 128);
  const found = find(id, call);
  if (found === undefined) throw invalidRequest(`NamedQuery ${id} was not found`);
  return found;
}

function shown({ id, name, description, database, queryString, workGroup }: NamedQueryDocument): NamedQuery {
  return {
    NamedQueryId: id,
    Name: name,
    ...(description === undefined ? {} : { Description: description }),
    Database: database,
    QueryString: queryString,
    WorkGroup: workGroup,
  };
}
