// SPDX-License-Identifier: Apache-2.0
import type { IndexFields } from './index-fields.js';

/** What LookupEvents shows of an event, and is asked for by. */
export type LookupFields = Pick<
  IndexFields,
  | 'eventId'
  | 'eventName'
  | 'eventSource'
  | 'eventTimeMs'
  | 'readOnly'
  | 'username'
  | 'accessKeyId'
  | 'resources'
>;

/** Members in the order of the service's model. Source: CloudTrail API Reference, "Event" and "Resource". */
export interface LookupEvent {
  readonly EventId: string;
  readonly EventName: string;
  readonly ReadOnly?: 'true' | 'false' | undefined;
  readonly AccessKeyId?: string | undefined;
  /** Seconds since the epoch. */
  readonly EventTime: number;
  readonly EventSource: string;
  readonly Username?: string | undefined;
  readonly Resources: readonly { readonly ResourceType?: string; readonly ResourceName?: string }[];
  /** The record's JSON. */
  readonly CloudTrailEvent: string;
}

/**
 * An event as one element of LookupEvents' answer: JSON, written where the record is read, so that whoever answers calls has
 * only to send it.
 */
export function lookupEventText(fields: LookupFields, json: string): string {
  const event: LookupEvent = {
    EventId: fields.eventId,
    EventName: fields.eventName,
    ReadOnly: fields.readOnly,
    AccessKeyId: fields.accessKeyId,
    EventTime: fields.eventTimeMs / 1_000,
    EventSource: fields.eventSource,
    Username: fields.username,
    Resources: fields.resources.map(({ type, name }) => ({
      ...(type === undefined ? undefined : { ResourceType: type }),
      ...(name === undefined ? undefined : { ResourceName: name }),
    })),
    CloudTrailEvent: json,
  };
  return JSON.stringify(event);
}

/** Of what `lookupEventText` has written, parsed. */
export function lookupFieldsOf(event: LookupEvent): LookupFields {
  const { ReadOnly: readOnly, Username: username, AccessKeyId: accessKeyId } = event;
  return {
    eventId: event.EventId,
    eventName: event.EventName,
    eventSource: event.EventSource,
    eventTimeMs: Math.round(event.EventTime * 1_000),
    ...(readOnly !== undefined && { readOnly }),
    ...(username !== undefined && { username }),
    ...(accessKeyId !== undefined && { accessKeyId }),
    resources: event.Resources.map(({ ResourceType: type, ResourceName: name }) => ({
      ...(type !== undefined && { type }),
      ...(name !== undefined && { name }),
    })),
  };
}
