// SPDX-License-Identifier: Apache-2.0
import { Decimal } from './decimal.js';
import { Float } from './scalar.js';
import { Timestamp } from './timestamp.js';
import { isStruct, type Struct, type Value } from './value.js';

/** Below, equal, above; undefined for values that have no order together: of two types, or no scalars. Neither is absent. */
export function order(left: Value, right: Value): number | undefined {
  if (typeof left === 'string' && typeof right === 'string') return orderOfTexts(left, right);
  if (typeof left === 'number' && typeof right === 'number') return Math.sign(left - right);
  if (left instanceof Timestamp && right instanceof Timestamp) return left.compare(right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return isNumeric(left) && isNumeric(right) ? orderOfNumbers(left, right) : undefined;
}

/** Structs and lists are equal member by member; values of two types never are. */
export function isEqual(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return (
      left.length === right.length && left.every((item, at) => isEqual(item as Value, right[at] as Value))
    );
  if (isStruct(left) && isStruct(right)) return isSameStruct(left, right);
  return order(left, right) === 0;
}

function isSameStruct(left: Struct, right: Struct): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isEqual(left[name], right[name]))
  );
}

export type Numeric = number | bigint | Float | Decimal;

export function isNumeric(value: Value): value is Numeric {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Decimal ||
    value instanceof Float
  );
}

function orderOfNumbers(left: Numeric, right: Numeric): number | undefined {
  if (left instanceof Float || right instanceof Float) {
    const [a, b] = [toFloat(left), toFloat(right)];
    if (Number.isNaN(a) || Number.isNaN(b)) return undefined;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return toDecimal(left).compare(toDecimal(right));
}

export function toFloat(value: Numeric): number {
  if (value instanceof Float) return value.value;
  return value instanceof Decimal ? value.toNumber() : Number(value);
}

export function toDecimal(value: Exclude<Numeric, Float>): Decimal {
  return value instanceof Decimal ? value : Decimal.of(value);
}

/** By code points, as UTF-8 orders them: JavaScript's own order differs beyond U+FFFF. */
function orderOfTexts(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a === b) continue;
    return isSurrogate(a) === isSurrogate(b) ? Math.sign(a - b) : isSurrogate(a) ? 1 : -1;
  }
  return Math.sign(left.length - right.length);
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
