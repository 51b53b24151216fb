// SPDX-License-Identifier: Apache-2.0
import { Decimal } from '../values/decimal.js';
import { toInteger, type Value } from '../values/value.js';

/**
 * Reads JSON whose numbers must stay what they are: JSON.parse makes doubles of them. Slower, and asked only for such texts.
 * Throws SyntaxError. The caller has bounded the nesting.
 */
export function parseExactJson(text: string): Value {
  const reader = new ExactReader(text);
  const value = reader.value();
  reader.finish();
  return value;
}

const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const string = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const word = /true|false|null/y;
const space = /[ \t\n\r]*/y;

class ExactReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Value {
    this.#take(space);
    const c = this.#text[this.#at];
    if (c === '{') return this.#struct();
    if (c === '[') return this.#list();
    if (c === '"') return this.#string();
    const found = this.#take(word);
    if (found !== undefined) return found === 'null' ? null : found === 'true';
    return this.#number();
  }

  finish(): void {
    this.#take(space);
    if (this.#at !== this.#text.length) throw new SyntaxError('unexpected text behind a value');
  }

  #struct(): Value {
    const struct = Object.create(null) as Record<string, Value>;
    this.#at++;
    if (this.#isNext('}')) return struct;
    do {
      this.#take(space);
      const name = this.#string();
      if (!this.#isNext(':')) throw new SyntaxError('no colon behind a name');
      struct[name] = this.value();
    } while (this.#isNext(','));
    if (!this.#isNext('}')) throw new SyntaxError('no end of an object');
    return struct;
  }

  #list(): Value {
    const list: Value[] = [];
    this.#at++;
    if (this.#isNext(']')) return list;
    do list.push(this.value());
    while (this.#isNext(','));
    if (!this.#isNext(']')) throw new SyntaxError('no end of a list');
    return list;
  }

  #string(): string {
    const text = this.#take(string);
    if (text === undefined) throw new SyntaxError('no string');
    return JSON.parse(text) as string;
  }

  #number(): Value {
    const text = this.#take(number);
    const value = text === undefined ? undefined : toNumber(text);
    if (value === undefined) throw new SyntaxError('no number');
    return value;
  }

  #isNext(character: string): boolean {
    this.#take(space);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #take(form: RegExp): string | undefined {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** Integers beyond 8 bytes are DECIMAL. */
function toNumber(text: string): Value | undefined {
  const integer = /^-?\d{1,19}$/.test(text) ? toInteger(BigInt(text)) : undefined;
  return integer ?? Decimal.parse(text);
}
