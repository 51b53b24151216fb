// SPDX-License-Identifier: Apache-2.0
import { type ChannelDocument, channelKey } from '../../event-data-stores/channel.js';
import { type DashboardDocument, dashboardKey } from '../../event-data-stores/dashboard.js';
import { keyOfStore } from '../../event-data-stores/store-state.js';
import type { CloudTrailArn } from '../../trails/cloudtrail-arn.js';
import { type TrailDocument, trailKey } from '../../trails/trail.js';
import type { Call } from '../service.js';
import { noteStore, storeAt, verifyActive } from './event-data-stores/find-store.js';
import { isOfCallersOrganization, shareWithOwner, verifyMayChange } from './organization-caller.js';
import { keyOf } from './resolve-trail.js';

export type Tags = Readonly<Record<string, string>>;

/** Something of CloudTrail's that has tags. */
export interface TaggedResource {
  readonly tags: Tags;
  /** It is another account's, and the caller's too: a trail or store of the organization. */
  readonly isShared: boolean;
  put(tags: Tags): void;
}

/** What an ARN names; undefined for what is not there. */
export function taggedResource(arn: CloudTrailArn, call: Call): TaggedResource | undefined {
  if (arn.kind === 'trail') return trailAt(arn, call);
  if (arn.kind === 'eventdatastore') return storeOf(arn, call);
  const { accountId, region, name } = arn;
  return arn.kind === 'channel'
    ? documentAt<ChannelDocument>(channelKey({ accountId, region, id: name }), call)
    : documentAt<DashboardDocument>(dashboardKey({ accountId, region, name }), call);
}

function trailAt({ accountId, region, name }: CloudTrailArn, call: Call): TaggedResource | undefined {
  const trail = call.state.get<TrailDocument>(trailKey(accountId, region, name));
  if (trail === undefined) return undefined;
  return {
    tags: trail.tags,
    isShared: isOfCallersOrganization(trail, call),
    put(tags) {
      verifyMayChange(trail, call);
      call.state.put(keyOf(trail), { ...trail, tags });
    },
  };
}

/** Whether another account's caller may reach it, its policies have decided. */
function storeOf({ accountId, region, name }: CloudTrailArn, call: Call): TaggedResource | undefined {
  const store = storeAt({ accountId, region, id: name }, call);
  if (store === undefined) return undefined;
  return {
    tags: store.tags,
    isShared: true,
    put(tags) {
      verifyActive(store);
      shareWithOwner(store, call);
      noteStore(store, call);
      call.state.put(keyOfStore(store), { ...store, tags });
    },
  };
}

function documentAt<Document extends { readonly tags: Tags }>(
  key: string,
  { state }: Call,
): TaggedResource | undefined {
  const document = state.get<Document>(key);
  if (document === undefined) return undefined;
  return { tags: document.tags, isShared: false, put: (tags) => state.put(key, { ...document, tags }) };
}
