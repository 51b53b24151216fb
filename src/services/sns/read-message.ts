// SPDX-License-Identifier: Apache-2.0
// Sources: SNS API Reference, "Publish" and "PublishBatch"; Developer Guide, "Amazon SNS message attributes".
import type { MessageAttributeValue, PublishBatchRequestEntry } from '@aws-sdk/client-sns';
import type { MessageAttribute, Notification } from '../../topics/topic-message.js';
import { invalidParameter, invalidValue } from './sns-error.js';

/** 262,144 bytes: the message with its attributes (names, types and values); of a batch, all of them together. */
export const messageBytesMax = 262_144;

type GivenMessage = Pick<
  PublishBatchRequestEntry,
  | 'Message'
  | 'Subject'
  | 'MessageStructure'
  | 'MessageAttributes'
  | 'MessageDeduplicationId'
  | 'MessageGroupId'
>;

/** A message as it was given, checked. Throws InvalidParameter and ParameterValueInvalid. */
export function readMessage(
  given: GivenMessage,
  { messageId, topicArn, publishedAtMs }: Pick<Notification, 'messageId' | 'topicArn' | 'publishedAtMs'>,
): Notification {
  const { Message: text = '', Subject: subject, MessageStructure: structure } = given;
  if (text === '') throw invalidParameter('Empty message');
  verifySubject(subject);
  const attributes = readAttributes(given.MessageAttributes ?? {});
  if (messageBytes(given) > messageBytesMax) throw invalidParameter('Message too long');
  verifyQueueParameters(given);
  const texts = structure === 'json' ? readStructure(text) : { message: text };
  if (structure !== undefined && structure !== 'json') throw invalidParameter('MessageStructure');
  return {
    type: 'Notification',
    messageId,
    topicArn,
    ...(subject === undefined ? {} : { subject }),
    ...texts,
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    publishedAtMs,
  };
}

export function messageBytes({
  Message: text = '',
  MessageAttributes: attributes = {},
}: GivenMessage): number {
  let bytes = Buffer.byteLength(text);
  for (const [name, { DataType: type = '', StringValue: value = '', BinaryValue: binary }] of Object.entries(
    attributes,
  ))
    bytes +=
      Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(value) + (binary?.length ?? 0);
  return bytes;
}

/** UTF-8 without line breaks or control characters, at most 100 characters. */
function verifySubject(subject: string | undefined): void {
  if (subject === undefined) return;
  if (subject === '' || [...subject].length > 100 || /[\u0000-\u001f\u007f-\u009f]/.test(subject))
    throw invalidParameter('Subject');
}

function verifyQueueParameters({ MessageDeduplicationId: id, MessageGroupId: group }: GivenMessage): void {
  if (id !== undefined) {
    const reason =
      'The request includes MessageDeduplicationId parameter that is not valid for this topic type';
    throw invalidParameter(`MessageDeduplicationId Reason: ${reason}`);
  }
  if (group !== undefined && !/^[!-~]{1,128}$/.test(group)) throw invalidParameter('MessageGroupId');
}

/** `{ "default": "…", "http": "…" }`; values that are no text are ignored. */
function readStructure(text: string): Pick<Notification, 'message' | 'byProtocol'> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  const entries: Readonly<Record<string, unknown>> = isObject ? (parsed as Record<string, unknown>) : {};
  const textOf = (name: string) => {
    const value = Object.hasOwn(entries, name) ? entries[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const message = textOf('default');
  if (message === undefined)
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  const http = textOf('http');
  const https = textOf('https');
  if (http === undefined && https === undefined) return { message };
  return {
    message,
    byProtocol: { ...(http === undefined ? {} : { http }), ...(https === undefined ? {} : { https }) },
  };
}

function readAttributes(
  given: Readonly<Record<string, MessageAttributeValue>>,
): Record<string, MessageAttribute> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      verifyAttributeName(name);
      return [name, readAttribute(name, value)];
    }),
  );
}

function readAttribute(name: string, value: MessageAttributeValue): MessageAttribute {
  const { DataType: type = '', StringValue: text, BinaryValue: binary } = value;
  if (!/^(?:String|Number|Binary)(?:\..+)?$/.test(type) || type.length > 256) {
    const rule = 'the set of supported type prefixes is Binary, Number, and String.';
    throw invalidValue(`The message attribute '${name}' has an invalid message attribute type, ${rule}`);
  }
  const isBinary = type.startsWith('Binary');
  const other = isBinary ? text : binary;
  const found = isBinary ? binary : text;
  if (found === undefined && other !== undefined) {
    const field = isBinary ? 'Binary' : 'String';
    throw invalidValue(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
  }
  if (found === undefined || found.length === 0) {
    const message = `must contain non-empty message attribute value for message attribute type '${type}'.`;
    throw invalidValue(`The message attribute '${name}' ${message}`);
  }
  if (
    type.startsWith('Number') &&
    (typeof found !== 'string' || !Number.isFinite(Number(found.trim() || 'none')))
  )
    throw invalidValue(`Could not cast message attribute '${name}' value to number.`);
  return { type, value: typeof found === 'string' ? found : Buffer.from(found).toString('base64') };
}

function verifyAttributeName(name: string): void {
  if (name.length > 256) throw invalidValue('Length of message attribute name must be less than 256 bytes.');
  if (name.startsWith('.'))
    throw invalidValue("Invalid message attribute name starting with character '.' was found.");
  if (name.endsWith('.'))
    throw invalidValue("Invalid message attribute name ending with character '.' was found.");
  const strange = /[^A-Za-z0-9_.-]/u.exec(name)?.[0];
  if (strange !== undefined) {
    const code = `#x${(strange.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;
    throw invalidValue(
      `Invalid non-alphanumeric character '${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.includes('..'))
    throw invalidValue("Message attribute name can not have successive '.' character.");
  if (name === '') throw invalidValue('The message attribute name must not be empty.');
}
