// SPDX-License-Identifier: Apache-2.0
import { dataCatalogArn } from '../../athena/data-catalog.js';
import { athenaFacts } from '../../athena/query-execution.js';
import { findWorkGroup, primaryWorkGroup, workGroupArn } from '../../athena/work-group.js';
import type { AccessNeed } from '../../identity/access.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import type { Call, Service } from '../service.js';
import { findDataCatalog } from './data-catalog-handlers.js';
import { findQuery } from './find-query.js';
import { find as findNamedQuery } from './named-query-handlers.js';

/** Members by which calls name a resource, and tags. */
interface AthenaInput {
  readonly WorkGroup?: string;
  readonly Name?: string;
  readonly CatalogName?: string;
  readonly QueryExecutionId?: string;
  readonly QueryExecutionIds?: readonly string[];
  readonly NamedQueryId?: string;
  readonly NamedQueryIds?: readonly string[];
  readonly ResourceARN?: string;
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
  readonly TagKeys?: readonly string[];
}

/** Source: Service Authorization Reference, "Amazon Athena": actions that know no resource. */
const onNothing: ReadonlySet<string> = new Set([
  'ListApplicationDPUSizes',
  'ListCapacityReservations',
  'ListDataCatalogs',
  'ListEngineVersions',
  'ListExecutors',
  'ListWorkGroups',
]);

const onCatalogByName: ReadonlySet<string> = new Set([
  'CreateDataCatalog',
  'DeleteDataCatalog',
  'GetDataCatalog',
  'UpdateDataCatalog',
]);
const onCatalog: ReadonlySet<string> = new Set([
  'GetDatabase',
  'GetTableMetadata',
  'ListDatabases',
  'ListTableMetadata',
]);

/** More of them than a call may name the handler refuses. */
const idsMax = 50;

/** What every call of Athena needs. */
export const athenaAccess: NonNullable<Service['access']> = (operation, input: AthenaInput, call) => {
  const action = `athena:${operation}`;
  if (onNothing.has(operation)) return [{ action, resource: '*' }];
  return resourcesOf(operation, input, call).map(
    ({ resource, tags }) =>
      ({ action, resource, context: { ...resourceKeys(tags), ...requestKeys(input) } }) satisfies AccessNeed,
  );
};

/** What a statement asks for besides the call that starts it. */
export function workGroupNeed(action: string, name: string, call: Call): AccessNeed {
  const { resource, tags } = workGroup(name, call);
  return { action, resource, context: resourceKeys(tags) };
}

interface Resource {
  readonly resource: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

function resourcesOf(operation: string, input: AthenaInput, call: Call): readonly Resource[] {
  if (onCatalogByName.has(operation)) return [catalog(input.Name, call)];
  if (onCatalog.has(operation)) return [catalog(input.CatalogName, call)];
  if (operation === 'CreateWorkGroup') return [workGroup(input.Name, call)];
  if (input.ResourceARN !== undefined) return [byArn(input.ResourceARN, call)];
  return groupsOf(input, call).map((name) => workGroup(name, call));
}

/** The work groups of what a call names: of each query, each named query, or the one that it says. */
function groupsOf(input: AthenaInput, call: Call): readonly (string | undefined)[] {
  const queries =
    input.QueryExecutionIds ?? (input.QueryExecutionId === undefined ? [] : [input.QueryExecutionId]);
  const named = input.NamedQueryIds ?? (input.NamedQueryId === undefined ? [] : [input.NamedQueryId]);
  const groups = [
    ...queries.slice(0, idsMax).map((id) => {
      const job = findQuery(id, call);
      return job === undefined ? undefined : athenaFacts(job).workGroup;
    }),
    ...named.slice(0, idsMax).map((id) => findNamedQuery(id, call)?.workGroup),
  ];
  if (groups.length === 0) return [input.WorkGroup];
  // What is not there is nobody's: it is asked for as of the group that everybody has.
  return [...new Set(groups)];
}

function workGroup(name: string | undefined, call: Call): Resource {
  const group = name ?? primaryWorkGroup;
  const isName = /^[\w.-]{1,128}$/.test(group);
  return {
    resource: workGroupArn(call, group),
    tags: isName ? findWorkGroup(call.state, call, group)?.tags : undefined,
  };
}

function catalog(name: string | undefined, call: Call): Resource {
  const found = name ?? '';
  const isName = found.length <= 256;
  return {
    resource: dataCatalogArn(call, found),
    tags: isName ? findDataCatalog(found, call)?.tags : undefined,
  };
}

function byArn(arn: string, call: Call): Resource {
  const match = /:(workgroup|datacatalog)\/(.+)$/.exec(arn);
  if (match === null) return { resource: arn };
  const { tags } = match[1] === 'workgroup' ? workGroup(match[2], call) : catalog(match[2], call);
  return { resource: arn, tags };
}

function resourceKeys(tags: Readonly<Record<string, string>> | undefined): ContextValues {
  const pairs = Object.entries(tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

function requestKeys({ Tags, TagKeys }: AthenaInput): ContextValues {
  if (TagKeys !== undefined) return { 'aws:TagKeys': TagKeys };
  if (Tags === undefined) return {};
  const pairs = Tags.map(({ Key = '', Value = '' }) => [`aws:RequestTag/${Key}`, Value]);
  return {
    ...(Object.fromEntries(pairs) as Record<string, string>),
    'aws:TagKeys': Tags.map(({ Key = '' }) => Key),
  };
}
