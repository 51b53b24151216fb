// SPDX-License-Identifier: Apache-2.0
import type { Condition } from './condition.js';
import type { PrincipalPattern } from './policy-principal.js';
import type { PolicyText } from './policy-text.js';

/** A statement, compiled. `Not…` elements are lists with `inverted`. */
export interface Statement {
  /** Where it stands in its policy, from 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Undefined in policies that hang on an identity: they are about whom they hang on. */
  readonly principals: Inverted<PrincipalPattern> | undefined;
  readonly actions: Inverted<PolicyText>;
  readonly resources: Inverted<PolicyText>;
  readonly conditions: readonly Condition[];
}

export interface Inverted<Pattern> {
  readonly inverted: boolean;
  readonly patterns: readonly Pattern[];
}

/** A policy document, compiled by `parsePolicy`. */
export interface Policy {
  readonly version: '2012-10-17' | '2008-10-17';
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
}
