// SPDX-License-Identifier: Apache-2.0
import { pngOf } from './png.js';
import { codewordsOf } from './qr-codewords.js';
import { drawBestMask } from './qr-mask.js';
import { drawCodewords, drawFunctionPatterns, QrMatrix } from './qr-matrix.js';
import { versionFor } from './qr-versions.js';

/** Light modules around a symbol. Source: ISO/IEC 18004, "Quiet zone". */
const quietModules = 4;
const pixelsPerModule = 4;

/** The symbol of a text at error correction level M. Throws RangeError for more than 997 bytes. */
export function qrMatrixOf(text: string): QrMatrix {
  const bytes = Buffer.from(text, 'utf8');
  const version = versionFor(bytes.length);
  const matrix = new QrMatrix(version.size);
  drawFunctionPatterns(matrix, version);
  drawCodewords(matrix, codewordsOf(bytes, version));
  drawBestMask(matrix);
  return matrix;
}

/** A PNG of the symbol. */
export function qrCodePng(text: string): Buffer {
  const matrix = qrMatrixOf(text);
  const inside = (at: number) => at >= 0 && at < matrix.size;
  return pngOf((matrix.size + 2 * quietModules) * pixelsPerModule, (y, x) => {
    const row = Math.floor(y / pixelsPerModule) - quietModules;
    const column = Math.floor(x / pixelsPerModule) - quietModules;
    return inside(row) && inside(column) && matrix.isDark(row, column);
  });
}
