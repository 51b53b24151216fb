// SPDX-License-Identifier: Apache-2.0
import { FilterPatternError, invalidCharacters } from './filter-pattern-error.js';

/** Which characters an atom takes: one flag for each of ASCII, and one (128) for everything else. */
export type CharacterSet = Uint8Array;

/** How many flags a set has; the last one stands for every character that is not ASCII. */
export const characterKinds = 129;

export function kindOf(code: number): number {
  return code < 128 ? code : 128;
}

export interface RegexItem {
  readonly set: CharacterSet;
  readonly min: number;
  /** Infinity: no end. */
  readonly max: number;
}

/** One side of a `|`. */
export interface RegexAlternative {
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly items: readonly RegexItem[];
}

const operators = '^$?[]{}|\\*+.';
/** The guide's own example has a space (`^shutting down`), though its list has not. */
const plain = /[A-Za-z0-9:_#=@/;,\- ]/;
const repetition = /\{ *(\d{0,6}) *(, *(\d{0,6}) *)?\}/y;

/**
 * The subset of regular expressions that filter patterns have. Without parentheses there is nothing that could be
 * repeated inside a repetition, so a matcher in linear time is small. Throws FilterPatternError.
 * Source: CloudWatch Logs User Guide, "Supported regular expressions (regex) syntax".
 * @param offset where the expression stands in its pattern, for errors
 */
export function parseRegex(source: string, offset: number): RegexAlternative[] {
  if (source === '')
    throw new FilterPatternError('Invalid filter pattern: an empty regular expression', offset);
  return new RegexParser(source, offset).alternatives();
}

class RegexParser {
  readonly #source: string;
  readonly #offset: number;
  #at = 0;

  constructor(source: string, offset: number) {
    this.#source = source;
    this.#offset = offset;
  }

  alternatives(): RegexAlternative[] {
    const found = [this.#alternative()];
    while (this.#next() === '|') {
      this.#at++;
      found.push(this.#alternative());
    }
    return found;
  }

  #next(): string {
    return this.#source.charAt(this.#at);
  }

  #alternative(): RegexAlternative {
    const atStart = this.#next() === '^';
    if (atStart) this.#at++;
    const items: RegexItem[] = [];
    for (let next = this.#next(); next !== '' && next !== '|'; next = this.#next()) {
      if (next === '$') {
        this.#at++;
        if (this.#next() !== '' && this.#next() !== '|') this.#fail('$ must stand at the end');
        return { atStart, atEnd: true, items };
      }
      const set = this.#atom(next);
      items.push({ set, ...this.#quantifier() });
    }
    return { atStart, atEnd: false, items };
  }

  #atom(next: string): CharacterSet {
    if (next === '[') return this.#characterClass();
    if (next === '\\') return this.#escaped();
    if (next === '.') {
      this.#at++;
      return everything();
    }
    if (next === '^') this.#fail('^ must stand at the beginning');
    if ('?*+{'.includes(next)) this.#fail(`there is nothing that ${next} could repeat`);
    if (next === ']' || next === '}') this.#fail(`${next} closes nothing`);
    if (!plain.test(next)) throw invalidCharacters(next, this.#offset + this.#at);
    this.#at++;
    return setOf(next);
  }

  #quantifier(): { min: number; max: number } {
    const next = this.#next();
    if (next === '{') return this.#counted();
    if (next === '' || !'?*+'.includes(next)) return { min: 1, max: 1 };
    this.#at++;
    return { min: next === '+' ? 1 : 0, max: next === '?' ? 1 : Number.POSITIVE_INFINITY };
  }

  #counted(): { min: number; max: number } {
    repetition.lastIndex = this.#at;
    const found = repetition.exec(this.#source);
    const [text, least = '', comma, most = ''] = found ?? [];
    if (text === undefined || (least === '' && most === '')) return this.#fail('{m,n} needs a number');
    const min = least === '' ? 0 : Number(least);
    const max = comma === undefined ? min : most === '' ? Number.POSITIVE_INFINITY : Number(most);
    if (max < min) this.#fail('{m,n} ends before it begins');
    this.#at += text.length;
    return { min, max };
  }

  #characterClass(): CharacterSet {
    const start = this.#at++;
    const isNegated = this.#next() === '^';
    if (isNegated) this.#at++;
    const set = new Uint8Array(characterKinds);
    while (this.#next() !== ']') {
      if (this.#next() === '') {
        this.#at = start;
        this.#fail('[ is not closed');
      }
      this.#classMember(set);
    }
    this.#at++;
    return isNegated ? inverse(set) : set;
  }

  #classMember(set: CharacterSet): void {
    const low = this.#classCharacter();
    if (this.#next() !== '-' || this.#source.charAt(this.#at + 1) === ']') {
      add(set, low);
      return;
    }
    const at = this.#at++;
    const high = this.#classCharacter();
    const [from, to] = [onlyMember(low), onlyMember(high)];
    if (from === undefined || to === undefined || to < from) {
      this.#at = at;
      this.#fail('the range is none');
    }
    set.fill(1, from, to + 1);
  }

  /** Inside brackets operators stand for themselves, but for `\` and `]`. */
  #classCharacter(): CharacterSet {
    const next = this.#next();
    if (next === '\\') return this.#escaped();
    if (next === '' || (!plain.test(next) && !operators.includes(next)))
      throw invalidCharacters(next, this.#offset + this.#at);
    this.#at++;
    return setOf(next);
  }

  #escaped(): CharacterSet {
    const next = this.#source.charAt(this.#at + 1);
    const named = namedSet(next);
    if (named === undefined && next === 'x') return this.#hexadecimal();
    if (named === undefined && (next === '' || (!operators.includes(next) && !/[:_#=@/;,\- ]/.test(next))))
      throw invalidCharacters(`\\${next}`, this.#offset + this.#at);
    this.#at += 2;
    return named ?? setOf(next);
  }

  #hexadecimal(): CharacterSet {
    const digits = this.#source.slice(this.#at + 2, this.#at + 4);
    const code = /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    if (!(code < 128)) return this.#fail('\\x needs two hexadecimal digits of an ASCII character');
    this.#at += 4;
    return setOf(String.fromCharCode(code));
  }

  #fail(reason: string): never {
    throw new FilterPatternError(
      `Invalid filter pattern: in a regular expression, ${reason}`,
      this.#offset + this.#at,
    );
  }
}

function setOf(characters: string): CharacterSet {
  const set = new Uint8Array(characterKinds);
  for (const character of characters) set[kindOf(character.charCodeAt(0))] = 1;
  return set;
}

function everything(): CharacterSet {
  return new Uint8Array(characterKinds).fill(1);
}

function inverse(set: CharacterSet): CharacterSet {
  return set.map((flag) => 1 - flag);
}

function add(set: CharacterSet, other: CharacterSet): void {
  for (let kind = 0; kind < characterKinds; kind++) if (other[kind] === 1) set[kind] = 1;
}

/** The one character of a set; undefined when it has several, or none. */
function onlyMember(set: CharacterSet): number | undefined {
  const first = set.indexOf(1);
  return first >= 0 && set.lastIndexOf(1) === first ? first : undefined;
}

const digits = '0123456789';
const wordCharacters = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_${digits}`;

/** `\d`, `\s`, `\w` and their inverses. White space is tab, space and line feed, says the guide. */
function namedSet(letter: string): CharacterSet | undefined {
  const members = { d: digits, s: ' \t\n', w: wordCharacters }[letter.toLowerCase()];
  if (members === undefined) return undefined;
  return letter === letter.toLowerCase() ? setOf(members) : inverse(setOf(members));
}
