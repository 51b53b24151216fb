// SPDX-License-Identifier: Apache-2.0
import type { MemberSpans } from './member-table.js';

/**
 * How deep a log file may nest. Real records stay under 20; JSON that nests deeper than this is an attack on whoever
 * reads it recursively later.
 */
export const nestingDepthMax = 200;

export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  constructor(
    readonly what: string,
    /** In the scanned bytes, from 0. */
    readonly byteOffset: number,
  ) {
    super(`${what} at byte ${byteOffset}`);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;

/** By level: 1 in an object, 0 in an array. One for all scanners, because `skipValue` hands the thread to nobody. */
const isObjectAt = new Uint8Array(nestingDepthMax);

const decoder = new TextDecoder();
const literals = new Map<number, Uint8Array>(
  ['true', 'false', 'null'].map((word) => [word.charCodeAt(0), new TextEncoder().encode(word)]),
);

/**
 * A strict scanner of JSON (RFC 8259) over UTF-8 bytes: it accepts exactly what JSON.parse accepts (but not deeper
 * than `nestingDepthMax`), and says where values lie instead of building them. The caller has checked that the bytes
 * are UTF-8. All methods take the offset to read at and return the offset behind what they read.
 *
 * Building every value costs three times as much as scanning, and an import needs a dozen short strings of each record.
 */
export class JsonScanner {
  readonly #bytes: Uint8Array;
  /** Set when white space between tokens was passed over; the caller resets it. */
  sawSpace = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The byte at the offset, -1 behind the end. */
  at(offset: number): number {
    return offset < this.#bytes.length ? this.#bytes[offset]! : -1;
  }

  skipSpace(offset: number): number {
    let i = offset;
    let c = this.at(i);
    while (c === SPACE || c === 0x0a || c === 0x0d || c === 0x09) c = this.at(++i);
    if (i !== offset) this.sawSpace = true;
    return i;
  }

  /** Any value; `depth` is the nesting level that it stands on. */
  skipValue(offset: number, depth = 0): number {
    const bytes = this.#bytes;
    const end = bytes.length;
    let level = depth;
    let i = offset;
    for (;;) {
      // A value starts here, perhaps after white space.
      let c = i < end ? bytes[i]! : -1;
      if (c <= SPACE) {
        i = this.skipSpace(i);
        c = this.at(i);
      }
      if (c === QUOTE) {
        i = skipPlain(bytes, i + 1, end);
        i = i < end && bytes[i] === QUOTE ? i + 1 : this.#finishString(i);
      } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
        i = this.skipSpaceAt(i + 1);
        if (this.at(i) === c + 2) i++;
        else {
          if (level >= nestingDepthMax) throw tooDeep(i);
          isObjectAt[level++] = c === OPEN_BRACE ? 1 : 0;
          if (c === OPEN_BRACE) i = this.#skipName(i);
          continue;
        }
      } else i = this.#skipScalar(i, c);
      // A value ended before i.
      for (;;) {
        if (level === depth) return i;
        c = i < end ? bytes[i]! : -1;
        if (c <= SPACE) {
          i = this.skipSpace(i);
          c = this.at(i);
        }
        const inObject = isObjectAt[level - 1] === 1;
        if (c === COMMA) {
          i = inObject ? this.#skipName(this.skipSpaceAt(i + 1)) : i + 1;
          break;
        }
        if (c !== (inObject ? CLOSE_BRACE : CLOSE_BRACKET)) throw this.unexpected(i);
        level--;
        i++;
      }
    }
  }

  /** An object whose `{` is at the offset; members that the table names are noted in `spans`, the last of equals wins. */
  scanMembers(offset: number, spans: MemberSpans, depth = 0): number {
    const bytes = this.#bytes;
    const end = bytes.length;
    if (this.at(offset) !== OPEN_BRACE) throw this.unexpected(offset);
    if (depth >= nestingDepthMax) throw tooDeep(offset);
    spans.clear();
    let i = this.skipSpaceAt(offset + 1);
    if (this.at(i) === CLOSE_BRACE) return i + 1;
    for (;;) {
      if (this.at(i) !== QUOTE) throw this.unexpected(i);
      const name = i + 1;
      let id: number;
      i = skipPlain(bytes, name, end);
      if (i < end && bytes[i] === QUOTE) {
        id = spans.table.find(bytes, name, i);
        i++;
      } else {
        i = this.#finishString(i);
        id = spans.table.findName(JSON.parse(decoder.decode(bytes.subarray(name - 1, i))) as string);
      }
      i = this.skipSpaceAt(i);
      if (this.at(i) !== COLON) throw this.unexpected(i);
      i = this.skipSpaceAt(i + 1);
      i = id < 0 ? this.skipValue(i, depth + 1) : this.#scanMember(i, spans, id, depth + 1);
      i = this.skipSpaceAt(i);
      const c = this.at(i);
      if (c === CLOSE_BRACE) return i + 1;
      if (c !== COMMA) throw this.unexpected(i);
      i = this.skipSpaceAt(i + 1);
    }
  }

  #scanMember(valueStart: number, spans: MemberSpans, id: number, depth: number): number {
    const inner = spans.nested[id];
    let end: number;
    if (inner !== undefined && this.at(valueStart) === OPEN_BRACE)
      end = this.scanMembers(valueStart, inner, depth);
    else {
      inner?.clear();
      end = this.skipValue(valueStart, depth);
    }
    spans.set(id, valueStart, end);
    return end;
  }

  /**
   * The members of the object whose `{` is at the offset, or the elements of the array whose `[` is there, one by one:
   * `visit` gets the offset of the value and, in objects, of its name's first letter, and returns the offset behind it.
   */
  scanContents(offset: number, visit: (valueStart: number, nameStart: number) => number): number {
    const isObject = this.at(offset) === OPEN_BRACE;
    const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET;
    let i = this.skipSpaceAt(offset + 1);
    if (this.at(i) === close) return i + 1;
    for (;;) {
      const nameStart = isObject ? i + 1 : -1;
      if (isObject) i = this.skipSpaceAt(this.#skipName(i));
      i = this.skipSpaceAt(visit(i, nameStart));
      const c = this.at(i);
      if (c === close) return i + 1;
      if (c !== COMMA) throw this.unexpected(i);
      i = this.skipSpaceAt(i + 1);
    }
  }

  /** The rest of a string in which `skipPlain` stopped; returns the offset behind the closing quote. */
  #finishString(offset: number): number {
    let i = offset;
    for (;;) {
      const c = this.at(i);
      if (c === QUOTE) return i + 1;
      if (c === BACKSLASH) i = this.#skipEscape(i);
      else if (c >= SPACE) i++;
      else
        throw new JsonSyntaxError(
          c === -1 ? 'unterminated string' : 'unescaped control character in a string',
          i,
        );
      i = skipPlain(this.#bytes, i, this.#bytes.length);
    }
  }

  /** The offset itself, or behind the white space that stands there. */
  skipSpaceAt(offset: number): number {
    return this.at(offset) > SPACE ? offset : this.skipSpace(offset);
  }

  /** `"name" :`, from its opening quote to behind the colon. */
  #skipName(offset: number): number {
    const bytes = this.#bytes;
    const end = bytes.length;
    if (this.at(offset) !== QUOTE) throw this.unexpected(offset);
    let i = skipPlain(bytes, offset + 1, end);
    i = i < end && bytes[i] === QUOTE ? i + 1 : this.#finishString(i);
    i = this.skipSpaceAt(i);
    if (this.at(i) !== COLON) throw this.unexpected(i);
    return i + 1;
  }

  #skipScalar(offset: number, first: number): number {
    return first === MINUS || (first >= ZERO && first <= NINE)
      ? this.#skipNumber(offset)
      : this.#skipLiteral(offset);
  }

  #skipEscape(backslash: number): number {
    const c = this.at(backslash + 1);
    if (c === 0x75) {
      for (let i = backslash + 2; i < backslash + 6; i++)
        if (!isHexDigit(this.at(i))) throw new JsonSyntaxError('bad \\u escape', backslash);
      return backslash + 6;
    }
    // " \ / b f n r t
    const known =
      c === QUOTE ||
      c === BACKSLASH ||
      c === 0x2f ||
      c === 0x62 ||
      c === 0x66 ||
      c === 0x6e ||
      c === 0x72 ||
      c === 0x74;
    if (!known) throw new JsonSyntaxError('bad escape sequence', backslash);
    return backslash + 2;
  }

  #skipNumber(offset: number): number {
    let i = offset;
    if (this.at(i) === MINUS) i++;
    if (this.at(i) === ZERO) i++;
    else i = this.#skipDigits(i);
    if (this.at(i) === 0x2e) i = this.#skipDigits(i + 1);
    const exponent = this.at(i);
    if (exponent !== 0x65 && exponent !== 0x45) return i;
    const sign = this.at(i + 1);
    return this.#skipDigits(sign === 0x2b || sign === MINUS ? i + 2 : i + 1);
  }

  #skipDigits(offset: number): number {
    let i = offset;
    while (this.at(i) >= ZERO && this.at(i) <= NINE) i++;
    if (i === offset) throw new JsonSyntaxError('bad number', offset);
    return i;
  }

  #skipLiteral(offset: number): number {
    const word = literals.get(this.at(offset));
    if (word === undefined) throw this.unexpected(offset);
    for (let i = 1; i < word.length; i++)
      if (this.at(offset + i) !== word[i]) throw this.unexpected(offset + i);
    return offset + word.length;
  }

  /** The complaint about what stands at the offset. */
  unexpected(offset: number): JsonSyntaxError {
    const c = this.at(offset);
    if (c === -1) return new JsonSyntaxError('unexpected end', offset);
    const shown =
      c > SPACE && c < 0x7f
        ? `character ${String.fromCharCode(c)}`
        : `byte 0x${c.toString(16).padStart(2, '0')}`;
    return new JsonSyntaxError(`unexpected ${shown}`, offset);
  }
}

