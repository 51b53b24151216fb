// SPDX-License-Identifier: Apache-2.0
import { compileJsonCondition } from './compile-json-condition.js';
import { compileSpacePattern } from './compile-space-pattern.js';
import { compileTerms } from './compile-terms.js';
import type { FilterSyntax } from './filter-pattern-syntax.js';
import { parseFilterPattern } from './parse-filter-pattern.js';

/** A filter pattern, compiled once and asked of many messages. */
export interface FilterPattern {
  /** True for a pattern that takes every message. */
  readonly isEverything: boolean;
  matches(message: string): boolean;
  /**
   * What a space-delimited pattern reads out of a message that it matches: `$name` or `$3` → value; empty for the other
   * kinds. Source: CloudWatch Logs API Reference, "TestMetricFilter" (Examples).
   */
  extract(message: string): Record<string, string>;
}

/**
 * Compiles a filter pattern of metric filters, subscription filters and FilterLogEvents.
 * Matching takes time linear in the message. Throws FilterPatternError, which knows the position.
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters, filter log
 * events, and Live Tail".
 */
export function compileFilterPattern(text: string): FilterPattern {
  return compile(parseFilterPattern(text));
}

function compile(syntax: FilterSyntax): FilterPattern {
  switch (syntax.kind) {
    case 'everything':
      return { isEverything: true, matches: () => true, extract: () => ({}) };
    case 'terms':
      return { isEverything: false, matches: compileTerms(syntax.terms), extract: () => ({}) };
    case 'json':
      return { isEverything: false, matches: compileJsonCondition(syntax.condition), extract: () => ({}) };
    case 'space':
      return { isEverything: false, ...compileSpacePattern(syntax) };
  }
}
