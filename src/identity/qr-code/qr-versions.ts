// SPDX-License-Identifier: Apache-2.0

/**
 * Sizes of QR codes at error correction level M: by version, how many error correction codewords a block has, and how
 * many blocks there are. Up to version 25 (997 bytes): an address of a device needs less.
 * Source: ISO/IEC 18004, "Error correction characteristics".
 */
const correctionPerBlock = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28,
];
const blockCounts = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21];

export interface QrVersion {
  /** 1 to 25. */
  readonly version: number;
  /** Modules a side. */
  readonly size: number;
  readonly dataCodewords: number;
  readonly blocks: number;
  readonly correctionPerBlock: number;
  /** Rows and columns of the centres of alignment patterns. */
  readonly alignment: readonly number[];
}

const versions: readonly QrVersion[] = blockCounts.map((blocks, at) => {
  const version = at + 1;
  const perBlock = correctionPerBlock[at] as number;
  return {
    version,
    size: 4 * version + 17,
    dataCodewords: allCodewords(version) - blocks * perBlock,
    blocks,
    correctionPerBlock: perBlock,
    alignment: alignmentCentres(version),
  };
});

/** The smallest version that holds so many bytes. Throws RangeError when none does. */
export function versionFor(bytes: number): QrVersion {
  const fitting = versions.find(
    ({ version, dataCodewords }) => 4 + lengthBits(version) + 8 * bytes <= 8 * dataCodewords,
  );
  if (fitting === undefined) throw new RangeError(`${bytes} bytes are too many for a QR code`);
  return fitting;
}

/** How many bits tell the length of bytes. */
export function lengthBits(version: number): number {
  return version < 10 ? 8 : 16;
}

/** What is left of the square beside the function patterns, in whole codewords. */
function allCodewords(version: number): number {
  const size = 4 * version + 17;
  const finders = 3 * 64;
  const timing = 2 * (size - 16);
  const formatAndDarkModule = 31;
  const versionInformation = version >= 7 ? 36 : 0;
  const perSide = alignmentCentres(version).length;
  // Three of the square of patterns would lie on finders; those on the timing lines share five modules with them.
  const alignment = perSide === 0 ? 0 : 25 * (perSide * perSide - 3) - 2 * 5 * (perSide - 2);
  return Math.floor(
    (size * size - finders - timing - formatAndDarkModule - versionInformation - alignment) / 8,
  );
}

function alignmentCentres(version: number): readonly number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = 4 * version + 10;
  const step = 2 * Math.ceil((last - 6) / (count - 1) / 2);
  const fromTheEnd = Array.from({ length: count - 1 }, (_, at) => last - at * step);
  return [6, ...fromTheEnd.reverse()];
}
