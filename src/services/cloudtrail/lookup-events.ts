// SPDX-License-Identifier: Apache-2.0
import type { Event, LookupEventsRequest, LookupEventsResponse } from '@aws-sdk/client-cloudtrail';
import type { EventCategory } from '../../ports/event-log.js';
import {
  type EventStore,
  InvalidPageTokenError,
  type LookupAttribute,
  type LookupQuery,
  type LookupText,
  lookupAttributes,
  type StoredEvent,
} from '../../ports/event-store.js';
import { WireError } from '../../wire/wire-error.js';
import { WrittenJson } from '../../wire/written-json.js';
import type { Call, Handler } from '../service.js';
import type { CloudTrailDependencies } from './cloudtrail-service.js';
import { LookupRate } from './lookup-rate.js';
import { invalidNextToken, readLookupToken, writeLookupToken } from './lookup-token.js';

/** Source: CloudTrail API Reference, "LookupEvents". */
const resultsMax = 50;
/** AWS takes one attribute; Cairn takes several, and all of them must hold. There are eight to choose from. */
const attributesMax = 8;
/** Source: CloudTrail API Reference, "LookupAttribute". */
const attributeValueLengthMax = 2000;
const insightAttributes: ReadonlySet<string> = new Set(['EventId', 'EventName', 'EventSource']);

type Arguments = Omit<LookupQuery, 'limit' | 'after' | 'enteredSinceMs'>;

/** Events of the caller's account and Region that entered Cairn within the look-up window, newest first. */
export function lookupEventsHandler(
  deps: CloudTrailDependencies,
): Handler<LookupEventsRequest, LookupEventsResponse | WrittenJson> {
  const rate =
    deps.lookupsPerSecondMax === undefined ? undefined : new LookupRate(deps.lookupsPerSecondMax, deps.clock);
  return async (input, call) => {
    rate?.take(call.accountId, call.region);
    const wanted = toArguments(input, call);
    const limit = toLimit(input.MaxResults);
    const token = input.NextToken === undefined ? undefined : readLookupToken(input.NextToken, wanted);
    const enteredSinceMs = token?.enteredSinceMs ?? deps.clock.now() - deps.lookupWindowMs;
    const query = {
      ...wanted,
      limit,
      enteredSinceMs,
      ...(token === undefined ? {} : { after: token.after }),
    };
    const nextToken = (next: string | undefined): string | undefined =>
      next === undefined ? undefined : writeLookupToken({ after: next, enteredSinceMs }, wanted);
    try {
      return await answerTo(query, deps.eventStore, nextToken);
    } catch (error) {
      if (error instanceof InvalidPageTokenError) throw invalidNextToken({ cause: error });
      throw error;
    }
  };
}

type NextToken = (next: string | undefined) => string | undefined;

async function answerTo(
  query: LookupQuery,
  store: EventStore,
  nextToken: NextToken,
): Promise<LookupEventsResponse | WrittenJson> {
  if (store.lookupText !== undefined) return writtenAnswer(await store.lookupText(query), nextToken);
  const { events, next } = await store.lookup(query);
  const NextToken = nextToken(next);
  return { Events: events.map(toEvent), ...(NextToken === undefined ? {} : { NextToken }) };
}

/** Source: CloudTrail API Reference, "LookupEvents" (Response Syntax). */
function writtenAnswer({ events, next }: LookupText, nextToken: NextToken): WrittenJson {
  const token = nextToken(next);
  const end = token === undefined ? ']}' : `],"NextToken":${JSON.stringify(token)}}`;
  return new WrittenJson(`{"Events":[${events}${end}`);
}

function toArguments(input: LookupEventsRequest, call: Call): Arguments {
  const category = toCategory(input.EventCategory);
  const startTimeMs = toTime('StartTime', input.StartTime);
  const endTimeMs = toTime('EndTime', input.EndTime);
  if (startTimeMs !== undefined && endTimeMs !== undefined && startTimeMs > endTimeMs) {
    throw new WireError('InvalidTimeRangeException', 'Invalid time range: StartTime is after EndTime.');
  }
  return {
    accountId: call.accountId,
    region: call.region,
    attributes: toAttributes(input.LookupAttributes ?? [], category),
    category,
    ...(startTimeMs === undefined ? {} : { startTimeMs }),
    ...(endTimeMs === undefined ? {} : { endTimeMs }),
  };
}

function toCategory(category: string | undefined): EventCategory {
  if (category === undefined) return 'Management';
  if (category === 'insight') return 'Insight';
  throw new WireError(
    'InvalidEventCategoryException',
    `Invalid event category: ${category}. The only valid value is insight.`,
  );
}

function toTime(name: string, time: Date | undefined): number | undefined {
  if (time === undefined) return undefined;
  const timeMs = time.getTime();
  if (Number.isNaN(timeMs))
    throw new WireError('InvalidTimeRangeException', `${name} is outside the range of possible values.`);
  return timeMs;
}

function toAttributes(
  given: NonNullable<LookupEventsRequest['LookupAttributes']>,
  category: EventCategory,
): Arguments['attributes'] {
  if (given.length > attributesMax)
    throw invalidAttributes(`A request can have at most ${attributesMax} lookup attributes.`);
  return given.map(({ AttributeKey: key, AttributeValue: value }) => {
    if (key === undefined || !isAttribute(key))
      throw invalidAttributes(`Invalid lookup attribute: ${key ?? ''}.`);
    if (category === 'Insight' && !insightAttributes.has(key)) {
      throw invalidAttributes(`Insights events cannot be looked up by ${key}.`);
    }
    if (value === undefined || value === '' || value.length > attributeValueLengthMax) {
      throw invalidAttributes(`The value of ${key} must have 1 to ${attributeValueLengthMax} characters.`);
    }
    return { key, value };
  });
}

function isAttribute(key: string): key is LookupAttribute {
  return (lookupAttributes as readonly string[]).includes(key);
}

function invalidAttributes(message: string): WireError {
  return new WireError('InvalidLookupAttributesException', message);
}

function toLimit(maxResults: number | undefined): number {
  if (maxResults === undefined) return resultsMax;
  if (Number.isInteger(maxResults) && maxResults >= 1 && maxResults <= resultsMax) return maxResults;
  throw new WireError(
    'InvalidMaxResultsException',
    `Max results must be between 1 and ${resultsMax}: ${maxResults}.`,
  );
}

function toEvent(event: StoredEvent): Event {
  return {
    EventId: event.eventId,
    EventName: event.eventName,
    ...(event.readOnly === undefined ? {} : { ReadOnly: event.readOnly }),
    ...(event.accessKeyId === undefined ? {} : { AccessKeyId: event.accessKeyId }),
    EventTime: new Date(event.eventTimeMs),
    EventSource: event.eventSource,
    ...(event.username === undefined ? {} : { Username: event.username }),
    Resources: event.resources.map(({ type, name }) => ({
      ...(type === undefined ? {} : { ResourceType: type }),
      ...(name === undefined ? {} : { ResourceName: name }),
    })),
    CloudTrailEvent: event.json,
  };
}
