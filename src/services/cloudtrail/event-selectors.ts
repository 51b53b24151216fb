// SPDX-License-Identifier: Apache-2.0
import type {
  AdvancedEventSelector,
  EventSelector,
  GetEventSelectorsRequest,
  GetEventSelectorsResponse,
  PutEventSelectorsRequest,
  PutEventSelectorsResponse,
} from '@aws-sdk/client-cloudtrail';
import { readAdvancedSelectors, wireOperator } from '../../trails/selectors/advanced-selectors.js';
import { defaultSelector, readBasicSelectors } from '../../trails/selectors/basic-selectors.js';
import { selectorOperators } from '../../trails/selectors/field-rules.js';
import { SelectorFault } from '../../trails/selectors/selector-fault.js';
import type {
  AdvancedSelector,
  BasicSelector,
  TrailSelectors,
} from '../../trails/selectors/trail-selectors.js';
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Handler } from '../service.js';
import { keyOf, resolveAtHome, resolveForReading } from './resolve-trail.js';

/**
 * Source: CloudTrail API Reference, "PutEventSelectors". The new selectors take the place of all that were there, of either
 * kind. The record of this very call goes to a trail that selects it before or after the change.
 */
export const putEventSelectors: Handler<PutEventSelectorsRequest, PutEventSelectorsResponse> = (
  input,
  call,
) => {
  const trail = resolveAtHome(input.TrailName, call);
  const changed: TrailDocument = { ...trail, selectors: readSelectors(input) };
  call.state.put(keyOf(changed), changed);
  return toAnswer(changed);
};

/** Source: CloudTrail API Reference, "GetEventSelectors". */
export const getEventSelectors: Handler<GetEventSelectorsRequest, GetEventSelectorsResponse> = (
  input,
  call,
) => toAnswer(resolveForReading(input.TrailName, call));

function readSelectors(input: PutEventSelectorsRequest): TrailSelectors {
  const { EventSelectors: basic, AdvancedEventSelectors: advanced } = input;
  try {
    if (basic !== undefined && advanced !== undefined)
      throw new SelectorFault('EventSelectors and AdvancedEventSelectors cannot be specified together.');
    if (basic !== undefined) return { kind: 'basic', selectors: readBasicSelectors(basic) };
    if (advanced !== undefined)
      return { kind: 'advanced', selectors: readAdvancedSelectors(advanced, 'trail') };
    throw new SelectorFault('Either EventSelectors or AdvancedEventSelectors must be specified.');
  } catch (error) {
    if (error instanceof SelectorFault)
      throw new WireError('InvalidEventSelectorsException', error.message, { cause: error });
    throw error;
  }
}

/** A trail that was given none answers the one that it has. */
function toAnswer(trail: TrailDocument): PutEventSelectorsResponse {
  const { selectors = { kind: 'basic', selectors: [defaultSelector] } } = trail;
  return selectors.kind === 'basic'
    ? { TrailARN: trail.arn, EventSelectors: selectors.selectors.map(toEventSelector) }
    : { TrailARN: trail.arn, AdvancedEventSelectors: selectors.selectors.map(toAdvancedSelector) };
}

function toEventSelector(selector: BasicSelector): EventSelector {
  return {
    ReadWriteType: selector.readWriteType,
    IncludeManagementEvents: selector.includeManagementEvents,
    DataResources: selector.dataResources.map(({ type, values }) => ({ Type: type, Values: [...values] })),
    ExcludeManagementEventSources: [...selector.excludeManagementEventSources],
  };
}

export function toAdvancedSelector({ name, fieldSelectors }: AdvancedSelector): AdvancedEventSelector {
  return {
    ...(name === undefined ? {} : { Name: name }),
    FieldSelectors: fieldSelectors.map((selector) => {
      const given = selectorOperators.filter((operator) => selector[operator] !== undefined);
      const conditions = given.map((operator) => [wireOperator(operator), [...(selector[operator] ?? [])]]);
      return { Field: selector.field, ...Object.fromEntries(conditions) };
    }),
  };
}
