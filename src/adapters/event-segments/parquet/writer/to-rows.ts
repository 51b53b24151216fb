// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';

/** Between the columns of a row: a byte that no JSON text holds. */
export const columnEnd = 0x01;

/** Stands for a member that a line does not have. */
export const noValue = '\x02';

const lineEnd = 0x0a;
const blank = 0x20;
const recordMember = Buffer.from('"record":');
const timeMember = Buffer.from('"eventTime":"');
/** `2026-11-21T10:00:00` */
const timeLength = 19;

interface Row {
  readonly head: string;
  readonly start: number;
  readonly end: number;
  readonly time: string;
}

export interface Rows {
  /** `line`, `place`, `account`, `region`, `category`, `entered`, `record`: a row a line, in order of time. */
  readonly bytes: Buffer;
  readonly count: number;
  readonly longest: number;
}

/**
 * Lines of records (`SegmentLines`) as rows that the engine reads without looking into the JSON. They are sorted by what
 * looks like their eventTime: files whose rows are in order of time are searched by time without being read.
 */
export function toRows(given: Uint8Array): Rows {
  const lines = clean(given);
  const rows = readLines(lines);
  const size = rows.reduce((sum, { head, start, end }) => sum + head.length * 3 + end - start + 1, 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  let longest = 0;
  for (const { head, start, end } of rows.sort(byTime)) {
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
  for (let at = 0; at < lines.length; ) {
    const found = lines.indexOf(lineEnd, at);
    const end = found < 0 ? lines.length : found;
    if (end > at) rows.push(readLine(lines, at, end, rows.length));
    at = end + 1;
  }
  return rows;
}

function readLine(lines: Buffer, from: number, end: number, index: number): Row {
  // In the strings of the members before it a quotation mark is escaped: the first one of this name is the member.
  const start = lines.indexOf(recordMember, from) + recordMember.length;
  const head = JSON.parse(`${lines.toString('utf8', from, start - recordMember.length - 1)}}`) as Record<
    string,
    unknown
  >;
  const columns = [index, head['place'], head['account'], head['region'], head['category'], head['entered']];
  const time = lines.indexOf(timeMember, start) + timeMember.length;
  const hasTime = time >= start + timeMember.length && time + timeLength <= end;
  return {
    head: `${columns.map(toColumn).join('')}`,
    start,
    end: end - 1,
    time: hasTime ? lines.toString('latin1', time, time + timeLength) : '',
  };
}

function toColumn(value: unknown): string {
  // Names from records: whatever they hold, they stay in their column.
  const text = value === undefined ? noValue : String(value).replace(/[\0-\x1f]/g, ' ');
  return `${text}${String.fromCharCode(columnEnd)}`;
}

function byTime(a: Row, b: Row): number {
  if (a.time === b.time) return 0;
  return a.time < b.time ? -1 : 1;
}

/** Bytes that would end a row or a column early are in no JSON but as white space; what is no UTF-8 is replaced. */
function clean(given: Uint8Array): Buffer {
  let lines = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (!isUtf8(lines)) lines = Buffer.from(lines.toString('utf8'));
  for (const byte of [0x00, columnEnd, 0x0d])
    for (let at = lines.indexOf(byte); at >= 0; at = lines.indexOf(byte, at + 1)) lines[at] = blank;
  return lines.includes(surrogate) || lines.includes(surrogateUpper) ? pairSurrogates(lines) : lines;
}

const surrogate = Buffer.from('\\ud');
const surrogateUpper = Buffer.from('\\uD');

/**
 * Half a character, written as an escape, is JSON to JavaScript and to AWS, and none to the engine: a caller who puts one into a
 * parameter would keep the whole record out of every column. It becomes the replacement character, in as many bytes.
 */
function pairSurrogates(lines: Buffer): Buffer {
  const high = '\\\\u[dD][89abAB][0-9a-fA-F]{2}';
  const low = '\\\\u[dD][c-fC-F][0-9a-fA-F]{2}';
  // An escaped backslash is passed over first: what follows it is no escape.
  const tokens = new RegExp(`\\\\\\\\|${high}${low}|${high}|${low}`, 'g');
  const text = lines.toString('latin1').replace(tokens, (token) => (token.length === 6 ? '\\ufffd' : token));
  return Buffer.from(text, 'latin1');
}
