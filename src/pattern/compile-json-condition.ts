// SPDX-License-Identifier: Apache-2.0
import { compileComparison } from './compile-comparison.js';
import type { TextTest } from './compile-regex.js';
import type { JsonCondition, SelectorStep } from './filter-pattern-syntax.js';

type ValueTest = (value: unknown) => boolean;

/**
 * Conditions on a log event that is a JSON object. A message that is none matches nothing, whatever is asked of it.
 * A comparison needs a value, a text or a number, at the end of its selector: of an array, an object, or nothing at all
 * neither `=` nor `!=` is true ("the log format doesn't match the filter").
 */
export function compileJsonCondition(condition: JsonCondition): TextTest {
  const test = compile(condition);
  return (message) => {
    const event = parseObject(message);
    return event !== undefined && test(event);
  };
}

function parseObject(message: string): unknown {
  // Most messages that are no JSON are known by their first character; an exception costs a hundred times more.
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function compile(condition: JsonCondition): ValueTest {
  switch (condition.kind) {
    case 'and': {
      const tests = condition.conditions.map(compile);
      return (event) => tests.every((test) => test(event));
    }
    case 'or': {
      const tests = condition.conditions.map(compile);
      return (event) => tests.some((test) => test(event));
    }
    case 'is': {
      const { value } = condition;
      return onSelected(condition.path, (found) => found === value);
    }
    case 'notExists': {
      const exists = onSelected(condition.path, () => true);
      return (event) => !exists(event);
    }
    case 'compare': {
      const test = compileComparison(condition.operator, condition.operand);
      return onSelected(condition.path, (found) => {
        if (typeof found === 'string') return test(found, Number.NaN);
        return typeof found === 'number' && test(String(found), found);
      });
    }
  }
}

/** True when the test is true of what the selector finds; with a wildcard, of any of what it finds. */
function onSelected(path: readonly SelectorStep[], test: ValueTest): ValueTest {
  return path.reduceRight<ValueTest>((rest, step) => afterStep(step, rest), test);
}

function afterStep(step: SelectorStep, rest: ValueTest): ValueTest {
  if (step.kind === 'element') {
    const { index } = step;
    return (value) => Array.isArray(value) && index < value.length && rest(value[index]);
  }
  if (step.kind === 'member') {
    const { name } = step;
    return (value) => isObject(value) && Object.hasOwn(value, name) && rest(value[name]);
  }
  return (value) => {
    if (Array.isArray(value)) return value.some(rest);
    return isObject(value) && Object.values(value).some(rest);
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
