// SPDX-License-Identifier: Apache-2.0

const headBytes = 4;

/** The other side has sent what is no frame, or one that is too long. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** In front of messages with bytes, where JSON would begin. */
const bytesMark = 0;
/** Of bytes in a message: each is an object of its own. */
const partsMax = 4_096;

/** A message on the wire: its length (4 bytes, big endian), then JSON. */
export function toFrame(message: unknown): Buffer {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, headBytes);
  return frame;
}

/**
 * A message with bytes, which nobody on the way reads: its length, a zero, the length of its JSON, the JSON with the bytes'
 * `sizes`, the bytes.
 */
export function toFrameOfBytes(message: object, bytes: readonly Uint8Array[]): Buffer {
  const text = Buffer.from(JSON.stringify({ ...message, sizes: bytes.map(({ length }) => length) }));
  const head = Buffer.allocUnsafe(2 * headBytes + 1);
  const length = bytes.reduce((sum, each) => sum + each.length, 1 + headBytes + text.length);
  head.writeUInt32BE(length, 0);
  head.writeUInt8(bytesMark, headBytes);
  head.writeUInt32BE(text.length, headBytes + 1);
  return Buffer.concat([head, text, ...bytes]);
}

/** Cuts a stream of bytes into messages. Holds at most one frame that is not complete. */
export class FrameReader {
  readonly #frameBytesMax: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** The messages that are complete now; what came as bytes is their `bytes`. Throws FrameError; then nothing more can be read. */
  push(piece: Buffer): unknown[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const messages: unknown[] = [];
    for (let body = this.#take(); body !== undefined; body = this.#take()) messages.push(readBody(body));
    return messages;
  }

  #take(): Buffer | undefined {
    if (this.#length < headBytes) return undefined;
    const bodyLength = this.#head();
    if (bodyLength > this.#frameBytesMax) throw new FrameError(`a frame of ${bodyLength} bytes`);
    const frameLength = headBytes + bodyLength;
    if (this.#length < frameLength) return undefined;
    const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = all.length === frameLength ? [] : [all.subarray(frameLength)];
    this.#length -= frameLength;
    return all.subarray(headBytes, frameLength);
  }

  #head(): number {
    if (this.#pieces[0]!.length < headBytes) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0]!.readUInt32BE(0);
  }
}

function readBody(body: Buffer): unknown {
  return body[0] === bytesMark ? readBytes(body) : parse(body);
}

function readBytes(body: Buffer): unknown {
  const textAt = 1 + headBytes;
  const textEnd = body.length < textAt ? Number.NaN : textAt + body.readUInt32BE(1);
  if (!(textEnd <= body.length)) throw new FrameError('a frame that is shorter than its message');
  const message = parse(body.subarray(textAt, textEnd));
  const { sizes } = (message ?? {}) as { sizes?: unknown };
  if (!Array.isArray(sizes) || sizes.length > partsMax) throw new FrameError('bytes without sizes');
  let at = textEnd;
  const bytes = sizes.map((size: unknown) => {
    if (!Number.isSafeInteger(size) || (size as number) < 0) throw new FrameError('a size that is none');
    at += size as number;
    return body.subarray(at - (size as number), at);
  });
  if (at !== body.length) throw new FrameError('bytes of other sizes than they were said to have');
  return { ...(message as object), bytes };
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch (error) {
    throw new FrameError('a frame that is not JSON', { cause: error });
  }
}
