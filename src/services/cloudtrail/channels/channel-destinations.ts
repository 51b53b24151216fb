// SPDX-License-Identifier: Apache-2.0
import type { Destination } from '@aws-sdk/client-cloudtrail';
import type { ChannelDestination } from '../../../event-data-stores/channel.js';
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
  eventDataStoreKey,
  segmentKindOf,
} from '../../../event-data-stores/event-data-store.js';
import { takesEvents } from '../../../event-data-stores/takes-events.js';
import { isArn, parseCloudTrailArn } from '../../../trails/cloudtrail-arn.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import type { MemberRules } from '../verify-members.js';

/** Source: CloudTrail API Reference, "CreateChannel" (Destinations), "Destination". */
const locationRule = { min: 3, max: 1_024, pattern: /^[a-zA-Z0-9._/\-:*]+$/ };
const destinationsMax = 200;

export function destinationsRule(
  rules: MemberRules,
  destinations: readonly Destination[] | undefined,
): MemberRules {
  rules.count('destinations', destinations, 1, destinationsMax);
  for (const [at, { Type, Location }] of (destinations ?? []).slice(0, destinationsMax).entries())
    rules
      .oneOf(`destinations.${at + 1}.member.type`, Type, ['EVENT_DATA_STORE', 'AWS_SERVICE'])
      .text(`destinations.${at + 1}.member.location`, Location, locationRule);
  return rules;
}

/**
 * Destinations as they are kept: event data stores of the account in this Region that take events from outside of AWS. Each
 * is written along, unchanged, so that one that somebody deletes at the same time is looked for again.
 */
export function readDestinations(destinations: readonly Destination[], call: Call): ChannelDestination[] {
  const stores = destinations.map((destination) => storeOf(destination, call));
  const arns = stores.map(eventDataStoreArn);
  if (new Set(arns).size < arns.length)
    throw new WireError('InvalidParameterException', 'A destination is specified twice.');
  for (const store of stores)
    call.state.put(eventDataStoreKey(store.accountId, store.region, store.id), store);
  return arns.map((location) => ({ type: 'EVENT_DATA_STORE', location }));
}

function storeOf({ Type, Location = '' }: Destination, call: Call): EventDataStoreDocument {
  if (Type !== 'EVENT_DATA_STORE') {
    const message = 'Destinations of channels for integrations are of the type EVENT_DATA_STORE.';
    throw new WireError('InvalidParameterException', message);
  }
  const store = findOwnStore(Location, call);
  if (!takesEvents(store)) {
    const message = `The event data store ${Location} is not active: ${store.status}.`;
    throw new WireError('InactiveEventDataStoreException', message);
  }
  if (segmentKindOf(store) !== 'activity') {
    const message = `The event data store ${Location} does not log events of the category ActivityAuditLog.`;
    throw new WireError('InvalidEventDataStoreCategoryException', message);
  }
  return store;
}

/** An event data store of the caller's account in this Region, by its ARN. */
function findOwnStore(arn: string, call: Call): EventDataStoreDocument {
  const { accountId, region } = call;
  const parts = isArn(arn) ? parseCloudTrailArn(arn) : undefined;
  if (parts?.kind !== 'eventdatastore' || parts.accountId !== accountId || parts.region !== region)
    throw new WireError(
      'EventDataStoreARNInvalidException',
      `The event data store ARN ${arn} is not valid or is not of this account and Region.`,
    );
  const store = call.state.get<EventDataStoreDocument>(eventDataStoreKey(accountId, region, parts.name));
  if (store === undefined)
    throw new WireError('EventDataStoreNotFoundException', `The event data store ${arn} was not found.`);
  return store;
}
