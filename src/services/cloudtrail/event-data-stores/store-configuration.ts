// SPDX-License-Identifier: Apache-2.0
import type {
  ContextKeySelector,
  GetEventConfigurationRequest,
  GetEventConfigurationResponse,
  PutEventConfigurationRequest,
  PutEventConfigurationResponse,
} from '@aws-sdk/client-cloudtrail';
import { isContextKey } from '../../../event-data-stores/context-keys.js';
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import { holdsCloudTrailEvents } from '../../../event-data-stores/store-rules.js';
import { keyOfStore } from '../../../event-data-stores/store-state.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import { MemberRules } from '../verify-members.js';
import { noteStore, storeNamed, verifyActive } from './find-store.js';
import { invalidParameter } from './store-members.js';

type KeptSelectors = NonNullable<EventDataStoreDocument['contextKeySelectors']>;

/** Source: CloudTrail API Reference, "PutEventConfiguration", for event data stores. What is not given stays as it is. */
export function putStoreConfiguration(
  input: PutEventConfigurationRequest,
  call: Call,
): PutEventConfigurationResponse {
  verifyMembers(input);
  const store = configurable(input, call);
  const maxEventSize = input.MaxEventSize ?? store.maxEventSize ?? 'Standard';
  const contextKeySelectors =
    input.ContextKeySelectors === undefined
      ? (store.contextKeySelectors ?? [])
      : readSelectors(input.ContextKeySelectors);
  if (contextKeySelectors.length > 0 && maxEventSize !== 'Large')
    throw invalidParameter('MaxEventSize must be Large when ContextKeySelectors are used.');
  verifyMayReadTags(store, contextKeySelectors, call);
  const changed = { ...store, maxEventSize, contextKeySelectors, updatedAtMs: call.receivedAtMs };
  call.state.put(keyOfStore(changed), changed);
  noteStore(changed, call);
  return toAnswer(changed);
}

/** Source: CloudTrail API Reference, "GetEventConfiguration", for event data stores. */
export function getStoreConfiguration(
  input: GetEventConfigurationRequest,
  call: Call,
): GetEventConfigurationResponse {
  return toAnswer(configurable(input, call));
}

function verifyMembers({
  MaxEventSize,
  ContextKeySelectors,
  AggregationConfigurations,
}: PutEventConfigurationRequest) {
  const rules = new MemberRules()
    .oneOf('maxEventSize', MaxEventSize, ['Standard', 'Large'])
    .count('contextKeySelectors', ContextKeySelectors, 0, 2);
  for (const [index, { Type, Equals }] of (ContextKeySelectors ?? []).entries()) {
    const path = `contextKeySelectors.${index + 1}.member`;
    rules
      .oneOf(`${path}.type`, Type, ['TagContext', 'RequestContext'])
      .count(`${path}.equals`, Equals, 1, 50);
    for (const [at, value] of (Equals ?? []).entries())
      rules.text(`${path}.equals.${at + 1}.member`, value, { min: 1, max: 128 });
  }
  rules.verify();
  if (AggregationConfigurations !== undefined)
    throw new WireError(
      'InvalidParameterCombinationException',
      'AggregationConfigurations can only be specified for a trail.',
    );
}

function configurable({ EventDataStore }: GetEventConfigurationRequest, call: Call): EventDataStoreDocument {
  const store = verifyActive(storeNamed(EventDataStore, call));
  if (holdsCloudTrailEvents(store)) return store;
  const message = `The event data store ${eventDataStoreArn(store)} does not hold CloudTrail events, so it has no event configuration.`;
  throw new WireError('InvalidEventDataStoreCategoryException', message);
}

function readSelectors(given: readonly ContextKeySelector[]): KeptSelectors {
  const selectors = given.map(({ Type: type, Equals: equals = [] }) => ({
    type: type as KeptSelectors[number]['type'],
    equals,
  }));
  if (new Set(selectors.map(({ type }) => type)).size !== selectors.length)
    throw invalidParameter('A type of context key selector is specified twice.');
  for (const { type, equals } of selectors) {
    if (new Set(equals).size !== equals.length)
      throw invalidParameter(`A key is specified twice in the ${type} selector.`);
    const unknown = type === 'RequestContext' ? equals.find((key) => !isContextKey(key)) : undefined;
    if (unknown !== undefined)
      throw invalidParameter(`The key ${unknown} is not a supported IAM global condition key.`);
  }
  return selectors;
}

const contextService = 'context.cloudtrail.amazonaws.com';

/**
 * Tags of resources are read in a role of CloudTrail's own, which whoever asks for them first must be allowed to make. Here
 * they are at hand, and only the permission counts.
 * Source: CloudTrail User Guide, "Using roles for creating and managing CloudTrail event context in CloudTrail".
 */
function verifyMayReadTags(store: EventDataStoreDocument, selectors: KeptSelectors, call: Call): void {
  const hasTags = (some: KeptSelectors) => some.some(({ type }) => type === 'TagContext');
  if (!hasTags(selectors) || hasTags(store.contextKeySelectors ?? [])) return;
  const { isAllowed } = call.decide({
    action: 'iam:CreateServiceLinkedRole',
    resource: `arn:aws:iam::${call.accountId}:role/aws-service-role/${contextService}/AWSServiceRoleForCloudTrailEventContext`,
    context: { 'iam:AWSServiceName': contextService },
  });
  if (isAllowed) return;
  const message = `To add resource tag keys, you must be allowed to call iam:CreateServiceLinkedRole for ${contextService}.`;
  throw new WireError('InsufficientIAMAccessPermissionException', message);
}

function toAnswer(store: EventDataStoreDocument): PutEventConfigurationResponse {
  return {
    EventDataStoreArn: eventDataStoreArn(store),
    MaxEventSize: store.maxEventSize ?? 'Standard',
    ContextKeySelectors: (store.contextKeySelectors ?? []).map(({ type, equals }) => ({
      Type: type,
      Equals: [...equals],
    })),
  };
}
