// SPDX-License-Identifier: Apache-2.0
//
// CRC-64/NVME, eight bytes a step ("slicing by 8"). 64 bits are held as two 32-bit halves: BigInt would cost a
// hundred times as much.

const polynomialReversed = 0x9a6c9329ac4bc9b5n;
const { high, low } = makeTables();

function makeTables(): { high: Uint32Array; low: Uint32Array } {
  const all: bigint[] = [];
  for (let byte = 0n; byte < 256n; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomialReversed : crc >> 1n;
    all.push(crc);
  }
  for (let i = 256; i < 8 * 256; i++) {
    const before = all[i - 256]!;
    all.push((before >> 8n) ^ all[Number(before & 0xffn)]!);
  }
  return {
    high: Uint32Array.from(all, (crc) => Number(crc >> 32n)),
    low: Uint32Array.from(all, (crc) => Number(crc & 0xffffffffn)),
  };
}

/** A CRC-64 under way. */
export class Crc64Nvme {
  #high = ~0;
  #low = ~0;

  update(bytes: Uint8Array): void {
    let h = this.#high;
    let l = this.#low;
    let i = 0;
    const wholeSteps = bytes.length - (bytes.length % 8);
    for (; i < wholeSteps; i += 8) {
      l ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
      h ^= bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24);
      const a = 0x700 | (l & 0xff);
      const b = 0x600 | ((l >>> 8) & 0xff);
      const c = 0x500 | ((l >>> 16) & 0xff);
      const d = 0x400 | (l >>> 24);
      const e = 0x300 | (h & 0xff);
      const f = 0x200 | ((h >>> 8) & 0xff);
      const g = 0x100 | ((h >>> 16) & 0xff);
      const k = h >>> 24;
      h = high[a]! ^ high[b]! ^ high[c]! ^ high[d]! ^ high[e]! ^ high[f]! ^ high[g]! ^ high[k]!;
      l = low[a]! ^ low[b]! ^ low[c]! ^ low[d]! ^ low[e]! ^ low[f]! ^ low[g]! ^ low[k]!;
    }
    for (; i < bytes.length; i++) {
      const at = (l ^ bytes[i]!) & 0xff;
      l = ((l >>> 8) | (h << 24)) ^ low[at]!;
      h = (h >>> 8) ^ high[at]!;
    }
    this.#high = h;
    this.#low = l;
  }

  /** Eight bytes, the most significant first. */
  digest(): Buffer {
    const out = Buffer.alloc(8);
    out.writeUInt32BE(~this.#high >>> 0, 0);
    out.writeUInt32BE(~this.#low >>> 0, 4);
    return out;
  }
}
