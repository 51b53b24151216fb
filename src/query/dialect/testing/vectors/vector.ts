// SPDX-License-Identifier: Apache-2.0

/** One published example: what an expression, or a query of one cell, gives. */
export interface Vector {
  readonly sql: string;
  /** What is printed, null for NULL, or a part of the complaint. */
  readonly gives: string | null | { readonly error: string };
}

/** Examples of one page or test of Trino's. */
export interface VectorSource {
  readonly source: string;
  readonly vectors: readonly Vector[];
}

/**
 * Reads examples, one a line: `expression ⇒ answer`. `# …` names the source of those below it. The answer is what is printed;
 * `NULL` is NULL, `error: …` a part of the complaint, `|…|` a text with spaces at its ends.
 */
export function readVectors(text: string): readonly VectorSource[] {
  const sources: { source: string; vectors: Vector[] }[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    if (line.startsWith('# ')) {
      sources.push({ source: line.slice(2), vectors: [] });
      continue;
    }
    const [expression = '', answer, ...more] = line.split(/ ⇒ ?/);
    const last = sources.at(-1);
    if (answer === undefined || more.length > 0 || !last) throw new Error(`not an example: ${line}`);
    last.vectors.push({ sql: asQuery(expression.trim()), gives: readAnswer(answer) });
  }
  return sources;
}

function asQuery(expression: string): string {
  return /^(?:SELECT|WITH|VALUES)\s/i.test(expression) ? expression : `SELECT ${expression}`;
}

function readAnswer(answer: string): Vector['gives'] {
  if (answer === 'NULL') return null;
  if (answer.startsWith('error:')) return { error: answer.slice('error:'.length).trim() };
  return /^\|.*\|$/.test(answer) ? answer.slice(1, -1) : answer;
}
