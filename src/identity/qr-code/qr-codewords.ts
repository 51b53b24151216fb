// SPDX-License-Identifier: Apache-2.0
import { lengthBits, type QrVersion } from './qr-versions.js';
import { errorCorrection } from './reed-solomon.js';

const byteMode = 0b0100;
const padding = [0xec, 0x11];

/** All codewords of a symbol, data and error correction of its blocks by turns. Source: ISO/IEC 18004, "Data encodation". */
export function codewordsOf(bytes: Uint8Array, version: QrVersion): number[] {
  const blocks = splitIntoBlocks(dataCodewords(bytes, version), version);
  const corrections = blocks.map((block) => errorCorrection(block, version.correctionPerBlock));
  return [...byTurns(blocks), ...byTurns(corrections)];
}

/** Mode, length, bytes, an end, and padding to the full length. */
export function dataCodewords(bytes: Uint8Array, { version, dataCodewords }: QrVersion): number[] {
  const bits = [
    ...bitsOf(byteMode, 4),
    ...bitsOf(bytes.length, lengthBits(version)),
    ...Array.from(bytes).flatMap((byte) => bitsOf(byte, 8)),
  ];
  bits.push(...Array<number>(Math.min(4, 8 * dataCodewords - bits.length)).fill(0));
  while (bits.length % 8 !== 0) bits.push(0);
  const codewords = Array.from({ length: bits.length / 8 }, (_, at) =>
    bits.slice(8 * at, 8 * at + 8).reduce((value, bit) => 2 * value + bit, 0),
  );
  for (let at = 0; codewords.length < dataCodewords; at += 1) codewords.push(padding[at % 2] as number);
  return codewords;
}

/** Blocks of one length, and behind them those that are one codeword longer. */
function splitIntoBlocks(data: readonly number[], { blocks }: QrVersion): number[][] {
  const short = Math.floor(data.length / blocks);
  const shortCount = blocks - (data.length % blocks);
  let from = 0;
  return Array.from({ length: blocks }, (_, at) => {
    const block = data.slice(from, from + short + (at < shortCount ? 0 : 1));
    from += block.length;
    return block;
  });
}

function byTurns(blocks: readonly (readonly number[])[]): number[] {
  const longest = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: longest }, (_, at) =>
    blocks.flatMap((block) => (at < block.length ? [block[at] as number] : [])),
  ).flat();
}

/** The lowest `count` bits of a number, highest first. */
export function bitsOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => (value >>> (count - 1 - at)) & 1);
}
