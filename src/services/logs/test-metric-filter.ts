// SPDX-License-Identifier: Apache-2.0
import type { TestMetricFilterRequest, TestMetricFilterResponse } from '@aws-sdk/client-cloudwatch-logs';
import { batchBytesMax } from '../../log-groups/put-limits.js';
import type { Handler } from '../service.js';
import { checkLengthMax } from './check-members.js';
import { compilePattern } from './compile-pattern.js';
import { brokenConstraint, invalidParameter } from './logs-errors.js';

const messagesMax = 50;
/** All messages together: as many as one PutLogEvents brings. They are matched in one go, which holds up other calls. */
const messagesBytesMax = batchBytesMax;

/** Source: CloudWatch Logs API Reference, "TestMetricFilter"; its examples count events from 0. */
export const testMetricFilter: Handler<TestMetricFilterRequest, TestMetricFilterResponse> = (input, call) => {
  // The lines of a log are no matter of the record.
  call.audit.requestParameters = { filterPattern: input.filterPattern ?? '' };
  const messages = input.logEventMessages ?? [];
  if (messages.length === 0)
    throw brokenConstraint('logEventMessages', [], 'Member must have length greater than or equal to 1');
  if (messages.length > messagesMax) checkLengthMax(messages, 'logEventMessages', messagesMax);
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message), 0);
  if (bytes > messagesBytesMax)
    throw invalidParameter(`The log event messages have ${bytes} bytes, more than ${messagesBytesMax}.`);
  const pattern = compilePattern(input.filterPattern ?? '');
  return {
    matches: messages.flatMap((eventMessage, eventNumber) =>
      pattern.matches(eventMessage)
        ? [{ eventNumber, eventMessage, extractedValues: pattern.extract(eventMessage) }]
        : [],
    ),
  };
};
