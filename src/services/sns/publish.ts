// SPDX-License-Identifier: Apache-2.0
import type {
  PublishBatchInput,
  PublishBatchRequestEntry,
  PublishBatchResponse,
  PublishInput,
  PublishResponse,
} from '@aws-sdk/client-sns';
import { fanOut } from '../../topics/fan-out.js';
import { type SubscriptionDocument, subscriptionsPrefix } from '../../topics/subscription.js';
import type { TopicDocument } from '../../topics/topic.js';
import type { Notification } from '../../topics/topic-message.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { openTopic } from './open-topic.js';
import { messageBytes, messageBytesMax, readMessage } from './read-message.js';
import type { SnsDependencies } from './sns-dependencies.js';
import { invalidParameter, notThereYet } from './sns-error.js';

/** The message is durable before the answer. Source: SNS API Reference, "Publish". */
export function publishHandler(deps: SnsDependencies): Handler<PublishInput, PublishResponse> {
  return async (input, call) => {
    const topic = openTopic(targetOf(input), 'Publish', call);
    const notification = readMessage(input, newMessage(topic, call, deps));
    await put([notification], topic, call, deps);
    return { MessageId: notification.messageId };
  };
}

/** A topic may also be given as TargetArn. */
function targetOf({ TopicArn, TargetArn, PhoneNumber }: PublishInput): string {
  if (PhoneNumber !== undefined) throw notThereYet('Messages to phone numbers are');
  const target = TopicArn ?? TargetArn;
  if (target === undefined)
    throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  if (target.includes(':endpoint/')) throw notThereYet('Messages to mobile endpoints are');
  return target;
}

/** Source: SNS API Reference, "PublishBatch". */
const entriesMax = 10;
const entryIdForm = /^[A-Za-z0-9_-]{1,80}$/;

/** Entries fail one by one; what fails the batch as a whole fails it before anything is put. */
export function publishBatchHandler(deps: SnsDependencies): Handler<PublishBatchInput, PublishBatchResponse> {
  return async (input, call) => {
    const { PublishBatchRequestEntries: entries = [] } = input;
    const topic = openTopic(input.TopicArn, 'Publish', call);
    verifyBatch(entries);
    const good: { id: string; notification: Notification }[] = [];
    const failed: NonNullable<PublishBatchResponse['Failed']> = [];
    for (const entry of entries) {
      const id = entry.Id ?? '';
      try {
        good.push({ id, notification: readMessage(entry, newMessage(topic, call, deps)) });
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        failed.push({ Id: id, Code: queryCodeOf(error), Message: error.message, SenderFault: true });
      }
    }
    await put(
      good.map(({ notification }) => notification),
      topic,
      call,
      deps,
    );
    const successful = good.map(({ id, notification }) => ({ Id: id, MessageId: notification.messageId }));
    return { Successful: successful, Failed: failed };
  };
}

function verifyBatch(entries: readonly PublishBatchRequestEntry[]): void {
  if (entries.length === 0)
    throw new WireError('EmptyBatchRequestException', "The batch request doesn't contain any entries.");
  if (entries.length > entriesMax) {
    const message = 'The batch request contains more entries than permissible.';
    throw new WireError('TooManyEntriesInBatchRequestException', message);
  }
  const ids = entries.map(({ Id = '' }) => Id);
  if (new Set(ids).size < ids.length) {
    const message = 'Two or more batch entries in the request have the same Id.';
    throw new WireError('BatchEntryIdsNotDistinctException', message);
  }
  const strange = ids.find((id) => !entryIdForm.test(id));
  if (strange !== undefined) {
    const fault = strange.length > 80 ? 'is too long' : 'contains an impermissible character';
    const message = `The Id of a batch entry in the batch request ${fault}: ${strange.slice(0, 100)}`;
    throw new WireError('InvalidBatchEntryIdException', message);
  }
  if (entries.reduce((sum, entry) => sum + messageBytes(entry), 0) > messageBytesMax) {
    const message = 'The length of all the messages put together is more than the limit.';
    throw new WireError('BatchRequestTooLongException', message);
  }
}

function queryCodeOf(error: WireError): string {
  return error.code === 'InvalidParameterValueException'
    ? 'ParameterValueInvalid'
    : error.code.replace(/Exception$/, '');
}

function newMessage(topic: TopicDocument, call: Call, { newId }: SnsDependencies) {
  return { messageId: newId(), topicArn: topic.arn, publishedAtMs: call.receivedAtMs };
}

async function put(
  notifications: readonly Notification[],
  topic: TopicDocument,
  call: Call,
  { queue }: SnsDependencies,
): Promise<void> {
  const subscriptions = call.state
    .list<SubscriptionDocument>(subscriptionsPrefix(topic))
    .map(({ value }) => value);
  const messages = notifications.map((notification) => fanOut(notification, subscriptions));
  if (messages.length > 0) await queue.put(messages);
}
