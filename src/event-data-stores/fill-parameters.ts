// SPDX-License-Identifier: Apache-2.0

/** Quoted texts and names, and the places that stand for parameters: `?`, with quotes around it or without. */
const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g;

/**
 * A statement with its parameters filled in, each as an SQL text: dashboards write `eventTime > '?'` as well as
 * `eventTime > ?`. Undefined when there are not as many values as places.
 * Source: CloudTrail API Reference, "RequestWidget" (QueryParameters).
 */
export function fillParameters(statement: string, values: readonly string[]): string | undefined {
  let used = 0;
  const filled = statement.replace(tokens, (token) => {
    if (token !== '?' && token !== "'?'") return token;
    const value = values[used++] ?? '';
    return `'${value.replaceAll("'", "''")}'`;
  });
  return used === values.length ? filled : undefined;
}
