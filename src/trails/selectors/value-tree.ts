// SPDX-License-Identifier: Apache-2.0

/** A value to be found, and what finding it means. */
export interface MarkedValue {
  readonly value: string;
  /** A small number of the owner's. */
  readonly mark: number;
  /** Found only where it is all of the text. */
  readonly isWhole: boolean;
}

/** Shorter ones are compared faster here than by a call. */
const longLabelMin = 12;

interface Node {
  /** What every value of this part of the tree goes on with. */
  readonly label: string;
  /** Marks of values that end behind the label: found wherever a text gets here, and only where it ends here. */
  readonly marks: readonly number[];
  readonly wholeMarks: readonly number[];
  /** By the next code unit; undefined where no value goes on. */
  readonly next: ReadonlyMap<number, Node> | undefined;
}

/**
 * Finds which of many values a text starts with (or ends with), going over it once: it takes no longer for thousands of
 * values than for one, so no trail's selectors make events wait. There are at most twice as many nodes as values.
 */
export class ValueTree {
  readonly #root: Node | undefined;
  readonly #isBackward: boolean;

  constructor(values: readonly MarkedValue[], from: 'start' | 'end') {
    this.#isBackward = from === 'end';
    const directed = this.#isBackward
      ? values.map((each) => ({ ...each, value: reversed(each.value) }))
      : values;
    const sorted = directed.toSorted(({ value: a }, { value: b }) => (a < b ? -1 : a > b ? 1 : 0));
    this.#root = sorted.length === 0 ? undefined : toNode(sorted, 0, sorted.length, 0);
  }

  /** Writes `stamp` to the places of all marks that are found. */
  find(text: string, stamps: Uint32Array, stamp: number): void {
    let node = this.#root;
    const first = this.#isBackward ? text.length - 1 : 0;
    const step = this.#isBackward ? -1 : 1;
    for (let done = 0; node !== undefined; ) {
      const { label, marks, wholeMarks, next } = node;
      if (text.length - done < label.length) return;
      if (!this.#isBackward && label.length >= longLabelMin) {
        if (!text.startsWith(label, done)) return;
        done += label.length;
      } else {
        for (let i = 0; i < label.length; i++, done++)
          if (text.charCodeAt(first + step * done) !== label.charCodeAt(i)) return;
      }
      for (let i = 0; i < marks.length; i++) stamps[marks[i]!] = stamp;
      if (done === text.length) {
        for (const mark of wholeMarks) stamps[mark] = stamp;
        return;
      }
      node = next?.get(text.charCodeAt(first + step * done));
    }
  }
}

/** By code units, as they are read. */
function reversed(value: string): string {
  let result = '';
  for (let at = value.length - 1; at >= 0; at--) result += value.charAt(at);
  return result;
}

/** The tree of `sorted[from]` up to `sorted[to - 1]`, whose first `depth` code units are the same. */
function toNode(sorted: readonly MarkedValue[], from: number, to: number, depth: number): Node {
  const first = sorted[from]!.value;
  const last = sorted[to - 1]!.value;
  let end = depth;
  while (end < first.length && first.charCodeAt(end) === last.charCodeAt(end)) end++;
  let at = from;
  while (at < to && sorted[at]!.value.length === end) at++;
  const ended = sorted.slice(from, at);
  const next = new Map<number, Node>();
  while (at < to) {
    const start = at;
    const unit = sorted[at]!.value.charCodeAt(end);
    while (at < to && sorted[at]!.value.charCodeAt(end) === unit) at++;
    next.set(unit, toNode(sorted, start, at, end));
  }
  return {
    label: first.slice(depth, end),
    marks: ended.filter(({ isWhole }) => !isWhole).map(({ mark }) => mark),
    wholeMarks: ended.filter(({ isWhole }) => isWhole).map(({ mark }) => mark),
    next: next.size === 0 ? undefined : next,
  };
}