/**
 * Behind the plain bytes of a string: at its quote, at an escape, at a byte below the quote (space and `!`, or a
 * forbidden one), or at `end`. The innermost loop of an import, hence unrolled: one check of the bounds for four bytes.
 */
function skipPlain(bytes: Uint8Array, offset: number, end: number): number {
  const unrolledEnd = end - 3;
  let i = offset;
  while (i < unrolledEnd) {
    let c = bytes[i]!;
    if (c <= QUOTE || c === BACKSLASH) return i;
    c = bytes[++i]!;
    if (c <= QUOTE || c === BACKSLASH) return i;
    c = bytes[++i]!;
    if (c <= QUOTE || c === BACKSLASH) return i;
    c = bytes[++i]!;
    if (c <= QUOTE || c === BACKSLASH) return i;
    i++;
  }
  while (i < end && bytes[i]! > QUOTE && bytes[i] !== BACKSLASH) i++;
  return i;
}

function tooDeep(offset: number): JsonSyntaxError {
  return new JsonSyntaxError(`nested deeper than ${nestingDepthMax} levels`, offset);
}

function isHexDigit(c: number): boolean {
  return (c >= ZERO && c <= NINE) || (c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66);
}

/** The JSON text `bytes[start, end)` without the white space between its tokens. The text must be valid. */
export function compactJson(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const compact = new Uint8Array(end - start);
  let length = 0;
  let inString = false;
  for (let i = start; i < end; i++) {
    const c = bytes[i]!;
    if (inString) {
      compact[length++] = c;
      if (c === BACKSLASH) compact[length++] = bytes[++i]!;
      else if (c === QUOTE) inString = false;
    } else if (c > SPACE) {
      compact[length++] = c;
      inString = c === QUOTE;
    }
  }
  return compact.subarray(0, length);
}
