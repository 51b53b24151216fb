// SPDX-License-Identifier: Apache-2.0
import { Scalar } from './scalar.js';

/**
 * A value of the language: MISSING is undefined, NULL null; INT a `number` where it is a safe integer and a `bigint` beyond;
 * FLOAT a Float, DECIMAL a Decimal, TIMESTAMP a Timestamp; lists are arrays, structs plain objects.
 */
export type Value =
  | undefined
  | null
  | boolean
  | string
  | number
  | bigint
  | Scalar
  | readonly Value[]
  | Struct;

export interface Struct {
  readonly [name: string]: Value;
}

export function isStruct(value: Value): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Scalar);
}

/** NULL or MISSING. */
export function isAbsent(value: Value): value is null | undefined {
  return value === null || value === undefined;
}

const integerMin = -(2n ** 63n);
const integerMax = 2n ** 63n - 1n;

/** An INT in the form that it has as a value; undefined for what 8 bytes do not hold. */
export function toInteger(value: bigint): number | bigint | undefined {
  if (value < integerMin || value > integerMax) return undefined;
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}
