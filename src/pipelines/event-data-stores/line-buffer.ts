// SPDX-License-Identifier: Apache-2.0

const pieceBytesMin = 1024 ** 2;

/** A character has at most three bytes a UTF-16 unit. */
const bytesPerUnitMax = 3;

/**
 * Lines one behind the other, as bytes in a few large pieces. As buffers of their own tens of thousands of lines would be
 * what the garbage collector carries along, while events come in by the thousand.
 */
export class LineBuffer {
  readonly #pieces: Buffer[] = [];
  #piece = Buffer.alloc(0);
  #used = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /**
   * @param parts of one line: putting them together as a text before would be another copy. None ends within a character.
   * @returns its bytes
   */
  add(parts: readonly string[]): number {
    const bytesMax = parts.reduce((sum, { length }) => sum + length * bytesPerUnitMax, 0);
    if (this.#piece.length - this.#used < bytesMax) this.#begin(Math.max(pieceBytesMin, bytesMax));
    const start = this.#used;
    for (const part of parts) this.#used += this.#piece.write(part, this.#used);
    this.#count += 1;
    return this.#used - start;
  }

  /** Whole lines that are bytes already. */
  addWhole(lines: Buffer, count: number): void {
    if (this.#piece.length - this.#used < lines.length) this.#begin(Math.max(pieceBytesMin, lines.length));
    this.#used += lines.copy(this.#piece, this.#used);
    this.#count += count;
  }

  /** All lines, in one buffer. */
  joined(): Buffer {
    return Buffer.concat([...this.#pieces, this.#piece.subarray(0, this.#used)]);
  }

  #begin(bytes: number): void {
    if (this.#used > 0) this.#pieces.push(this.#piece.subarray(0, this.#used));
    this.#piece = Buffer.allocUnsafeSlow(bytes);
    this.#used = 0;
  }
}
