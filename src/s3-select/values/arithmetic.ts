// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';
import { isNumeric, type Numeric, toDecimal, toFloat } from './compare.js';
import { Decimal } from './decimal.js';
import { Float } from './scalar.js';
import { toInteger, type Value } from './value.js';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

/** INT with INT stays INT (7 / 2 is 3); with a DECIMAL it is DECIMAL, with a FLOAT FLOAT. Neither operand is absent. */
export function calculate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  if (!isNumeric(left) || !isNumeric(right))
    throw new SelectError('IncorrectSqlFunctionArgumentType', `Both sides of ${operator} must be numbers.`);
  if (left instanceof Float || right instanceof Float)
    return new Float(ofFloats(operator, toFloat(left), toFloat(right)));
  if (left instanceof Decimal || right instanceof Decimal)
    return ofDecimals(operator, toDecimal(left), toDecimal(right));
  if (typeof left === 'number' && typeof right === 'number') {
    const result = ofSafeIntegers(operator, left, right);
    if (Number.isSafeInteger(result)) return result;
  }
  return ofIntegers(operator, BigInt(left), BigInt(right));
}

export function negate(value: Value): Value {
  if (!isNumeric(value))
    throw new SelectError('IncorrectSqlFunctionArgumentType', 'Only a number has a negative.');
  if (value instanceof Float) return new Float(-value.value);
  if (value instanceof Decimal) return value.negated();
  return calculate('-', 0, value);
}

function ofSafeIntegers(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      verifyDivisor(right !== 0);
      // `+ 0`: no zero is negative.
      return Math.trunc(left / right) + 0;
    case '%':
      verifyDivisor(right !== 0);
      return (left % right) + 0;
  }
}

function ofIntegers(operator: ArithmeticOperator, left: bigint, right: bigint): number | bigint {
  if (operator === '/' || operator === '%') verifyDivisor(right !== 0n);
  const result = toInteger(bigOperations[operator](left, right));
  if (result === undefined) throw new SelectError('IntegerOverflow');
  return result;
}

const bigOperations: Readonly<Record<ArithmeticOperator, (left: bigint, right: bigint) => bigint>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

function ofDecimals(operator: ArithmeticOperator, left: Decimal, right: Decimal): Decimal {
  switch (operator) {
    case '+':
      return left.plus(right);
    case '-':
      return left.minus(right);
    case '*':
      return left.times(right);
    case '/':
      verifyDivisor(!right.isZero());
      return left.dividedBy(right);
    case '%':
      verifyDivisor(!right.isZero());
      return left.remainder(right);
  }
}

function ofFloats(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function verifyDivisor(isGood: boolean): void {
  if (!isGood) throw new SelectError('UnsupportedSqlOperation', 'A number was divided by zero.');
}

export function isWholeNumber(value: Numeric): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
