// SPDX-License-Identifier: Apache-2.0
//
// Text of a policy that may hold wildcards (`*`, `?`) and variables (`${aws:username}`), compiled once.
// Source: IAM User Guide, "IAM policy elements: Variables and tags".

/** What a variable stands for in this request; undefined when it has no single value. */
export type Resolve = (variable: string) => string | undefined;

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: string | undefined };

export interface PolicyText {
  readonly source: string;
  readonly parts: readonly TextPart[];
}

export interface TextOptions {
  /** Whether `*` and `?` are wildcards here. */
  readonly wildcards: boolean;
  /** Whether `${…}` are variables: in policies of version 2012-10-17. */
  readonly variables: boolean;
}

const token = /\$\{([^}]*)\}|\*+|\?/g;

export function parsePolicyText(source: string, options: TextOptions): PolicyText {
  const parts: TextPart[] = [];
  let from = 0;
  for (const found of source.matchAll(token)) {
    const part = toPart(found[0], found[1], options);
    if (part === undefined) continue;
    if (found.index > from) parts.push({ kind: 'text', text: source.slice(from, found.index) });
    parts.push(part);
    from = found.index + found[0].length;
  }
  if (from < source.length) parts.push({ kind: 'text', text: source.slice(from) });
  return { source, parts };
}

function toPart(text: string, inBraces: string | undefined, options: TextOptions): TextPart | undefined {
  if (inBraces === undefined) {
    if (!options.wildcards) return undefined;
    return text === '?' ? { kind: 'one' } : { kind: 'any' };
  }
  if (!options.variables) return undefined;
  // ${*}, ${?} and ${$} are the characters themselves.
  if (inBraces === '*' || inBraces === '?' || inBraces === '$') return { kind: 'text', text: inBraces };
  return toVariable(inBraces);
}

/**
 * `aws:username` or `aws:username, 'nobody'`. Taken apart by hand: a regular expression with blanks around each piece
 * takes the fourth power of the blanks' number, and a policy of 20 KB may be nothing but blanks.
 */
function toVariable(inBraces: string): TextPart | undefined {
  const comma = inBraces.indexOf(',');
  const name = (comma < 0 ? inBraces : inBraces.slice(0, comma)).trim();
  if (name === '' || name.includes("'")) return undefined;
  if (comma < 0) return { kind: 'variable', name, fallback: undefined };
  const quoted = inBraces.slice(comma + 1).trim();
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'")) return undefined;
  return { kind: 'variable', name, fallback: quoted.slice(1, -1) };
}

/** Whether text stands for one value only: no wildcard, no variable. */
export function isFixed(text: PolicyText): boolean {
  return text.parts.every((part) => part.kind === 'text');
}

/**
 * The parts with variables put in, neighbouring text joined; undefined when a variable has no value. What a variable
 * stands for is text, whatever characters it holds: a user named `*` is no wildcard.
 */
function resolved(text: PolicyText, resolve: Resolve): TextPart[] | undefined {
  const parts: TextPart[] = [];
  for (const part of text.parts) {
    const literal = part.kind === 'variable' ? (resolve(part.name) ?? part.fallback) : undefined;
    if (part.kind === 'variable' && literal === undefined) return undefined;
    const next: TextPart = literal === undefined ? part : { kind: 'text', text: literal };
    const last = parts.at(-1);
    if (next.kind === 'text' && last?.kind === 'text') {
      parts[parts.length - 1] = { kind: 'text', text: last.text + next.text };
    } else parts.push(next);
  }
  return parts;
}

export type TextMatch = 'yes' | 'no' | 'unresolved';

export function matchPolicyText(
  text: PolicyText,
  value: string,
  resolve: Resolve,
  ignoreCase = false,
): TextMatch {
  const parts = resolved(text, resolve);
  if (parts === undefined) return 'unresolved';
  return matchParts(parts, value, ignoreCase) ? 'yes' : 'no';
}

/** What stands between two `*`: texts, and undefined for each `?`. Its length is fixed. */
type Segment = readonly (string | undefined)[];

/**
 * The first segment at the start, the last at the end, each other one as early as it comes behind the one before: no
 * step back is ever needed. A regular expression would let a policy such as `*a*a*a*a*b` take exponential time; and
 * texts are found by the engine's own search, since one call may ask 20 KB of patterns about 1,000 keys.
 */
function matchParts(parts: readonly TextPart[], value: string, ignoreCase: boolean): boolean {
  const segments = toSegments(parts, ignoreCase);
  const text = ignoreCase ? value.toLowerCase() : value;
  const first = segments[0] ?? [];
  if (segments.length === 1) return lengthOf(first) === text.length && fits(first, text, 0);
  const last = segments.at(-1) ?? [];
  const end = text.length - lengthOf(last);
  let at = lengthOf(first);
  if (end < at || !fits(first, text, 0) || !fits(last, text, end)) return false;
  for (const segment of segments.slice(1, -1)) {
    const found = find(segment, text, at, end);
    if (found === undefined) return false;
    at = found + lengthOf(segment);
  }
  return true;
}

function toSegments(parts: readonly TextPart[], ignoreCase: boolean): Segment[] {
  const segments: (string | undefined)[][] = [[]];
  for (const part of parts) {
    if (part.kind === 'any') segments.push([]);
    else if (part.kind === 'one') segments.at(-1)?.push(undefined);
    else if (part.kind === 'text') segments.at(-1)?.push(ignoreCase ? part.text.toLowerCase() : part.text);
  }
  return segments;
}

function lengthOf(segment: Segment): number {
  return segment.reduce((sum, piece) => sum + (piece?.length ?? 1), 0);
}

function fits(segment: Segment, text: string, start: number): boolean {
  let at = start;
  for (const piece of segment) {
    if (piece !== undefined && !text.startsWith(piece, at)) return false;
    at += piece?.length ?? 1;
  }
  return at <= text.length;
}

/** Where the segment fits first, from `from` on and before `end`. */
function find(segment: Segment, text: string, from: number, end: number): number | undefined {
  const lastStart = end - lengthOf(segment);
  const [only] = segment;
  if (segment.length === 1 && only !== undefined) {
    const found = text.indexOf(only, from);
    return found >= 0 && found <= lastStart ? found : undefined;
  }
  for (let start = from; start <= lastStart; start++) if (fits(segment, text, start)) return start;
  return undefined;
}
