// SPDX-License-Identifier: Apache-2.0
import type { StaticStructureSchema } from '@smithy/types';
import { callCategoryOf } from './category.js';
import { secondsText } from './date-text.js';
import { hasRequestParameters, recordedErrorCode } from './error-facts.js';
import { eventNameOf } from './event-names.js';
import { recordingRegion } from './global-services.js';
import { serviceOf } from './member-names.js';
import { isReadOnly } from './read-only.js';
import { Redaction } from './redact.js';
import { objectsUnderPrefix, resourcesOf } from './resources.js';
import { hasResponseElements } from './responses.js';
import { s3RequestParameters, s3ResponseElements } from './s3-parameters.js';
import { type ShapeView, shapeViewOf } from './shape-view.js';
import { withinSizeLimits } from './size-limits.js';
import { toJsonObject } from './to-json-value.js';
import type { CloudTrailRecord, JsonObject, RecordResource, UserIdentity } from './types.js';

/** What a handler said beyond what follows from input and output (the services' `AuditNotes`). */
export interface RecordNotes {
  readonly resources: readonly RecordResource[];
  readonly additionalEventData: JsonObject;
  readonly requestParameters?: JsonObject | null;
  readonly responseElements?: JsonObject | null;
}

/** The model's shapes of the call: they tell maps from structures, mark sensitive members, name S3's parts. */
export interface CallShapes {
  readonly input?: StaticStructureSchema | undefined;
  readonly output?: StaticStructureSchema | undefined;
  /** The operation's address in the model (`/{Bucket}?policy`); S3 only. */
  readonly uri?: string | undefined;
}

/** A handled call, whatever became of it. */
export interface CallFacts {
  readonly eventId: string;
  readonly requestId: string;
  /** When the request was completed, ms since the epoch. */
  readonly eventTimeMs: number;
  /** `s3.amazonaws.com` */
  readonly eventSource: string;
  /** The operation's name; what is recorded under another name gets that one (ListObjectsV2 → ListObjects). */
  readonly eventName: string;
  /** The service's prefix in IAM actions, where it is not the event source's first label. */
  readonly iamPrefix?: string | undefined;
  /** The Region of the call; a global service's record goes to us-east-1 by itself. */
  readonly region: string;
  /** The account that the record belongs to. */
  readonly accountId: string;
  readonly userIdentity: UserIdentity;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** The Host header as the client sent it. */
  readonly host: string;
  readonly tls?: { readonly tlsVersion: string; readonly cipherSuite: string } | undefined;
  /** SDK-shaped. Undefined when the request could not be read. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  /** SDK-shaped. Undefined when the call failed. */
  readonly output?: Readonly<Record<string, unknown>> | undefined;
  /** The error as it was thrown by name, not in a protocol's own dress. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly notes: RecordNotes;
  readonly shapes?: CallShapes | undefined;
  /** Further members (by the model's names) whose values must not be shown. */
  readonly isSensitive?: ((memberName: string) => boolean) | undefined;
  readonly apiVersion?: string | undefined;
  readonly sharedEventId?: string | undefined;
  /** The credentials are those of a console session. */
  readonly isOfConsole?: boolean | undefined;
}

/** Services whose records name the API version: seen in their recorded events, and in no others. */
const apiVersionForm: ReadonlyMap<string, (version: string) => string> = new Map([
  ['elasticloadbalancing', (version) => version],
  ['logs', (version) => version.replaceAll('-', '')],
  ['route53', (version) => version],
]);

/**
 * The CloudTrail record of a call, within AWS's size limits and without secrets. Never throws for anything that the
 * caller of the API sent. Sources: user guide, "CloudTrail record contents for management, data, and network activity
 * events"; recorded events.
 */
export function buildRecord(facts: CallFacts): CloudTrailRecord {
  return withinSizeLimits(buildWholeRecord(facts));
}

