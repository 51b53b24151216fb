// SPDX-License-Identifier: Apache-2.0
import Bunzip from 'seek-bzip';
import { SelectError } from '../select-error.js';

/**
 * No compressed block is larger: 900,000 symbols of at most 20 bits, and its tables. The decoder reads a block at one go, so
 * that much has to be there before.
 */
const blockBytesMax = 2_500_000;

/** Of decompressed text that is handed on at a time. A block of nothing but runs unfolds to 46 MB. */
const pieceBytes = 1024 * 1024;

/** bzip2, block by block; several streams one after the other count as one. */
export async function* bunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Input(chunks);
  const output = new Output();
  await input.fill();
  if (input.eof()) return;
  const decoder = guarded(() => new Bunzip(input, output), 'InvalidCompressionFormat');
  for (;;) {
    await input.fill();
    const isBlock = guarded(() => decoder._init_block() && decoder._read_bunzip() >= 0, 'TruncatedInput');
    yield* output.taken();
    if (isBlock) continue;
    const sum = guarded(() => decoder.reader.read(32) >>> 0, 'TruncatedInput');
    if (sum !== decoder.streamCRC) throw new SelectError('TruncatedInput');
    await input.fill();
    if (input.eof()) return;
    guarded(() => decoder._start_bunzip(input, output), 'TruncatedInput');
  }
}

function guarded<Result>(work: () => Result, code: 'InvalidCompressionFormat' | 'TruncatedInput'): Result {
  try {
    return work();
  } catch (cause) {
    throw new SelectError(code, undefined, { cause });
  }
}

class Input extends Bunzip.Stream {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held = Buffer.alloc(0);
  #at = 0;
  #isDone = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    super();
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** So that a whole block can be read without waiting. */
  async fill(): Promise<void> {
    if (this.#isDone || this.#held.length - this.#at >= blockBytesMax) return;
    const parts: Uint8Array[] = [this.#held.subarray(this.#at)];
    let length = this.#held.length - this.#at;
    while (length < blockBytesMax && !this.#isDone) {
      const { done, value } = await this.#chunks.next();
      if (done === true) this.#isDone = true;
      else {
        parts.push(value);
        length += value.length;
      }
    }
    this.#held = Buffer.concat(parts);
    this.#at = 0;
  }

  override readByte(): number {
    const byte = this.#held[this.#at++];
    if (byte === undefined) throw new RangeError('the text ends too early');
    return byte;
  }

  override eof(): boolean {
    return this.#at >= this.#held.length;
  }
}

class Output extends Bunzip.Stream {
  #bytes = Buffer.alloc(pieceBytes);
  #length = 0;

  override writeByte(byte: number): void {
    if (this.#length === this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    this.#bytes[this.#length++] = byte;
  }

  *taken(): Generator<Uint8Array> {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(pieceBytes);
    this.#length = 0;
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
}
