// SPDX-License-Identifier: Apache-2.0
import { FilterPatternError } from './filter-pattern-error.js';
import { characterKinds, kindOf, parseRegex, type RegexAlternative } from './parse-regex.js';

/**
 * States of one expression, `{m,n}` written out. A pattern's 1,024 characters could ask for millions (`.{999999}`),
 * and a step of the matcher costs one operation for each 32 of them.
 */
const regexStatesMax = 1_000;

/** Sets of states whose steps are remembered for one expression. */
const rememberedMax = 500;

export type TextTest = (text: string) => boolean;

/**
 * Tells whether a text has a match of the expression anywhere. The time is linear in the text whatever the expression
 * says: all its states go over the text together, as bits, and sets of states that were met before are steps in a
 * table. (The engine's own RegExp goes back and tries again: `a*a*a*a*b` would let one filter stop the server.)
 * Throws FilterPatternError.
 */
export function compileRegex(source: string, position: number): TextTest {
  const automaton = new Automaton(parseRegex(source, position), position);
  return (text) => automaton.isIn(text);
}

/** A set of states: one bit for each place in the expression where a match that began earlier may be. */
type States = Int32Array;

/** A set of states that was met, and the steps from it that are known. */
interface Place {
  readonly states: States;
  /** A match ends here. */
  readonly isMatch: boolean;
  /** A match ends here if the text does. */
  readonly isMatchAtEnd: boolean;
  readonly next: (Place | undefined)[];
}

/** One state: a character is to come. Behind the last one of each alternative lies a bit for its end. */
interface Written {
  readonly set: Uint8Array;
  readonly isOptional: boolean;
  readonly repeats: boolean;
}

/**
 * The states of an alternative are neighbouring bits, so a step is a shift; a run of optional ones is passed over by the
 * carry of an addition. Source: Navarro, Raffinot, "Fast and simple character classes and bounded gaps pattern matching".
 */
class Automaton {
  readonly #words: number;
  /** By kind of character: the states that it leads on from. */
  readonly #taking: readonly States[];
  readonly #optional: States;
  readonly #repeating: States;
  /** Where a match may begin at every character. */
  readonly #again: States;
  readonly #matchEnd: States;
  readonly #textEnd: States;
  readonly #begin: Place;
  readonly #places = new Map<string, Place>();

  constructor(alternatives: readonly RegexAlternative[], position: number) {
    const written = writtenOut(alternatives, position);
    const bits = written.reduce((sum, states) => sum + states.length + 1, 0);
    this.#words = Math.ceil(bits / 32);
    const none = () => new Int32Array(this.#words);
    this.#taking = Array.from({ length: characterKinds }, none);
    [this.#optional, this.#repeating, this.#again] = [none(), none(), none()];
    [this.#matchEnd, this.#textEnd] = [none(), none()];
    const starts = none();
    let at = 0;
    alternatives.forEach(({ atStart, atEnd }, index) => {
      setBit(starts, at);
      if (!atStart) setBit(this.#again, at);
      for (const state of written[index] ?? []) this.#add(state, at++);
      setBit(atEnd ? this.#textEnd : this.#matchEnd, at++);
    });
    this.#begin = this.#toPlace(this.#step(none(), 0, starts));
  }

  #add({ set, isOptional, repeats }: Written, at: number): void {
    for (let kind = 0; kind < characterKinds; kind++)
      if (set[kind] === 1) setBit(this.#taking[kind] as States, at);
    if (isOptional) setBit(this.#optional, at);
    if (repeats) setBit(this.#repeating, at);
  }

  isIn(text: string): boolean {
    let place = this.#begin;
    for (let at = 0; at < text.length; at++) {
      if (place.isMatch) return true;
      const kind = kindOf(text.charCodeAt(at));
      const next = place.next[kind] ?? this.#learn(place, kind);
      if (next === undefined) return this.#isInRest(text, at, place.states);
      place = next;
    }
    return place.isMatch || place.isMatchAtEnd;
  }

  /** Undefined when enough is remembered: an expression that has ever new sets would only fill and empty the table. */
  #learn(place: Place, kind: number): Place | undefined {
    const states = this.#step(place.states, kind, this.#again);
    const key = states.join();
    let found = this.#places.get(key);
    if (found === undefined && this.#places.size < rememberedMax) {
      found = this.#toPlace(states);
      this.#places.set(key, found);
    }
    if (found !== undefined) place.next[kind] = found;
    return found;
  }

  #toPlace(states: States): Place {
    return {
      states,
      isMatch: haveCommon(states, this.#matchEnd),
      isMatchAtEnd: haveCommon(states, this.#textEnd),
      next: new Array<Place | undefined>(characterKinds),
    };
  }

  #isInRest(text: string, from: number, begin: States): boolean {
    let states = begin;
    let spare: States = new Int32Array(this.#words);
    for (let at = from; at < text.length; at++) {
      const before = states;
      states = this.#step(before, kindOf(text.charCodeAt(at)), this.#again, spare);
      spare = before === begin ? new Int32Array(this.#words) : before;
      if (haveCommon(states, this.#matchEnd)) return true;
    }
    return haveCommon(states, this.#textEnd);
  }

  /** The states after a character, with those that begin anew; written into `into`. */
  #step(states: States, kind: number, begin: States, into: States = new Int32Array(this.#words)): States {
    const taking = this.#taking[kind] as States;
    let shifted = 0;
    let carry = 0;
    for (let word = 0; word < this.#words; word++) {
      const taken = (states[word] as number) & (taking[word] as number);
      const optional = this.#optional[word] as number;
      const reached =
        (taken << 1) |
        shifted |
        carry |
        (taken & (this.#repeating[word] as number)) |
        (begin[word] as number);
      // From the lowest bit that is reached in a run of optional states, all are, and the one behind the run.
      const sum = ((reached & optional) >>> 0) + (optional >>> 0);
      into[word] = reached | ((sum | 0) ^ optional);
      shifted = taken >>> 31;
      carry = sum > 0xffff_ffff ? 1 : 0;
    }
    return into;
  }
}

function writtenOut(alternatives: readonly RegexAlternative[], position: number): Written[][] {
  let states = 0;
  return alternatives.map(({ items }) =>
    items.flatMap(({ set, min, max }) => {
      const copies = max === Number.POSITIVE_INFINITY ? Math.max(min, 1) : max;
      states += copies;
      if (states > regexStatesMax) throw tooLong(position);
      return Array.from({ length: copies }, (_, copy) => ({
        set,
        isOptional: copy >= min,
        repeats: max === Number.POSITIVE_INFINITY && copy === copies - 1,
      }));
    }),
  );
}

function setBit(states: States, bit: number): void {
  const word = bit >>> 5;
  states[word] = (states[word] as number) | (1 << (bit & 31));
}

function haveCommon(some: States, others: States): boolean {
  for (let word = 0; word < some.length; word++)
    if (((some[word] as number) & (others[word] as number)) !== 0) return true;
  return false;
}

function tooLong(position: number): FilterPatternError {
  return new FilterPatternError(
    `Invalid filter pattern: a regular expression has more than ${regexStatesMax} characters when its repetitions are written out`,
    position,
  );
}
