// SPDX-License-Identifier: Apache-2.0
// Source: SNS Developer Guide, "Amazon SNS subscription filter policies", "String value matching", "Numeric value
// matching", "Key matching", "AND/OR logic", "Filter policy constraints".
import { BlockList, isIP } from 'node:net';
import type { MessageAttribute } from './topic-message.js';

export type FilterScope = 'MessageAttributes' | 'MessageBody';

/** A filter policy that cannot be taken; the message goes behind SNS's "Invalid parameter: FilterPolicy: ". */
export class FilterPolicyError extends Error {
  override readonly name = 'FilterPolicyError';
}

const namesMax = 5;
const combinationsMax = 150;
/** Deeper policies are no use, and readers recurse. */
const depthMax = 20;
const policyBytesMax = 256 * 1024;

type Scalar = string | number | boolean | null;
/** Whether one value satisfies the condition; undefined stands for an attribute that is not there. */
type Condition = (value: unknown) => boolean;
/** Whether a message (an object of its attributes, or its body) passes. */
export type Filter = (message: unknown) => boolean;

/** Compiles a filter policy. Throws FilterPolicyError. */
export function compileFilterPolicy(text: string, scope: FilterScope): Filter {
  if (Buffer.byteLength(text) > policyBytesMax) throw new FilterPolicyError('Filter policy is too large');
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new FilterPolicyError('failed to parse JSON.');
  }
  const counts = { names: 0, combinations: 1 };
  const filter = compileObject(policy, { scope, counts, depth: 0 });
  if (counts.names > namesMax)
    throw new FilterPolicyError(`Filter policy can not have more than ${namesMax} keys`);
  if (counts.combinations > combinationsMax) throw new FilterPolicyError('Filter policy is too complex');
  return filter;
}

interface Compiling {
  readonly scope: FilterScope;
  readonly counts: { names: number; combinations: number };
  readonly depth: number;
}

function compileObject(policy: unknown, how: Compiling): Filter {
  if (!isObject(policy)) throw new FilterPolicyError('Filter policy must be an object');
  if (how.depth > depthMax) throw new FilterPolicyError('Filter policy is too complex');
  const parts = Object.entries(policy).map(([name, rule]) => {
    return name === '$or' ? compileOr(rule, how) : compileName(name, rule, how);
  });
  return (message) => parts.every((part) => part(message));
}

function compileOr(rule: unknown, how: Compiling): Filter {
  if (!Array.isArray(rule) || rule.length < 2)
    throw new FilterPolicyError('"$or" must be an array of at least two objects');
  how.counts.combinations *= rule.length;
  const alternatives = rule.map((one) => compileObject(one, { ...how, depth: how.depth + 1 }));
  return (message) => alternatives.some((alternative) => alternative(message));
}

function compileName(name: string, rule: unknown, how: Compiling): Filter {
  if (Array.isArray(rule)) {
    if (rule.length === 0) throw new FilterPolicyError('Empty arrays are not allowed');
    how.counts.names += 1;
    how.counts.combinations *= rule.length;
    const conditions = rule.map(compileCondition);
    return (message) => valuesOf(message, name).some((value) => conditions.some((holds) => holds(value)));
  }
  if (!isObject(rule)) throw new FilterPolicyError(`"${name.slice(0, 64)}" must be an object or an array`);
  if (how.scope === 'MessageAttributes') {
    const message = 'Filter policy scope MessageAttributes does not support nested filter policy';
    throw new FilterPolicyError(message);
  }
  const filter = compileObject(rule, { ...how, depth: how.depth + 1 });
  return (message) => valuesOf(message, name).some(filter);
}

/** The values under a name, arrays opened; one undefined where there are none, for `exists`. */
function valuesOf(message: unknown, name: string): readonly unknown[] {
  const value = isObject(message) && Object.hasOwn(message, name) ? message[name] : undefined;
  if (!Array.isArray(value)) return [value];
  const opened: readonly unknown[] = value.flat(depthMax);
  return opened.length === 0 ? [undefined] : opened;
}

