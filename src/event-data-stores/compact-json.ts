// SPDX-License-Identifier: Apache-2.0

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * A JSON text without white space between its tokens: on one line, everything else as it was written (numbers too, which
 * reading and writing would round). Undefined when an object has a member twice: readers take one or the other of them, so
 * that what was checked would not be what is found.
 * @param text well-formed, as `JSON.parse` has told
 */
export function compactJson(text: string): string | undefined {
  const parts: string[] = [];
  const open: (Set<string> | undefined)[] = [];
  let isName = false;
  for (const [part] of text.matchAll(token)) {
    parts.push(part);
    if (part === '{') open.push(new Set());
    else if (part === '[') open.push(undefined);
    else if (part === '}' || part === ']') open.pop();
    else if (isName && part.startsWith('"')) {
      const names = open.at(-1) as Set<string>;
      const name = part.includes('\\') ? (JSON.parse(part) as string) : part.slice(1, -1);
      if (names.has(name)) return undefined;
      names.add(name);
    }
    isName = open.at(-1) !== undefined && (part === '{' || part === ',');
  }
  return parts.join('');
}
