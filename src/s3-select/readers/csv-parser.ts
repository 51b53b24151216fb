// SPDX-License-Identifier: Apache-2.0
import { recordBytesMax } from '../limits.js';
import { SelectError } from '../select-error.js';
import type { CsvInput } from '../select-request.js';

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Where the record begins, in bytes of what was pushed; only with `countsBytes`. */
  readonly start: number;
}

/** Splits CSV text that comes in pieces into records. Empty lines and comments are no records. */
export class CsvParser {
  readonly #format: CsvInput;
  readonly #delimiter: string;
  readonly #countsBytes: boolean;
  #text = '';
  /** Bytes of what was taken off the text. */
  #takenBytes = 0;

  constructor(format: CsvInput, countsBytes = false) {
    this.#format = format;
    this.#delimiter = format.recordDelimiter ?? '\n';
    this.#countsBytes = countsBytes;
  }

  push(text: string): CsvRecord[] {
    this.#text += text;
    const records: CsvRecord[] = [];
    let at = 0;
    for (;;) {
      const next = this.#readRecord(at, false, records);
      if (next === undefined) break;
      at = next;
    }
    this.#text = this.#text.slice(at);
    verifyLength(this.#text.length);
    return records;
  }

  /** The last record may be without its delimiter. */
  end(): CsvRecord[] {
    const records: CsvRecord[] = [];
    let at = 0;
    while (at < this.#text.length) at = this.#readRecord(at, true, records) ?? this.#text.length;
    this.#text = '';
    return records;
  }

  /** The offset behind the record; undefined when its end has not come yet. */
  #readRecord(at: number, isLast: boolean, records: CsvRecord[]): number | undefined {
    const found = this.#text.indexOf(this.#delimiter, at);
    if (found < 0 && !isLast) return undefined;
    const end = found < 0 ? this.#text.length : found;
    verifyLength(end - at);
    const line = this.#text.slice(at, this.#lineEnd(at, end));
    const behind = Math.min(end + this.#delimiter.length, this.#text.length);
    const { comments, quote, fieldDelimiter } = this.#format;
    if (line === '' || (comments !== '' && line.startsWith(comments))) return this.#take(at, behind);
    if (quote === '' || !line.includes(quote)) {
      records.push({ fields: line.split(fieldDelimiter), start: this.#takenBytes });
      return this.#take(at, behind);
    }
    const quoted = this.#readQuoted(at, isLast);
    if (quoted === undefined) return undefined;
    verifyLength(quoted.end - at);
    records.push({ fields: quoted.fields, start: this.#takenBytes });
    return this.#take(at, quoted.end);
  }

  #take(from: number, to: number): number {
    if (this.#countsBytes) this.#takenBytes += Buffer.byteLength(this.#text.slice(from, to));
    return to;
  }

  /** Where nobody has said that lines end otherwise, a carriage return belongs to the end. */
  #lineEnd(at: number, end: number): number {
    const isReturn = this.#format.recordDelimiter === undefined && end > at && this.#text[end - 1] === '\r';
    return isReturn ? end - 1 : end;
  }

  #readQuoted(start: number, isLast: boolean): { fields: string[]; end: number } | undefined {
    const { quote, fieldDelimiter } = this.#format;
    const fields: string[] = [];
    let at = start;
    for (;;) {
      let value: string;
      if (this.#text.startsWith(quote, at)) {
        const field = this.#quotedField(at, isLast);
        if (field === undefined) return undefined;
        ({ value, end: at } = field);
      } else {
        const end = this.#plainEnd(at);
        if (end === this.#text.length && !isLast) return undefined;
        value = this.#text.slice(at, this.#lineEnd(at, end));
        at = end;
      }
      fields.push(value);
      if (this.#text.startsWith(fieldDelimiter, at)) at += fieldDelimiter.length;
      else return { fields, end: Math.min(at + this.#delimiterLength(at), this.#text.length) };
    }
  }

  #plainEnd(at: number): number {
    const field = this.#text.indexOf(this.#format.fieldDelimiter, at);
    const record = this.#text.indexOf(this.#delimiter, at);
    const ends = [field, record].filter((end) => end >= 0);
    return ends.length === 0 ? this.#text.length : Math.min(...ends);
  }

  #delimiterLength(at: number): number {
    return this.#text.startsWith(`\r${this.#delimiter}`, at) && this.#format.recordDelimiter === undefined
      ? this.#delimiter.length + 1
      : this.#delimiter.length;
  }

  /** A quoted field from its opening quote on; undefined when its end, or what follows, has not come yet. */
  #quotedField(start: number, isLast: boolean): { value: string; end: number } | undefined {
    const { quote, quoteEscape } = this.#format;
    let value = '';
    let at = start + quote.length;
    for (;;) {
      const end = this.#nextMark(at);
      if (end < 0) return this.#unfinished(start, isLast);
      value += this.#text.slice(at, end);
      const after = end + 1;
      const isEscape = this.#text.startsWith(quoteEscape, end) && quoteEscape !== '';
      if (isEscape && after >= this.#text.length && !isLast) return this.#unfinished(start, isLast);
      if (isEscape && this.#isEscapable(after)) {
        value += this.#text[after];
        at = after + 1;
      } else if (this.#text.startsWith(quote, end)) return this.#closed(value, start, after, isLast);
      else {
        value += quoteEscape;
        at = after;
      }
    }
  }

  /** The next quote or escape. */
  #nextMark(at: number): number {
    const { quote, quoteEscape } = this.#format;
    const quoteAt = this.#text.indexOf(quote, at);
    if (quoteEscape === '' || quoteEscape === quote) return quoteAt;
    const escapeAt = this.#text.indexOf(quoteEscape, at);
    return escapeAt >= 0 && (quoteAt < 0 || escapeAt < quoteAt) ? escapeAt : quoteAt;
  }

  #isEscapable(at: number): boolean {
    const { quote, quoteEscape } = this.#format;
    return this.#text.startsWith(quote, at) || this.#text.startsWith(quoteEscape, at);
  }

  #closed(
    value: string,
    start: number,
    at: number,
    isLast: boolean,
  ): { value: string; end: number } | undefined {
    this.#verifyDelimiters(start, at);
    if (at >= this.#text.length && isLast) return { value, end: at };
    // Of what stands behind it the rest may be still to come.
    if (
      !isLast &&
      this.#delimiter.startsWith(this.#text.slice(at)) &&
      !this.#text.startsWith(this.#delimiter, at)
    )
      return undefined;
    const isEnd =
      this.#text.startsWith(this.#format.fieldDelimiter, at) || this.#text.startsWith(this.#delimiter, at);
    if (isEnd) return { value, end: at };
    if (this.#format.recordDelimiter === undefined && this.#text[at] === '\r') {
      if (this.#text[at + 1] === '\n') return { value, end: at };
      if (at + 1 >= this.#text.length) return isLast ? { value, end: at } : undefined;
    }
    throw new SelectError('CSVUnescapedQuote');
  }

  #unfinished(start: number, isLast: boolean): undefined {
    this.#verifyDelimiters(start, this.#text.length);
    if (isLast) throw new SelectError('CSVUnescapedQuote');
    return undefined;
  }

  #verifyDelimiters(start: number, end: number): void {
    if (this.#format.allowQuotedRecordDelimiter) return;
    const found = this.#text.indexOf(this.#delimiter, start);
    if (found >= 0 && found < end) throw new SelectError('CSVEscapingRecordDelimiter');
  }
}

/** "maxCharsPerRecord": a character has at least one byte, so what has more characters has more bytes too. */
function verifyLength(characters: number): void {
  if (characters > recordBytesMax) throw new SelectError('OverMaxRecordSize');
}
