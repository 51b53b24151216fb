// SPDX-License-Identifier: Apache-2.0
import type {
  AggregationConfiguration,
  GetEventConfigurationRequest,
  GetEventConfigurationResponse,
  PutEventConfigurationRequest,
  PutEventConfigurationResponse,
  Template,
} from '@aws-sdk/client-cloudtrail';
import { aggregationTemplates } from '../../trails/aggregation-templates.js';
import type { TrailDocument, TrailEventConfiguration } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Handler } from '../service.js';
import { getStoreConfiguration, putStoreConfiguration } from './event-data-stores/store-configuration.js';
import { keyOf, resolveAtHome, resolveForReading } from './resolve-trail.js';

/**
 * The aggregation of a trail's data events; an empty list ends it. Event size and context keys belong to event data stores.
 * Source: CloudTrail API Reference, "PutEventConfiguration", "AggregationConfiguration".
 */
export const putEventConfiguration: Handler<PutEventConfigurationRequest, PutEventConfigurationResponse> = (
  input,
  call,
) => {
  if (isOfStore(input)) return putStoreConfiguration(input, call);
  const trail = resolveAtHome(input.TrailName, call);
  if (input.MaxEventSize !== undefined || input.ContextKeySelectors !== undefined) {
    throw new WireError(
      'InvalidParameterCombinationException',
      'MaxEventSize and ContextKeySelectors can only be specified for an event data store.',
    );
  }
  const aggregations = readAggregations(input.AggregationConfigurations);
  const { eventConfiguration: _, ...rest } = trail;
  const changed: TrailDocument =
    aggregations.length === 0 ? rest : { ...rest, eventConfiguration: { aggregations } };
  call.state.put(keyOf(changed), changed);
  return toAnswer(changed);
};

/** Source: CloudTrail API Reference, "GetEventConfiguration". */
export const getEventConfiguration: Handler<GetEventConfigurationRequest, GetEventConfigurationResponse> = (
  input,
  call,
) => {
  if (isOfStore(input)) return getStoreConfiguration(input, call);
  return toAnswer(resolveForReading(input.TrailName, call));
};

/** Throws unless one of the two is named. */
function isOfStore({ TrailName: trail, EventDataStore: store }: GetEventConfigurationRequest): boolean {
  if ((trail === undefined) !== (store === undefined)) return store !== undefined;
  throw new WireError(
    'InvalidParameterCombinationException',
    'Specify either TrailName or EventDataStore, and not both.',
  );
}

type Aggregations = TrailEventConfiguration['aggregations'];

function readAggregations(given: readonly AggregationConfiguration[] | undefined): Aggregations {
  if (given === undefined) throw invalid('AggregationConfigurations must be specified for a trail.');
  if (given.length > 1) throw invalid('A trail can have one aggregation configuration.');
  return given.map(({ EventCategory: eventCategory, Templates: templates = [] }) => {
    if (eventCategory !== 'Data')
      throw invalid(`EventCategory ${eventCategory} is not valid: only Data events can be aggregated.`);
    verifyTemplates(templates);
    return { eventCategory, templates };
  });
}

function verifyTemplates(templates: readonly string[]): void {
  const known: readonly string[] = aggregationTemplates;
  if (templates.length === 0) throw invalid('At least one aggregation template must be specified.');
  const unknown = templates.find((template) => !known.includes(template));
  if (unknown !== undefined)
    throw invalid(`Template ${unknown} is not valid. It can be ${known.join(', ')}.`);
  if (new Set(templates).size !== templates.length) throw invalid('A template is specified twice.');
}

function invalid(message: string): WireError {
  return new WireError('InvalidParameterException', message);
}

function toAnswer({ arn, eventConfiguration }: TrailDocument): PutEventConfigurationResponse {
  return {
    TrailARN: arn,
    AggregationConfigurations: (eventConfiguration?.aggregations ?? []).map((each) => ({
      EventCategory: each.eventCategory as 'Data',
      Templates: each.templates as Template[],
    })),
  };
}
