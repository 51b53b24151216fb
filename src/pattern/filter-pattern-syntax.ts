// SPDX-License-Identifier: Apache-2.0

/**
 * The language of filter patterns as a tree. Source for all of it: CloudWatch Logs User Guide, "Filter pattern syntax
 * for metric filters, subscription filters, filter log events, and Live Tail".
 */
export type FilterSyntax =
  | { readonly kind: 'everything' }
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  | { readonly kind: 'json'; readonly condition: JsonCondition }
  | SpaceSyntax;

export interface SpaceSyntax {
  readonly kind: 'space';
  readonly before: readonly SpaceField[];
  /** The fields behind the ellipsis; undefined when the pattern has none. */
  readonly after: readonly SpaceField[] | undefined;
}

/** A term of an unstructured pattern: it must be in the message, must not, or is one of those of which any will do. */
export interface Term {
  readonly role: 'required' | 'excluded' | 'optional';
  readonly text: TermText;
}

export type TermText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string; readonly position: number };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What a field is compared with. */
export type Operand =
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  /** `text` still has its asterisks. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string; readonly position: number };

/** A step of a property selector; `*` is any element or any member. */
export type SelectorStep =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'element'; readonly index: number }
  | { readonly kind: 'any' };

export type JsonCondition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly JsonCondition[] }
  | {
      readonly kind: 'compare';
      readonly path: readonly SelectorStep[];
      readonly operator: Operator;
      readonly operand: Operand;
    }
  | { readonly kind: 'is'; readonly path: readonly SelectorStep[]; readonly value: null | boolean }
  | { readonly kind: 'notExists'; readonly path: readonly SelectorStep[] };

export interface SpaceField {
  /** Empty for a field without a name. */
  readonly name: string;
  readonly condition: SpaceCondition | undefined;
}

export type SpaceCondition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly SpaceCondition[] }
  | { readonly kind: 'compare'; readonly operator: Operator; readonly operand: Operand };

/** Source: "Filter pattern syntax …": Quotas; and CloudWatch Logs API Reference, FilterPattern (length). */
export const patternLengthMax = 1024;
export const regexesPerPatternMax = 2;
export const wildcardsPerSelectorMax = 1;
export const wildcardsPerPatternMax = 3;

/** A member at this depth of the log event or behind it is not selected by anybody: bounds recursion. */
export const conditionDepthMax = 64;
