// SPDX-License-Identifier: Apache-2.0
import { type OperatorFamily, simpleOperator } from './condition-operator.js';

export const boolOperators: OperatorFamily = {
  Bool: simpleOperator((text) => {
    const value = text.toLowerCase();
    if (value !== 'true' && value !== 'false') return undefined;
    return (given) => given.toLowerCase() === value;
  }),
};
