// SPDX-License-Identifier: Apache-2.0
import {
  type FieldRule,
  type FieldRules,
  fieldRules,
  type SelectorOwner,
  selectorOperators,
} from './field-rules.js';
import { SelectorFault } from './selector-fault.js';
import type { AdvancedSelector, FieldSelector, SelectorOperator } from './trail-selectors.js';

/** Of all conditions of all advanced selectors together. Source: CloudTrail User Guide, "Quotas in AWS CloudTrail". */
const selectorValuesMax = 500;
/** Source: CloudTrail API Reference, "AdvancedEventSelector" (Name), "AdvancedFieldSelector" (Field and operators). */
const nameLengthMax = 1000;
const valueLengthMax = 2048;

/** An advanced event selector as it comes in. */
export interface AdvancedSelectorInput {
  readonly Name?: string | undefined;
  readonly FieldSelectors?: readonly FieldSelectorInput[] | undefined;
}

type WireOperator = Capitalize<SelectorOperator>;

export type FieldSelectorInput = { readonly Field?: string | undefined } & {
  readonly [Operator in WireOperator]?: readonly string[] | undefined;
};

/** `notEquals` as the API writes it. */
export function wireOperator(operator: SelectorOperator): WireOperator {
  return (operator.charAt(0).toUpperCase() + operator.slice(1)) as WireOperator;
}

/** Advanced selectors as they are kept. Throws SelectorFault. Source: the pages named in `field-rules.ts`. */
export function readAdvancedSelectors(
  inputs: readonly AdvancedSelectorInput[],
  owner: SelectorOwner,
): AdvancedSelector[] {
  if (inputs.length === 0) throw new SelectorFault('At least one advanced event selector must be specified.');
  const selectors = inputs.map((input) => readAdvancedSelector(input, owner));
  const count = selectors.flatMap(({ fieldSelectors }) => fieldSelectors.flatMap(valuesOf)).length;
  if (count > selectorValuesMax) {
    throw new SelectorFault(
      `Advanced event selectors can have up to ${selectorValuesMax} values for all conditions in all selectors; ${count} were specified.`,
    );
  }
  return selectors;
}

function readAdvancedSelector(input: AdvancedSelectorInput, owner: SelectorOwner): AdvancedSelector {
  const { Name: name } = input;
  if (name !== undefined && (name.length > nameLengthMax || /[\n\r]/.test(name))) {
    throw new SelectorFault(
      `The name of an advanced event selector is one line of at most ${nameLengthMax} characters.`,
    );
  }
  const fieldSelectors = (input.FieldSelectors ?? []).map(readFieldSelector);
  verifyFields(fieldSelectors, owner);
  return { ...(name === undefined ? {} : { name }), fieldSelectors };
}

function readFieldSelector(input: FieldSelectorInput): FieldSelector {
  const field = input.Field ?? '';
  const given = selectorOperators.filter((operator) => input[wireOperator(operator)] !== undefined);
  if (given.length === 0)
    throw new SelectorFault(`The field selector of ${field} must have at least one operator.`);
  const conditions = given.map((operator) => {
    const values = input[wireOperator(operator)] ?? [];
    verifyValues(field, operator, values);
    return [operator, values];
  });
  return { field, ...Object.fromEntries(conditions) } as FieldSelector;
}

function verifyValues(field: string, operator: SelectorOperator, values: readonly string[]): void {
  const place = `${wireOperator(operator)} of ${field}`;
  if (values.length === 0) throw new SelectorFault(`${place} must have at least one value.`);
  if (new Set(values).size !== values.length) throw new SelectorFault(`${place} holds a value twice.`);
  for (const value of values) {
    if (value === '' || value.length > valueLengthMax || /[\n\r]/.test(value)) {
      throw new SelectorFault(`A value of ${place} must be one line of 1 to ${valueLengthMax} characters.`);
    }
  }
}

function verifyFields(fieldSelectors: readonly FieldSelector[], owner: SelectorOwner): void {
  const [category, rules] = categoryRules(fieldSelectors, owner);
  const seen = new Set<string>();
  for (const selector of fieldSelectors) {
    const { field } = selector;
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (rule === undefined) throw new SelectorFault(unsupportedField(field, category, owner));
    // "Do not set conflicting or duplicate values for fields": User Guide, "Logging data events".
    if (seen.has(field)) throw new SelectorFault(`The field ${field} can be used once in a selector.`);
    seen.add(field);
    verifyField(selector, rule, category);
  }
  for (const [field, { isRequired }] of Object.entries(rules)) {
    if (isRequired === true && !seen.has(field))
      throw new SelectorFault(`The field ${field} is required in a selector of ${category} events.`);
  }
}

/** The category that the selector names, and its rules. */
function categoryRules(
  fieldSelectors: readonly FieldSelector[],
  owner: SelectorOwner,
): [category: string, rules: FieldRules] {
  const ofOwner = fieldRules[owner];
  const values = fieldSelectors.find(({ field }) => field === 'eventCategory')?.equals ?? [];
  const category = values[0];
  const rules = category !== undefined && Object.hasOwn(ofOwner, category) ? ofOwner[category] : undefined;
  if (values.length !== 1 || category === undefined || rules === undefined) {
    throw new SelectorFault(
      `An advanced event selector must have the field eventCategory, which Equals one of ${Object.keys(ofOwner).join(', ')}.`,
    );
  }
  return [category, rules];
}

function unsupportedField(field: string, category: string, owner: SelectorOwner): string {
  const whose = owner === 'trail' ? 'trails' : 'event data stores';
  const allowed = Object.keys(fieldRules[owner][category] ?? {}).join(', ');
  return `The field ${field} is not supported for ${category} events on ${whose}. Supported fields are ${allowed}.`;
}

function verifyField(selector: FieldSelector, rule: FieldRule, category: string): void {
  const { field } = selector;
  for (const operator of selectorOperators) {
    const values = selector[operator];
    if (values === undefined) continue;
    if (!rule.operators.includes(operator)) {
      throw new SelectorFault(
        `The field ${field} of ${category} events can only use ${rule.operators.map(wireOperator).join(', ')}.`,
      );
    }
    if (rule.valuesMax !== undefined && values.length > rule.valuesMax)
      throw new SelectorFault(`${wireOperator(operator)} of ${field} can have one value only.`);
    for (const value of values) {
      const problem = rule.valueProblem?.(value, operator);
      if (problem !== undefined)
        throw new SelectorFault(`Value ${value} for ${field} is invalid: it ${problem}.`);
    }
  }
  verifyNoConflict(selector);
}

const opposites: readonly (readonly [SelectorOperator, SelectorOperator])[] = [
  ['equals', 'notEquals'],
  ['startsWith', 'notStartsWith'],
  ['endsWith', 'notEndsWith'],
];

/** "Do not specify an ARN to be equal to a value, then specify that the ARN not equal the same value": the same page. */
function verifyNoConflict(selector: FieldSelector): void {
  for (const [select, deselect] of opposites) {
    const both = selector[select]?.find((value) => selector[deselect]?.includes(value) === true);
    if (both !== undefined) {
      throw new SelectorFault(
        `Value ${both} of ${selector.field} is both in ${wireOperator(select)} and in ${wireOperator(deselect)}.`,
      );
    }
  }
}

function valuesOf(selector: FieldSelector): readonly string[] {
  return selectorOperators.flatMap((operator) => selector[operator] ?? []);
}
