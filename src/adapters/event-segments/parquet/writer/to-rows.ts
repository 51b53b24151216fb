// SPDX-License-Identifier: Apache-2.0
import { cleanLines, columnEnd } from '../../../../record/clean-lines.js';

/** Stands for a member that a line does not have. */
export const noValue = '\x02';

const lineEnd = 0x0a;
const zero = 0x30;
const ends = String.fromCharCode(columnEnd);
const recordMember = Buffer.from('"record":');
const timeMember = Buffer.from('"eventTime":"');
const sourceMember = Buffer.from('"eventSource":"');
const nameMember = Buffer.from('"eventName":"');
const quotationMark = 0x22;
/** What is longer is told from others by so much of it. */
const nameLengthMax = 128;
/** Where the digits are in `2026-11-21T10:00:00`. */
const timeDigits = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
const timeLength = 19;

/** What a line begins with as our own pipelines write it; any other order or form is read as JSON. */
const usualHead =
  /^\{(?:"place":"(\d+)",)?"account":"([ -!#-[\]-~]*)","region":"([ -!#-[\]-~]*)","category":"([ -!#-[\]-~]*)","entered":(\d+)$/;

/** Memory for rows that is used again: asking the system for 60 MB for each batch takes longer than filling them. */
export interface RowScratch {
  bytes?: Buffer;
}

const scratchGrowth = 1.1;

interface Row {
  readonly head: string;
  readonly start: number;
  readonly end: number;
  /** What looks like its eventSource and its eventName: only the order depends on it. */
  readonly named: string;
  /** The digits of its eventTime as a number; 0 where there is none. */
  readonly time: number;
}

export interface Rows {
  /** In the scratch's memory, until the next rows are made in it. `line`, `place`, `account`, `region`, `category`, `entered`, `record`: a row a line, in order of name and time. */
  readonly bytes: Buffer;
  readonly count: number;
  readonly longest: number;
}

/**
 * Lines of records (`SegmentLines`) as rows that the engine reads without looking into the JSON. They are sorted by what
 * looks like their eventSource, eventName and eventTime: what a query names lies together in the file, and the rest is not unpacked.
 */
export function toRows(given: Uint8Array, scratch: RowScratch = {}): Rows {
  const lines = cleanLines(given);
  const rows = readLines(lines);
  const size = rows.reduce((sum, { head, start, end }) => sum + head.length * 3 + end - start + 1, 0);
  if (scratch.bytes === undefined || scratch.bytes.length < size)
    scratch.bytes = Buffer.allocUnsafeSlow(Math.ceil(size * scratchGrowth));
  const { bytes } = scratch;
  let at = 0;
  let longest = 0;
  for (const { head, start, end } of inOrder(rows)) {
    const before = at;
    at += bytes.write(head, at);
    at += lines.copy(bytes, at, start, end);
    bytes[at++] = lineEnd;
    longest = Math.max(longest, at - before);
  }
  return { bytes: bytes.subarray(0, at), count: rows.length, longest };
}

function readLines(lines: Buffer): Row[] {
  const rows: Row[] = [];
  const places = {
    times: new Places(lines, timeMember),
    sources: new Places(lines, sourceMember),
    names: new Places(lines, nameMember),
  };
  for (let at = 0; at < lines.length; ) {
    const found = lines.indexOf(lineEnd, at);
    const end = found < 0 ? lines.length : found;
    if (end > at) rows.push(readLine(lines, at, end, rows.length, places));
    at = end + 1;
  }
  return rows;
}

/** Looks for a word from the front to the end, and at no byte twice: many records without it must not be searched through to the end. */
class Places {
  readonly #lines: Buffer;
  readonly #word: Buffer;
  #at = -1;

  constructor(lines: Buffer, word: Buffer) {
    this.#lines = lines;
    this.#word = word;
  }

  /** Where the word's end is, at or behind `from`, which never gets smaller. */
  endOfNext(from: number): number {
    if (this.#at < from) {
      const found = this.#lines.indexOf(this.#word, from);
      this.#at = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#at + this.#word.length;
  }
}

type MemberPlaces = Readonly<Record<'times' | 'sources' | 'names', Places>>;

function readLine(lines: Buffer, from: number, end: number, index: number, places: MemberPlaces): Row {
  // In the strings of the members before it a quotation mark is escaped: the first one of this name is the member.
  const start = lines.indexOf(recordMember, from) + recordMember.length;
  return {
    head: headOf(index, lines, from, start - recordMember.length - 1),
    start,
    end: end - 1,
    named: `${textAt(lines, places.sources.endOfNext(start), end)} ${textAt(lines, places.names.endOfNext(start), end)}`,
    time: timeAt(lines, places.times.endOfNext(start), end),
  };
}

function headOf(index: number, lines: Buffer, from: number, end: number): string {
  const usual = usualHead.exec(lines.toString('latin1', from, end));
  if (usual !== null) {
    const [, place = noValue, account, region, category, entered] = usual;
    return `${index}${ends}${place}${ends}${account}${ends}${region}${ends}${category}${ends}${entered}${ends}`;
  }
  const head = JSON.parse(`${lines.toString('utf8', from, end)}}`) as Record<string, unknown>;
  const columns = [index, head.place, head.account, head.region, head.category, head.entered];
  return columns.map(toColumn).join('');
}

function textAt(lines: Buffer, at: number, end: number): string {
  if (at >= end) return '';
  const mark = lines.indexOf(quotationMark, at);
  return lines.toString('latin1', at, Math.min(mark < 0 ? end : mark, end, at + nameLengthMax));
}

function timeAt(lines: Buffer, at: number, end: number): number {
  if (at + timeLength > end) return 0;
  let time = 0;
  for (const place of timeDigits) {
    const digit = (lines[at + place] as number) - zero;
    if (digit < 0 || digit > 9) return 0;
    time = time * 10 + digit;
  }
  return time;
}

function toColumn(value: unknown): string {
  // Names from records: whatever they hold, they stay in their column.
  const text = value === undefined ? noValue : String(value).replace(/[\0-\x1f]/g, ' ');
  return `${text}${ends}`;
}

function inOrder(rows: Row[]): readonly Row[] {
  const names = Array.from(new Set(rows.map(({ named }) => named))).sort();
  const ranks = new Map(names.map((named, rank) => [named, rank]));
  const rank = ({ named }: Row) => ranks.get(named) as number;
  return rows.sort((a, b) => rank(a) - rank(b) || a.time - b.time);
}
