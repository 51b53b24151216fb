// SPDX-License-Identifier: Apache-2.0
// Turns a recorded event back into the call that it records: its SDK-shaped input and output, by the SDK's model.
// What is built from that call can then be compared with the recorded event, value by value.
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types';
import type { CallFacts, CallShapes } from '../build-record.js';
import { eventNameOf } from '../event-names.js';
import { serviceOf } from '../member-names.js';
import { type MemberView, type ShapeView, shapeViewOf } from '../shape-view.js';
import type { JsonObject } from '../types.js';
import type { RecordedEvent } from './recorded-events.js';

const clients: Readonly<Record<string, object>> = { cloudtrail, s3, sts };

const operations = new Map<string, CallShapes>(
  Object.entries(clients).flatMap(([service, client]) =>
    Object.values(client)
      .filter((value): value is StaticOperationSchema => Array.isArray(value) && value[0] === 9)
      .map((schema): [string, CallShapes] => [
        `${service}.${eventNameOf(service, schema[2])}`,
        shapesOf(schema),
      ]),
  ),
);

/** The shapes of an operation, by the name that it is recorded under; undefined for what no SDK client here has. */
export function shapesOfCall(service: string, eventName: string): CallShapes | undefined {
  return operations.get(`${service}.${eventName}`);
}

function shapesOf(schema: StaticOperationSchema): CallShapes {
  const traits = NormalizedSchema.of(schema).getMergedTraits();
  return { input: structure(schema[4]), output: structure(schema[5]), uri: traits.http?.[1] };
}

function structure(ref: unknown): StaticStructureSchema | undefined {
  const schema: unknown = typeof ref === 'function' ? (ref as () => unknown)() : ref;
  return Array.isArray(schema) && schema[0] === 3 ? (schema as unknown as StaticStructureSchema) : undefined;
}

/** The call behind a recorded event; undefined when its operation has no model here. */
export function callOf(event: RecordedEvent): CallFacts | undefined {
  const service = serviceOf(event.eventSource);
  const shapes = shapesOfCall(service, event.eventName);
  if (shapes === undefined || event.userIdentity === undefined) return undefined;
  const { tlsDetails, requestParameters, responseElements, errorCode, errorMessage } = event;
  const host = tlsDetails?.clientProvidedHostHeader ?? String(requestParameters?.Host ?? 'example.invalid');
  return {
    eventId: event.eventID ?? '',
    requestId: event.requestID ?? '',
    eventTimeMs: Date.parse(event.eventTime ?? ''),
    eventSource: event.eventSource,
    eventName: event.eventName,
    region: event.awsRegion ?? '',
    accountId: event.recipientAccountId ?? '',
    userIdentity: event.userIdentity,
    sourceIp: event.sourceIPAddress ?? '',
    userAgent: (event.userAgent ?? '').replace(/^\[(.*)\]$/, '$1'),
    host,
    tls: tlsDetails,
    input: modelled(requestParameters ?? {}, shapes.input, service),
    output: responseElements ? modelled(responseElements, shapes.output, service) : undefined,
    error: errorCode === undefined ? undefined : { code: errorCode, message: errorMessage ?? '' },
    notes: { resources: [], additionalEventData: event.additionalEventData ?? {} },
    shapes,
  };
}

function modelled(
  document: JsonObject,
  schema: StaticStructureSchema | undefined,
  service: string,
): JsonObject {
  if (schema === undefined) return {};
  return unrecorded(document, shapeViewOf(schema), service) as JsonObject;
}

/** The reverse of what a record does to names and times; S3's by HTTP and XML names, others by small first letters. */
function unrecorded(value: unknown, shape: ShapeView, service: string): unknown {
  if (shape.kind === 'timestamp') return new Date(`${String(value).replace(' ', ' ')} UTC`);
  if (shape.kind === 'list') return listOf(value, shape, service);
  if (shape.kind !== 'structure') return service === 's3' && shape.kind === 'other' ? scalar(value) : value;
  const result: Record<string, unknown> = {};
  for (const [name, element] of Object.entries(value as object)) {
    const member = memberOf(name, shape, service);
    if (member === undefined) continue;
    result[member.name] =
      name === 'bucketPolicy' ? JSON.stringify(element) : unrecorded(element, member.shape, service);
  }
  return result;
}

function listOf(value: unknown, shape: ShapeView, service: string): unknown[] {
  const item = shape.item!;
  const inner = service === 's3' && isObject(value) && item.xmlName in value ? value[item.xmlName] : value;
  return (Array.isArray(inner) ? inner : [inner]).map((element) => unrecorded(element, item.shape, service));
}

function memberOf(name: string, shape: ShapeView, service: string): MemberView | undefined {
  const members = [...shape.members.values()];
  if (service !== 's3') return members.find((member) => member.name.toLowerCase() === name.toLowerCase());
  if (name === 'bucketPolicy') return shape.members.get('Policy');
  if (name === 'bucketName') return shape.members.get('Bucket');
  return members.find(
    (member) => name === (member.header ?? member.query ?? (member.label ? '' : member.xmlName)),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scalar(value: unknown): unknown {
  return typeof value === 'boolean' ? String(value) : value;
}
