// SPDX-License-Identifier: Apache-2.0
import type { SecretBox } from '../../identity/secret-box.js';
import type { Clock } from '../../ports/clock.js';
import type { MessageQueue } from '../../ports/message-queue.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';
import type { SigningKeys } from '../../topics/signing-keys.js';
import { afterMs } from '../delivery/timers.js';
import { stopMsMax } from './limits.js';
import { MessageSigner } from './message-signer.js';
import { NoticeSender } from './notice-sender.js';
import { postNotice } from './post-notice.js';
import { prepareDelivery } from './prepare-delivery.js';

export interface NoticesOptions {
  readonly queue: MessageQueue;
  readonly stateStore: StateStore;
  readonly secretBox: SecretBox;
  readonly signingKeys: SigningKeys;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly publicUrl: string | undefined;
  readonly onOutcome: (outcome: 'delivered' | 'retried' | 'dead') => void;
}

export interface Notices {
  /** Waits (not for ever) for deliveries under way; what is not delivered stays in the queue. */
  stop(): Promise<void>;
}

/** Brings messages of topics to their HTTP(S) subscribers. */
export function startNotices(options: NoticesOptions): Notices {
  const { queue, clock, log, onOutcome } = options;
  const prepareWith = { ...options, signer: new MessageSigner(options.signingKeys) };
  const sender = new NoticeSender({
    queue,
    clock,
    log,
    onOutcome,
    after: afterMs,
    random: Math.random,
    prepare: (message, lane) => prepareDelivery(message, lane, prepareWith),
    post: postNotice,
  });
  return {
    async stop() {
      const late = new Promise<void>((resolve) => afterMs(stopMsMax, resolve));
      await Promise.race([sender.stop(), late]);
    },
  };
}
