// SPDX-License-Identifier: Apache-2.0
import { castTo } from '../cast-to.js';
import {
  arrayOf,
  commonType,
  isInteger,
  isNumber,
  mapOf,
  parseTrinoType,
  type TrinoType,
  toDuckdbType,
} from '../trino-type.js';
import { type Typed, typed } from '../typed.js';
import type { FunctionCall, FunctionTable, FunctionTranslation } from './function-call.js';

type Bindings = Map<string, TrinoType>;

/** What an argument becomes; undefined where it does not fit. */
type Pattern = (type: TrinoType, bindings: Bindings) => TrinoType | undefined;

interface Signature {
  readonly parameters: readonly Pattern[];
  readonly result: (bindings: Bindings) => TrinoType;
  readonly template: string;
}

/**
 * Functions by their signatures: `'strpos(varchar, varchar) bigint': 'strpos($1, $2)'`. Types are Trino's; besides
 * - `T`, `K`, `V`: any type, everywhere the same; `N` any number, `I` any whole one
 * - `integral`: any whole number; `$1` is it as it is
 * - `$T` in a template: the type that T stands for, in DuckDB's words
 * Several signatures of one name: the first that fits.
 */
export function bySignature(signatures: Readonly<Record<string, string>>): FunctionTable {
  const byName = new Map<string, Signature[]>();
  for (const [text, template] of Object.entries(signatures)) {
    const [, names = '', parameters = '', result = ''] =
      /^([\w|]+)\((.*?)\) (\S.*)$/.exec(splitResult(text)) ?? [];
    const signature: Signature = {
      parameters: splitTop(parameters).map(patternOf),
      result: resultOf(result),
      template,
    };
    for (const name of names.split('|')) byName.set(name, [...(byName.get(name) ?? []), signature]);
  }
  const entries = Array.from(byName, ([name, overloads]): [string, FunctionTranslation] => [
    name,
    { kind: 'scalar', translate: (call) => apply(call, overloads) },
  ]);
  return Object.fromEntries(entries);
}

/** The parameters may have parentheses of their own: the result stands after the last of them that closes at the top. */
function splitResult(text: string): string {
  const open = text.indexOf('(');
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) {
      return `${text.slice(0, open)}(${text.slice(open + 1, at).replaceAll(')', '\u0001')}) ${text.slice(at + 1).trim()}`;
    }
  }
  throw new Error(`not a signature: ${text}`);
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text.replaceAll('\u0001', ')')) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += character;
  }
  if (part.trim() !== '') parts.push(part.trim());
  return parts;
}

function patternOf(text: string): Pattern {
  if (/^[TKVNI]$/.test(text)) return (type, bindings) => bind(text, type, bindings);
  if (text === 'any') return (type) => type;
  if (text === 'integral') return (type) => (isInteger(type) || type.kind === 'unknown' ? type : undefined);
  const inner = /^(array|map)\((.*)\)$/.exec(text);
  if (inner) {
    const [first, second] = splitTop(inner[2] as string).map(patternOf) as [Pattern, Pattern | undefined];
    return (type, bindings) => {
      if (type.kind === 'array' && !second) {
        const element = first(type.element, bindings);
        return element && arrayOf(element);
      }
      if (type.kind !== 'map' || !second) return undefined;
      const key = first(type.key, bindings);
      const value = second(type.value, bindings);
      return key && value && mapOf(key, value);
    };
  }
  const wanted = parseTrinoType(text);
  return (type) => {
    if (type.kind === 'unknown') return wanted;
    if (type.kind === wanted.kind) return type;
    return commonType(type, wanted)?.kind === wanted.kind ? wanted : undefined;
  };
}

function bind(name: string, type: TrinoType, bindings: Bindings): TrinoType | undefined {
  if (name === 'I' && !isInteger(type)) return undefined;
  if (name === 'N' && !isNumber(type) && type.kind !== 'unknown') return undefined;
  const common = commonType(bindings.get(name) ?? { kind: 'unknown' }, type);
  if (common) bindings.set(name, common);
  return common;
}

function resultOf(text: string): (bindings: Bindings) => TrinoType {
  if (/^[TKVNI]$/.test(text)) return (bindings) => bindings.get(text) ?? { kind: 'unknown' };
  const inner = /^(array|map)\((.*)\)$/.exec(text);
  if (inner) {
    const [first, second] = splitTop(inner[2] as string).map(resultOf);
    return (bindings) => {
      const a = first?.(bindings) ?? { kind: 'unknown' };
      return second ? mapOf(a, second(bindings)) : arrayOf(a);
    };
  }
  const type = parseTrinoType(text);
  return () => type;
}

function apply(call: FunctionCall, overloads: readonly Signature[]): Typed {
  for (const { parameters, result, template } of overloads) {
    if (parameters.length !== call.count || call.node.args.some((_, index) => call.isLambda(index))) continue;
    const bindings: Bindings = new Map();
    const wanted = parameters.map((pattern, index) => pattern(call.arg(index).type, bindings));
    if (wanted.includes(undefined)) continue;
    // Once more: what the later arguments have made of the type holds for the earlier ones too.
    const args = parameters.map((pattern, index) =>
      castTo(call.arg(index), pattern(call.arg(index).type, bindings) as TrinoType),
    );
    const sql = template.replace(/\$(\d|[TKVNI])/g, (_, name: string) =>
      /\d/.test(name)
        ? (args[Number(name) - 1] ?? 'NULL')
        : toDuckdbType(bindings.get(name) ?? { kind: 'unknown' }),
    );
    return typed(sql, result(bindings));
  }
  throw call.mismatch();
}
