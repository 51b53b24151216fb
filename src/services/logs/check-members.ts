// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint } from './logs-errors.js';

/** Source of the bounds: the model of CloudWatch Logs (min, max, pattern, enum of its shapes). */
interface TextRule {
  readonly max: number;
  readonly pattern: RegExp;
  /** The pattern as AWS writes it. */
  readonly written: string;
}

const groupName: TextRule = { max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/, written: '[\\.\\-_/#A-Za-z0-9]+' };
const streamName: TextRule = { max: 512, pattern: /^[^:*]*$/s, written: '[^:*]*' };

export function checkGroupName(value: string | undefined, member = 'logGroupName'): string {
  return checkText(value, member, groupName);
}

export function checkStreamName(value: string | undefined, member = 'logStreamName'): string {
  return checkText(value, member, streamName);
}

function checkText(value: string | undefined, member: string, { max, pattern, written }: TextRule): string {
  if (value === undefined || value === '')
    throw brokenConstraint(member, value ?? null, 'Member must have length greater than or equal to 1');
  checkLengthMax(value, member, max);
  if (!pattern.test(value))
    throw brokenConstraint(member, value, `Member must satisfy regular expression pattern: ${written}`);
  return value;
}

export function checkLengthMax(value: string | readonly unknown[], member: string, max: number): void {
  if (value.length > max)
    throw brokenConstraint(member, value, `Member must have length less than or equal to ${max}`);
}

/** The number when it is within its bounds, or what stands for it when it is not given. */
export function checkLimit(value: number | undefined, max: number): number {
  if (value === undefined) return max;
  if (value > max)
    throw brokenConstraint('limit', value, `Member must have value less than or equal to ${max}`);
  if (value < 1) throw brokenConstraint('limit', value, 'Member must have value greater than or equal to 1');
  return value;
}

export function checkTime(value: number | undefined, member: string): number | undefined {
  if (value !== undefined && value < 0)
    throw brokenConstraint(member, value, 'Member must have value greater than or equal to 0');
  return value;
}

export function checkOneOf<T extends string | number>(
  value: unknown,
  member: string,
  allowed: readonly T[],
): T {
  if (!(allowed as readonly unknown[]).includes(value))
    throw brokenConstraint(member, value, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  return value as T;
}