/** The same, whatever its size: who keeps it cuts it. */
export function buildWholeRecord(facts: CallFacts): CloudTrailRecord {
  const service = serviceOf(facts.eventSource);
  const eventName = eventNameOf(service, facts.eventName);
  const readOnly = isReadOnly(service, eventName, facts.iamPrefix);
  const category = callCategoryOf(service, eventName);
  const errorCode = facts.error === undefined ? undefined : recordedErrorCode(service, facts.error.code);
  const redaction = new Redaction(service, eventName, facts.isSensitive);
  const call: NamedCall = { facts, service, eventName, readOnly, errorCode, redaction };
  const additionalEventData = plain(facts.notes.additionalEventData, call);
  const resources = resourcesFor(call);
  const apiVersion =
    facts.apiVersion === undefined ? undefined : apiVersionForm.get(service)?.(facts.apiVersion);
  return {
    eventVersion: '1.11',
    userIdentity: facts.userIdentity,
    eventTime: secondsText(facts.eventTimeMs),
    eventSource: facts.eventSource,
    eventName,
    awsRegion: recordingRegion(facts.eventSource, facts.region, facts.host),
    sourceIPAddress: facts.sourceIp,
    userAgent: service === 's3' ? s3UserAgent(facts) : facts.userAgent,
    ...(errorCode === undefined ? undefined : { errorCode }),
    ...(facts.error === undefined || facts.error.message === ''
      ? undefined
      : { errorMessage: facts.error.message }),
    requestParameters: requestParametersOf(call),
    responseElements: responseElementsOf(call),
    ...(additionalEventData === null ? undefined : { additionalEventData }),
    requestID: facts.requestId,
    eventID: facts.eventId,
    readOnly,
    ...(resources.length === 0 ? undefined : { resources }),
    eventType: 'AwsApiCall',
    ...(apiVersion === undefined ? undefined : { apiVersion }),
    managementEvent: category === 'Management',
    recipientAccountId: facts.accountId,
    ...(facts.sharedEventId === undefined ? undefined : { sharedEventID: facts.sharedEventId }),
    eventCategory: category,
    ...tlsDetailsOf(facts),
    ...(facts.isOfConsole === true ? { sessionCredentialFromConsole: 'true' } : undefined),
  };
}

interface NamedCall {
  readonly facts: CallFacts;
  readonly service: string;
  readonly eventName: string;
  readonly readOnly: boolean;
  readonly errorCode: string | undefined;
  readonly redaction: Redaction;
}

function requestParametersOf(call: NamedCall): JsonObject | null {
  const { facts, service, eventName, errorCode, redaction } = call;
  if (errorCode !== undefined && !hasRequestParameters(service, eventName, errorCode)) return null;
  const given = facts.notes.requestParameters;
  if (given !== undefined) return given === null ? null : plain(given, call);
  const shape = viewOf(facts.shapes?.input);
  if (service === 's3') {
    return s3RequestParameters({
      input: facts.input,
      shape,
      uri: facts.shapes?.uri,
      host: facts.host,
      redaction,
    });
  }
  if (facts.input === undefined) return null;
  return orNull(toJsonObject(facts.input, shape, { service, redaction, renames: true }));
}

/** S3 puts every client's words in brackets (`[aws-cli/2.31.0]`), not the name of a service that called for somebody. */
function s3UserAgent(facts: CallFacts): string {
  return facts.userIdentity.invokedBy === undefined ? `[${facts.userAgent}]` : facts.userAgent;
}

function responseElementsOf(call: NamedCall): JsonObject | null {
  const { facts, service, eventName, readOnly, errorCode, redaction } = call;
  if (errorCode !== undefined) return null;
  const given = facts.notes.responseElements;
  if (given !== undefined) return given === null ? null : plain(given, call);
  if (facts.output === undefined || !hasResponseElements(service, eventName, readOnly)) return null;
  const shape = viewOf(facts.shapes?.output);
  if (service === 's3') return orNull(s3ResponseElements(facts.output, shape, redaction));
  return orNull(toJsonObject(facts.output, shape, { service, redaction, renames: true }));
}

/** What a handler wrote itself: names stay, but a secret would be hidden here too. */
function plain(document: JsonObject, call: NamedCall): JsonObject | null {
  return orNull(
    toJsonObject(document, undefined, { service: call.service, redaction: call.redaction, renames: false }),
  );
}

function resourcesFor(call: NamedCall): RecordResource[] {
  const { facts, service, eventName, errorCode } = call;
  const { region, accountId, input = {}, output = {} } = facts;
  // A handler knows the bucket and its owner; that a list is about objects follows from the call.
  if (facts.notes.resources.length > 0)
    return [...objectsUnderPrefix({ service, eventName, input }), ...facts.notes.resources];
  return resourcesOf({ service, eventName, region, accountId, input, output, errorCode });
}

/** Not for calls that a service made on somebody's behalf: they have `invokedBy` instead. */
function tlsDetailsOf(facts: CallFacts): Pick<CloudTrailRecord, 'tlsDetails'> | undefined {
  if (facts.tls === undefined || facts.userIdentity.invokedBy !== undefined) return undefined;
  const { tlsVersion, cipherSuite } = facts.tls;
  return { tlsDetails: { tlsVersion, cipherSuite, clientProvidedHostHeader: facts.host } };
}

function viewOf(schema: StaticStructureSchema | undefined): ShapeView | undefined {
  return schema === undefined ? undefined : shapeViewOf(schema);
}

function orNull(document: JsonObject): JsonObject | null {
  for (const _name in document) return document;
  return null;
}
