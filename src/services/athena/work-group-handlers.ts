// SPDX-License-Identifier: Apache-2.0
import type {
  CreateWorkGroupInput,
  DeleteWorkGroupInput,
  GetWorkGroupInput,
  GetWorkGroupOutput,
  ListWorkGroupsInput,
  ListWorkGroupsOutput,
  UpdateWorkGroupInput,
} from '@aws-sdk/client-athena';
import { executionPrefix } from '../../athena/query-execution.js';
import {
  type NamedQueryDocument,
  namedQueryPrefix,
  preparedStatementPrefix,
} from '../../athena/saved-statements.js';
import {
  primaryWorkGroup,
  type WorkGroupDocument,
  workGroupKey,
  workGroupPrefix,
} from '../../athena/work-group.js';
import type { Call, Handler } from '../service.js';
import { invalidRequest } from './athena-errors.js';
import { checkDescription, checkOneOf, checkWorkGroupName } from './check-members.js';
import { existingWorkGroup } from './find-work-group.js';
import { pageOf } from './paging.js';
import { withTags } from './tags.js';
import { changedSettings, engineVersionOf, newSettings, shownSettings } from './work-group-settings.js';

/** Source: Athena User Guide, "Service Quotas" (workgroups). */
const workGroupsMax = 1_000;

export const createWorkGroup: Handler<CreateWorkGroupInput> = (input, call) => {
  const name = checkWorkGroupName(input.Name, 'name');
  const key = workGroupKey(call, name);
  if (name === primaryWorkGroup || call.state.get(key) !== undefined)
    throw invalidRequest('WorkGroup is already created');
  if (call.state.list(workGroupPrefix(call)).length >= workGroupsMax)
    throw invalidRequest(`An account has at most ${workGroupsMax} work groups in a Region.`);
  const description = checkDescription(input.Description);
  const document: WorkGroupDocument = {
    name,
    state: 'ENABLED',
    ...(description === undefined ? {} : { description }),
    settings: newSettings(input.Configuration),
    tags: withTags({}, input.Tags ?? []),
    createdAtMs: call.receivedAtMs,
  };
  call.state.put(key, document);
  return {};
};

export const getWorkGroup: Handler<GetWorkGroupInput, GetWorkGroupOutput> = (input, call) => {
  const group = existingWorkGroup(input.WorkGroup, call);
  return {
    WorkGroup: {
      Name: group.name,
      State: group.state,
      Configuration: shownSettings(group.settings),
      ...(group.description === undefined || group.description === ''
        ? {}
        : { Description: group.description }),
      ...createdAt(group),
    },
  };
};

/** `primary` is there from the start, made by nobody. */
function createdAt({ createdAtMs }: WorkGroupDocument): { CreationTime?: Date } {
  return createdAtMs === 0 ? {} : { CreationTime: new Date(createdAtMs) };
}

export const listWorkGroups: Handler<ListWorkGroupsInput, ListWorkGroupsOutput> = (input, call) => {
  const made = call.state.list<WorkGroupDocument>(workGroupPrefix(call)).map(({ value }) => value);
  const isPrimaryMade = made.some(({ name }) => name === primaryWorkGroup);
  const all = isPrimaryMade ? made : [...made, existingWorkGroup(primaryWorkGroup, call)];
  const sorted = all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { items, ...next } = pageOf(sorted, ({ name }) => name, input, { kind: 'workGroups' });
  return {
    WorkGroups: items.map((group) => ({
      Name: group.name,
      State: group.state,
      Description: group.description ?? '',
      ...createdAt(group),
      EngineVersion: engineVersionOf(group.settings),
    })),
    ...next,
  };
};

export const updateWorkGroup: Handler<UpdateWorkGroupInput> = (input, call) => {
  const group = existingWorkGroup(input.WorkGroup ?? '', call);
  const description = checkDescription(input.Description);
  const state =
    input.State === undefined ? group.state : checkOneOf(input.State, 'state', ['ENABLED', 'DISABLED']);
  const changed: WorkGroupDocument = {
    ...group,
    state,
    ...(description === undefined ? {} : { description }),
    settings: changedSettings(group.settings, input.ConfigurationUpdates),
  };
  call.state.put(workGroupKey(call, group.name), changed);
  return {};
};

/** Queries that ran stay where they are; what is saved in the group goes with it. */
export const deleteWorkGroup: Handler<DeleteWorkGroupInput> = (input, call) => {
  if (input.WorkGroup === primaryWorkGroup) throw invalidRequest('The primary WorkGroup cannot be deleted');
  const { name } = existingWorkGroup(input.WorkGroup ?? '', call);
  const prepared = call.state.list(preparedStatementPrefix(call, name));
  const named = call.state
    .list<NamedQueryDocument>(namedQueryPrefix(call))
    .filter(({ value }) => value.workGroup === name);
  const isEmpty = prepared.length === 0 && named.length === 0 && !hasExecutions(name, call);
  if (!isEmpty && input.RecursiveDeleteOption !== true)
    throw invalidRequest(`WorkGroup ${name} is not empty`);
  for (const { key } of [...prepared, ...named]) call.state.delete(key);
  call.state.delete(workGroupKey(call, name));
  return {};
};

function hasExecutions(name: string, call: Call): boolean {
  return call.state.list(executionPrefix(call, name), { limit: 1 }).length > 0;
}
