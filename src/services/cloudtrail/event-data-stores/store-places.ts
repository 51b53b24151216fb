// SPDX-License-Identifier: Apache-2.0
import type { EventDataStoreDocument } from '../../../event-data-stores/event-data-store.js';
import { storePlacesKey, storesOf, storesPerRegionMax } from '../../../event-data-stores/store-state.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';

/**
 * Refuses a store that its Regions have no place for, or whose name another one has. What it found stays true until the call
 * is recorded: of two calls for the last place one is run again.
 */
export function verifyStorePlace(store: EventDataStoreDocument, call: Call): void {
  const { accountId } = store;
  call.state.put(storePlacesKey(accountId), { changedBy: call.requestId });
  const others = storesOf(call.state, { accountId, nowMs: call.receivedAtMs }).filter(
    ({ id }) => id !== store.id,
  );
  if (others.some(({ name, region }) => name === store.name && region === store.region)) {
    const message = `An event data store with the name ${store.name} already exists.`;
    throw new WireError('EventDataStoreAlreadyExistsException', message);
  }
  const full = fullRegion(others, store);
  if (full === undefined) return;
  const message = `The account ${accountId} already has ${storesPerRegionMax} event data stores in ${full}.`;
  throw new WireError('EventDataStoreMaxLimitExceededException', message);
}

/** A multi-Region store takes a place in every Region, so one that is full elsewhere counts too. */
function fullRegion(
  others: readonly EventDataStoreDocument[],
  { region, isMultiRegion }: EventDataStoreDocument,
): string | undefined {
  const regions = new Set([region, ...(isMultiRegion ? others.map((other) => other.region) : [])]);
  return [...regions].find(
    (each) =>
      others.filter((other) => other.region === each || other.isMultiRegion).length >= storesPerRegionMax,
  );
}
