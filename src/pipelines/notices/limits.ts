// SPDX-License-Identifier: Apache-2.0

/** Source: SNS Developer Guide, "Make sure your endpoint is ready to process Amazon SNS messages": about 15 seconds. */
export const answerMsMax = 15_000;

/** Of an answer only the status counts; more than this is not even waited for. */
export const answerBytesMax = 64 * 1024;

/** Deliveries under way at once: to subscribers that answer, and apart from them to those whose last answer failed. */
export const healthyDeliveriesMax = 64;
export const failingDeliveriesMax = 32;

/** Deliveries under way to one subscriber. One that fails gets one at a time. */
export const laneDeliveriesMax = 8;

/**
 * A confirmation is put before its subscription is durable, so that no crash can lose it: the subscription may come (or,
 * before the last message of one that ends, go) within this time, or the call failed and the message is of no use.
 */
export const changeAwaitedMsMax = 60_000;
export const lookAgainMs = 500;

/** After a settlement that could not be written, or deliveries that could not be read: the disk may be full, or damaged. */
export const settleAgainMs = 5_000;

/** Retries are spread over this part of their delay, so that a subscriber that comes back is not met by all at once. */
export const jitterPart = 0.1;

/** Timers never sleep longer: a clock that was set back or forth is noticed. */
export const sleepMsMax = 60_000;

/** Signatures that are kept: subscribers of one message share them. */
export const signaturesMax = 500;

/** How long a stop waits for deliveries under way. They are given up and come again after the next start. */
export const stopMsMax = 5_000;
