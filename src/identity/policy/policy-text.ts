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
  /** What to look for where nothing depends on the request, with and without case. Undefined: there are variables. */
  readonly fixed: { readonly exact: readonly Segment[]; readonly folded: readonly Segment[] } | undefined;
}

export interface TextOptions {
  /** Whether `*` and `?` are wildcards here. */
  readonly wildcards: boolean;
  /** Whether `${…}` are variables: in policies of version 2012-10-17. */
  readonly variables: boolean;
}

const token = /\$\{([^}]*)\}|\*+|\?/g;
const wildcard = /\*+|\?/g;
const variable = /\$\{[^}]*\}/g;

export function parsePolicyText(source: string, options: TextOptions): PolicyText {
  const parts: TextPart[] = [];
  let from = 0;
  for (const { text, inBraces, index } of tokensOf(source)) {
    const part = toPart(text, inBraces, options);
    if (part === undefined) continue;
    if (index > from) parts.push({ kind: 'text', text: source.slice(from, index) });
    parts.push(part);
    from = index + text.length;
  }
  if (from < source.length) parts.push({ kind: 'text', text: source.slice(from) });
  return { source, parts, fixed: compileParts(parts) };
}

interface Token {
  readonly text: string;
  readonly inBraces: string | undefined;
  readonly index: number;
}

/**
 * Behind the last closing brace there are no variables, and none is looked for: each `${` of a text of nothing else would be
 * followed to the end of the text.
 */
function tokensOf(source: string): Token[] {
  const end = source.lastIndexOf('}') + 1;
  const tokens: Token[] = [];
  for (const found of source.slice(0, end).matchAll(token))
    tokens.push({ text: found[0], inBraces: found[1], index: found.index });
  for (const found of source.slice(end).matchAll(wildcard))
    tokens.push({ text: found[0], inBraces: undefined, index: end + found.index });
  return tokens;
}

/** The text with its `${…}` replaced. */
export function replaceVariables(source: string, replace: (found: string) => string): string {
  const end = source.lastIndexOf('}') + 1;
  return source.slice(0, end).replaceAll(variable, replace) + source.slice(end);
}

/** A policy is compiled once and asked on every call: what can be done beforehand is done here. */
function compileParts(parts: readonly TextPart[]): PolicyText['fixed'] {
  if (parts.some(({ kind }) => kind === 'variable')) return undefined;
  const joined = joinedTexts(parts, () => undefined) ?? [];
  return { exact: toSegments(joined, false), folded: toSegments(joined, true) };
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
function joinedTexts(from: readonly TextPart[], resolve: Resolve): TextPart[] | undefined {
  const parts: TextPart[] = [];
  for (const part of from) {
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
  const { fixed } = text;
  const given = ignoreCase ? value.toLowerCase() : value;
  if (fixed !== undefined)
    return matchSegments(ignoreCase ? fixed.folded : fixed.exact, given) ? 'yes' : 'no';
  const parts = joinedTexts(text.parts, resolve);
  if (parts === undefined) return 'unresolved';
  return matchSegments(toSegments(parts, ignoreCase), given) ? 'yes' : 'no';
}

/** For texts without variables (actions): whether it matches a value that is in lower case already, without case. */
export function matchLowerCase(text: PolicyText, lowerCase: string): boolean {
  const { fixed } = text;
  if (fixed === undefined) return matchPolicyText(text, lowerCase, () => undefined, true) === 'yes';
  return matchSegments(fixed.folded, lowerCase);
}

/** What stands between two `*`: texts, and undefined for each `?`. */
interface Segment {
  readonly pieces: readonly (string | undefined)[];
  readonly length: number;
}

/**
 * The first segment at the start, the last at the end, each other one as early as it comes behind the one before: no
 * step back is ever needed. A regular expression would let a policy such as `*a*a*a*a*b` take exponential time; and
 * texts are found by the engine's own search, since one call may ask 20 KB of patterns about 1,000 keys.
 */
function matchSegments(segments: readonly Segment[], text: string): boolean {
  const first = segments[0] as Segment;
  if (segments.length === 1) return first.length === text.length && fits(first, text, 0);
  const last = segments[segments.length - 1] as Segment;
  const end = text.length - last.length;
  let at = first.length;
  if (end < at || !fits(first, text, 0) || !fits(last, text, end)) return false;
  for (let i = 1; i < segments.length - 1; i++) {
    const segment = segments[i] as Segment;
    const found = find(segment, text, at, end);
    if (found === undefined) return false;
    at = found + segment.length;
  }
  return true;
}

/** At least one. */
function toSegments(parts: readonly TextPart[], ignoreCase: boolean): Segment[] {
  const segments: (string | undefined)[][] = [[]];
  for (const part of parts) {
    if (part.kind === 'any') segments.push([]);
    else if (part.kind === 'one') segments.at(-1)?.push(undefined);
    else if (part.kind === 'text') segments.at(-1)?.push(ignoreCase ? part.text.toLowerCase() : part.text);
  }
  return segments.map((pieces) => ({ pieces, length: lengthOf(pieces) }));
}

function lengthOf(pieces: Segment['pieces']): number {
  return pieces.reduce((sum, piece) => sum + (piece?.length ?? 1), 0);
}

function fits({ pieces, length }: Segment, text: string, start: number): boolean {
  if (start + length > text.length) return false;
  let at = start;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i];
    if (piece !== undefined && !text.startsWith(piece, at)) return false;
    at += piece?.length ?? 1;
  }
  return true;
}

/** Where the segment fits first, from `from` on and before `end`. */
function find(segment: Segment, text: string, from: number, end: number): number | undefined {
  const lastStart = end - segment.length;
  const [only] = segment.pieces;
  if (segment.pieces.length === 1 && only !== undefined) {
    const found = text.indexOf(only, from);
    return found >= 0 && found <= lastStart ? found : undefined;
  }
  for (let start = from; start <= lastStart; start++) if (fits(segment, text, start)) return start;
  return undefined;
}
