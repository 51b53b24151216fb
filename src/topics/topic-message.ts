// SPDX-License-Identifier: Apache-2.0

/** A message attribute as it was published. */
export interface MessageAttribute {
  /** `String`, `Number`, `Binary`, `String.Array`, or one of these with a suffix. */
  readonly type: string;
  /** Binary values in base64. */
  readonly value: string;
}

/** What the queue keeps of a message until it is delivered. Times in ms since the epoch. */
export type TopicMessage = Notification | Confirmation;

export interface Notification {
  readonly type: 'Notification';
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  /** Texts for one protocol instead of `message` (MessageStructure `json`). */
  readonly byProtocol?: Readonly<Partial<Record<'http' | 'https', string>>>;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly publishedAtMs: number;
}

export interface Confirmation {
  readonly type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly messageId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  /** The token, sealed for the subscription's ARN: it is good for a subscription, and this is on its way for an hour. */
  readonly sealedToken: string;
  readonly publishedAtMs: number;
}

export function encodeMessage(message: TopicMessage): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

export function decodeMessage(body: Uint8Array): TopicMessage {
  return JSON.parse(Buffer.from(body).toString('utf8')) as TopicMessage;
}

export function textFor(notification: Notification, protocol: 'http' | 'https'): string {
  return notification.byProtocol?.[protocol] ?? notification.message;
}
