// SPDX-License-Identifier: Apache-2.0
import { isAscii, isUtf8 } from 'node:buffer';
import {
  importedRecordBytesMax,
  LogFileError,
  type LogFileRecord,
  type LogFileShape,
  type LogFileSummary,
  type RejectedRecord,
  rejectedToldMax,
} from './log-file.js';
import { newRecordSpans, recordIds } from './record-members.js';
import { RecordScan } from './record-scan.js';
import { JsonScanner, JsonSyntaxError } from './scan-json.js';

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** How deep inside of a foreign document `Records` are looked for. */
const searchDepthMax = 4;

/** How deep wrappers may stand in one another, e.g. an EventBridge event in a message of CloudWatch Logs. */
const wrapDepthMax = 4;

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** One pass over a file. Positions are byte offsets; methods return the offset behind what they read. */
export class LogFileWalk {
  readonly #bytes: Buffer;
  readonly #visit: ((record: LogFileRecord) => void) | undefined;
  readonly #scanner: JsonScanner;
  readonly #scan: RecordScan;
  readonly #wrapDepth: number;
  readonly #tally: Tally;

  constructor(bytes: Uint8Array, visit: ((record: LogFileRecord) => void) | undefined, outer?: LogFileWalk) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#visit = visit;
    this.#scanner = new JsonScanner(this.#bytes);
    const purpose = visit === undefined ? 'check' : 'read';
    this.#scan = new RecordScan(
      this.#bytes,
      this.#scanner,
      isAscii(this.#bytes),
      newRecordSpans(purpose === 'read'),
    );
    this.#wrapDepth = outer === undefined ? 0 : outer.#wrapDepth + 1;
    this.#tally = outer === undefined ? new Tally() : outer.#tally;
  }

  run(): LogFileSummary {
    if (!isUtf8(this.#bytes)) throw new LogFileError(`not UTF-8 text (${firstBadUtf8(this.#bytes)})`);
    try {
      this.#walkValues(this.#bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      throw new LogFileError(`not valid JSON: ${error.what} ${this.#place(error.byteOffset)}`, {
        cause: error,
      });
    }
    return this.#tally.summary();
  }

  /** All values of the file, one after the other. */
  #walkValues(from: number): void {
    let count = 0;
    let i = this.#scanner.skipSpaceAt(from);
    while (i < this.#bytes.length) {
      if (count === 1) this.#tally.shape = this.#tally.severalValues();
      i = this.#scanner.skipSpaceAt(this.#takeValue(i));
      count++;
    }
  }

  #takeValue(start: number): number {
    const c = this.#scanner.at(start);
    if (c === OPEN_BRACKET) return this.#takeElements(start, 0, 'array');
    if (c === OPEN_BRACE)
      return this.#isDelivered(start) ? this.#takeDelivered(start) : this.#takeObject(start, 0, 'object');
    const end = this.#scanner.skipValue(start);
    throw new LogFileError(
      `neither an object nor a list ${this.#place(start)}: ${this.#excerpt(start, end)}`,
    );
  }

  /** `{"Records":` and nothing before it: the files that CloudTrail delivers; read in one pass. */
  #isDelivered(start: number): boolean {
    const scanner = this.#scanner;
    const name = scanner.skipSpaceAt(start + 1);
    if (this.#bytes.toString('latin1', name, name + 9) !== '"Records"') return false;
    const colon = scanner.skipSpaceAt(name + 9);
    return scanner.at(scanner.skipSpaceAt(colon + 1)) === OPEN_BRACKET;
  }

  #takeDelivered(start: number): number {
    let first = true;
    return this.#scanner.scanContents(start, (value) => {
      if (!first) return this.#scanner.skipValue(value, 1);
      first = false;
      return this.#takeElements(value, 1, 'Records');
    });
  }

  #takeElements(start: number, depth: number, shape: LogFileShape): number {
    this.#tally.wrapper(shape);
    return this.#scanner.scanContents(start, (element) => {
      if (this.#scanner.at(element) === OPEN_BRACE) return this.#takeObject(element, depth + 1, shape);
      const end = this.#scanner.skipValue(element, depth + 1);
      this.#tally.reject(`not an object: ${this.#excerpt(element, end)}`);
      return end;
    });
  }

  /** An object that is a record, or has records in it. */
  #takeObject(start: number, depth: number, shape: LogFileShape): number {
    const scan = this.#scan;
    const end = scan.scan(start, depth);
    if (scan.startOf(recordIds.Records) !== 0)
      this.#unwrapList(scan.startOf(recordIds.Records), depth, 'Records');
    else if (scan.startOf(recordIds.CloudTrailEvent) !== 0)
      this.#unwrapText(scan.string(recordIds.CloudTrailEvent), 'CloudTrailEvent', 'lookupEvents');
    else if (scan.isRecord()) this.#takeRecord(shape);
    else if (scan.startOf(recordIds.digestEndTime) !== 0 && scan.startOf(recordIds.digestStartTime) !== 0)
      this.#tally.wrapper('digest');
    else if (scan.startOf(recordIds['detail-type']) !== 0) this.#unwrapDetail(depth);
    else if (scan.startOf(recordIds.Events) !== 0)
      this.#unwrapList(scan.startOf(recordIds.Events), depth, 'lookupEvents');
    else if (scan.startOf(recordIds.logEvents) !== 0)
      this.#unwrapList(scan.startOf(recordIds.logEvents), depth, 'logEvents');
    else if (shape === 'logEvents') this.#unwrapText(scan.string(recordIds.message), 'message', 'logEvents');
    else this.#search(start, depth);
    return end;
  }

  #takeRecord(shape: LogFileShape): void {
    const scan = this.#scan;
    this.#tally.wrapper(shape);
    if (scan.byteLength > importedRecordBytesMax) {
      this.#tally.reject(`the record has ${scan.byteLength} bytes, more than ${importedRecordBytesMax}`);
      return;
    }
    // S3 event notifications are `Records` too, with `eventSource: "aws:s3"`.
    const notificationSource = scan.notificationSource();
    if (notificationSource !== undefined) {
      this.#tally.reject(`a notification of ${notificationSource}, not a CloudTrail record`);
      return;
    }
    const eventTimeMs = scan.eventTimeMs();
    // Summaries of data events (`CloudTrail-Aggregated/`) lie beside the log files; they have no time and are no history.
    if (eventTimeMs === undefined && scan.string(recordIds.eventCategory) === 'Aggregated') return;
    if (eventTimeMs === undefined) {
      this.#tally.reject(scan.timeFault());
      return;
    }
    this.#tally.accept();
    if (this.#visit === undefined) return;
    const json = scan.json();
    this.#visit({ json, fields: scan.fields(json, eventTimeMs) });
  }

  #unwrapList(start: number, depth: number, shape: LogFileShape): void {
    if (depth > searchDepthMax * 2) this.#tally.reject('wrapped too often');
    else if (this.#scanner.at(start) === OPEN_BRACKET) this.#takeElements(start, depth + 1, shape);
    else this.#tally.reject('not a CloudTrail record: what should be its list of records is no list');
  }

  #unwrapDetail(depth: number): void {
    const detail = this.#scan.startOf(recordIds.detail);
    const detailType = this.#scan.string(recordIds['detail-type']) ?? '';
    this.#tally.wrapper('eventBridge');
    // "AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail", "AWS Insight via CloudTrail", …
    if (!detailType.endsWith('via CloudTrail')) {
      this.#tally.reject(
        `an EventBridge event that is not from CloudTrail (detail-type ${JSON.stringify(detailType.slice(0, 80))})`,
      );
    } else if (detail === 0 || this.#scanner.at(detail) !== OPEN_BRACE)
      this.#tally.reject('an EventBridge event without detail');
    else {
      this.#scan.scan(detail, depth + 1);
      if (this.#scan.isRecord()) this.#takeRecord('eventBridge');
      else this.#tally.reject('the detail of the EventBridge event is no CloudTrail record');
    }
  }

  /** A record (or a wrapped one) as a string inside of another document. */
  #unwrapText(text: string | undefined, member: string, shape: LogFileShape): void {
    this.#tally.wrapper(shape);
    if (text === undefined) {
      this.#tally.reject(`${member} is no string`);
      return;
    }
    const inner = new LogFileWalk(Buffer.from(text, 'utf8'), this.#visit, this);
    try {
      inner.#takeOne(shape);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      this.#tally.reject(`${member} is not valid JSON: ${error.message}`);
    }
  }

  /** The whole text is one object. It is checked to its end before anything of it is taken. */
  #takeOne(shape: LogFileShape): void {
    const start = this.#scanner.skipSpaceAt(0);
    const end = this.#scanner.skipSpaceAt(this.#scanner.skipValue(start));
    if (end !== this.#bytes.length) throw this.#scanner.unexpected(end);
    if (this.#scanner.at(start) !== OPEN_BRACE) this.#tally.reject('not an object');
    else if (this.#wrapDepth > wrapDepthMax) this.#tally.reject('wrapped too often');
    else this.#takeObject(start, 0, shape);
  }

  /** A document of some other kind: `Records` are looked for inside of it. */
  #search(start: number, depth: number): void {
    const found = depth < searchDepthMax * 2 && this.#searchIn(start, depth, 0);
    if (!found) this.#tally.reject('not a CloudTrail record: it has neither eventName nor eventID');
  }

  #searchIn(start: number, depth: number, searched: number): boolean {
    let found = false;
    this.#scanner.scanContents(start, (value, nameStart) => {
      const c = this.#scanner.at(value);
      const end = this.#scanner.skipValue(value, depth + 1);
      if (c === OPEN_BRACKET && this.#isNamed(nameStart, 'Records')) {
        this.#tally.wrapper('nested');
        this.#takeElements(value, depth + 1, 'nested');
        found = true;
      } else if ((c === OPEN_BRACE || c === OPEN_BRACKET) && searched < searchDepthMax) {
        found = this.#searchIn(value, depth + 1, searched + 1) || found;
      }
      return end;
    });
    return found;
  }

  #isNamed(nameStart: number, name: string): boolean {
    if (nameStart < 0) return false;
    return this.#bytes.toString('latin1', nameStart, nameStart + name.length + 1) === `${name}"`;
  }

  #place(byteOffset: number): string {
    let line = 1;
    let lineStart = 0;
    for (
      let i = this.#bytes.indexOf(0x0a);
      i !== -1 && i < byteOffset;
      i = this.#bytes.indexOf(0x0a, i + 1)
    ) {
      line++;
      lineStart = i + 1;
    }
    return `at byte ${byteOffset} (line ${line}, column ${byteOffset - lineStart + 1})`;
  }

  #excerpt(start: number, end: number): string {
    const text = this.#bytes.toString('utf8', start, Math.min(end, start + 40));
    return end - start > 40 ? `${text}…` : text;
  }
}

