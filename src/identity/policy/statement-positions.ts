// SPDX-License-Identifier: Apache-2.0
import { type JsonPlace, jsonPlaces, memberOf } from './json-places.js';

/** Both from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

export interface StatementPosition {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

/**
 * Where a policy's statements stand, as simulations name it: the end is behind the closing brace; the start is behind what
 * comes before: the bracket of the list or the statement before; of a single statement behind its opening brace.
 * Source: AWS CLI Command Reference, examples of `simulate-custom-policy` (1:38 to 1:167) and `simulate-principal-policy`
 * (3:19 to 9:10).
 */
export function statementPositions(text: string): StatementPosition[] {
  const statements = memberOf(jsonPlaces(text), 'Statement');
  if (statements === undefined) return [];
  const lines = lineStarts(text);
  const at = (offset: number) => positionOf(offset, lines);
  if (statements.kind !== 'array') return [{ start: at(statements.start + 1), end: at(statements.end) }];
  return statements.items.map((place, index) => ({
    start: at((statements.items[index - 1] as JsonPlace | undefined)?.end ?? statements.start + 1),
    end: at(place.end),
  }));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function positionOf(offset: number, lines: readonly number[]): TextPosition {
  const line = lines.findLastIndex((start) => start <= offset);
  return { line: line + 1, column: offset - (lines[line] ?? 0) + 1 };
}
