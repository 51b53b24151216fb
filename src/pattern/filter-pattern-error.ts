// SPDX-License-Identifier: Apache-2.0

/** A filter pattern that is none. `position` counts UTF-16 units from the start of the pattern. */
export class FilterPatternError extends Error {
  override readonly name = 'FilterPatternError';
  constructor(
    readonly reason: string,
    readonly position: number,
  ) {
    super(`${reason} (at position ${position})`);
  }
}

/** Source: the API's answers as quoted in public bug reports: the run of characters that cannot stand there. */
export function invalidCharacters(text: string, position: number): FilterPatternError {
  return new FilterPatternError(`Invalid character(s) in term '${text}'`, position);
}
