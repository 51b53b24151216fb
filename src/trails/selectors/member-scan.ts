// SPDX-License-Identifier: Apache-2.0

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const space = 0x20;

/** From which end of an object a member is looked for first. */
export type ScanEnd = 'front' | 'back';

/**
 * Finds some members of a JSON object in its text, without parsing the rest: records are routed by the tens of thousands a
 * second. It goes no further than it has to, from the front or from the back: between the two lie the parameters of the
 * call, which are most of a record and rarely asked for. Only members of the object itself count, never those of
 * objects in it, so that a caller's `requestParameters.readOnly` cannot stand in for the record's own.
 *
 * The text must be valid JSON without white space around it, and no name may be in it twice. For a text that is not so, what
 * is found is undefined, but the scan ends.
 */
export class MemberScan {
  readonly #names: readonly string[];
  readonly #ends: readonly ScanEnd[];
  /** Ids of names by their length: most names of a record are told apart without comparing letters. */
  readonly #idsByLength: readonly (readonly number[])[];
  /** Where values were found: 0 is not yet. */
  readonly #valueStarts: Int32Array;
  readonly #valueEnds: Int32Array;
  #json = '';
  /** What was not scanned: from the quote of a name up to (not with) the sign behind a value. */
  #front = 0;
  #back = 0;

  /** @param members name → the end that it is nearer to; ids are given in this order, from 0 */
  constructor(members: Readonly<Record<string, ScanEnd>>) {
    this.#names = Object.keys(members);
    this.#ends = Object.values(members);
    this.#valueStarts = new Int32Array(this.#names.length);
    this.#valueEnds = new Int32Array(this.#names.length);
    const longest = Math.max(...this.#names.map((name) => name.length));
    this.#idsByLength = Array.from({ length: longest + 1 }, (_, length) =>
      this.#names.flatMap((name, id) => (name.length === length ? [id] : [])),
    );
  }

  /** Turns to another object; what was found before is forgotten. */
  reset(json: string): void {
    this.#json = json;
    this.#valueStarts.fill(0);
    const isObject = json.charCodeAt(0) === openBrace && json.charCodeAt(json.length - 1) === closeBrace;
    this.#front = isObject ? skipSpace(json, 1) : 0;
    this.#back = isObject ? json.length - 1 : 0;
  }

  /** The JSON text of a member's value; undefined when there is no such member. */
  text(id: number): string | undefined {
    return this.#find(id) ? this.#json.slice(this.#valueStarts[id], this.#valueEnds[id]) : undefined;
  }

  /** A member's value when it is a string. */
  string(id: number): string | undefined {
    if (!this.#find(id) || this.#json.charCodeAt(this.#valueStarts[id]!) !== quote) return undefined;
    return decoded(this.#json, this.#valueStarts[id]!, this.#valueEnds[id]! - 1);
  }

  #find(id: number): boolean {
    const isAtFront = this.#ends[id] === 'front';
    while (this.#valueStarts[id] === 0 && this.#front < this.#back) {
      if (isAtFront) this.#scanFirst();
      else this.#scanLast();
    }
    return this.#valueStarts[id] !== 0;
  }

  /** The first member that was not scanned. */
  #scanFirst(): void {
    const json = this.#json;
    const nameEnd = endOfString(json, this.#front);
    const valueStart = skipSpace(json, skipSpace(json, nameEnd + 1) + 1);
    const valueEnd = endOfValue(json, valueStart);
    this.#note(this.#front, nameEnd, valueStart, valueEnd);
    // Behind the comma, or beyond the end.
    this.#front = skipSpace(json, skipSpace(json, valueEnd) + 1);
  }

  /** The last member that was not scanned. */
  #scanLast(): void {
    const json = this.#json;
    const valueEnd = skipSpaceBack(json, this.#back);
    const valueStart = startOfValue(json, valueEnd);
    const colonAt = skipSpaceBack(json, valueStart) - 1;
    const nameEnd = skipSpaceBack(json, colonAt) - 1;
    const name = startOfString(json, nameEnd);
    this.#note(name, nameEnd, valueStart, valueEnd);
    this.#back = skipSpaceBack(json, name) - 1;
  }

  /** @param name @param nameEnd the quotes around the name */
  #note(name: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const id = this.#idOf(name, nameEnd);
    if (id < 0) return;
    this.#valueStarts[id] = valueStart;
    this.#valueEnds[id] = valueEnd;
  }

  #idOf(start: number, end: number): number {
    const ids = this.#idsByLength[end - start - 1];
    if (ids !== undefined) {
      for (const id of ids) if (this.#json.startsWith(this.#names[id]!, start + 1)) return id;
    }
    // An escape makes a name longer than it is.
    for (let at = start + 1; at < end; at++) {
      if (this.#json.charCodeAt(at) === backslash)
        return this.#names.indexOf(decoded(this.#json, start, end));
    }
    return -1;
  }
}

/** The string between the quotes at `start` and `end`. */
function decoded(json: string, start: number, end: number): string {
  const raw = json.slice(start + 1, end);
  return raw.includes('\\') ? (JSON.parse(json.slice(start, end + 1)) as string) : raw;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (at < json.length && json.charCodeAt(at) <= space) at++;
  return at;
}

/** The index behind the last sign before `from` that is no space. */
function skipSpaceBack(json: string, from: number): number {
  let at = from;
  while (at > 0 && json.charCodeAt(at - 1) <= space) at--;
  return at;
}

/** The index of the quote that ends the string which starts at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  for (; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at++;
  }
  return at;
}

/** The index of the quote that starts the string which ends at `end`: quotes inside of it have an odd number of backslashes. */
function startOfString(json: string, end: number): number {
  for (let at = end - 1; at >= 0; at--) {
    if (json.charCodeAt(at) !== quote) continue;
    let before = at;
    while (before > 0 && json.charCodeAt(before - 1) === backslash) before--;
    if ((at - before) % 2 === 0) return at;
    at = before;
  }
  return 0;
}

/** The index behind the value that starts at `start`. */
function endOfValue(json: string, start: number): number {
  const first = json.charCodeAt(start);
  if (first === quote) return endOfString(json, start) + 1;
  if (first === openBrace || first === openBracket) return endOfNested(json, start);
  let at = start;
  for (; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === comma || code === closeBrace || code === closeBracket || code <= space) break;
  }
  return at;
}

/** The index where the value starts that ends before `end`. */
function startOfValue(json: string, end: number): number {
  const last = json.charCodeAt(end - 1);
  if (last === quote) return startOfString(json, end - 1);
  if (last === closeBrace || last === closeBracket) return startOfNested(json, end);
  let at = end;
  for (; at > 0; at--) {
    const code = json.charCodeAt(at - 1);
    if (code === colon || code <= space) break;
  }
  return at;
}

function endOfNested(json: string, start: number): number {
  let depth = 0;
  let at = start;
  for (; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfString(json, at);
    else if (code === openBrace || code === openBracket) depth++;
    else if ((code === closeBrace || code === closeBracket) && --depth === 0) return at + 1;
  }
  return at;
}

function startOfNested(json: string, end: number): number {
  let depth = 0;
  for (let at = end - 1; at >= 0; at--) {
    const code = json.charCodeAt(at);
    if (code === quote) at = startOfString(json, at);
    else if (code === closeBrace || code === closeBracket) depth++;
    else if ((code === openBrace || code === openBracket) && --depth === 0) return at;
  }
  return 0;
}
