// SPDX-License-Identifier: Apache-2.0
import { nestingDepthMax, recordBytesMax } from '../limits.js';
import { SelectError } from '../select-error.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const DOT = 0x2e;
const COLON = 0x3a;
const SMALL_E = 0x65;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/** Digits that every integer with so many is exact in a double. */
const safeDigits = 15;

/** What was found out about a value while its end was looked for. */
export interface ScannedValue {
  readonly bytes: Buffer;
  /** There is white space between its tokens. */
  readonly hasSpace: boolean;
  /** A number in it is no integer that a double holds exactly. */
  readonly hasExactNumbers: boolean;
}

/**
 * Finds the end of one JSON value whose bytes come in pieces. It knows strings and nesting and no more: whether a value is
 * well-formed is found out when it is parsed.
 */
export class ValueScan {
  #kind: 'string' | 'container' | 'scalar' = 'scalar';
  #keeps = false;
  #parts: Uint8Array[] = [];
  #length = 0;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #digits = 0;
  #hasSpace = false;
  #hasExactNumbers = false;

  /** @param first the value's first byte. @param keeps whether the bytes are wanted */
  begin(first: number, keeps: boolean): void {
    this.#kind =
      first === QUOTE ? 'string' : first === OPEN_BRACE || first === OPEN_BRACKET ? 'container' : 'scalar';
    // Words and numbers are short, and checked by who skips them too.
    this.#keeps = keeps || this.#kind === 'scalar';
    this.#parts = [];
    this.#length = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#isEscaped = false;
    this.#digits = 0;
    this.#hasSpace = false;
    this.#hasExactNumbers = false;
  }

  /** Goes on at `from` (at first: at the first byte). The offset behind the value, or -1 when its end has not come yet. */
  scan(chunk: Uint8Array, from: number): number {
    const end = this.#kind === 'scalar' ? this.#scanScalar(chunk, from) : this.#scanNested(chunk, from);
    if (this.#keeps) this.#keep(chunk.subarray(from, end < 0 ? chunk.length : end));
    return end;
  }

  value(): ScannedValue {
    const [only = new Uint8Array()] = this.#parts;
    const bytes = this.#parts.length === 1 ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    return {
      bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      hasSpace: this.#hasSpace,
      hasExactNumbers: this.#hasExactNumbers,
    };
  }

  /** A word or a number: nothing tells where it ends but what stands behind it. */
  get isScalar(): boolean {
    return this.#kind === 'scalar';
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > recordBytesMax) throw new SelectError('OverMaxRecordSize');
    this.#parts.push(part);
  }

  #scanScalar(chunk: Uint8Array, from: number): number {
    this.#hasExactNumbers = true;
    for (let i = from; i < chunk.length; i++) {
      const c = chunk[i] as number;
      if (c <= SPACE || c === COMMA || c === CLOSE_BRACE || c === CLOSE_BRACKET) return i;
    }
    return -1;
  }

  /** The innermost loop of a selection: one flat switch. */
  #scanNested(chunk: Uint8Array, from: number): number {
    const { length } = chunk;
    let i = from;
    let depth = this.#depth;
    let inString = this.#inString;
    let digits = this.#digits;
    if (this.#isEscaped && i < length) {
      this.#isEscaped = false;
      i++;
    }
    while (i < length) {
      let c = chunk[i++] as number;
      if (inString) {
        while (c !== QUOTE && c !== BACKSLASH && i < length) c = chunk[i++] as number;
        if (c === QUOTE) {
          inString = false;
          if (depth === 0) return i;
        } else if (c === BACKSLASH) {
          if (i < length) i++;
          else this.#isEscaped = true;
        }
        continue;
      }
      if (c >= 0x30 && c <= 0x39) {
        if (++digits > safeDigits) this.#hasExactNumbers = true;
        continue;
      }
      if (c === QUOTE) inString = true;
      else if (c <= SPACE) this.#hasSpace = true;
      else if (c === DOT || ((c | SPACE) === SMALL_E && digits > 0)) this.#hasExactNumbers = true;
      else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
        if (++depth > nestingDepthMax)
          throw new SelectError('JSONParsingError', `Nested deeper than ${nestingDepthMax} levels.`);
      } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
        if (--depth === 0) return i;
      }
      digits = 0;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#digits = digits;
    return -1;
  }
}

export const jsonBytes = {
  QUOTE,
  COMMA,
  COLON,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
  SPACE,
} as const;
