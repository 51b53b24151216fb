// SPDX-License-Identifier: Apache-2.0

import { type FoldedMembership, FoldedMemberships } from '../identity/folded-memberships.js';
import { membershipPrefix } from '../identity/organization-documents.js';
import type { LoggedRecord } from '../ports/event-log.js';
import type { SegmentKind, SegmentSealing } from '../ports/event-segments.js';
import type { StateChange } from '../ports/state-store.js';
import type { ContextKeys, EnrichmentDemand } from '../record/event-context.js';
import { compiledSelectors } from '../trails/selectors/compile-selectors.js';
import { SelectorMatcher } from '../trails/selectors/selector-matcher.js';
import type { TrailSelectors } from '../trails/selectors/trail-selectors.js';
import { type EventDataStoreDocument, eventDataStoreArn, segmentKindOf } from './event-data-store.js';
import { takesEvents } from './takes-events.js';

export const storePrefix = 'event-data-store/';

/** What of an event data store decides which records it takes. Kept in the reader's checkpoint, so it is small. */
export interface StoreRoute {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly isMultiRegion: boolean;
  readonly organizationId?: string;
  readonly selectors: TrailSelectors;
  readonly kind: SegmentKind;
  readonly takesEvents: boolean;
  readonly isPendingDeletion: boolean;
  readonly retentionDays: number;
  /** Its KMS key, where it has one. */
  readonly kmsKeyArn?: string;
  /** It takes events of up to 1 MB. */
  readonly isLarge?: true;
  /** What its events have beside the record. */
  readonly contextKeys?: ContextKeys;
}

/** The whole fold as JSON can keep it, by the keys of the state. */
export type SavedStores = Readonly<Record<string, StoreRoute | FoldedMembership>>;

/** Matchers that are kept, one for each account and Region, and answers by account; beyond it all are made anew. */
const matchersMax = 1_000;

/**
 * Event data stores as they are at one place of the log, folded from the changes that the entries carry; so a reader meets new
 * selectors exactly where they were set, however far behind it is. Members of organizations are folded too.
 */
export class StoreFold {
  readonly #stores = new Map<string, StoreRoute>();
  readonly #memberships = new FoldedMemberships();
  readonly #matchers = new Map<string, SelectorMatcher<StoreRoute>>();
  /** Answers of `mayTake`, by account and category. */
  readonly #takes = new Map<string, boolean>();
  /** Of `demandOf`; null: nothing is wanted. */
  readonly #demands = new Map<string, EnrichmentDemand | null>();

  constructor(saved: SavedStores = {}) {
    for (const [key, value] of Object.entries(saved)) {
      if ('id' in value) this.#stores.set(key, value);
      else this.#memberships.restore(key, value);
    }
  }

  get size(): number {
    return this.#stores.size;
  }

  stores(): IterableIterator<StoreRoute> {
    return this.#stores.values();
  }

