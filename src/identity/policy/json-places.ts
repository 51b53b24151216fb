// SPDX-License-Identifier: Apache-2.0
import { MalformedPolicyError } from './malformed-policy-error.js';

/** Where a value stands in its JSON text: offsets, `end` behind its last character. */
export type JsonPlace =
  | { readonly kind: 'object'; readonly start: number; readonly end: number; readonly members: JsonMember[] }
  | { readonly kind: 'array'; readonly start: number; readonly end: number; readonly items: JsonPlace[] }
  | { readonly kind: 'string' | 'other'; readonly start: number; readonly end: number };

export interface JsonMember {
  readonly key: string;
  readonly value: JsonPlace;
}

/** A policy's grammar ends at a list in a key in an operator in a Condition in a statement in a list. */
const depthMax = 32;

/** Finds the values of a text that JSON.parse took. Throws MalformedPolicyError when it is nested like no policy is. */
export function jsonPlaces(text: string): JsonPlace {
  return new Scanner(text).value(0);
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonPlace {
    if (depth > depthMax) throw new MalformedPolicyError('Syntax errors in policy.');
    this.#skipBlanks();
    const start = this.#at;
    switch (this.#text[start]) {
      case '{':
        return { kind: 'object', start, members: this.#members(depth), end: this.#at };
      case '[':
        return { kind: 'array', start, items: this.#items(depth), end: this.#at };
      case '"':
        this.#string();
        return { kind: 'string', start, end: this.#at };
      default:
        while (this.#at < this.#text.length && !' \t\r\n,]}'.includes(this.#text[this.#at] as string))
          this.#at++;
        return { kind: 'other', start, end: this.#at };
    }
  }

  #members(depth: number): JsonMember[] {
    const members: JsonMember[] = [];
    for (this.#at++; !this.#isAtEnd('}'); ) {
      const key = JSON.parse(this.#string()) as string;
      this.#skipBlanks();
      // Behind the colon.
      this.#at++;
      members.push({ key, value: this.value(depth + 1) });
    }
    return members;
  }

  #items(depth: number): JsonPlace[] {
    const items: JsonPlace[] = [];
    for (this.#at++; !this.#isAtEnd(']'); ) items.push(this.value(depth + 1));
    return items;
  }

  /** Steps over a comma; over the closing bracket too, if that is what comes. */
  #isAtEnd(bracket: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] === ',') {
      this.#at++;
      this.#skipBlanks();
    }
    if (this.#at < this.#text.length && this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  #string(): string {
    const start = this.#at;
    for (this.#at++; this.#at < this.#text.length && this.#text[this.#at] !== '"'; this.#at++) {
      if (this.#text[this.#at] === '\\') this.#at++;
    }
    this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #skipBlanks(): void {
    while (this.#at < this.#text.length && ' \t\r\n'.includes(this.#text[this.#at] as string)) this.#at++;
  }
}

/** A key that stands twice in one object, `undefined` if none does. JSON.parse would let the last one win unseen. */
export function repeatedKey(place: JsonPlace): string | undefined {
  if (place.kind === 'array') return firstOf(place.items, repeatedKey);
  if (place.kind !== 'object') return undefined;
  const seen = new Set<string>();
  for (const { key } of place.members) {
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return firstOf(place.members, ({ value }) => repeatedKey(value));
}

function firstOf<T>(list: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The places of a policy's statements, in their order. */
export function statementPlaces(text: string): JsonPlace[] {
  const statements = memberOf(jsonPlaces(text), 'Statement');
  if (statements === undefined) return [];
  return statements.kind === 'array' ? statements.items : [statements];
}

export function memberOf(place: JsonPlace, key: string): JsonPlace | undefined {
  return place.kind === 'object' ? place.members.find((member) => member.key === key)?.value : undefined;
}
