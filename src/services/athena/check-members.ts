// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint } from './athena-errors.js';

/** Source of the bounds: the model of Athena (min, max, pattern, enum of its shapes). */
export function checkLength(value: string, member: string, min: number, max: number): string {
  if (value.length < min)
    throw brokenConstraint(member, `Member must have length greater than or equal to ${min}`);
  if (value.length > max)
    throw brokenConstraint(member, `Member must have length less than or equal to ${max}`);
  return value;
}

export function checkPattern(value: string, member: string, pattern: RegExp, written: string): string {
  if (!pattern.test(value))
    throw brokenConstraint(member, `Member must satisfy regular expression pattern: ${written}`);
  return value;
}

export function checkOneOf<T extends string>(value: string, member: string, allowed: readonly T[]): T {
  if (!(allowed as readonly string[]).includes(value))
    throw brokenConstraint(member, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  return value as T;
}

export function checkRange(value: number, member: string, min: number, max: number): number {
  if (value < min) throw brokenConstraint(member, `Member must have value greater than or equal to ${min}`);
  if (value > max) throw brokenConstraint(member, `Member must have value less than or equal to ${max}`);
  return value;
}

export function checkWorkGroupName(value: string | undefined, member = 'workGroup'): string {
  return checkPattern(value ?? '', member, /^[a-zA-Z0-9._-]{1,128}$/, '[a-zA-Z0-9._-]{1,128}');
}

export function checkDescription(value: string | undefined, member = 'description'): string | undefined {
  return value === undefined ? undefined : checkLength(value, member, 0, 1024);
}

export function checkQueryString(value: string | undefined, member = 'queryString'): string {
  return checkLength(value ?? '', member, 1, 262_144);
}

export function checkStatementName(value: string | undefined): string {
  const name = checkLength(value ?? '', 'statementName', 1, 256);
  return checkPattern(
    name,
    'statementName',
    /^[a-zA-Z_][a-zA-Z0-9_@:]{1,256}$/,
    '[a-zA-Z_][a-zA-Z0-9_@:]{1,256}',
  );
}

export function checkIds(ids: readonly string[] | undefined, member: string): readonly string[] {
  const count = ids?.length ?? 0;
  if (count < 1) throw brokenConstraint(member, 'Member must have length greater than or equal to 1');
  if (count > 50) throw brokenConstraint(member, 'Member must have length less than or equal to 50');
  return ids as readonly string[];
}
