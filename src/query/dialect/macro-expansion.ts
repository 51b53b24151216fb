// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import { MACROS } from './macros.js';

/**
 * The engine puts a macro's body for each call of it, and the text of an argument for each place where the body names it: calls
 * within calls multiply. Without a limit a statement of a kilobyte could keep it busy, planning, for hours.
 */
const EXPANDED_CALLS_MAX = 20_000;

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|(\w+)\s*\(|\(|\)|(\w+)/g;

/** @throws QueryError EXCEEDED_LIMIT */
export function verifyExpansion(sql: string): void {
  if (!sql.includes('cairn_')) return;
  let calls = 0;
  walk(sql, (called, _, weight) => {
    if (called === undefined || !MULTIPLICITIES.has(called)) return;
    calls += weight;
    if (calls > EXPANDED_CALLS_MAX)
      throw new QueryError('EXCEEDED_LIMIT', 'The statement is too complex: functions within functions.');
  });
}

/** @param weight how often the engine will write what stands here */
type Visit = (called: string | undefined, word: string | undefined, weight: number) => void;

function walk(sql: string, visit: Visit): void {
  const weights = [1];
  for (const [token, called, word] of sql.matchAll(TOKEN)) {
    const weight = weights.at(-1) ?? 1;
    if (token === ')') weights.pop();
    else if (token.endsWith('(')) {
      visit(called, undefined, weight);
      weights.push(weight * (MULTIPLICITIES.get(called ?? '') ?? 1));
    } else if (word !== undefined) visit(undefined, word, weight);
  }
}

/** How often a macro's body names one of its parameters, the most frequent; bodies call macros that stand before them. */
const MULTIPLICITIES = new Map<string, number>();
for (const [signature, body] of inOrderOfUse(Object.entries(MACROS))) {
  const [name = '', ...parameters] = signature.split(/[(), ]+/).filter(Boolean);
  const counts = new Map(parameters.map((parameter) => [parameter, 0]));
  walk(body, (_, word, weight) => {
    const count = word === undefined ? undefined : counts.get(word);
    if (word !== undefined && count !== undefined) counts.set(word, count + weight);
  });
  MULTIPLICITIES.set(name, Math.max(1, ...counts.values()));
}

function inOrderOfUse(
  macros: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const bodies = new Map(macros.map(([signature, body]) => [nameOf(signature), [signature, body] as const]));
  const ordered = new Map<string, readonly [string, string]>();
  const add = (name: string): void => {
    const macro = bodies.get(name);
    if (!macro || ordered.has(name)) return;
    for (const [called] of macro[1].matchAll(/cairn_\w+/g)) if (called !== name) add(called);
    ordered.set(name, macro);
  };
  for (const name of bodies.keys()) add(name);
  return [...ordered.values()];
}

function nameOf(signature: string): string {
  return signature.slice(0, signature.indexOf('('));
}
