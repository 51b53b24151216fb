// SPDX-License-Identifier: Apache-2.0
import type { SecretBox } from '../../identity/secret-box.js';
import type { MessageQueue } from '../../ports/message-queue.js';
import type { ServiceModel } from '../../wire/service-model.js';
import type { Handler } from '../service.js';

export interface SnsDependencies {
  readonly model: ServiceModel;
  readonly queue: MessageQueue;
  readonly secretBox: SecretBox;
  /** A fresh UUID, for messages and subscriptions. */
  readonly newId: () => string;
}

export type HandlerMap = Readonly<Record<string, Handler>>;
