// SPDX-License-Identifier: Apache-2.0
import { compileFilterPattern, type FilterPattern } from '../../pattern/filter-pattern.js';
import { FilterPatternError } from '../../pattern/filter-pattern-error.js';
import { patternLengthMax } from '../../pattern/filter-pattern-syntax.js';
import { checkLengthMax } from './check-members.js';
import { invalidParameter } from './logs-errors.js';

/** Throws InvalidParameterException, with the position, for what is no pattern. */
export function compilePattern(text: string): FilterPattern {
  checkLengthMax(text, 'filterPattern', patternLengthMax);
  try {
    return compileFilterPattern(text);
  } catch (error) {
    if (error instanceof FilterPatternError) throw invalidParameter(error.message);
    throw error;
  }
}
