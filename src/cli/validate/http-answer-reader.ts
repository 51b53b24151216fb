// SPDX-License-Identifier: Apache-2.0

/** An answer, whole. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; values of a name that comes more than once are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The answer is larger than was allowed. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/** What came is no HTTP/1.1, or ended before it was whole. */
export class BrokenAnswerError extends Error {
  override readonly name = 'BrokenAnswerError';
}

/** Status line and headers, those of interim answers included; and trailers. S3 takes 2 KB of metadata of its users. */
const headBytesMax = 64 * 1024;

/** The size of a chunk and its extensions. */
const chunkLineBytesMax = 4 * 1024;

/** Allocated on a server's word; what is longer grows with what comes. */
const trustedBytesMax = 1024 * 1024;
const firstBytes = 16 * 1024;

/** `length`: so many bytes are missing. `close`: the body ends with the connection. */
type Phase = 'head' | 'length' | 'close' | 'chunkSize' | 'chunkData' | 'chunkEnd' | 'trailers' | 'done';

const nothing = Buffer.alloc(0);

/**
 * Reads one answer, however its bytes are cut. Strict, as whatever is unclear about where an answer ends would shift all
 * that follow on the connection: no folded headers, no bare line feeds, no second length, no coding but `chunked`.
 * Source: RFC 9112, 4 "Status Line", 5 "Field Syntax", 6 "Message Body", 7.1 "Chunked Transfer Coding".
 */
export class HttpAnswerReader {
  readonly #method: string;
  readonly #bytesMax: number;
  #phase: Phase = 'head';
  /** The beginning of a line, or of a head, whose end has not come yet. */
  #pending: Buffer = nothing;
  #headBytes = 0;
  #status = 0;
  #headers: Record<string, string> = {};
  #body: Buffer = nothing;
  #bodyBytes = 0;
  /** Of the body, or of the chunk. */
  #missingBytes = 0;
  #keepsOpen = false;

  constructor(method: string, bytesMax: number) {
    this.#method = method;
    this.#bytesMax = bytesMax;
  }

  get isDone(): boolean {
    return this.#phase === 'done';
  }

  /** Whether another request may follow on the connection. */
  get keepsOpen(): boolean {
    return this.#keepsOpen && this.isDone;
  }

