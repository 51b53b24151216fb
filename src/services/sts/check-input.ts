// SPDX-License-Identifier: Apache-2.0
import { validationError } from './sts-errors.js';

/** Bounds of a text. Source: the shapes of the STS model (min, max, pattern). */
export interface TextRule {
  readonly min: number;
  readonly max: number;
  readonly pattern: RegExp;
  /** The pattern as AWS writes it. */
  readonly written: string;
}

const name = { pattern: /^[\w+=,.@-]*$/, written: '[\\w+=,.@-]*' };
export const sessionNameRule: TextRule = { min: 2, max: 64, ...name };
export const federatedNameRule: TextRule = { min: 2, max: 32, ...name };
export const externalIdRule: TextRule = {
  min: 2,
  max: 1224,
  pattern: /^[\w+=,.@:/-]*$/,
  written: '[\\w+=,.@:\\/-]*',
};
export const serialNumberRule: TextRule = {
  min: 9,
  max: 256,
  pattern: /^[\w+=/:,.@-]*$/,
  written: '[\\w+=/:,.@-]*',
};
export const tokenCodeRule: TextRule = { min: 6, max: 6, pattern: /^\d*$/, written: '[\\d]*' };
export const arnRule: TextRule = {
  min: 20,
  max: 2048,
  pattern: /^[\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u,
  written: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+',
};

/** Source: the service's own answers ("1 validation error detected: Value … at … failed to satisfy constraint: …"). */
function broken(value: unknown, member: string, constraint: string): Error {
  const shown = Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
  const text = shown.length <= 128 ? shown : `${shown.slice(0, 128)}…`;
  return validationError(
    `1 validation error detected: Value '${text}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** @param member as AWS's answers name it: the first letter in lower case */
export function checkText(value: string, member: string, { min, max, pattern, written }: TextRule): string {
  if (value.length < min)
    throw broken(value, member, `Member must have length greater than or equal to ${min}`);
  if (value.length > max) throw broken(value, member, `Member must have length less than or equal to ${max}`);
  if (!pattern.test(value))
    throw broken(value, member, `Member must satisfy regular expression pattern: ${written}`);
  return value;
}

export function checkOptionalText(
  value: string | undefined,
  member: string,
  rule: TextRule,
): string | undefined {
  return value === undefined ? undefined : checkText(value, member, rule);
}

/** For secrets and large texts: the value is not repeated. */
export function checkLength(value: string, member: string, min: number, max: number): string {
  if (value.length < min) throw broken('', member, `Member must have length greater than or equal to ${min}`);
  if (value.length > max) throw broken('', member, `Member must have length less than or equal to ${max}`);
  return value;
}

export function checkCount(list: readonly unknown[], member: string, max: number): void {
  if (list.length > max) throw broken('', member, `Member must have length less than or equal to ${max}`);
}

export function checkOneOf<Value extends string>(
  value: string,
  member: string,
  allowed: readonly Value[],
): Value {
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw broken(value, member, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  return found;
}

export function checkDuration(
  seconds: number | undefined,
  bounds: { readonly min: number; readonly max: number; readonly byDefault: number },
): number {
  const { min, max, byDefault } = bounds;
  if (seconds === undefined) return byDefault;
  if (seconds < min)
    throw broken(seconds, 'durationSeconds', `Member must have value greater than or equal to ${min}`);
  if (seconds > max)
    throw broken(seconds, 'durationSeconds', `Member must have value less than or equal to ${max}`);
  return seconds;
}
