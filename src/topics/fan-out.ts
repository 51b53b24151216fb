// SPDX-License-Identifier: Apache-2.0
import type { NewMessage } from '../ports/message-queue.js';
import {
  compileFilterPolicy,
  type Filter,
  type FilterScope,
  filterableAttributes,
  filterableBody,
} from './filter-policy.js';
import { isConfirmed, type SubscriptionDocument } from './subscription.js';
import { encodeMessage, type Notification, textFor } from './topic-message.js';

/** Compiled filters that are kept: set rarely, asked of every message. */
const compiledMax = 500;
const compiled = new Map<string, Filter>();

/** A published message for the queue: a lane for each confirmed subscription whose filter lets it pass. */
export function fanOut(
  notification: Notification,
  subscriptions: readonly SubscriptionDocument[],
): NewMessage {
  const lanes = subscriptions
    .filter((subscription) => isConfirmed(subscription) && passes(notification, subscription))
    .map(({ arn }) => arn);
  return { id: notification.messageId, body: encodeMessage(notification), lanes };
}

function passes(notification: Notification, { attributes, protocol }: SubscriptionDocument): boolean {
  const policy = attributes.FilterPolicy;
  if (policy === undefined) return true;
  const scope: FilterScope =
    attributes.FilterPolicyScope === 'MessageBody' ? 'MessageBody' : 'MessageAttributes';
  const filter = compiledFilter(policy, scope);
  return scope === 'MessageBody'
    ? filter(filterableBody(textFor(notification, protocol)))
    : filter(filterableAttributes(notification.attributes ?? {}));
}

function compiledFilter(policy: string, scope: FilterScope): Filter {
  const key = `${scope} ${policy}`;
  let filter = compiled.get(key);
  if (filter === undefined) {
    filter = compileFilterPolicy(policy, scope);
    const oldest = compiled.size >= compiledMax ? compiled.keys().next().value : undefined;
    if (oldest !== undefined) compiled.delete(oldest);
    compiled.set(key, filter);
  }
  return filter;
}
