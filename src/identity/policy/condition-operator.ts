// SPDX-License-Identifier: Apache-2.0
import type { Resolve, TextMatch } from './policy-text.js';

/** Whether a value of the request satisfies one value of the policy. */
export type ValueTest = (given: string, resolve: Resolve) => TextMatch;

/**
 * One comparison of the policy language. A family of them is a file; `condition.ts` lists them all.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
 */
export interface ConditionOperator {
  /** `StringNotLike` is `StringLike` turned round: true where none of the policy's values match. */
  readonly negated: boolean;
  /** Compiles one value of the policy; undefined when it is none that this operator can compare with. */
  readonly compile: (value: string, variables: boolean) => ValueTest | undefined;
}

export type OperatorFamily = Readonly<Record<string, ConditionOperator>>;

/** A test that knows no variables: each value is compiled to what it is compared as. */
export function simpleOperator(
  compile: (value: string) => ((given: string) => boolean) | undefined,
  negated = false,
): ConditionOperator {
  return {
    negated,
    compile: (value) => {
      const test = compile(value);
      return test && ((given) => (test(given) ? 'yes' : 'no'));
    },
  };
}
