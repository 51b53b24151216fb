// SPDX-License-Identifier: Apache-2.0

/**
 * The pattern of SHOW TABLES and SHOW DATABASES: `*` or `.*` for any characters, `|` for a choice, the rest as it is, whatever
 * its case; `%` too, which people know from LIKE. Source: Athena User Guide, "SHOW TABLES" and "SHOW DATABASES"
 * (regular_expression).
 */
export function matchesPattern(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const choices = pattern
    .toLowerCase()
    .split('|')
    .map((choice) => choice.trim().split(/(?:\.?\*|%)+/));
  return (name) => choices.some((parts) => matchesParts(parts, name.toLowerCase()));
}

/** Parts in their order, each as early as it is found: no way back, so no pattern makes it slow. */
function matchesParts(parts: readonly string[], name: string): boolean {
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return name === first;
  const last = rest.pop() as string;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
