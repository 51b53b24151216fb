// SPDX-License-Identifier: Apache-2.0
import { MessageQueueFullError } from '../../ports/message-queue.js';
import { WireError } from '../../wire/wire-error.js';

/** `Invalid parameter: WHAT` */
export function invalidParameter(what: string): WireError {
  return new WireError('InvalidParameterException', `Invalid parameter: ${what}`);
}

/** Rules of message attributes and batches have a code of their own (`ParameterValueInvalid`). */
export function invalidValue(message: string): WireError {
  return new WireError('InvalidParameterValueException', message);
}

export function topicNotFound(): WireError {
  return new WireError('NotFoundException', 'Topic does not exist');
}

export function subscriptionNotFound(): WireError {
  return new WireError('NotFoundException', 'Subscription does not exist');
}

/** What SNS has and Cairn has not yet. */
export function notThereYet(what: string): WireError {
  return new WireError('NotImplemented', `${what} not implemented by Cairn yet.`, { status: 501 });
}

/** Errors of the message queue in SNS's words; what it does not know it gives back. */
export function translateError(error: unknown): unknown {
  return error instanceof MessageQueueFullError
    ? new WireError('ThrottledException', 'Rate exceeded', { cause: error })
    : error;
}
