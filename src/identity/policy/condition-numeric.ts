// SPDX-License-Identifier: Apache-2.0
import { type OperatorFamily, simpleOperator } from './condition-operator.js';

const numberForm = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

function toNumber(text: string): number | undefined {
  return numberForm.test(text) ? Number(text) : undefined;
}

function numericOperator(holds: (given: number, value: number) => boolean, negated = false) {
  return simpleOperator((text) => {
    const value = toNumber(text);
    if (value === undefined) return undefined;
    return (givenText) => {
      const given = toNumber(givenText);
      return given !== undefined && holds(given, value);
    };
  }, negated);
}

export const numericOperators: OperatorFamily = {
  NumericEquals: numericOperator((given, value) => given === value),
  NumericNotEquals: numericOperator((given, value) => given === value, true),
  NumericLessThan: numericOperator((given, value) => given < value),
  NumericLessThanEquals: numericOperator((given, value) => given <= value),
  NumericGreaterThan: numericOperator((given, value) => given > value),
  NumericGreaterThanEquals: numericOperator((given, value) => given >= value),
};
