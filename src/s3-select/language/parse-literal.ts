// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';
import { Decimal } from '../values/decimal.js';
import { Timestamp } from '../values/timestamp.js';
import { toInteger, type Value } from '../values/value.js';

/** `12` is an INT, `1.2` and `1e3` are DECIMAL. */
export function readNumber(text: string): Value {
  if (/^\d+$/.test(text)) {
    const integer = text.length > 40 ? undefined : toInteger(BigInt(text));
    if (integer === undefined) throw new SelectError('NumberFormatError');
    return integer;
  }
  const decimal = Decimal.parse(text);
  if (decimal === undefined) throw new SelectError('NumberFormatError');
  return decimal;
}

/** Of Ion's literals (in backticks) those of scalars: timestamps, numbers, truth values, null and text. */
export function readIon(text: string): Value {
  const literal = text.trim();
  if (literal === 'null') return null;
  if (literal === 'true' || literal === 'false') return literal === 'true';
  const quoted = /^"([^"\\]*)"$/.exec(literal);
  if (quoted !== null) return quoted[1];
  const value = /^-?\d+$/.test(literal)
    ? toInteger(BigInt(literal.slice(0, 64)))
    : (Timestamp.parse(literal) ?? Decimal.parse(literal));
  if (value === undefined) throw new SelectError('LexerInvalidIONLiteral');
  return value;
}
