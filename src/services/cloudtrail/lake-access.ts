// SPDX-License-Identifier: Apache-2.0
import { type ChannelDocument, channelKey } from '../../event-data-stores/channel.js';
import { type DashboardDocument, dashboardKey } from '../../event-data-stores/dashboard.js';
import { storeNeed } from '../../event-data-stores/store-policy.js';
import type { AccessNeed } from '../../identity/access.js';
import { passRoleNeed } from '../../identity/pass-role.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import { isArn, parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import type { Call } from '../service.js';
import { placeOfStore, type StorePlace, storeAt } from './event-data-stores/find-store.js';
import { findQuery, type QueryInput, storePlacesOf } from './queries/find-query.js';

/** Members by which calls about event data stores, queries and resource policies name what they are about. */
export interface LakeInput extends QueryInput {
  readonly TrailName?: string | undefined;
  readonly ResourceArn?: string | undefined;
  readonly FederationRoleArn?: string | undefined;
  readonly TagsList?: readonly { readonly Key?: string; readonly Value?: string }[] | undefined;
}

/**
 * What calls about event data stores, queries and resource policies need; undefined for every other operation. StartQuery
 * asks by itself: only who has read the statement knows the stores.
 */
export function lakeAccess(
  operation: string,
  input: LakeInput,
  call: Call,
): { readonly needs: readonly AccessNeed[] | undefined } | undefined {
  const action = `cloudtrail:${operation}`;
  switch (operation) {
    case 'StartQuery':
      return { needs: undefined };
    case 'ListEventDataStores':
      return { needs: [{ action, resource: '*' }] };
    case 'CreateEventDataStore':
      return { needs: creating(action, input, call) };
    case 'GetEventDataStore':
    case 'UpdateEventDataStore':
    case 'DeleteEventDataStore':
    case 'RestoreEventDataStore':
    case 'StartEventDataStoreIngestion':
    case 'StopEventDataStoreIngestion':
    case 'DisableFederation':
    case 'ListQueries':
      return { needs: [onStore(action, input.EventDataStore, call)] };
    case 'EnableFederation':
      return { needs: [onStore(action, input.EventDataStore, call), ...federating(input)] };
    case 'DescribeQuery':
    case 'GetQueryResults':
    case 'CancelQuery':
      return { needs: onQuery(action, input, call) };
    case 'PutResourcePolicy':
    case 'GetResourcePolicy':
    case 'DeleteResourcePolicy':
      return { needs: [onResource(action, input.ResourceArn ?? '', call)] };
    case 'GetEventConfiguration':
    case 'PutEventConfiguration':
      if (input.TrailName !== undefined || input.EventDataStore === undefined) return undefined;
      return { needs: [onStore(action, input.EventDataStore, call)] };
    default:
      return undefined;
  }
}

/** Its id is made when it is. Tags of a new store take the permission to set them. */
function creating(action: string, { TagsList: tags = [] }: LakeInput, call: Call): AccessNeed[] {
  const pairs = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? '']);
  const context: ContextValues =
    tags.length === 0
      ? {}
      : {
          ...(Object.fromEntries(pairs) as Record<string, string>),
          'aws:TagKeys': tags.map(({ Key = '' }) => Key),
        };
  const resource = storeArnOf(call, '*');
  const need = { action, resource, context };
  return tags.length === 0 ? [need] : [need, { ...need, action: 'cloudtrail:AddTags' }];
}

/** Source: CloudTrail User Guide, "Federate an event data store": Lake Formation assumes the role. */
function federating({ FederationRoleArn: role = '' }: LakeInput): AccessNeed[] {
  return role === '' ? [] : [passRoleNeed(role, 'lakeformation.amazonaws.com')];
}

function onStore(action: string, arnOrId: string | undefined, call: Call): AccessNeed {
  const named = arnOrId ?? '';
  const place = placeOfStore(named, call);
  if (place === undefined) return { action, resource: isArn(named) ? named : storeArnOf(call, named) };
  return atPlace(action, place, call);
}

function atPlace(action: string, place: StorePlace, call: Call): AccessNeed {
  return storeNeed(action, place, storeAt(place, call), call.state);
}

/** All stores that the query asks; of a query that is not there, those that the call might mean. */
function onQuery(action: string, input: LakeInput, call: Call): AccessNeed[] {
  const job = findQuery(input, call);
  const places = job === undefined ? [] : storePlacesOf(job);
  if (places.length > 0) return places.map((place) => atPlace(action, place, call));
  if (input.EventDataStore !== undefined) return [onStore(action, input.EventDataStore, call)];
  const accountId = input.EventDataStoreOwnerAccountId ?? call.accountId;
  return [{ action, resource: storeArnOf({ ...call, accountId }, '*'), resourceAccountId: accountId }];
}

function storeArnOf({ accountId, region }: Pick<Call, 'accountId' | 'region'>, id: string): string {
  return `arn:aws:cloudtrail:${region}:${accountId}:eventdatastore/${id}`;
}

/** An action on what an ARN names: a store with its policy, a channel or a dashboard with its tags. */
export function onResource(action: string, arn: string, call: Call): AccessNeed {
  const parts = parseCloudTrailArn(arn);
  if (parts === undefined) return { action, resource: arn };
  const { accountId, region, name, kind } = parts;
  if (kind === 'eventdatastore') return atPlace(action, { accountId, region, id: name }, call);
  return { action, resource: arn, resourceAccountId: accountId, context: tagsOf(arn, call) };
}

function tagsOf(arn: string, { state }: Call): ContextValues {
  const parts = parseCloudTrailArn(arn);
  if (parts === undefined) return {};
  const { accountId, region, name, kind } = parts;
  const document =
    kind === 'channel'
      ? state.get<ChannelDocument>(channelKey({ accountId, region, id: name }))
      : kind === 'dashboard'
        ? state.get<DashboardDocument>(dashboardKey({ accountId, region, name }))
        : undefined;
  const pairs = Object.entries(document?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return Object.fromEntries(pairs) as Record<string, string>;
}
