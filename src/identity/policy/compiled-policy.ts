// SPDX-License-Identifier: Apache-2.0
import { MalformedPolicyError } from './malformed-policy-error.js';
import { type PolicyKind, parsePolicy } from './parse-policy.js';
import type { Policy } from './policy.js';
import { parsePolicyText } from './policy-text.js';

/** Of each cache; there are three. */
const compiledLimits = {
  /** A busy server asks the same few hundred documents on every call. */
  policiesMax: 5_000,
  /** Of document text; the compiled form takes some ten times as much. */
  charactersMax: 8 * 1024 ** 2,
};

class CompiledPolicies {
  readonly #kind: PolicyKind;
  readonly #byText = new Map<string, Policy>();
  #characters = 0;

  constructor(kind: PolicyKind) {
    this.#kind = kind;
  }

  get(text: string): Policy {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const policy = readPolicy(text, this.#kind);
    this.#byText.set(text, policy);
    this.#characters += text.length;
    for (const oldest of this.#byText.keys()) {
      const { policiesMax, charactersMax } = compiledLimits;
      if (this.#byText.size <= policiesMax && this.#characters <= charactersMax) break;
      this.#byText.delete(oldest);
      this.#characters -= oldest.length;
    }
    return policy;
  }
}

const ofIdentities = new CompiledPolicies('identity');
/** Boundaries, SCPs and session policies are compiled as identity policies are; the others name principals. */
const caches: Readonly<Record<PolicyKind, CompiledPolicies>> = {
  identity: ofIdentities,
  session: ofIdentities,
  scp: ofIdentities,
  resource: new CompiledPolicies('resource'),
  trust: new CompiledPolicies('trust'),
};

/**
 * The compiled form of a document that is kept, from a bounded cache. A document that cannot be read any more denies
 * everything: it may have denied just what is asked for.
 */
export function compiledPolicy(text: string, kind: PolicyKind): Policy {
  return caches[kind].get(text);
}

function readPolicy(text: string, kind: PolicyKind): Policy {
  try {
    return parsePolicy(text, kind, { isStored: true });
  } catch (error) {
    if (error instanceof MalformedPolicyError) return denyEverything;
    throw error;
  }
}

const anything = {
  inverted: false,
  patterns: [parsePolicyText('*', { wildcards: true, variables: false })],
};

/** What stands for a policy that is damaged or gone. */
export const denyEverything: Policy = {
  version: '2012-10-17',
  id: undefined,
  statements: [
    {
      index: 0,
      sid: undefined,
      effect: 'Deny',
      principals: undefined,
      actions: anything,
      resources: anything,
      conditions: [],
    },
  ],
};
