// SPDX-License-Identifier: Apache-2.0
import { type ChannelDocument, channelKey } from '../../../event-data-stores/channel.js';
import { type DashboardDocument, dashboardKey } from '../../../event-data-stores/dashboard.js';
import { eventDataStoreArn } from '../../../event-data-stores/event-data-store.js';
import { delegatedAdminPolicy } from '../../../event-data-stores/store-policy.js';
import { keyOfStore } from '../../../event-data-stores/store-state.js';
import { type CloudTrailArn, isArn, parseCloudTrailArn } from '../../../trails/cloudtrail-arn.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import { noteStore, storeAt } from '../event-data-stores/find-store.js';

/** Something of CloudTrail's that a policy can hang on. */
export interface PolicyHolder {
  readonly arn: string;
  readonly policy: string | undefined;
  /** Of an organization's store: what lets its delegated administrators in, besides. */
  readonly delegatedAdminPolicy?: string | undefined;
  /** Actions that its policy can speak of. */
  readonly actions: readonly string[];
  /** @param policy undefined takes it away */
  put(policy: string | undefined): void;
}

/**
 * Source: CloudTrail User Guide, "AWS CloudTrail resource-based policy examples"; Service Authorization Reference,
 * "AWS CloudTrail" and "AWS CloudTrail Data".
 */
const actions = {
  eventdatastore: [
    'CancelQuery',
    'DescribeQuery',
    'GenerateQuery',
    'GenerateQueryResultsSummary',
    'GetEventConfiguration',
    'GetEventDataStore',
    'GetEventDataStoreData',
    'GetQueryResults',
    'ListQueries',
    'StartQuery',
  ].map((name) => `cloudtrail:${name}`),
  channel: ['cloudtrail-data:PutAuditEvents'],
  dashboard: ['cloudtrail:StartDashboardRefresh', 'cloudtrail:GetDashboard'],
} as const;

/** What an ARN names. Throws AWS's errors for what no policy hangs on, and for what is not there. */
export function policyHolder(arn: string | undefined, call: Call): PolicyHolder {
  const parts = parseCloudTrailArn(arn ?? '');
  if (parts === undefined) throw notAnArn(arn ?? '');
  if (parts.kind === 'trail')
    throw new WireError('ResourceTypeNotSupportedException', `No resource policy can be attached to ${arn}.`);
  const holder = parts.region === call.region ? holderAt(parts, call) : undefined;
  if (holder === undefined)
    throw new WireError('ResourceNotFoundException', `The resource ${arn} was not found.`);
  return holder;
}

function notAnArn(text: string): WireError {
  const service = isArn(text) ? text.split(':')[2] : undefined;
  const code =
    service === undefined || service === '' || service === 'cloudtrail'
      ? 'ResourceARNNotValidException'
      : 'ResourceTypeNotSupportedException';
  return new WireError(code, `The resource ARN ${text} is not valid.`);
}

function holderAt(parts: CloudTrailArn, call: Call): PolicyHolder | undefined {
  if (parts.kind === 'eventdatastore') return storeHolder(parts, call);
  if (parts.kind === 'channel') return channelHolder(parts, call);
  return dashboardHolder(parts, call);
}

function storeHolder({ accountId, region, name }: CloudTrailArn, call: Call): PolicyHolder | undefined {
  const found = storeAt({ accountId, region, id: name }, call);
  if (found === undefined) return undefined;
  const { resourcePolicy, ...store } = found;
  noteStore(found, call);
  return {
    arn: eventDataStoreArn(store),
    policy: resourcePolicy,
    delegatedAdminPolicy: delegatedAdminPolicy(found, call.state),
    actions: actions.eventdatastore,
    put: (policy) =>
      call.state.put(keyOfStore(store), { ...store, ...(policy && { resourcePolicy: policy }) }),
  };
}

function channelHolder({ accountId, region, name }: CloudTrailArn, call: Call): PolicyHolder | undefined {
  const key = channelKey({ accountId, region, id: name });
  return documentHolder<ChannelDocument>(key, `channel/${name}`, actions.channel, call, {
    accountId,
    region,
  });
}

function dashboardHolder({ accountId, region, name }: CloudTrailArn, call: Call): PolicyHolder | undefined {
  const key = dashboardKey({ accountId, region, name });
  return documentHolder<DashboardDocument>(key, `dashboard/${name}`, actions.dashboard, call, {
    accountId,
    region,
  });
}

function documentHolder<Document extends { readonly resourcePolicy?: string }>(
  key: string,
  path: string,
  ofIt: readonly string[],
  call: Call,
  { accountId, region }: { readonly accountId: string; readonly region: string },
): PolicyHolder | undefined {
  const found = call.state.get<Document>(key);
  if (found === undefined) return undefined;
  const { resourcePolicy, ...document } = found;
  return {
    arn: `arn:aws:cloudtrail:${region}:${accountId}:${path}`,
    policy: resourcePolicy,
    actions: ofIt,
    put: (policy) => call.state.put(key, { ...document, ...(policy && { resourcePolicy: policy }) }),
  };
}
