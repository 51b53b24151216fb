// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';

/** Between the columns of a row: a byte that no JSON text holds. */
export const columnEnd = 0x01;

const blank = 0x20;

/** Bytes that would end a row or a column early are in no JSON but as white space; what is no UTF-8 is replaced. */
export function cleanLines(given: Uint8Array): Buffer {
  let lines = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (!isUtf8(lines)) lines = Buffer.from(lines.toString('utf8'));
  for (const byte of [0x00, columnEnd, 0x0d])
    for (let at = lines.indexOf(byte); at >= 0; at = lines.indexOf(byte, at + 1)) lines[at] = blank;
  return lines.includes(surrogate) || lines.includes(surrogateUpper) ? pairSurrogates(lines) : lines;
}

const surrogate = Buffer.from('\\ud');
const surrogateUpper = Buffer.from('\\uD');

/**
 * Half a character, written as an escape, is JSON to JavaScript and to AWS, and none to the engine: a caller who puts one into a
 * parameter would keep the whole record out of every column. It becomes the replacement character, in as many bytes.
 */
function pairSurrogates(lines: Buffer): Buffer {
  const high = '\\\\u[dD][89abAB][0-9a-fA-F]{2}';
  const low = '\\\\u[dD][c-fC-F][0-9a-fA-F]{2}';
  // An escaped backslash is passed over first: what follows it is no escape.
  const tokens = new RegExp(`\\\\\\\\|${high}${low}|${high}|${low}`, 'g');
  const text = lines.toString('latin1').replace(tokens, (token) => (token.length === 6 ? '\\ufffd' : token));
  return Buffer.from(text, 'latin1');
}
