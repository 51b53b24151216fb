// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { answerFull, type FrameHead, frameHead } from '../wire/object-frames.js';
import { WireError } from '../wire/wire-error.js';

/** As much of GetObject's output as an answer has. */
export interface ObjectAnswer {
  readonly ContentLength: number;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly Body: Uint8Array | Readable;
}

export interface ObjectBatchLimits {
  readonly answerBytesMax: number;
  readonly readingMax: number;
}

/** A `fault` is ours and ends the answer. */
type Read = { readonly object: ObjectAnswer } | { readonly error: WireError } | { readonly fault: unknown };

/** Small objects leave together. */
const pieceBytes = 64 * 1024;

const isFull: FrameHead = {
  status: 503,
  code: answerFull,
  message: 'This answer is full. Ask for the key again.',
};

/** The objects of one answer, each begun only when there is room for it: what nobody takes any more is not read. */
export class ObjectBatch {
  readonly #keys: readonly string[];
  readonly #read: (key: string) => Promise<ObjectAnswer>;
  readonly #limits: ObjectBatchLimits;
  /** Begun and not sent yet, in order. */
  readonly #ahead: Promise<Read>[] = [];
  #next = 0;
  #bytes = 0;
  #pieces: Uint8Array[] = [];
  #piecesBytes = 0;

  /** @param read rejects with a WireError that has its status */
  constructor(
    keys: readonly string[],
    read: (key: string) => Promise<ObjectAnswer>,
    limits: ObjectBatchLimits,
  ) {
    this.#keys = keys;
    this.#read = read;
    this.#limits = limits;
  }

  /** Frames as object-frames.ts has them. Nothing is read before the stream is. Destroy it, or read it to its end. */
  stream(): Readable {
    return Readable.from(this.#frames(), { objectMode: false, highWaterMark: pieceBytes });
  }

  async *#frames(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let sent = 0; sent < this.#keys.length; sent++) {
        this.#readAhead();
        const reading = this.#ahead[0];
        if (reading === undefined) this.#add(frameHead(isFull));
        else {
          const read = await reading;
          // Only now: until then whoever ends this stream finds it among those to discard.
          void this.#ahead.shift();
          yield* this.#frame(read);
        }
        if (this.#piecesBytes >= pieceBytes) {
          yield this.#taken();
          // Small objects are read without ever waiting for anything: others have their turn too.
          await nextTurn();
        }
      }
      if (this.#piecesBytes > 0) yield this.#taken();
    } finally {
      await this.#discard();
    }
  }

  #readAhead(): void {
    const { readingMax, answerBytesMax } = this.#limits;
    if (this.#bytes >= answerBytesMax) return;
    while (this.#ahead.length < readingMax && this.#next < this.#keys.length)
      this.#ahead.push(settled(this.#read(this.#keys[this.#next++]!)));
  }

  async *#frame(read: Read): AsyncGenerator<Buffer, void, undefined> {
    if ('fault' in read) throw read.fault;
    if ('error' in read) {
      const { status = 400, code, message } = read.error;
      this.#add(frameHead({ status, code, message }));
      return;
    }
    const { ContentLength: length, Metadata: metadata = {}, Body: body } = read.object;
    this.#add(frameHead({ status: 200, length, metadata }));
    this.#bytes += length;
    if (!(body instanceof Readable)) {
      if (body.length !== length) throw new Error('an object has another length than it says');
      this.#add(body);
      return;
    }
    let left = length;
    try {
      yield this.#taken();
      for await (const piece of body as AsyncIterable<Buffer>) {
        left -= piece.length;
        if (left < 0) break;
        yield piece;
      }
    } finally {
      body.destroy();
    }
    // Whatever followed would be taken for another object.
    if (left !== 0) throw new Error('an object has another length than it says');
  }

  #add(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#piecesBytes += bytes.length;
  }

  #taken(): Buffer {
    const bytes = Buffer.concat(this.#pieces, this.#piecesBytes);
    this.#pieces = [];
    this.#piecesBytes = 0;
    return bytes;
  }

  /** What is open and will not be sent. */
  async #discard(): Promise<void> {
    for (const reading of this.#ahead.splice(0)) {
      const read = await reading;
      if ('object' in read && read.object.Body instanceof Readable) read.object.Body.destroy();
    }
  }
}

async function settled(reading: Promise<ObjectAnswer>): Promise<Read> {
  try {
    return { object: await reading };
  } catch (error) {
    return error instanceof WireError ? { error } : { fault: error };
  }
}
