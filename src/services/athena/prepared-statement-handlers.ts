// SPDX-License-Identifier: Apache-2.0
import type {
  BatchGetPreparedStatementInput,
  BatchGetPreparedStatementOutput,
  CreatePreparedStatementInput,
  DeletePreparedStatementInput,
  GetPreparedStatementInput,
  GetPreparedStatementOutput,
  ListPreparedStatementsInput,
  ListPreparedStatementsOutput,
  PreparedStatement,
  UpdatePreparedStatementInput,
} from '@aws-sdk/client-athena';
import {
  type PreparedStatementDocument,
  preparedStatementKey,
  preparedStatementPrefix,
} from '../../athena/saved-statements.js';
import type { Call, Handler } from '../service.js';
import { invalidRequest, resourceNotFound } from './athena-errors.js';
import { checkDescription, checkIds, checkQueryString, checkStatementName } from './check-members.js';
import { enabledWorkGroup, existingWorkGroup } from './find-work-group.js';
import { pageOf } from './paging.js';

/** Source: Athena User Guide, "Service Quotas" (prepared statements in a work group). */
const preparedStatementsMax = 1_000;

export const createPreparedStatement: Handler<CreatePreparedStatementInput> = (input, call) => {
  putPreparedStatement(
    {
      workGroup: enabledWorkGroup(input.WorkGroup ?? '', call).name,
      name: checkStatementName(input.StatementName),
      queryStatement: checkQueryString(input.QueryStatement, 'queryStatement'),
      description: checkDescription(input.Description),
    },
    call,
  );
  return {};
};

export function putPreparedStatement(
  {
    workGroup,
    name,
    queryStatement,
    description,
  }: {
    readonly workGroup: string;
    readonly name: string;
    readonly queryStatement: string;
    readonly description?: string | undefined;
  },
  call: Call,
  { mayReplace = false }: { readonly mayReplace?: boolean } = {},
): void {
  const key = preparedStatementKey(call, workGroup, name);
  const there = call.state.get<PreparedStatementDocument>(key);
  if (there !== undefined && !mayReplace)
    throw invalidRequest(`Prepared Statement with name ${name} already exists in WorkGroup ${workGroup}`);
  const isFull = () =>
    call.state.list(preparedStatementPrefix(call, workGroup)).length >= preparedStatementsMax;
  if (there === undefined && isFull())
    throw invalidRequest(`A work group has at most ${preparedStatementsMax} prepared statements.`);
  const document: PreparedStatementDocument = {
    ...there,
    name,
    workGroup,
    queryStatement,
    ...(description === undefined ? {} : { description }),
    modifiedAtMs: call.receivedAtMs,
  };
  call.state.put(key, document);
}

export const getPreparedStatement: Handler<GetPreparedStatementInput, GetPreparedStatementOutput> = (
  input,
  call,
) => {
  const group = existingWorkGroup(input.WorkGroup ?? '', call).name;
  const found = findPreparedStatement(group, checkStatementName(input.StatementName), call);
  if (found === undefined)
    throw resourceNotFound(
      `No Prepared Statement with statement name ${input.StatementName} exists in WorkGroup ${group}`,
    );
  return { PreparedStatement: shown(found) };
};

export const batchGetPreparedStatement: Handler<
  BatchGetPreparedStatementInput,
  BatchGetPreparedStatementOutput
> = (input, call) => {
  const group = existingWorkGroup(input.WorkGroup ?? '', call).name;
  const found: PreparedStatement[] = [];
  const missing: { StatementName: string; ErrorCode: string; ErrorMessage: string }[] = [];
  for (const name of checkIds(input.PreparedStatementNames, 'preparedStatementNames')) {
    const document = findPreparedStatement(group, checkStatementName(name), call);
    if (document !== undefined) found.push(shown(document));
    else
      missing.push({
        StatementName: name,
        ErrorCode: 'STATEMENT_NOT_FOUND',
        ErrorMessage: `PreparedStatement ${name} was not found in WorkGroup ${group}`,
      });
  }
  return { PreparedStatements: found, UnprocessedPreparedStatementNames: missing };
};

export const listPreparedStatements: Handler<ListPreparedStatementsInput, ListPreparedStatementsOutput> = (
  input,
  call,
) => {
  const group = existingWorkGroup(input.WorkGroup ?? '', call).name;
  const all = call.state
    .list<PreparedStatementDocument>(preparedStatementPrefix(call, group))
    .map(({ value }) => value);
  const { items, ...next } = pageOf(all, ({ name }) => name, input, { kind: `prepared/${group}` });
  return {
    PreparedStatements: items.map(({ name, modifiedAtMs }) => ({
      StatementName: name,
      LastModifiedTime: new Date(modifiedAtMs),
    })),
    ...next,
  };
};

export const updatePreparedStatement: Handler<UpdatePreparedStatementInput> = (input, call) => {
  const document = existing(input, call);
  const description = checkDescription(input.Description);
  const changed: PreparedStatementDocument = {
    ...document,
    queryStatement: checkQueryString(input.QueryStatement, 'queryStatement'),
    ...(description === undefined ? {} : { description }),
    modifiedAtMs: call.receivedAtMs,
  };
  call.state.put(preparedStatementKey(call, document.workGroup, document.name), changed);
  return {};
};

export const deletePreparedStatement: Handler<DeletePreparedStatementInput> = (input, call) => {
  const { workGroup, name } = existing(input, call);
  call.state.delete(preparedStatementKey(call, workGroup, name));
  return {};
};

export function findPreparedStatement(
  workGroup: string,
  name: string,
  call: Call,
): PreparedStatementDocument | undefined {
  return call.state.get<PreparedStatementDocument>(preparedStatementKey(call, workGroup, name));
}

function existing(
  input: { readonly WorkGroup?: string | undefined; readonly StatementName?: string | undefined },
  call: Call,
): PreparedStatementDocument {
  const group = existingWorkGroup(input.WorkGroup ?? '', call).name;
  const name = checkStatementName(input.StatementName);
  const found = findPreparedStatement(group, name, call);
  if (found === undefined)
    throw resourceNotFound(`PreparedStatement ${name} was not found in WorkGroup ${group}`);
  return found;
}

function shown({
  name,
  workGroup,
  queryStatement,
  description,
  modifiedAtMs,
}: PreparedStatementDocument): PreparedStatement {
  return {
    StatementName: name,
    QueryStatement: queryStatement,
    WorkGroupName: workGroup,
    ...(description === undefined ? {} : { Description: description }),
    LastModifiedTime: new Date(modifiedAtMs),
  };
}
