// SPDX-License-Identifier: Apache-2.0
import { arnOperators } from './condition-arn.js';
import { binaryOperators } from './condition-binary.js';
import { boolOperators } from './condition-bool.js';
import { dateOperators } from './condition-date.js';
import { ipOperators } from './condition-ip.js';
import { numericOperators } from './condition-numeric.js';
import type { ConditionOperator, OperatorFamily, ValueTest } from './condition-operator.js';
import { stringOperators } from './condition-string.js';
import { MalformedPolicyError } from './malformed-policy-error.js';
import type { TextMatch } from './policy-text.js';
import type { RequestContext } from './request-context.js';

const operators: OperatorFamily = {
  ...stringOperators,
  ...numericOperators,
  ...dateOperators,
  ...boolOperators,
  ...binaryOperators,
  ...ipOperators,
  ...arnOperators,
};

export type Quantifier = 'ForAllValues' | 'ForAnyValue';

/** One key under one operator: all conditions of a statement must hold. */
export interface Condition {
  /** The comparison without quantifier and IfExists: `StringLike`, `Null`. */
  readonly operator: string;
  readonly quantifier: Quantifier | undefined;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
  /**
   * Whether it holds. `ofDeny`: a negated comparison with a variable that has no value can be neither affirmed nor
   * denied; it then counts so that access is refused.
   */
  readonly holds: (context: RequestContext, ofDeny: boolean) => boolean;
}

/** Compiles `{ operator: { key: value or values } }`. Throws MalformedPolicyError. */
export function compileConditions(block: unknown, variables: boolean): Condition[] {
  const conditions: Condition[] = [];
  for (const [operatorText, keys] of Object.entries(asObject(block))) {
    const named = parseOperator(operatorText);
    for (const [key, raw] of Object.entries(asObject(keys))) {
      const values = conditionValues(raw);
      const holds =
        named.operator === 'Null' ? nullTest(key, values) : comparison({ ...named, key, values }, variables);
      conditions.push({ ...named, key, values, holds });
    }
  }
  return conditions;
}

interface NamedOperator {
  readonly operator: string;
  readonly quantifier: Quantifier | undefined;
  readonly ifExists: boolean;
}

function parseOperator(text: string): NamedOperator {
  const [, quantifier, operator = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(text) ?? [];
  const isNull = operator === 'Null' && quantifier === undefined && ifExists === undefined;
  if (!isNull && !Object.hasOwn(operators, operator)) {
    throw new MalformedPolicyError(`Invalid Condition type : ${text.slice(0, 64)}`);
  }
  return { operator, quantifier: quantifier as Quantifier | undefined, ifExists: ifExists !== undefined };
}

/** Null asks whether the key is absent: `"Null": {"aws:TokenIssueTime": "true"}`. */
function nullTest(key: string, values: readonly string[]): Condition['holds'] {
  const wanted = values.map((value) => value.toLowerCase());
  if (wanted.some((value) => value !== 'true' && value !== 'false')) throw invalidValue(key);
  return (context) => wanted.includes(String((context.values(key) ?? []).length === 0));
}

type Comparison = NamedOperator & { readonly key: string; readonly values: readonly string[] };

function comparison(how: Comparison, variables: boolean): Condition['holds'] {
  const { key, quantifier, ifExists } = how;
  const operator = operators[how.operator] as ConditionOperator;
  const tests = how.values.map((value) => {
    const test = operator.compile(value, variables);
    if (test === undefined) throw invalidValue(key);
    return test;
  });
  return (context, ofDeny) => {
    const given = context.values(key) ?? [];
    if (given.length === 0) return ifExists || holdsForMissing(operator, quantifier);
    const answers = given.map((value) => anyMatch(tests, value, context));
    // A value that may or may not match: for a negated comparison decided in favour of refusal, else no match.
    const satisfied = answers.map((answer) => {
      if (!operator.negated) return answer === 'yes';
      return answer === 'unresolved' ? ofDeny : answer === 'no';
    });
    const every = quantifier === 'ForAllValues' || (quantifier === undefined && operator.negated);
    return every ? satisfied.every(Boolean) : satisfied.some(Boolean);
  };
}

/**
 * A key that is not there matches nothing: so a negated comparison holds. ForAllValues holds for no values at all,
 * ForAnyValue never does. Source: IAM User Guide, "Set operators for multivalued context keys".
 */
function holdsForMissing(operator: ConditionOperator, quantifier: Quantifier | undefined): boolean {
  if (quantifier !== undefined) return quantifier === 'ForAllValues';
  return operator.negated;
}

/** The policy's values are alternatives. */
function anyMatch(tests: readonly ValueTest[], given: string, context: RequestContext): TextMatch {
  const matches = tests.map((test) => test(given, context.resolve));
  if (matches.includes('yes')) return 'yes';
  return matches.includes('unresolved') ? 'unresolved' : 'no';
}

function conditionValues(raw: unknown): string[] {
  const values = Array.isArray(raw) ? raw : [raw];
  return values.map((value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'boolean' || typeof value === 'number') return String(value);
    throw new MalformedPolicyError('Invalid policy syntax.');
  });
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new MalformedPolicyError('Invalid policy syntax.');
}

function invalidValue(key: string): MalformedPolicyError {
  return new MalformedPolicyError(`Invalid value in condition block for key ${key.slice(0, 128)}`);
}
