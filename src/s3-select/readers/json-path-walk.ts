// SPDX-License-Identifier: Apache-2.0
import { sameName } from '../evaluate/bindings.js';
import type { PathStep } from '../language/syntax.js';
import { SelectError } from '../select-error.js';
import { jsonBytes, type ScannedValue, ValueScan } from './json-scanner.js';

const { QUOTE, COMMA, COLON, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, SPACE } = jsonBytes;

/** What may come next. `rest*`: what is in the middle of a piece that a chunk has cut. */
type State =
  | 'root'
  | 'value'
  | 'firstElement'
  | 'firstName'
  | 'name'
  | 'restOfName'
  | 'colon'
  | 'after'
  | 'restOfValue';

/** A container that the path leads through. */
interface Frame {
  readonly isObject: boolean;
  /** Steps of the path that lead to the container. */
  readonly depth: number;
  /** The element that comes next. */
  index: number;
  /** Members or elements that the next step has matched. */
  matches: number;
}

/** undefined: the path led to nothing, which is a row with the value MISSING. */
export type Found = ScannedValue | undefined;

/**
 * Finds the values that a path leads to in JSON text that comes in chunks, and keeps no more of it than the value that is
 * being read: a document of any size passes through.
 *
 * "Wildcards always emit at least one record. If no record matches, then Amazon S3 Select emits the value MISSING."
 * Source: S3 User Guide, "SELECT command".
 */
export class JsonPathWalk {
  readonly #path: readonly PathStep[];
  readonly #visit: (found: Found) => void;
  readonly #lastStart: number;
  readonly #scan = new ValueScan();
  readonly #frames: Frame[] = [];
  #state: State = 'root';
  /** Steps that lead to the value that comes next; -1: it is not on the path. */
  #matched = 0;
  #isRow = false;
  #offset: number;
  #isOver = false;

  /**
   * @param offset where in the object the first chunk begins
   * @param lastStart root values that begin behind it are not read
   */
  constructor(
    path: readonly PathStep[],
    visit: (found: Found) => void,
    offset = 0,
    lastStart = Number.POSITIVE_INFINITY,
  ) {
    this.#path = path;
    this.#visit = visit;
    this.#offset = offset;
    this.#lastStart = lastStart;
  }

