// SPDX-License-Identifier: Apache-2.0
import { FilterPatternError } from './filter-pattern-error.js';
import { characterKinds, kindOf, parseRegex, type RegexAlternative } from './parse-regex.js';

/**
 * States of one expression, `{m,n}` written out. A pattern's 1,024 characters could ask for millions (`.{999999}`),
 * and a step of the matcher costs at most this many operations.
 */
export const regexStatesMax = 1_000;

/** Steps that are remembered for one expression; then it forgets them all and learns again. */
const rememberedMax = 500;

export type TextTest = (text: string) => boolean;

/**
 * Tells whether a text has a match of the expression anywhere. The time is linear in the text whatever the expression
 * says: all its states go over the text together, and sets of states that were met before are steps in a table. (The
 * engine's own RegExp goes back and tries again: `a*a*a*a*b` would let one filter stop the server.)
 * Throws FilterPatternError.
 */
export function compileRegex(source: string, position: number): TextTest {
  const automaton = new Automaton(parseRegex(source, position), position);
  return (text) => automaton.isIn(text);
}

/** A set of states: where in the expression a match that began earlier may be. */
interface Place {
  readonly states: readonly number[];
  /** A match ends here. */
  readonly isMatch: boolean;
  /** A match ends here if the text does. */
  readonly isMatchAtEnd: boolean;
  readonly next: (Place | undefined)[];
}

class Automaton {
  /** By state: which kinds of characters lead on. */
  readonly #sets: Uint8Array[] = [];
  /** By state: the states after it, and the two ends below. */
  readonly #after: number[][] = [];
  readonly #again: readonly number[];
  readonly #begin: Place;
  #places = new Map<string, Place>();

  constructor(alternatives: readonly RegexAlternative[], position: number) {
    const starts = alternatives.map((alternative) => this.#addAlternative(alternative, position));
    this.#again = starts.flatMap((states, at) => (alternatives[at]?.atStart ? [] : states));
    this.#begin = this.#place(new Set(starts.flat()));
  }

  isIn(text: string): boolean {
    let place = this.#begin;
    for (let at = 0; at < text.length; at++) {
      if (place.isMatch) return true;
      const kind = kindOf(text.charCodeAt(at));
      place = place.next[kind] ?? this.#step(place, kind);
    }
    return place.isMatch || place.isMatchAtEnd;
  }

  #step(place: Place, kind: number): Place {
    const states = new Set(this.#again);
    for (const state of place.states)
      if (this.#sets[state]?.[kind] === 1) for (const next of this.#after[state] ?? []) states.add(next);
    const found = this.#place(states);
    place.next[kind] = found;
    return found;
  }

  #place(found: ReadonlySet<number>): Place {
    const states = Array.from(found).sort((a, b) => a - b);
    const key = states.join();
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (this.#places.size === rememberedMax) this.#forget();
    const place = {
      states: states.filter((state) => state >= 0),
      isMatch: found.has(matchEnd),
      isMatchAtEnd: found.has(textEnd),
      next: new Array<Place | undefined>(characterKinds),
    };
    this.#places.set(key, place);
    return place;
  }

  /** The links too, or what was forgotten would live on through them. */
  #forget(): void {
    for (const place of this.#places.values()) place.next.fill(undefined);
    this.#places = new Map();
  }

  /** Returns the states that a match of the alternative begins in. */
  #addAlternative({ items, atEnd }: RegexAlternative, position: number): number[] {
    const end = atEnd ? textEnd : matchEnd;
    const written = items.flatMap(({ set, min, max }) => {
      const copies = Math.max(max === Number.POSITIVE_INFINITY ? Math.max(min, 1) : max, 0);
      if (this.#sets.length + copies > regexStatesMax) throw tooLong(position);
      return Array.from({ length: copies }, (_, copy) => ({
        set,
        isOptional: copy >= min,
        repeats: max === Number.POSITIVE_INFINITY && copy === copies - 1,
      }));
    });
    const first = this.#sets.length;
    if (first + written.length > regexStatesMax) throw tooLong(position);
    // From the back: what may come after a state is known when the state is reached.
    let reachable = [end];
    const after: number[][] = [];
    for (let at = written.length - 1; at >= 0; at--) {
      const item = written[at] as (typeof written)[number];
      after[at] = item.repeats ? [first + at, ...reachable] : reachable;
      reachable = item.isOptional ? [first + at, ...reachable] : [first + at];
    }
    this.#sets.push(...written.map(({ set }) => set));
    this.#after.push(...after);
    return reachable;
  }
}

const matchEnd = -1;
const textEnd = -2;

function tooLong(position: number): FilterPatternError {
  return new FilterPatternError(
    `Invalid filter pattern: a regular expression has more than ${regexStatesMax} characters when its repetitions are written out`,
    position,
  );
}
