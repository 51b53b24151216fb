// SPDX-License-Identifier: Apache-2.0

/**
 * How management policies (tag, backup, AI services opt-out, …) of the root, units and account merge into one.
 * Source: Organizations User Guide, "Policy syntax and inheritance for management policy types".
 */

type Scalar = string | number | boolean;
type Value = Scalar | readonly Scalar[];
type Fields = Readonly<Record<string, unknown>>;

const operators = ['@@assign', '@@append', '@@remove'] as const;
type Operator = (typeof operators)[number];
const childControl = '@@operators_allowed_for_child_policies';

/** What is effective at one place of the document, and what policies below may still do there. */
interface Place {
  readonly inner: Map<string, Place>;
  value: Value | undefined;
  /** Undefined: as the place around it. */
  allowed: ReadonlySet<Operator> | undefined;
  /** What this level allows the next one. */
  allowedNext: ReadonlySet<Operator> | undefined;
}

/**
 * @param levels policies from the root to the account, those of one root, unit or account together; all of them valid by
 *   `policyContentProblem`
 * @returns undefined when there is no policy at all
 */
export function effectivePolicy(levels: readonly (readonly string[])[]): Record<string, unknown> | undefined {
  if (levels.every((level) => level.length === 0)) return undefined;
  const root = newPlace();
  for (const level of levels) {
    for (const content of level) merge(root, JSON.parse(content) as Fields, new Set(operators));
    settle(root);
  }
  return plain(root) ?? {};
}

function newPlace(): Place {
  return { inner: new Map(), value: undefined, allowed: undefined, allowedNext: undefined };
}

function merge(place: Place, node: Fields, around: ReadonlySet<Operator>): void {
  const allowed = place.allowed ?? around;
  for (const [name, given] of Object.entries(node)) {
    if (name === childControl) place.allowedNext = narrowed(given as string | readonly string[], allowed);
    else if (name.startsWith('@@')) apply(place, name as Operator, given as Value, allowed);
    else {
      let inner = place.inner.get(name);
      if (inner === undefined) {
        inner = newPlace();
        place.inner.set(name, inner);
      }
      merge(inner, given as Fields, allowed);
    }
  }
}

function apply(place: Place, operator: Operator, given: Value, allowed: ReadonlySet<Operator>): void {
  if (!allowed.has(operator)) return;
  if (operator === '@@assign') {
    place.value = given;
    return;
  }
  const before = place.value === undefined ? [] : listOf(place.value);
  const values = listOf(given);
  place.value =
    operator === '@@append'
      ? [...before, ...values.filter((value) => !before.includes(value))]
      : before.filter((value) => !values.includes(value));
}

/** A policy can allow its children no more than it was allowed itself. */
function narrowed(given: string | readonly string[], allowed: ReadonlySet<Operator>): ReadonlySet<Operator> {
  const named = typeof given === 'string' ? [given] : given;
  if (named.includes('@@none')) return new Set();
  return new Set(
    named.includes('@@all') ? allowed : operators.filter((one) => named.includes(one) && allowed.has(one)),
  );
}

/** What a level says about its children counts from the next level on. */
function settle(place: Place): void {
  place.allowed = place.allowedNext ?? place.allowed;
  for (const inner of place.inner.values()) settle(inner);
}

/** Without a prototype: the names are the caller's. */
function plain(place: Place): Record<string, unknown> | undefined {
  const result = Object.create(null) as Record<string, unknown>;
  let isEmpty = true;
  for (const [name, inner] of place.inner) {
    const value = inner.value ?? plain(inner);
    if (value === undefined) continue;
    result[name] = value;
    isEmpty = false;
  }
  return isEmpty ? undefined : result;
}

function listOf(value: Value): readonly Scalar[] {
  return Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];
}
