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
import { parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import type { TrailDocument, TrailEventConfiguration } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Handler } from '../service.js';
import { keyOf, resolveAtHome, resolveForReading } from './resolve-trail.js';

/**
 * The aggregation of a trail's data events; an empty list ends it. Event size and context keys belong to event data stores.
 * Source: CloudTrail API Reference, "PutEventConfiguration", "AggregationConfiguration".
 */
export const putEventConfiguration: Handler<PutEventConfigurationRequest, PutEventConfigurationResponse> = (
  input,
  call,
) => {
  verifyTrailIsMeant(input);
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
  verifyTrailIsMeant(input);
  return toAnswer(resolveForReading(input.TrailName, call));
};

/** There are no event data stores yet, so none is ever found. */
function verifyTrailIsMeant(input: GetEventConfigurationRequest): void {
  const { TrailName: trail, EventDataStore: store } = input;
  if ((trail === undefined) === (store === undefined)) {
    throw new WireError(
      'InvalidParameterCombinationException',
      'Specify either TrailName or EventDataStore, and not both.',
    );
  }
  if (store === undefined) return;
  const isArn = parseCloudTrailArn(store)?.kind === 'eventdatastore';
  if (!isArn && !/^[a-zA-Z0-9-]{3,256}$/.test(store))
    throw new WireError(
      'EventDataStoreARNInvalidException',
      `The event data store ARN ${store} is not valid.`,
    );
  throw new WireError('EventDataStoreNotFoundException', `The event data store ${store} was not found.`);
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
