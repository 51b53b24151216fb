// SPDX-License-Identifier: Apache-2.0

const headBytes = 4;

/** The other side has sent what is no frame, or one that is too long. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** A message on the wire: its length (4 bytes, big endian), then JSON. */
export function toFrame(message: unknown): Buffer {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, headBytes);
  return frame;
}

/** Cuts a stream of bytes into messages. Holds at most one frame that is not complete. */
export class FrameReader {
  readonly #frameBytesMax: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** The messages that are complete now. Throws FrameError; then nothing more can be read. */
  push(piece: Buffer): unknown[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const messages: unknown[] = [];
    for (let text = this.#take(); text !== undefined; text = this.#take()) messages.push(parse(text));
    return messages;
  }

  #take(): string | undefined {
    if (this.#length < headBytes) return undefined;
    const bodyLength = this.#head();
    if (bodyLength > this.#frameBytesMax) throw new FrameError(`a frame of ${bodyLength} bytes`);
    const frameLength = headBytes + bodyLength;
    if (this.#length < frameLength) return undefined;
    const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = all.length === frameLength ? [] : [all.subarray(frameLength)];
    this.#length -= frameLength;
    return all.toString('utf8', headBytes, frameLength);
  }

  #head(): number {
    if (this.#pieces[0]!.length < headBytes) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0]!.readUInt32BE(0);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FrameError('a frame that is not JSON', { cause: error });
  }
}
