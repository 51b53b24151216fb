// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { compactJson } from './compact-json.js';

/**
 * Events of applications outside of AWS: what is asked of them, and the record that is made of one.
 * Sources: CloudTrail User Guide, "CloudTrail Lake integrations event schema"; CloudTrail Data Service API Reference,
 * "PutAuditEvents", "ResultErrorEntry" (error codes).
 */
export type AuditEventErrorCode =
  | 'FieldNotFound'
  | 'FieldTooLong'
  | 'InvalidChecksum'
  | 'InvalidData'
  | 'InvalidRecipient'
  | 'AccountNotSubscribed';

/** Why an event is not taken. The message is for whoever sent it; it names members, never values. */
export interface AuditEventFault {
  readonly errorCode: AuditEventErrorCode;
  readonly errorMessage: string;
}

/** An event that is taken. */
export interface ReadAuditEvent {
  /** As it was given, on one line. */
  readonly json: string;
  /** `2026-11-21T10:00:00Z` */
  readonly eventTime: string;
}

/** "The maximum event size is 256 KB": CloudTrail User Guide, "Quotas in AWS CloudTrail". */
export const eventBytesMax = 256 * 1024;

interface FieldRule {
  readonly name: string;
  readonly isRequired: boolean;
  /** Of texts, in characters. */
  readonly lengthMax: number;
}

const required = (name: string, lengthMax: number): FieldRule => ({ name, isRequired: true, lengthMax });
const optional = (name: string, lengthMax: number): FieldRule => ({ name, isRequired: false, lengthMax });

const textFields: readonly FieldRule[] = [
  required('version', 256),
  required('eventSource', 1_024),
  required('eventName', 1_024),
  required('eventTime', 64),
  required('UID', 1_024),
  required('recipientAccountId', 12),
  optional('userAgent', 1_024),
  optional('sourceIPAddress', 1_024),
  optional('errorCode', 256),
  optional('errorMessage', 256),
];
const identityFields: readonly FieldRule[] = [required('type', 128), required('principalId', 1_024)];

/** Documents, with the bytes that they may have. */
const documentFields: readonly (readonly [name: string, bytesMax: number])[] = [
  ['requestParameters', 100 * 1024],
  ['responseElements', 100 * 1024],
  ['additionalEventData', 28 * 1024],
];

/**
 * Reads what one entry of a request says, or tells why it is not taken.
 * @param recipientAccountId the channel's owner, whom every event has to name
 */
