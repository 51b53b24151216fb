// SPDX-License-Identifier: Apache-2.0
import type { StateEntry } from '../ports/state-store.js';

/** A channel: the way by which events from outside of AWS reach event data stores. */
export interface ChannelDocument {
  /** UUID, the last part of the ARN. */
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  /** `Custom`, or the name of a partner's source. */
  readonly source: string;
  readonly destinations: readonly ChannelDestination[];
  /** Who besides the owner may put events, as JSON text. */
  readonly resourcePolicy?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface ChannelDestination {
  readonly type: 'EVENT_DATA_STORE';
  /** ARN of an event data store. */
  readonly location: string;
}

/** What GetChannel tells of the latest attempts to put events. Kept beside the channel: it changes far more often. */
export interface ChannelIngestion {
  readonly attemptAtMs: number;
  readonly attemptEventId?: string;
  readonly successAtMs?: number;
  readonly successEventId?: string;
  /** Of the latest event that was refused. */
  readonly errorCode?: string;
}

type Place = Pick<ChannelDocument, 'accountId' | 'region' | 'id'>;

/** `channel/111122223333/eu-west-1/<id>` */
export function channelKey({ accountId, region, id }: Place): string {
  return `${channelPrefix(accountId, region)}${id}`;
}

export function channelPrefix(accountId: string, region: string): string {
  return `channel/${accountId}/${region}/`;
}

export function channelIngestionKey({ accountId, region, id }: Place): string {
  return `channel-ingestion/${accountId}/${region}/${id}`;
}

/** Changes with every channel that is made or renamed in a Region: of two calls for one name, one is run again. */
export function channelNamesKey(accountId: string, region: string): string {
  return `channel-names/${accountId}/${region}`;
}

export function channelArn({ accountId, region, id }: Place): string {
  return `arn:aws:cloudtrail:${region}:${accountId}:channel/${id}`;
}

interface ListsState {
  list<T>(prefix: string): StateEntry<T>[];
}

export function channelsOf(state: ListsState, accountId: string, region: string): ChannelDocument[] {
  return state.list<ChannelDocument>(channelPrefix(accountId, region)).map(({ value }) => value);
}

/** The channels that bring events into a store: as long as there are any, it cannot be deleted. */
export function channelsInto(
  state: ListsState,
  store: { readonly accountId: string; readonly region: string; readonly id: string },
): ChannelDocument[] {
  const suffix = `:eventdatastore/${store.id}`;
  return channelsOf(state, store.accountId, store.region).filter(({ destinations }) =>
    destinations.some(({ location }) => location.endsWith(suffix)),
  );
}
