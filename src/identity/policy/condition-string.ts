// SPDX-License-Identifier: Apache-2.0
import type { ConditionOperator, OperatorFamily } from './condition-operator.js';
import { matchPolicyText, parsePolicyText } from './policy-text.js';

function stringOperator(options: {
  wildcards?: boolean;
  ignoreCase?: boolean;
  negated?: boolean;
}): ConditionOperator {
  const { wildcards = false, ignoreCase = false, negated = false } = options;
  return {
    negated,
    compile: (value, variables) => {
      const text = parsePolicyText(value, { wildcards, variables });
      return (given, resolve) => matchPolicyText(text, given, resolve, ignoreCase);
    },
  };
}

export const stringOperators: OperatorFamily = {
  StringEquals: stringOperator({}),
  StringNotEquals: stringOperator({ negated: true }),
  StringEqualsIgnoreCase: stringOperator({ ignoreCase: true }),
  StringNotEqualsIgnoreCase: stringOperator({ ignoreCase: true, negated: true }),
  StringLike: stringOperator({ wildcards: true }),
  StringNotLike: stringOperator({ wildcards: true, negated: true }),
};