export function readAuditEvent(
  eventData: string,
  checksum: string | undefined,
  recipientAccountId: string,
): ReadAuditEvent | AuditEventFault {
  if (checksum !== undefined && checksum !== sha256(eventData))
    return fault('InvalidChecksum', 'eventDataChecksum is not the SHA-256 checksum of eventData, in base64.');
  // A character has at most three bytes a unit: short ones need not be counted.
  if (eventData.length * 3 > eventBytesMax && Buffer.byteLength(eventData) > eventBytesMax)
    return fault('FieldTooLong', `eventData is larger than ${eventBytesMax} bytes.`);
  const event = parseObject(eventData);
  if (event === undefined) return fault('InvalidData', 'eventData is not a JSON object.');
  const problem = faultOf(event, recipientAccountId, eventData.length);
  if (problem !== undefined) return problem;
  const eventTime = toEventTime(event.eventTime as string);
  if (eventTime === undefined)
    return fault('InvalidData', 'eventTime is not a time in the format yyyy-MM-DDTHH:mm:ss.');
  const count = memberCount(event, 1);
  if (Number.isNaN(count))
    return fault('InvalidData', `eventData is nested more than ${depthMax} levels deep.`);
  const json = hasOneLine(eventData, count) ? eventData : compactJson(eventData);
  if (json === undefined) return fault('InvalidData', 'eventData has a member twice.');
  return { json, eventTime };
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseObject(text: string): JsonObject | undefined {
  try {
    return toObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function toObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** @param lengthMax UTF-16 units of the whole event: none of its documents has more */
function faultOf(
  event: JsonObject,
  recipientAccountId: string,
  lengthMax: number,
): AuditEventFault | undefined {
  const problem = textFault(event, textFields, '');
  if (problem !== undefined) return problem;
  const { userIdentity } = event;
  if (userIdentity === undefined || userIdentity === null)
    return fault('FieldNotFound', 'The field userIdentity is required.');
  const identity = toObject(userIdentity);
  if (identity === undefined) return fault('InvalidData', 'The field userIdentity is not an object.');
  const identityProblem =
    textFault(identity, identityFields, 'userIdentity.') ??
    documentFault(identity, 'details', eventBytesMax, 'userIdentity.', lengthMax);
  if (identityProblem !== undefined) return identityProblem;
  for (const [name, bytesMax] of documentFields) {
    const documentProblem = documentFault(event, name, bytesMax, '', lengthMax);
    if (documentProblem !== undefined) return documentProblem;
  }
  if (event.recipientAccountId !== recipientAccountId)
    return fault('InvalidRecipient', 'recipientAccountId is not the account that owns the channel.');
  return undefined;
}

function textFault(
  object: JsonObject,
  rules: readonly FieldRule[],
  path: string,
): AuditEventFault | undefined {
  for (const { name, isRequired, lengthMax } of rules) {
    const value = object[name];
    if (value === undefined || value === null) {
      if (isRequired) return fault('FieldNotFound', `The field ${path}${name} is required.`);
    } else if (typeof value !== 'string')
      return fault('InvalidData', `The field ${path}${name} is not a string.`);
    else if (isRequired && value === '') return fault('FieldNotFound', `The field ${path}${name} is empty.`);
    else if (value.length > lengthMax)
      return fault('FieldTooLong', `The field ${path}${name} is longer than ${lengthMax} characters.`);
  }
  return undefined;
}

function documentFault(
  object: JsonObject,
  name: string,
  bytesMax: number,
  path: string,
  lengthMax: number,
): AuditEventFault | undefined {
  const value = object[name];
  if (value === undefined || value === null) return undefined;
  if (toObject(value) === undefined)
    return fault('InvalidData', `The field ${path}${name} is not a JSON object.`);
  // Six bytes are the most that a unit takes, escaped.
  if (lengthMax * 6 > bytesMax && Buffer.byteLength(JSON.stringify(value)) > bytesMax)
    return fault('FieldTooLong', `The field ${path}${name} is larger than ${bytesMax} bytes.`);
  return undefined;
}

function fault(errorCode: AuditEventErrorCode, errorMessage: string): AuditEventFault {
  return { errorCode, errorMessage };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** Deeper ones nobody's events are; readers to come may walk them recursively. */
const depthMax = 100;

/** How many members the objects of a value have together; NaN for one that is nested too deeply. */
function memberCount(value: object, depth: number): number {
  if (depth > depthMax) return Number.NaN;
  const isList = Array.isArray(value);
  let count = 0;
  for (const name in value) {
    const part = (value as JsonObject)[name];
    if (!isList) count += 1;
    if (typeof part === 'object' && part !== null) count += memberCount(part, depth + 1);
  }
  return count;
}

/**
 * Whether a text can be kept as it is: it is on one line, and no object has a member twice. Each name is followed by `":`, which
 * may occur elsewhere too (behind an escaped quote), never less often: as many of them as there are members left after
 * parsing means that none was there twice.
 */
function hasOneLine(text: string, members: number): boolean {
  if (text.includes('\n') || text.includes('\r') || /"\s+:/.test(text)) return false;
  let names = 0;
  for (let at = text.indexOf('":'); at >= 0; at = text.indexOf('":', at + 2)) names += 1;
  return names === members;
}

const timeForm = /^(\d{4}-\d\d-\d\dT(\d\d):(\d\d):(\d\d))(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** The event's time in UTC, whole seconds; without a zone it is in UTC. Undefined for what is no time. */
function toEventTime(text: string): string | undefined {
  if (isPlainTime(text)) return text;
  const [, seconds, hour, minute, second, zone = 'Z'] = timeForm.exec(text) ?? [];
  if (seconds === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined;
  const local = new Date(`${seconds}Z`);
  // JavaScript reads the 31st of February as a day in March.
  if (Number.isNaN(local.getTime()) || local.toISOString().slice(0, 19) !== seconds) return undefined;
  const time = new Date(`${seconds}${zone}`);
  return Number.isNaN(time.getTime()) ? undefined : `${time.toISOString().slice(0, 19)}Z`;
}

/** Nearly all times: in UTC, whole seconds, a day that every month has. */
function isPlainTime(text: string): boolean {
  return (
    text.length === 20 &&
    text.charCodeAt(4) === 0x2d &&
    text.charCodeAt(7) === 0x2d &&
    text.charCodeAt(10) === 0x54 &&
    text.charCodeAt(13) === 0x3a &&
    text.charCodeAt(16) === 0x3a &&
    text.charCodeAt(19) === 0x5a &&
    twoDigits(text, 0) >= 0 &&
    twoDigits(text, 2) >= 0 &&
    isWithin(twoDigits(text, 5), 1, 12) &&
    isWithin(twoDigits(text, 8), 1, 28) &&
    isWithin(twoDigits(text, 11), 0, 23) &&
    isWithin(twoDigits(text, 14), 0, 59) &&
    isWithin(twoDigits(text, 17), 0, 59)
  );
}

function isWithin(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

/** Negative for what is no number of two digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return isWithin(tens, 0, 9) && isWithin(ones, 0, 9) ? tens * 10 + ones : -1;
}

/** What CloudTrail adds to an event. */
export interface AuditRecordFacts {
  readonly eventId: string;
  readonly region: string;
  readonly recipientAccountId: string;
  readonly channelArn: string;
  /** `2026-11-21T10:00:00Z` */
  readonly ingestionTime: string;
}

/** The part of the records of one request that is the same for all of them. */
export function auditRecordFrame({
  region,
  recipientAccountId,
  channelArn,
  ingestionTime,
}: Omit<AuditRecordFacts, 'eventId'>): (eventId: string, event: ReadAuditEvent) => string {
  const place = `"awsRegion":${JSON.stringify(region)},"recipientAccountId":${JSON.stringify(recipientAccountId)}`;
  const metadata = `"metadata":${JSON.stringify({ ingestionTime, channelARN: channelArn })}`;
  const start =
    '{"eventVersion":"1.0","eventCategory":"ActivityAuditLog","eventType":"ActivityLog","eventID":"';
  // Few pieces: the texts of a hundred records are put together of them.
  const middle = `",${place},${metadata},"eventData":`;
  return (eventId, { json, eventTime }) => `${start}${eventId}","eventTime":"${eventTime}${middle}${json}}`;
}
