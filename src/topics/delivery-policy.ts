// SPDX-License-Identifier: Apache-2.0
// Source of forms, defaults and limits: SNS Developer Guide, "Amazon SNS message delivery retries" (Creating an HTTP/S
// delivery policy), "SetTopicAttributes delivery policy JSON format", "SetSubscriptionAttributes delivery policy JSON format".

export type BackoffFunction = 'linear' | 'arithmetic' | 'geometric' | 'exponential';

/** Delays in seconds. */
export interface RetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numMaxDelayRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly backoffFunction: BackoffFunction;
}

/** What holds for one subscription. */
export interface DeliveryPolicy {
  readonly retry: RetryPolicy;
  readonly maxReceivesPerSecond: number | undefined;
  readonly contentType: string;
}

export const defaultContentType = 'text/plain; charset=UTF-8';

export const defaultRetryPolicy: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};

/** "The total policy retry time for an HTTP/S endpoint cannot be greater than 3,600 seconds." */
const totalDelaySMax = 3_600;
const retriesMax = 100;
const functions: readonly string[] = ['linear', 'arithmetic', 'geometric', 'exponential'];
const contentTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'application/xml',
  'text/css',
  'text/csv',
  'text/html',
  'text/plain',
  'text/xml',
]);

/** A delivery policy that cannot be meant; the message goes behind SNS's "Invalid parameter: DeliveryPolicy: ". */
export class DeliveryPolicyError extends Error {
  override readonly name = 'DeliveryPolicyError';
}

type Fields = Readonly<Record<string, unknown>>;

/** Checks a topic's DeliveryPolicy. Throws DeliveryPolicyError. */
export function verifyTopicDeliveryPolicy(text: string): void {
  readTopicPolicy(text);
}

/** Checks a subscription's DeliveryPolicy. Throws DeliveryPolicyError. */
export function verifySubscriptionDeliveryPolicy(text: string): void {
  readSubscriptionPolicy(text);
}

/** What holds for a subscription, out of its own policy, its topic's and the defaults. The texts were checked when they were set. */
export function effectiveDeliveryPolicy(
  topicPolicy: string | undefined,
  subscriptionPolicy: string | undefined,
): DeliveryPolicy {
  const topic = topicPolicy === undefined ? noPolicy : readTopicPolicy(topicPolicy);
  const isOverridable = !topic.disableSubscriptionOverrides && subscriptionPolicy !== undefined;
  const own = isOverridable ? readSubscriptionPolicy(subscriptionPolicy) : noPolicy;
  return {
    retry: own.retry ?? topic.retry ?? defaultRetryPolicy,
    maxReceivesPerSecond: own.maxReceivesPerSecond ?? topic.maxReceivesPerSecond,
    contentType: own.contentType ?? topic.contentType ?? defaultContentType,
  };
}

/** EffectiveDeliveryPolicy of a topic, as GetTopicAttributes shows it. */
export function effectiveTopicPolicyText(topicPolicy: string | undefined): string {
  const { retry, maxReceivesPerSecond, contentType } = effectiveDeliveryPolicy(topicPolicy, undefined);
  const topic = topicPolicy === undefined ? noPolicy : readTopicPolicy(topicPolicy);
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: retry,
      disableSubscriptionOverrides: topic.disableSubscriptionOverrides,
      ...(maxReceivesPerSecond === undefined ? {} : { defaultThrottlePolicy: { maxReceivesPerSecond } }),
      defaultRequestPolicy: { headerContentType: contentType },
    },
  });
}

/** EffectiveDeliveryPolicy of a subscription, as GetSubscriptionAttributes shows it. */
export function effectiveSubscriptionPolicyText(policy: DeliveryPolicy): string {
  const { retry, maxReceivesPerSecond, contentType } = policy;
  return JSON.stringify({
    healthyRetryPolicy: retry,
    sicklyRetryPolicy: null,
    throttlePolicy: maxReceivesPerSecond === undefined ? null : { maxReceivesPerSecond },
    requestPolicy: { headerContentType: contentType },
    guaranteed: false,
  });
}

/**
 * How long to wait before a retry, in ms; undefined when there is none left.
 * Phases: immediate, pre-backoff (minimum delay), backoff (by the function from the minimum to the maximum delay),
 * post-backoff (maximum delay). @param retry 1 for the first one
 */
export function retryDelayMs(policy: RetryPolicy, retry: number): number | undefined {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  if (retry > numRetries) return undefined;
  if (retry <= numNoDelayRetries) return 0;
  if (retry <= numNoDelayRetries + numMinDelayRetries) return policy.minDelayTarget * 1_000;
  const backoffs = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
  const step = retry - numNoDelayRetries - numMinDelayRetries;
  if (step > backoffs) return policy.maxDelayTarget * 1_000;
  return Math.round(backoffDelayS(policy, backoffs <= 1 ? 0 : (step - 1) / (backoffs - 1)) * 1_000);
}

/**
 * The delay at a place of the backoff phase, 0 for its first retry and 1 for its last. AWS shows the functions as curves
 * only (backoff-graph.png): all go from the minimum to the maximum, ordered linear, arithmetic, geometric, exponential from the
 * fastest rise to the slowest.
 */
function backoffDelayS(
  { minDelayTarget: min, maxDelayTarget: max, backoffFunction }: RetryPolicy,
  at: number,
) {
  switch (backoffFunction) {
    case 'linear':
      return min + (max - min) * at;
    case 'arithmetic':
      return min + (max - min) * ((at * (at + 1)) / 2);
    case 'geometric':
      return min * (max / min) ** at;
    case 'exponential':
      return min + (max - min) * ((2 ** (10 * at) - 1) / (2 ** 10 - 1));
  }
}

