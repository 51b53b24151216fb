// SPDX-License-Identifier: Apache-2.0
import type { SubscribeInput, SubscribeResponse } from '@aws-sdk/client-sns';
import { principalArn } from '../../identity/principal.js';
import { hashToken, tokenMsMax } from '../../topics/confirmation-token.js';
import { type HttpEndpoint, parseHttpEndpoint } from '../../topics/endpoint.js';
import {
  isAlive,
  isConfirmed,
  ofOwnerKey,
  type SubscriptionDocument,
  subscriptionKey,
  subscriptionsPrefix,
} from '../../topics/subscription.js';
import type { TopicDocument } from '../../topics/topic.js';
import { parseSubscriptionArn, type SubscriptionArn, subscriptionArn } from '../../topics/topic-arn.js';
import type { Call, Handler } from '../service.js';
import { baseUrlOf, sendConfirmation } from './confirmations.js';
import { openTopic } from './open-topic.js';
import { clearEnded, verifyRoomForSubscription } from './room-for-subscriptions.js';
import type { SnsDependencies } from './sns-dependencies.js';
import { invalidParameter, notThereYet } from './sns-error.js';
import { withSubscriptionAttribute } from './subscription-attribute-rules.js';

const otherProtocols: ReadonlySet<string> = new Set([
  'email',
  'email-json',
  'sms',
  'sqs',
  'application',
  'lambda',
  'firehose',
]);

/**
 * Subscribes an HTTP(S) endpoint, which then gets a message with a token to confirm with. An endpoint is subscribed once: again,
 * while it is pending, sends another token. Source: SNS API Reference, "Subscribe".
 */
export function subscribeHandler(deps: SnsDependencies): Handler<SubscribeInput, SubscribeResponse> {
  return async (input, call) => {
    const { Protocol: protocol = '', Endpoint: given } = input;
    const endpoint = given === undefined ? undefined : parsed(given, protocol);
    const context = {
      // Not longer than it is repeated: policies are held against it before it is looked at.
      'sns:Protocol': protocol.slice(0, 64),
      ...(endpoint === undefined ? {} : { 'sns:Endpoint': endpoint.url }),
    };
    const topic = openTopic(input.TopicArn, 'Subscribe', call, { context });
    verifyProtocol(protocol, given, endpoint);
    const attributes = givenAttributes(input.Attributes ?? {});
    const known = sameEndpoint(topic, protocol, endpoint as HttpEndpoint, call);
    if (known !== undefined) verifySame(known, attributes);
    if (known !== undefined && isConfirmed(known)) return { SubscriptionArn: known.arn };
    const arnText = known?.arn ?? subscriptionArn(topic.arn, deps.newId());
    const arn = parseSubscriptionArn(arnText) as SubscriptionArn;
    const token = await sendConfirmation('SubscriptionConfirmation', topic.arn, arnText, arn, call, deps);
    const subscription: SubscriptionDocument = {
      arn: arnText,
      topicArn: topic.arn,
      owner: call.accountId,
      principalArn: principalArn(call.principal) ?? '',
      protocol: protocol as 'http' | 'https',
      ...sealed(endpoint as HttpEndpoint, arn, deps),
      baseUrl: baseUrlOf(call),
      createdAtMs: known?.createdAtMs ?? call.receivedAtMs,
      tokenHash: hashToken(token),
      tokenExpiresAtMs: call.receivedAtMs + tokenMsMax,
      attributes: known?.attributes ?? attributes,
    };
    call.state.put(subscriptionKey(arn), subscription);
    call.state.put(ofOwnerKey(call.accountId, arn), { arn: arnText });
    return { SubscriptionArn: input.ReturnSubscriptionArn === true ? arnText : 'pending confirmation' };
  };
}

function parsed(endpoint: string, protocol: string): HttpEndpoint | undefined {
  return protocol === 'http' || protocol === 'https' ? parseHttpEndpoint(endpoint, protocol) : undefined;
}

function verifyProtocol(
  protocol: string,
  given: string | undefined,
  endpoint: HttpEndpoint | undefined,
): void {
  if (otherProtocols.has(protocol)) throw notThereYet(`Subscriptions of the protocol ${protocol} are`);
  if (protocol !== 'http' && protocol !== 'https') {
    const message = `Amazon SNS does not support this protocol string: ${protocol.slice(0, 64)}`;
    throw invalidParameter(message);
  }
  if (given === undefined || given === '') throw invalidParameter('Endpoint');
  if (endpoint !== undefined) return;
  throw given.toLowerCase().startsWith(`${protocol}://`)
    ? invalidParameter('Endpoint')
    : invalidParameter('Endpoint must match the specified protocol');
}

function givenAttributes(given: Readonly<Record<string, string>>): Record<string, string> {
  // The scope first: a policy is read by it.
  const names = Object.keys(given).sort(
    (a, b) => Number(b === 'FilterPolicyScope') - Number(a === 'FilterPolicyScope'),
  );
  let attributes: Record<string, string> = {};
  for (const name of names) {
    attributes = withSubscriptionAttribute(attributes, name, given[name] as string, 'Attributes Reason: ');
  }
  return attributes;
}

/** The caller's subscription of that endpoint. On the way, what ran out unconfirmed is cleared away, and the limit is kept. */
function sameEndpoint(
  topic: TopicDocument,
  protocol: string,
  endpoint: HttpEndpoint,
  call: Call,
): SubscriptionDocument | undefined {
  const all = call.state.list<SubscriptionDocument>(subscriptionsPrefix(topic)).map(({ value }) => value);
  const alive = all.filter((one) => isAlive(one, call.receivedAtMs));
  for (const one of all) if (!alive.includes(one)) clear(one, call);
  clearEnded(topic, call);
  const found = alive.find(
    (one) => one.protocol === protocol && one.endpoint === endpoint.url && one.owner === call.accountId,
  );
  if (found === undefined) verifyRoomForSubscription(topic, call);
  return found;
}

function clear({ arn: text, owner }: SubscriptionDocument, { state }: Call): void {
  const arn = parseSubscriptionArn(text);
  if (arn === undefined) return;
  state.delete(subscriptionKey(arn));
  state.delete(ofOwnerKey(owner, arn));
}

function verifySame(known: SubscriptionDocument, attributes: Readonly<Record<string, string>>): void {
  if (Object.entries(attributes).every(([name, value]) => known.attributes[name] === value)) return;
  throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
}

function sealed({ url, password }: HttpEndpoint, { id }: SubscriptionArn, { secretBox }: SnsDependencies) {
  return {
    endpoint: url,
    ...(password === undefined ? {} : { sealedPassword: secretBox.seal(password, id) }),
  };
}
