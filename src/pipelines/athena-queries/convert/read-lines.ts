// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { BadDataError } from '../../../athena/files/row-reader.js';
import { bunzip } from '../../../s3-select/readers/bunzip.js';
import type { SourceFile } from './convert-request.js';

/** A line, or a document, is held in memory as a whole. */
const textLengthMax = 256 * 1024 * 1024;
/** What one file may become: a file that says of itself to be a thousand times as large is an attack. */
const fileBytesMax = 16 * 1024 ** 3;

/** The text of a file in pieces. Throws BadDataError. */
async function* textOf(file: SourceFile): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let bytes = 0;
  for await (const piece of bytesOf(file)) {
    bytes += piece.length;
    if (bytes > fileBytesMax) throw new BadDataError(`HIVE_CURSOR_ERROR: ${file.name} is too large`);
    yield decoder.write(piece);
  }
  yield decoder.end();
}

async function* bytesOf({ path, part, compression, name }: SourceFile): AsyncGenerator<Uint8Array> {
  if (part?.length === 0) return;
  const range = part === undefined ? {} : { start: part.start, end: part.start + part.length - 1 };
  const source = createReadStream(path, { highWaterMark: 256 * 1024, ...range });
  const plain = createGunzip();
  source.on('error', (error) => plain.destroy(error));
  try {
    if (compression === 'none') yield* source as AsyncIterable<Buffer>;
    else if (compression === 'bzip2') yield* bunzip(source as AsyncIterable<Buffer>);
    else yield* source.pipe(plain) as AsyncIterable<Buffer>;
  } catch (cause) {
    if (compression === 'none') throw cause;
    throw new BadDataError(`HIVE_CURSOR_ERROR: ${name} is not a whole ${compression} file`, { cause });
  } finally {
    source.destroy();
    plain.destroy();
  }
}

/** Line ends do not belong to lines, nor does a carriage return in front of one. */
export async function* linesOf(file: SourceFile): AsyncGenerator<string> {
  // Put together once: a line in many pieces would be copied again with each of them.
  let parts: string[] = [];
  let length = 0;
  for await (const piece of textOf(file)) {
    length += piece.length;
    if (length > textLengthMax)
      throw new BadDataError(`HIVE_CURSOR_ERROR: a line of ${file.name} is too long`);
    parts.push(piece);
    if (!piece.includes('\n')) continue;
    const lines = parts.join('').split('\n');
    const rest = lines.pop() ?? '';
    parts = [rest];
    length = rest.length;
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  const last = parts.join('');
  if (last !== '') yield last.endsWith('\r') ? last.slice(0, -1) : last;
}

export async function wholeText(file: SourceFile): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of textOf(file)) {
    length += piece.length;
    if (length > textLengthMax) throw new BadDataError(`HIVE_CURSOR_ERROR: ${file.name} is too large`);
    pieces.push(piece);
  }
  return pieces.join('');
}