function compileCondition(rule: unknown): Condition {
  if (isScalar(rule)) return (value) => value === rule;
  if (!isObject(rule) || Object.keys(rule).length !== 1)
    throw new FilterPolicyError('Match value must be String, number, true, false, or null');
  const [[kind, operand]] = Object.entries(rule) as [[string, unknown]];
  const compile = Object.hasOwn(compilers, kind) ? compilers[kind] : undefined;
  if (compile === undefined) throw new FilterPolicyError(`Unrecognized match type ${kind.slice(0, 64)}`);
  return compile(operand);
}

const compilers: Readonly<Record<string, (operand: unknown) => Condition>> = {
  exists: (operand) => {
    if (typeof operand !== 'boolean')
      throw new FilterPolicyError('exists match pattern must be either true or false.');
    return (value) => (value !== undefined) === operand;
  },
  prefix: (operand) => textCondition('prefix', operand, (value, text) => value.startsWith(text)),
  suffix: (operand) => textCondition('suffix', operand, (value, text) => value.endsWith(text)),
  'equals-ignore-case': (operand) =>
    textCondition('equals-ignore-case', operand, (value, text) => value.toLowerCase() === text.toLowerCase()),
  'anything-but': compileAnythingBut,
  numeric: compileNumeric,
  cidr: compileCidr,
};

function textCondition(
  kind: string,
  operand: unknown,
  holds: (value: string, text: string) => boolean,
): Condition {
  if (typeof operand !== 'string' || operand === '')
    throw new FilterPolicyError(`${kind} match pattern must be a string`);
  return (value) => typeof value === 'string' && holds(value, operand);
}

/** An attribute must be there to be anything but something. */
function compileAnythingBut(operand: unknown): Condition {
  const conditions = isObject(operand)
    ? [compileCondition(operand)]
    : (Array.isArray(operand) ? (operand as unknown[]) : [operand]).map((one) => {
        if (isScalar(one)) return compileCondition(one);
        throw new FilterPolicyError('Value of anything-but must be an array or single string/number value.');
      });
  if (
    isObject(operand) &&
    !['prefix', 'suffix', 'equals-ignore-case'].includes(Object.keys(operand)[0] ?? '')
  )
    throw new FilterPolicyError('Unsupported anything-but pattern');
  if (conditions.length === 0) throw new FilterPolicyError('Empty arrays are not allowed');
  return (value) => isScalar(value) && !conditions.some((holds) => holds(value));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};
/** Source: "Numeric value matching": from -10^9 to 10^9, five digits behind the point. */
const numberMax = 10 ** 9;

/** `["=", 5]`, `[">=", 0, "<", 10]` */
function compileNumeric(operand: unknown): Condition {
  const parts: unknown[] = Array.isArray(operand) ? operand : [];
  if (parts.length !== 2 && parts.length !== 4)
    throw new FilterPolicyError('Value of numeric must be an array of one or two comparisons');
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const [name, bound] = [parts[at], parts[at + 1]];
    const compare =
      typeof name === 'string' && Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
    if (compare === undefined)
      throw new FilterPolicyError(`Unrecognized numeric range operator: ${String(name).slice(0, 16)}`);
    if (typeof bound !== 'number' || Math.abs(bound) > numberMax)
      throw new FilterPolicyError(`Value of ${String(name)} must be numeric`);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((holds) => holds(value));
}

function compileCidr(operand: unknown): Condition {
  const [address = '', bits = '', ...more] = typeof operand === 'string' ? operand.split('/') : [];
  const version = isIP(address);
  const isRange = version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
  if (!isRange || more.length > 0) throw new FilterPolicyError("Malformed CIDR, one '/' required");
  const list = new BlockList();
  list.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  return (value) => {
    const given = typeof value === 'string' ? isIP(value) : 0;
    return given !== 0 && list.check(value as string, given === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Attributes as filters see them: text, numbers, the elements of String.Array. Binary ones are not seen. */
export function filterableAttributes(
  attributes: Readonly<Record<string, MessageAttribute>>,
): Readonly<Record<string, unknown>> {
  const seen = Object.entries(attributes).map(([name, { type, value }]): [string, unknown] => {
    if (type.startsWith('Binary')) return [name, undefined];
    if (type === 'String.Array') return [name, parseOr(value, value)];
    return [name, type.startsWith('Number') ? Number(value) : value];
  });
  return Object.fromEntries(seen);
}

/** A body that is no JSON passes no filter. */
export function filterableBody(message: string): unknown {
  return parseOr(message, undefined);
}

function parseOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return otherwise;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