  /** Nothing that comes is read any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  push(chunk: Uint8Array): void {
    let i = 0;
    while (i < chunk.length && !this.#isOver) i = this.#step(chunk, i);
    this.#offset += chunk.length;
  }

  /** The object has ended. Throws JSONParsingError where its text has not. */
  end(): void {
    if (this.#isOver) return;
    if (this.#state === 'restOfValue' && this.#scan.isScalar) this.#finishValue();
    const isComplete = this.#frames.length === 0 && (this.#state === 'root' || this.#state === 'after');
    if (!isComplete) throw new SelectError('JSONParsingError', 'The text ends too early.');
  }

  #step(chunk: Uint8Array, at: number): number {
    if (this.#state === 'restOfValue') return this.#restOfValue(chunk, at);
    if (this.#state === 'restOfName') return this.#restOfName(chunk, at);
    const c = chunk[at] as number;
    if (c <= SPACE) return at + 1;
    switch (this.#state) {
      case 'root':
        return this.#beginRoot(chunk, at, c);
      case 'value':
        return this.#beginValue(chunk, at, c);
      case 'firstElement':
        return c === CLOSE_BRACKET ? this.#close(at, c) : this.#beginValue(chunk, at, c);
      case 'firstName':
        return c === CLOSE_BRACE ? this.#close(at, c) : this.#beginName(chunk, at, c);
      case 'name':
        return this.#beginName(chunk, at, c);
      case 'colon':
        if (c !== COLON) throw unexpected(this.#offset + at);
        this.#state = 'value';
        return at + 1;
      default:
        return this.#afterValue(chunk, at, c);
    }
  }

  #beginRoot(chunk: Uint8Array, at: number, c: number): number {
    if (this.#offset + at > this.#lastStart) {
      this.#isOver = true;
      return at;
    }
    // A byte order mark.
    if (c >= 0xbb && this.#offset + at < 3) return at + 1;
    this.#matched = 0;
    return this.#beginValue(chunk, at, c);
  }

  #beginValue(chunk: Uint8Array, at: number, c: number): number {
    const step = this.#matched < 0 ? undefined : this.#path[this.#matched];
    if (step !== undefined && leadsInto(step, c)) {
      this.#frames.push({ isObject: c === OPEN_BRACE, depth: this.#matched, index: 0, matches: 0 });
      this.#state = c === OPEN_BRACE ? 'firstName' : 'firstElement';
      if (c === OPEN_BRACKET) this.#matchElement();
      return at + 1;
    }
    if (c === CLOSE_BRACE || c === CLOSE_BRACKET || c === COMMA || c === COLON)
      throw unexpected(this.#offset + at);
    // On the path, but of another kind than the next step wants.
    if (step !== undefined) this.#visit(undefined);
    this.#isRow = this.#matched === this.#path.length;
    this.#scan.begin(c, this.#isRow);
    this.#state = 'restOfValue';
    return this.#restOfValue(chunk, at);
  }

  #restOfValue(chunk: Uint8Array, at: number): number {
    const end = this.#scan.scan(chunk, at);
    if (end < 0) return chunk.length;
    this.#finishValue();
    return end;
  }

  #finishValue(): void {
    this.#state = this.#frames.length === 0 ? 'root' : 'after';
    if (this.#isRow) this.#visit(this.#scan.value());
    else if (this.#scan.isScalar) parseJson(this.#scan.value());
  }

  #beginName(chunk: Uint8Array, at: number, c: number): number {
    if (c !== QUOTE) throw unexpected(this.#offset + at);
    this.#scan.begin(c, true);
    this.#state = 'restOfName';
    return this.#restOfName(chunk, at);
  }

  #restOfName(chunk: Uint8Array, at: number): number {
    const end = this.#scan.scan(chunk, at);
    if (end < 0) return chunk.length;
    this.#matchName(parseJson(this.#scan.value()) as string);
    this.#state = 'colon';
    return end;
  }

  #matchName(name: string): void {
    const frame = this.#frames.at(-1) as Frame;
    const step = this.#path[frame.depth];
    const isMatch = step?.kind === 'members' || (step?.kind === 'name' && sameName(step.name, name));
    if (isMatch && step.kind === 'name' && frame.matches > 0) throw new SelectError('AmbiguousFieldName');
    this.#matchedIn(frame, isMatch);
  }

  #matchElement(): void {
    const frame = this.#frames.at(-1) as Frame;
    const step = this.#path[frame.depth];
    const isMatch = step?.kind === 'elements' || (step?.kind === 'index' && step.index === frame.index);
    // Counted when the element is there: the list may be empty.
    this.#matched = isMatch ? frame.depth + 1 : -1;
  }

  #matchedIn(frame: Frame, isMatch: boolean): void {
    if (isMatch) frame.matches += 1;
    this.#matched = isMatch ? frame.depth + 1 : -1;
  }

  #afterValue(chunk: Uint8Array, at: number, c: number): number {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return this.#beginRoot(chunk, at, c);
    if (!frame.isObject) this.#countElement(frame);
    if (c !== COMMA) return this.#close(at, c);
    frame.index += 1;
    this.#state = frame.isObject ? 'name' : 'value';
    if (!frame.isObject) this.#matchElement();
    return at + 1;
  }

  #countElement(frame: Frame): void {
    const step = this.#path[frame.depth];
    if (step?.kind === 'elements' || (step?.kind === 'index' && step.index === frame.index))
      frame.matches += 1;
  }

  #close(at: number, c: number): number {
    const frame = this.#frames.pop() as Frame;
    if (c !== (frame.isObject ? CLOSE_BRACE : CLOSE_BRACKET)) throw unexpected(this.#offset + at);
    if (frame.matches === 0) this.#visit(undefined);
    this.#state = this.#frames.length === 0 ? 'root' : 'after';
    return at + 1;
  }
}

function leadsInto(step: PathStep, first: number): boolean {
  const wantsObject = step.kind === 'name' || step.kind === 'members';
  return first === (wantsObject ? OPEN_BRACE : OPEN_BRACKET);
}

function parseJson({ bytes }: ScannedValue): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new SelectError('JSONParsingError', undefined, { cause });
  }
}

function unexpected(offset: number): SelectError {
  return new SelectError('JSONParsingError', `Unexpected character at byte ${offset}.`);
}