  /** The answer, once it is done. */
  get answer(): HttpAnswer {
    const isWhole = this.#body.length === this.#bodyBytes;
    const body = isWhole ? this.#body : this.#body.subarray(0, this.#bodyBytes);
    return { status: this.#status, headers: this.#headers, body };
  }

  /**
   * Takes what came and keeps none of it. Gives how many of the bytes belong to the answer: fewer than there are, once it
   * is done. Throws BrokenAnswerError, AnswerTooLargeError.
   */
  take(came: Buffer): number {
    const before = this.#pending.length;
    const bytes = before === 0 ? came : Buffer.concat([this.#pending, came]);
    this.#pending = nothing;
    let at = 0;
    while (this.#phase !== 'done' && at < bytes.length) {
      const next = this.#step(bytes, at);
      if (next === undefined) {
        this.#pending = Buffer.from(bytes.subarray(at));
        return came.length;
      }
      at = next;
    }
    return at - before;
  }

  /** The peer has closed. Throws BrokenAnswerError unless that was the end of the answer. */
  end(): void {
    if (this.#phase !== 'close') throw new BrokenAnswerError('the connection broke');
    this.#phase = 'done';
  }

  /** Where the next step begins; undefined when more bytes must come first. */
  #step(bytes: Buffer, at: number): number | undefined {
    switch (this.#phase) {
      case 'head':
        return this.#takeHead(bytes, at);
      case 'chunkSize':
        return this.#takeChunkSize(bytes, at);
      case 'chunkEnd':
        return this.#takeChunkEnd(bytes, at);
      case 'trailers':
        return this.#takeTrailer(bytes, at);
      default:
        return this.#takeBody(bytes, at);
    }
  }

  #takeHead(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
    const length = (end < 0 ? bytes.length : end + 4) - at;
    if (this.#headBytes + length > headBytesMax) throw new BrokenAnswerError('the headers are too long');
    if (end < 0) return undefined;
    this.#headBytes += length;
    const [statusLine = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n');
    const [, minor, status] = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?$/.exec(statusLine) ?? [];
    if (status === undefined) throw new BrokenAnswerError('the answer is no HTTP/1.1');
    this.#status = Number(status);
    // Interim answers: the real one follows. Source: RFC 9110, 15.2. Nobody has asked to switch protocols.
    if (this.#status === 101) throw new BrokenAnswerError('the server switches protocols');
    if (this.#status >= 200) {
      this.#headers = readHeaders(lines);
      this.#keepsOpen = mayStayOpen(this.#headers.connection, minor === '1');
      this.#beginBody();
    }
    return end + 4;
  }

  /** Source: RFC 9112, 6.3 "Message Body Length". */
  #beginBody(): void {
    const { 'content-length': length, 'transfer-encoding': coding } = this.#headers;
    if (length !== undefined && coding !== undefined)
      throw new BrokenAnswerError('the answer has two kinds of length');
    if (coding !== undefined && coding.toLowerCase() !== 'chunked')
      throw new BrokenAnswerError('the answer is in a coding that was not asked for');
    const bytes = length === undefined ? undefined : readLength(length);
    if (this.#method === 'HEAD' || this.#status === 204 || this.#status === 304) this.#phase = 'done';
    else if (coding !== undefined) this.#phase = 'chunkSize';
    else if (bytes !== undefined) this.#beginLength(bytes);
    else {
      this.#phase = 'close';
      this.#keepsOpen = false;
    }
  }

  #beginLength(bytes: number): void {
    if (bytes > this.#bytesMax) throw new AnswerTooLargeError(`more than ${this.#bytesMax} bytes`);
    this.#missingBytes = bytes;
    this.#phase = bytes === 0 ? 'done' : 'length';
    if (bytes > 0) this.#body = Buffer.allocUnsafe(Math.min(bytes, trustedBytesMax));
  }

  #takeBody(bytes: Buffer, at: number): number {
    const isOpenEnded = this.#phase === 'close';
    const end = isOpenEnded ? bytes.length : Math.min(bytes.length, at + this.#missingBytes);
    this.#keep(bytes, at, end);
    if (isOpenEnded) return end;
    this.#missingBytes -= end - at;
    if (this.#missingBytes === 0) this.#phase = this.#phase === 'length' ? 'done' : 'chunkEnd';
    return end;
  }

  #keep(bytes: Buffer, at: number, end: number): void {
    const wanted = this.#bodyBytes + end - at;
    if (wanted > this.#bytesMax) throw new AnswerTooLargeError(`more than ${this.#bytesMax} bytes`);
    if (wanted > this.#body.length) {
      const larger = Buffer.allocUnsafe(Math.max(wanted, firstBytes, 2 * this.#body.length));
      this.#body.copy(larger, 0, 0, this.#bodyBytes);
      this.#body = larger;
    }
    bytes.copy(this.#body, this.#bodyBytes, at, end);
    this.#bodyBytes = wanted;
  }

  #takeChunkSize(bytes: Buffer, at: number): number | undefined {
    const line = readLine(bytes, at, chunkLineBytesMax);
    if (line === undefined) return undefined;
    const [, digits] = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\r\n]*)?$/.exec(line) ?? [];
    if (digits === undefined) throw new BrokenAnswerError('a chunk has no size');
    this.#missingBytes = Number.parseInt(digits, 16);
    this.#phase = this.#missingBytes === 0 ? 'trailers' : 'chunkData';
    return at + line.length + 2;
  }

  #takeChunkEnd(bytes: Buffer, at: number): number | undefined {
    if (bytes[at] !== 0x0d) throw new BrokenAnswerError('a chunk is longer than its size');
    if (at + 1 === bytes.length) return undefined;
    if (bytes[at + 1] !== 0x0a) throw new BrokenAnswerError('a chunk is longer than its size');
    this.#phase = 'chunkSize';
    return at + 2;
  }

  /** Nobody asks for trailers: they are read over, up to the empty line. */
  #takeTrailer(bytes: Buffer, at: number): number | undefined {
    const line = readLine(bytes, at, headBytesMax - this.#headBytes);
    if (line === undefined) return undefined;
    this.#headBytes += line.length + 2;
    if (line === '') this.#phase = 'done';
    return at + line.length + 2;
  }
}

/** Without its end; undefined while that has not come. */
function readLine(bytes: Buffer, at: number, bytesMax: number): string | undefined {
  const end = bytes.indexOf('\r\n', at, 'latin1');
  if ((end < 0 ? bytes.length : end) - at > bytesMax) throw new BrokenAnswerError('a line is too long');
  return end < 0 ? undefined : bytes.toString('latin1', at, end);
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function readHeaders(lines: readonly string[]): Record<string, string> {
  const headers = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    // Also a folded line, which begins with a space, and a name with a space behind it.
    if (!token.test(name) || line.includes('\n') || line.includes('\r') || line.includes('\0'))
      throw new BrokenAnswerError('a header is malformed');
    const lower = name.toLowerCase();
    const value = trimmed(line.slice(colon + 1));
    const before = headers[lower];
    headers[lower] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

function trimmed(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '');
}

/** The same length said twice is one length. Source: RFC 9112, 6.3, 5. */
function readLength(text: string): number {
  const [length = '', ...others] = text.split(',').map(trimmed);
  if (!/^\d{1,15}$/.test(length) || others.some((other) => other !== length))
    throw new BrokenAnswerError('the length of the answer is malformed');
  return Number(length);
}

/** Source: RFC 9112, 9.3 "Persistence". */
function mayStayOpen(connection: string | undefined, isHttp11: boolean): boolean {
  const options = (connection ?? '').toLowerCase().split(',').map(trimmed);
  if (options.includes('close')) return false;
  return isHttp11 || options.includes('keep-alive');
}
