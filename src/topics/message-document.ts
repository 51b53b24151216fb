// SPDX-License-Identifier: Apache-2.0
// What is sent to HTTP(S) endpoints. Sources: SNS Developer Guide, "HTTP/HTTPS notification JSON format", "HTTP/HTTPS
// subscription confirmation JSON format", "HTTP/HTTPS unsubscribe confirmation JSON format", "Verifying the signatures of
// Amazon SNS messages".
import { type KeyObject, sign } from 'node:crypto';
import type { MessageAttribute } from './topic-message.js';

/** The members that are signed, whatever the type; those that a message lacks are left out. In the order of their names. */
const signedMembers = [
  'Message',
  'MessageId',
  'Subject',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const;

/** The facts of a message, by SNS's names, before it is signed. */
export interface MessageFacts {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly MessageId: string;
  readonly Token?: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly SubscribeURL?: string;
  /** `2026-11-21T10:00:00.000Z` */
  readonly Timestamp: string;
}

export interface Signature {
  readonly version: '1' | '2';
  /** Base64. */
  readonly value: string;
  readonly certificateUrl: string;
}

/** Name, newline, value, newline for each signed member. */
export function stringToSign(facts: MessageFacts): string {
  return signedMembers
    .filter((name) => facts[name] !== undefined)
    .map((name) => `${name}\n${facts[name]}\n`)
    .join('');
}

/** Version 1: SHA1withRSA, version 2: SHA256withRSA (PKCS #1 v1.5 both), base64. */
export function signMessage(facts: MessageFacts, version: '1' | '2', privateKey: KeyObject): string {
  const digest = version === '1' ? 'sha1' : 'sha256';
  return sign(digest, Buffer.from(stringToSign(facts)), privateKey).toString('base64');
}

/** The body of the POST: members in AWS's order, one a line, a blank on both sides of the colon. */
export function messageDocument(
  facts: MessageFacts,
  signature: Signature,
  extra: {
    readonly unsubscribeUrl?: string;
    readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  } = {},
): string {
  const members: [name: string, json: string][] = [];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) members.push([name, JSON.stringify(value)]);
  };
  add('Type', facts.Type);
  add('MessageId', facts.MessageId);
  add('Token', facts.Token);
  add('TopicArn', facts.TopicArn);
  add('Subject', facts.Subject);
  add('Message', facts.Message);
  add('SubscribeURL', facts.SubscribeURL);
  add('Timestamp', facts.Timestamp);
  add('SignatureVersion', signature.version);
  add('Signature', signature.value);
  add('SigningCertURL', signature.certificateUrl);
  add('UnsubscribeURL', extra.unsubscribeUrl);
  const attributes = Object.entries(extra.attributes ?? {});
  if (attributes.length > 0) members.push(['MessageAttributes', attributesJson(attributes)]);
  return `{\n${members.map(([name, json]) => `  "${name}" : ${json}`).join(',\n')}\n}`;
}

function attributesJson(attributes: readonly [name: string, attribute: MessageAttribute][]): string {
  const lines = attributes.map(
    ([name, { type, value }]) =>
      `    ${JSON.stringify(name)} : ${JSON.stringify({ Type: type, Value: value })}`,
  );
  return `{\n${lines.join(',\n')}\n  }`;
}

export function subscribeUrl(baseUrl: string, topicArn: string, token: string): string {
  return `${baseUrl}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`;
}

export function unsubscribeUrl(baseUrl: string, subscriptionArn: string): string {
  return `${baseUrl}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;
}

export function confirmationText(
  type: MessageFacts['Type'],
  topicArn: string,
  subscriptionArn: string,
): string {
  return type === 'SubscriptionConfirmation'
    ? `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
    : `You have chosen to deactivate subscription ${subscriptionArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
}
