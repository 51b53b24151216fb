// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { SecretBox } from '../../../identity/secret-box.js';
import { type MessageQueue, MessageQueueFullError, type NewMessage } from '../../../ports/message-queue.js';
import { authorizeNeeds } from '../../../request-path/authorize-call.js';
import type { Confirmation, Notification } from '../../../topics/topic-message.js';
import { decodeMessage } from '../../../topics/topic-message.js';
import type { Call } from '../../service.js';
import { decidedCall, type FakeCallOptions, MemoryCallState } from '../../testing/call.js';
import { snsModel } from '../model.js';
import { createSnsService } from '../sns-service.js';

/** The SNS front over state in memory, with a queue that shows what was put. */
export class SnsScene {
  readonly state = new MemoryCallState();
  readonly put: NewMessage[] = [];
  readonly secretBox = new SecretBox(Buffer.alloc(32, 7));
  isFull = false;
  readonly service = createSnsService({
    model: snsModel,
    secretBox: this.secretBox,
    newId: randomUUID,
    queue: {
      put: async (messages: readonly NewMessage[]) => {
        if (this.isFull) throw new MessageQueueFullError('full');
        this.put.push(...messages);
      },
    } as unknown as MessageQueue,
  });

  /** Runs a handler; what it throws is in SNS's words. */
  async call(
    operation: string,
    input: object,
    options: FakeCallOptions = {},
  ): Promise<Record<string, unknown>> {
    return (await this.run(operation, input, options)).output;
  }

  async run(operation: string, input: object, options: FakeCallOptions = {}) {
    const call: Call = decidedCall(this.service, { state: this.state, ...options });
    const handler = this.service.handlers[operation];
    if (handler === undefined) throw new Error(`no handler of ${operation}`);
    try {
      authorizeNeeds(this.service, operation, input, call);
      return { output: (await handler(input, call)) as Record<string, unknown>, audit: call.audit };
    } catch (error) {
      throw this.service.translateError?.(error) ?? error;
    }
  }

  async topic(name = 'topic', options: FakeCallOptions = {}): Promise<string> {
    return String((await this.call('CreateTopic', { Name: name }, options)).TopicArn);
  }

  /** Subscribes and confirms; answers the subscription's ARN. */
  async subscribed(topicArn: string, url = 'http://example.com/', input: object = {}): Promise<string> {
    await this.call('Subscribe', { TopicArn: topicArn, Protocol: 'http', Endpoint: url, ...input });
    const { SubscriptionArn } = await this.call('ConfirmSubscription', {
      TopicArn: topicArn,
      Token: this.lastToken(),
    });
    return String(SubscriptionArn);
  }

  last(): Notification | Confirmation {
    return decodeMessage(this.put.at(-1)?.body ?? new Uint8Array());
  }

  /** The token of the last confirmation that was put. */
  lastToken(): string {
    const message = this.last();
    if (message.type === 'Notification') throw new Error('a notification has no token');
    const id = message.subscriptionArn.slice(message.subscriptionArn.lastIndexOf(':') + 1);
    return this.secretBox.open(message.sealedToken, id);
  }
}
