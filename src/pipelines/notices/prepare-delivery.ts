// SPDX-License-Identifier: Apache-2.0
import type { SecretBox } from '../../identity/secret-box.js';
import type { Clock } from '../../ports/clock.js';
import type { StateStore } from '../../ports/state-store.js';
import { isTokenOf } from '../../topics/confirmation-token.js';
import {
  type DeliveryPolicy,
  defaultContentType,
  effectiveDeliveryPolicy,
} from '../../topics/delivery-policy.js';
import {
  confirmationText,
  type MessageFacts,
  messageDocument,
  subscribeUrl,
  unsubscribeUrl,
} from '../../topics/message-document.js';
import {
  endedSubscriptionKey,
  isConfirmed,
  type SubscriptionDocument,
  subscriptionKey,
} from '../../topics/subscription.js';
import { signatureVersionOf, type TopicDocument, topicKey } from '../../topics/topic.js';
import { parseSubscriptionArn, type SubscriptionArn } from '../../topics/topic-arn.js';
import {
  type Confirmation,
  type Notification,
  type TopicMessage,
  textFor,
} from '../../topics/topic-message.js';
import { changeAwaitedMsMax } from './limits.js';
import type { MessageSigner } from './message-signer.js';
import type { Post } from './post-notice.js';

export interface PrepareDependencies {
  readonly stateStore: Pick<StateStore, 'get'>;
  readonly secretBox: SecretBox;
  readonly signer: MessageSigner;
  readonly clock: Clock;
  /** The base of links in messages instead of the address that the subscriber's owner used. */
  readonly publicUrl: string | undefined;
}

export type Prepared =
  | { readonly kind: 'send'; readonly post: Post; readonly policy: DeliveryPolicy }
  /** Nobody waits for it any more. */
  | { readonly kind: 'void' }
  /** The change that it tells of is not there yet. */
  | { readonly kind: 'later' };

/** What is to be sent for a delivery, by the state as it is now: endpoint, form and policy may have changed since it was published. */
export function prepareDelivery(
  message: TopicMessage,
  lane: string,
  deps: PrepareDependencies,
): Prepared | Promise<Prepared> {
  const arn = parseSubscriptionArn(lane);
  if (arn === undefined) return { kind: 'void' };
  const topic = deps.stateStore.get<TopicDocument>(topicKey(arn))?.value;
  const subscription = deps.stateStore.get<SubscriptionDocument>(subscriptionKey(arn))?.value;
  if (message.type === 'Notification') {
    const isWanted = topic !== undefined && subscription !== undefined && isConfirmed(subscription);
    return isWanted ? notification(message, topic, subscription, deps) : { kind: 'void' };
  }
  const addressee = addresseeOf(message, arn, subscription, deps);
  return typeof addressee === 'string' ? { kind: addressee } : confirmation(message, topic, addressee, deps);
}

