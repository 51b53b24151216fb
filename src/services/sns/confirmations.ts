// SPDX-License-Identifier: Apache-2.0
import { newConfirmationToken } from '../../topics/confirmation-token.js';
import type { SubscriptionArn } from '../../topics/topic-arn.js';
import { type Confirmation, encodeMessage } from '../../topics/topic-message.js';
import type { Call } from '../service.js';
import type { SnsDependencies } from './sns-dependencies.js';

/**
 * Puts the message that hands an endpoint its token, and answers the token. It is put before the change that it tells of is
 * durable, so that no crash can lose it; whoever delivers it waits for the change.
 */
export async function sendConfirmation(
  type: Confirmation['type'],
  topicArn: string,
  subscriptionArn: string,
  { id }: SubscriptionArn,
  call: Call,
  { queue, secretBox, newId }: Pick<SnsDependencies, 'queue' | 'secretBox' | 'newId'>,
): Promise<string> {
  const token = newConfirmationToken(id);
  const message: Confirmation = {
    type,
    messageId: newId(),
    topicArn,
    subscriptionArn,
    sealedToken: secretBox.seal(token, id),
    publishedAtMs: call.receivedAtMs,
  };
  await queue.put([{ id: message.messageId, body: encodeMessage(message), lanes: [subscriptionArn] }]);
  return token;
}

/** Where the caller reached us: `http://HOST:PORT`. Links in messages start with it unless the operator said otherwise. */
export function baseUrlOf({ request }: Call): string {
  const { host = '' } = request.headers;
  const scheme = request.tls === undefined ? 'http' : 'https';
  // The header of a signed call is signed, but by somebody who may write anything into it.
  return /^[A-Za-z0-9.\-_[\]:]{1,255}$/.test(host) ? `${scheme}://${host}` : `${scheme}://localhost`;
}
