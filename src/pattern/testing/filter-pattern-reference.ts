// SPDX-License-Identifier: Apache-2.0
import type {
  FilterSyntax,
  JsonCondition,
  Operand,
  Operator,
  SelectorStep,
  SpaceCondition,
  SpaceSyntax,
  TermText,
} from '../filter-pattern-syntax.js';

/**
 * The slow matcher that the fast one is compared with: it reads the guide's sentences off the tree, collects every
 * selected value before it looks at one, and leaves regular expressions to the engine's own RegExp.
 */
export function referenceMatches(syntax: FilterSyntax, message: string): boolean {
  if (syntax.kind === 'everything') return true;
  if (syntax.kind === 'json') return jsonMatches(syntax.condition, message);
  if (syntax.kind === 'space') return spaceMatches(syntax, message);
  const has = (text: TermText) =>
    text.kind === 'regex' ? new RegExp(text.source, 's').test(message) : message.split(text.text).length > 1;
  const of = (role: string) => syntax.terms.filter((term) => term.role === role).map(({ text }) => has(text));
  const optional = of('optional');
  return (
    !of('required').includes(false) &&
    !of('excluded').includes(true) &&
    (optional.length === 0 || optional.includes(true))
  );
}

function jsonMatches(condition: JsonCondition, message: string): boolean {
  let event: unknown;
  try {
    event = JSON.parse(message);
  } catch {
    return false;
  }
  return typeof event === 'object' && event !== null && holds(condition, event);
}

function holds(condition: JsonCondition, event: unknown): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.filter((part) => !holds(part, event)).length === 0;
    case 'or':
      return condition.conditions.filter((part) => holds(part, event)).length > 0;
    case 'is':
      return selected(condition.path, event).includes(condition.value);
    case 'notExists':
      return selected(condition.path, event).length === 0;
    case 'compare':
      return selected(condition.path, event)
        .filter((value) => typeof value === 'string' || typeof value === 'number')
        .some((value) => compares(condition.operator, condition.operand, value));
  }
}

function selected(path: readonly SelectorStep[], event: unknown): unknown[] {
  let values = [event];
  for (const step of path) {
    values = values.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      const entries = new Map<string, unknown>(Object.entries(value));
      if (step.kind === 'any') return [...entries.values()];
      if (Array.isArray(value) !== (step.kind === 'element')) return [];
      const key = step.kind === 'element' ? String(step.index) : step.name;
      return entries.has(key) ? [entries.get(key)] : [];
    });
  }
  return values;
}

function compares(operator: Operator, operand: Operand, value: string | number): boolean {
  if (operator === '!=') return !compares('=', operand, value);
  if (operand.kind === 'regex') return new RegExp(operand.source, 's').test(String(value));
  if (operand.kind === 'text') return wildcard(operand.text).test(String(value));
  if (operator === '=') return value === operand.value || value === operand.text;
  if (typeof value === 'string') return false;
  const order = value - operand.value;
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator];
}

/** Asterisks at the ends are any text, others are themselves. */
function wildcard(text: string): RegExp {
  const [, first, core = '', last] = /^(\*?)(.*?)(\*?)$/s.exec(text) ?? [];
  const escaped = core.replace(/[^A-Za-z0-9]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  return new RegExp(`^${first && '.*'}${escaped}${last && '.*'}$`, 'su');
}

function spaceMatches({ before, after }: SpaceSyntax, message: string): boolean {
  const fields = Array.from(
    message.matchAll(/\[([^\]]*)\]|"([^"]*)"|\S+/g),
    ([whole, inBrackets, inQuotes]) => inBrackets ?? inQuotes ?? whole,
  );
  const asked = [...before, ...(after ?? [])];
  if (after === undefined && asked.length === 1 && asked[0]?.name === '' && asked[0].condition === undefined)
    return true;
  if (fields.length < asked.length) return false;
  const counted =
    after === undefined
      ? fields
      : [...fields.slice(0, before.length), ...fields.slice(fields.length - after.length)];
  return asked.every(
    ({ condition }, at) => condition === undefined || spaceHolds(condition, counted[at] as string),
  );
}

function spaceHolds(condition: SpaceCondition, text: string): boolean {
  if (condition.kind !== 'compare') {
    const verdicts = condition.conditions.map((part) => spaceHolds(part, text));
    return condition.kind === 'and' ? !verdicts.includes(false) : verdicts.includes(true);
  }
  const { operator, operand } = condition;
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  if (operand.kind !== 'number' || !isNumber) return compares(operator, operand, text);
  if (operator === '=' || operator === '!=') {
    const isEqual = Number(text) === operand.value || text === operand.text;
    return isEqual === (operator === '=');
  }
  return compares(operator, operand, Number(text));
}