async function notification(
  message: Notification,
  topic: TopicDocument,
  subscription: SubscriptionDocument,
  deps: PrepareDependencies,
): Promise<Prepared> {
  const { protocol, attributes } = subscription;
  const policy = effectiveDeliveryPolicy(topic.attributes.DeliveryPolicy, attributes.DeliveryPolicy);
  const text = textFor(message, protocol);
  const isRaw = attributes.RawMessageDelivery === 'true';
  const headers = {
    ...headersOf(message.type, message, subscription, policy.contentType),
    ...(isRaw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
  };
  const body = isRaw ? text : await notificationDocument(message, text, topic, subscription, deps);
  return { kind: 'send', post: postTo(subscription, headers, body, deps), policy };
}

async function notificationDocument(
  message: Notification,
  text: string,
  topic: TopicDocument,
  subscription: SubscriptionDocument,
  { signer, publicUrl }: PrepareDependencies,
): Promise<string> {
  const baseUrl = publicUrl ?? subscription.baseUrl;
  const facts: MessageFacts = {
    Type: 'Notification',
    MessageId: message.messageId,
    TopicArn: message.topicArn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: text,
    Timestamp: new Date(message.publishedAtMs).toISOString(),
  };
  const variant = message.byProtocol === undefined ? '' : subscription.protocol;
  const signature = await signer.sign(facts, signatureVersionOf(topic), baseUrl, variant);
  return messageDocument(facts, signature, {
    unsubscribeUrl: unsubscribeUrl(baseUrl, subscription.arn),
    attributes: message.attributes,
  });
}

/** Whose subscription a confirmation is about, once the change that it tells of is in the state. */
function addresseeOf(
  message: Confirmation,
  arn: SubscriptionArn,
  subscription: SubscriptionDocument | undefined,
  { stateStore, secretBox, clock }: PrepareDependencies,
): SubscriptionDocument | 'void' | 'later' {
  const isSubscribing = message.type === 'SubscriptionConfirmation';
  const ended = stateStore.get<SubscriptionDocument>(endedSubscriptionKey(arn))?.value;
  const found = isSubscribing ? subscription : subscription === undefined ? ended : undefined;
  if (found === undefined) return clock.now() - message.publishedAtMs < changeAwaitedMsMax ? 'later' : 'void';
  // Of several confirmations only the last one's token is good; and nobody needs one who has confirmed.
  const isStale = !isTokenOf(secretBox.open(message.sealedToken, arn.id), found.tokenHash);
  return isStale || (isSubscribing && isConfirmed(found)) ? 'void' : found;
}

async function confirmation(
  message: Confirmation,
  topic: TopicDocument | undefined,
  subscription: SubscriptionDocument,
  deps: PrepareDependencies,
): Promise<Prepared> {
  const { type, messageId, topicArn, subscriptionArn, publishedAtMs } = message;
  const baseUrl = deps.publicUrl ?? subscription.baseUrl;
  const token = deps.secretBox.open(message.sealedToken, idOf(subscriptionArn));
  const facts: MessageFacts = {
    Type: type,
    MessageId: messageId,
    Token: token,
    TopicArn: topicArn,
    Message: confirmationText(type, topicArn, subscriptionArn),
    SubscribeURL: subscribeUrl(baseUrl, topicArn, token),
    Timestamp: new Date(publishedAtMs).toISOString(),
  };
  const signature = await deps.signer.sign(facts, signatureVersionOf(topic), baseUrl, '');
  const headers = headersOf(type, message, subscription, defaultContentType);
  const policy = effectiveDeliveryPolicy(
    topic?.attributes.DeliveryPolicy,
    subscription.attributes.DeliveryPolicy,
  );
  const body = messageDocument(facts, signature);
  return { kind: 'send', post: postTo(subscription, headers, body, deps), policy };
}

/** Source: SNS Developer Guide, "HTTP/HTTPS headers". A subscription that is not confirmed has no ARN to tell yet. */
function headersOf(
  type: string,
  { messageId, topicArn }: { readonly messageId: string; readonly topicArn: string },
  subscription: SubscriptionDocument,
  contentType: string,
): Record<string, string> {
  return {
    'x-amz-sns-message-type': type,
    'x-amz-sns-message-id': messageId,
    'x-amz-sns-topic-arn': topicArn,
    ...(type === 'SubscriptionConfirmation' ? {} : { 'x-amz-sns-subscription-arn': subscription.arn }),
    'Content-Type': contentType,
    'User-Agent': 'Amazon Simple Notification Service Agent',
  };
}

function postTo(
  { endpoint, sealedPassword, arn }: SubscriptionDocument,
  headers: Readonly<Record<string, string>>,
  body: string,
  { secretBox }: PrepareDependencies,
): Post {
  const password = sealedPassword === undefined ? undefined : secretBox.open(sealedPassword, idOf(arn));
  return { url: endpoint, password, headers, body };
}

/** Secrets are sealed for the subscription's id. */
function idOf(subscriptionArn: string): string {
  return subscriptionArn.slice(subscriptionArn.lastIndexOf(':') + 1);
}
