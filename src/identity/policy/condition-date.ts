// SPDX-License-Identifier: Apache-2.0
import { type OperatorFamily, simpleOperator } from './condition-operator.js';

/** A date or a time with its zone, as W3C's profile of ISO 8601 has them. */
const isoForm = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?)?$/;

/** ISO 8601 or seconds since the epoch, in ms since the epoch. */
function toTimeMs(text: string): number | undefined {
  // Four digits are a year; anything longer is epoch time.
  if (/^\d{5,12}$/.test(text)) return Number(text) * 1000;
  if (!isoForm.test(text)) return undefined;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function dateOperator(holds: (given: number, value: number) => boolean, negated = false) {
  return simpleOperator((text) => {
    const value = toTimeMs(text);
    if (value === undefined) return undefined;
    return (givenText) => {
      const given = toTimeMs(givenText);
      return given !== undefined && holds(given, value);
    };
  }, negated);
}

export const dateOperators: OperatorFamily = {
  DateEquals: dateOperator((given, value) => given === value),
  DateNotEquals: dateOperator((given, value) => given === value, true),
  DateLessThan: dateOperator((given, value) => given < value),
  DateLessThanEquals: dateOperator((given, value) => given <= value),
  DateGreaterThan: dateOperator((given, value) => given > value),
  DateGreaterThanEquals: dateOperator((given, value) => given >= value),
};