/** Counts what a walk finds, and keeps the reasons. */
class Tally {
  shape: LogFileShape | undefined;
  #count = 0;
  #rejectedCount = 0;
  readonly #rejected: RejectedRecord[] = [];

  /** The outermost wrapper names the shape, but one that says more than "a list" or "an object" goes before it. */
  wrapper(shape: LogFileShape): void {
    if (this.shape === undefined || this.shape === 'array' || this.shape === 'object') this.shape = shape;
  }

  severalValues(): LogFileShape {
    return this.shape === undefined || this.shape === 'array' || this.shape === 'object'
      ? 'ndjson'
      : this.shape;
  }

  accept(): void {
    this.#count++;
  }

  reject(reason: string): void {
    if (this.#rejected.length < rejectedToldMax)
      this.#rejected.push({ index: this.#count + this.#rejectedCount, reason });
    this.#rejectedCount++;
  }

  summary(): LogFileSummary {
    const nothing = this.#count + this.#rejectedCount === 0 && this.shape !== 'digest';
    return {
      shape: nothing ? 'empty' : (this.shape ?? 'object'),
      recordCount: this.#count,
      rejectedCount: this.#rejectedCount,
      rejected: this.#rejected,
    };
  }
}

function firstBadUtf8(bytes: Buffer): string {
  // The length of the longest valid prefix, by halving; a cut inside of a character counts up to three bytes less.
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isValidPrefix(bytes, middle)) good = middle;
    else bad = middle;
  }
  return `near byte ${good}`;
}

function isValidPrefix(bytes: Buffer, length: number): boolean {
  for (let cut = 0; cut <= 3 && cut <= length; cut++)
    if (isUtf8(bytes.subarray(0, length - cut))) return true;
  return false;
}