  store(id: string): StoreRoute | undefined {
    for (const store of this.#stores.values()) if (store.id === id) return store;
    return undefined;
  }

  /** Whether some store of the account or of its organization may take events of the category. */
  mayTake(accountId: string, category: string): boolean {
    if (this.#stores.size === 0) return false;
    const key = `${accountId} ${category}`;
    const known = this.#takes.get(key);
    if (known !== undefined) return known;
    const takes = this.#taking(accountId, category).length > 0;
    if (this.#takes.size >= matchersMax) this.#takes.clear();
    this.#takes.set(key, takes);
    return takes;
  }

  /** What the stores want in events beside the record that may take an account's events of the category. */
  demandOf(accountId: string, category: string): EnrichmentDemand | undefined {
    // Source: CloudTrail User Guide, "CloudTrail record contents …": eventContext is not there for network activity events.
    if (this.#stores.size === 0 || (category !== 'Management' && category !== 'Data')) return undefined;
    const key = `${accountId} ${category}`;
    const known = this.#demands.get(key);
    if (known !== undefined) return known === null ? undefined : known;
    const demand = demandOfStores(this.#taking(accountId, category));
    if (this.#demands.size >= matchersMax) this.#demands.clear();
    this.#demands.set(key, demand ?? null);
    return demand;
  }

  #taking(accountId: string, category: string): StoreRoute[] {
    const organization = this.#memberships.organizationOf(accountId);
    return Array.from(this.#stores.values()).filter(
      (store) => isOf(store, accountId, organization) && compiledSelectors(store.selectors).has(category),
    );
  }

  /** The stores that take a record. */
  selecting(record: LoggedRecord): readonly StoreRoute[] {
    if (this.#stores.size === 0 || record.forTrail !== undefined) return none;
    return record.forEventDataStores === undefined
      ? this.#matcherOf(record).select(record)
      : this.named(record.forEventDataStores);
  }

  /** Those of some stores that still are there. */
  named(forEventDataStores: readonly string[]): readonly StoreRoute[] {
    const stores = forEventDataStores.map((id) => this.store(id));
    return stores.filter((store) => store !== undefined && !store.isPendingDeletion) as StoreRoute[];
  }

  apply(changes: readonly StateChange[]): void {
    for (const change of changes) {
      const { key, value } = change;
      if (key.startsWith(storePrefix)) {
        if (value === null) this.#stores.delete(key);
        else this.#stores.set(key, toRoute(value as EventDataStoreDocument));
      } else if (!this.#memberships.apply(change)) continue;
      this.#matchers.clear();
      this.#takes.clear();
      this.#demands.clear();
    }
  }

  save(): SavedStores {
    return Object.fromEntries([...this.#stores, ...this.#memberships.entries()]);
  }

  #matcherOf({ accountId, region }: LoggedRecord): SelectorMatcher<StoreRoute> {
    const key = `${accountId} ${region}`;
    const known = this.#matchers.get(key);
    if (known !== undefined) return known;
    const organization = this.#memberships.organizationOf(accountId);
    const stores = [...this.#stores.values()].filter(
      (store) => (store.isMultiRegion || store.region === region) && isOf(store, accountId, organization),
    );
    const matcher = new SelectorMatcher(
      stores.map((store) => ({ asker: store, selectors: compiledSelectors(store.selectors) })),
    );
    if (this.#matchers.size >= matchersMax) this.#matchers.clear();
    this.#matchers.set(key, matcher);
    return matcher;
  }
}

const none: readonly StoreRoute[] = [];

/** Whether a store takes events of an account now. */
function isOf(store: StoreRoute, accountId: string, organization: string | undefined): boolean {
  if (!store.takesEvents) return false;
  if (store.accountId === accountId) return true;
  return store.organizationId !== undefined && store.organizationId === organization;
}

/** The fold of what the state says now. */
export function storeFoldOfState(state: {
  list<T>(prefix: string): readonly { readonly key: string; readonly value: T }[];
}): StoreFold {
  const fold = new StoreFold();
  fold.apply([...state.list(storePrefix), ...state.list(membershipPrefix)]);
  return fold;
}

/** Whether changes have to do with which stores take what. */
export function changesStores(changes: readonly StateChange[]): boolean {
  return changes.some(({ key }) => key.startsWith(storePrefix) || key.startsWith(membershipPrefix));
}

function toRoute(store: EventDataStoreDocument): StoreRoute {
  return {
    id: store.id,
    accountId: store.accountId,
    region: store.region,
    isMultiRegion: store.isMultiRegion,
    ...(store.organizationId === undefined ? {} : { organizationId: store.organizationId }),
    selectors: { kind: 'advanced', selectors: store.selectors },
    kind: segmentKindOf(store),
    takesEvents: takesEvents(store),
    isPendingDeletion: store.status === 'PENDING_DELETION',
    retentionDays: store.retentionDays,
    ...(store.kmsKeyId === undefined ? undefined : { kmsKeyArn: store.kmsKeyId }),
    ...(store.maxEventSize === 'Large' ? { isLarge: true } : undefined),
    ...contextKeysOf(store),
  };
}

function contextKeysOf({ contextKeySelectors = [] }: EventDataStoreDocument) {
  if (contextKeySelectors.length === 0) return undefined;
  const keysOf = (type: string) =>
    contextKeySelectors.filter((each) => each.type === type).flatMap(({ equals }) => equals);
  return { contextKeys: { requestKeys: keysOf('RequestContext'), tagKeys: keysOf('TagContext') } };
}

/** Under which key a store's segments are encrypted. */
export function sealingOf(
  store: Pick<StoreRoute, 'accountId' | 'region' | 'id' | 'kmsKeyArn'>,
): { readonly sealing: SegmentSealing } | undefined {
  if (store.kmsKeyArn === undefined) return undefined;
  return { sealing: { kmsKeyArn: store.kmsKeyArn, ownerArn: eventDataStoreArn(store) } };
}

/** What some stores want, all together; undefined when it is nothing. */
function demandOfStores(stores: readonly StoreRoute[]): EnrichmentDemand | undefined {
  const asking = stores.filter(({ isLarge, contextKeys }) => isLarge === true || contextKeys !== undefined);
  if (asking.length === 0) return undefined;
  const keys = (member: keyof ContextKeys) =>
    Array.from(new Set(asking.flatMap(({ contextKeys }) => contextKeys?.[member] ?? [])));
  return {
    requestKeys: keys('requestKeys'),
    tagKeys: keys('tagKeys'),
    isLarge: asking.some(({ isLarge }) => isLarge === true),
  };
}