interface GivenPolicy {
  readonly retry: RetryPolicy | undefined;
  readonly maxReceivesPerSecond: number | undefined;
  readonly contentType: string | undefined;
  readonly disableSubscriptionOverrides: boolean;
}

const noPolicy: GivenPolicy = {
  retry: undefined,
  maxReceivesPerSecond: undefined,
  contentType: undefined,
  disableSubscriptionOverrides: false,
};

function readTopicPolicy(text: string): GivenPolicy {
  const document = fields(parse(text), ['http']);
  const http = fields(document.http ?? {}, [
    'defaultHealthyRetryPolicy',
    'disableSubscriptionOverrides',
    'defaultThrottlePolicy',
    'defaultRequestPolicy',
  ]);
  const disabled = http.disableSubscriptionOverrides ?? false;
  if (typeof disabled !== 'boolean')
    throw new DeliveryPolicyError('disableSubscriptionOverrides must be true or false');
  return {
    retry: retryPolicyOf(http.defaultHealthyRetryPolicy),
    maxReceivesPerSecond: rateOf(http.defaultThrottlePolicy),
    contentType: contentTypeOf(http.defaultRequestPolicy),
    disableSubscriptionOverrides: disabled,
  };
}

function readSubscriptionPolicy(text: string): GivenPolicy {
  const names = ['healthyRetryPolicy', 'sicklyRetryPolicy', 'throttlePolicy', 'requestPolicy', 'guaranteed'];
  const document = fields(parse(text), names);
  return {
    retry: retryPolicyOf(document.healthyRetryPolicy),
    maxReceivesPerSecond: rateOf(document.throttlePolicy),
    contentType: contentTypeOf(document.requestPolicy),
    disableSubscriptionOverrides: false,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DeliveryPolicyError('failed to parse JSON');
  }
}

function fields(value: unknown, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DeliveryPolicyError('an object was expected');
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new DeliveryPolicyError(`unknown member ${unknown.slice(0, 64)}`);
  return value as Fields;
}

function retryPolicyOf(value: unknown): RetryPolicy | undefined {
  if (value === undefined || value === null) return undefined;
  const given = fields(value, Object.keys(defaultRetryPolicy));
  const number = (name: keyof RetryPolicy, min: number, max: number, byDefault: number): number => {
    const found = given[name] ?? byDefault;
    if (typeof found === 'number' && Number.isInteger(found) && found >= min && found <= max) return found;
    throw new DeliveryPolicyError(`${name} must be a whole number from ${min} to ${max}`);
  };
  const minDelayTarget = number('minDelayTarget', 1, totalDelaySMax, defaultRetryPolicy.minDelayTarget);
  const maxByDefault = Math.max(minDelayTarget, defaultRetryPolicy.maxDelayTarget);
  const policy: RetryPolicy = {
    minDelayTarget,
    maxDelayTarget: number('maxDelayTarget', minDelayTarget, totalDelaySMax, maxByDefault),
    numRetries: number('numRetries', 0, retriesMax, defaultRetryPolicy.numRetries),
    numMaxDelayRetries: number('numMaxDelayRetries', 0, retriesMax, 0),
    numNoDelayRetries: number('numNoDelayRetries', 0, retriesMax, 0),
    numMinDelayRetries: number('numMinDelayRetries', 0, retriesMax, 0),
    backoffFunction: functionOf(given.backoffFunction),
  };
  verifyTotals(policy);
  return policy;
}

function verifyTotals(policy: RetryPolicy): void {
  const { numRetries, numMaxDelayRetries, numNoDelayRetries, numMinDelayRetries } = policy;
  if (numMaxDelayRetries + numNoDelayRetries + numMinDelayRetries > numRetries)
    throw new DeliveryPolicyError('numRetries must not be less than the retries of the phases together');
  let totalMs = 0;
  for (let retry = 1; retry <= numRetries; retry++) totalMs += retryDelayMs(policy, retry) ?? 0;
  if (totalMs > totalDelaySMax * 1_000)
    throw new DeliveryPolicyError(`the retries take more than ${totalDelaySMax} seconds`);
}

function functionOf(value: unknown): BackoffFunction {
  if (value === undefined) return defaultRetryPolicy.backoffFunction;
  const name = typeof value === 'string' ? value.toLowerCase() : '';
  if (functions.includes(name)) return name as BackoffFunction;
  throw new DeliveryPolicyError(`backoffFunction must be one of ${functions.join(', ')}`);
}

function rateOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const { maxReceivesPerSecond: rate } = fields(value, ['maxReceivesPerSecond']);
  if (rate === undefined || rate === null) return undefined;
  if (typeof rate === 'number' && Number.isInteger(rate) && rate >= 1) return rate;
  throw new DeliveryPolicyError('maxReceivesPerSecond must be a whole number of at least 1');
}

function contentTypeOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const { headerContentType: given } = fields(value, ['headerContentType']);
  if (given === undefined || given === null) return undefined;
  const [type = '', ...parameters] = typeof given === 'string' ? given.split(';') : [];
  const isPlain = parameters.every((parameter) => /^\s*charset=[\w-]{1,32}\s*$/i.test(parameter));
  if (contentTypes.has(type.trim().toLowerCase()) && isPlain && parameters.length <= 1)
    return given as string;
  throw new DeliveryPolicyError('headerContentType is not supported');
}
