// SPDX-License-Identifier: Apache-2.0

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Small, fast and repeatable (mulberry32). For made-up data only, never for secrets. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(limit: number): number {
    return Math.floor((this.uint32() / 0x1_0000_0000) * limit);
  }

  /** 0 to count - 1, the small ones more often: the chance of k falls about as 1 / (k + 1). */
  zipf(count: number): number {
    return Math.min(count - 1, Math.floor((count + 1) ** (this.uint32() / 0x1_0000_0000)) - 1);
  }

  hex8(): string {
    const bits = this.uint32();
    return (
      hexBytes[bits >>> 24]! +
      hexBytes[(bits >>> 16) & 255]! +
      hexBytes[(bits >>> 8) & 255]! +
      hexBytes[bits & 255]!
    );
  }

  /** In the form of a version 4 UUID. */
  uuid(): string {
    const b = this.hex8();
    const c = this.hex8();
    const version = `4${b.slice(5)}`;
    const variant = '89ab'[this.uint32() & 3]! + c.slice(1, 4);
    return `${this.hex8()}-${b.slice(0, 4)}-${version}-${variant}-${c.slice(4)}${this.hex8()}`;
  }
}
