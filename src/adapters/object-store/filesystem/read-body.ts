// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type BlobCipher, chunkBytes, chunksOf, damaged, sealedChunkBytes, tagBytes } from './blob-cipher.js';
import type { BlobFiles } from './blob-files.js';
import { readChunkBytes } from './object-limits.js';
import type { BlobRef } from './object-row.js';

/** A part of one blob: from `start` up to, not including, `end`. */
export interface Slice {
  readonly blob: BlobRef;
  readonly start: number;
  readonly end: number;
}

/** Which parts of which blobs hold the bytes from `start` up to, not including, `end`. */
export function slicesOf(blobs: readonly BlobRef[], start: number, end: number): Slice[] {
  const slices: Slice[] = [];
  let at = 0;
  for (const blob of blobs) {
    const slice = { blob, start: Math.max(start - at, 0), end: Math.min(end - at, blob.bytes) };
    if (slice.start < slice.end) slices.push(slice);
    at += blob.bytes;
  }
  return slices;
}

/** How a blob is read; undefined for one that format 2 wrote as it is. Throws DataKeyMismatch, Damaged. */
export type CipherOf = (blob: BlobRef) => BlobCipher | undefined;

/**
 * A stream of these slices. The blobs are pinned until it closes, and the first bytes are read before it is handed out:
 * a missing file, a wrong key and damage where the reading begins are errors of the call and not of the stream.
 */
export async function readSlices(
  files: BlobFiles,
  slices: readonly Slice[],
  cipherOf: CipherOf,
): Promise<Readable> {
  const ids = slices.map(({ blob }) => blob.id);
  files.pin(ids);
  const held = new HeldFile();
  const bytes = bytesOf(files, slices, held, cipherOf);
  let first: IteratorResult<Buffer>;
  try {
    first = await bytes.next();
  } catch (error) {
    await held.close();
    files.unpin(ids);
    throw error;
  }
  const body = Readable.from(withFirst(first, bytes), { objectMode: false, highWaterMark: readChunkBytes });
  body.once('close', () => {
    // Nobody is left to hear of a failure to close.
    void held.close().then(
      () => files.unpin(ids),
      () => files.unpin(ids),
    );
  });
  return body;
}

async function* withFirst(
  first: IteratorResult<Buffer>,
  rest: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/** The one file that a stream has open. A stream may be destroyed while its next file is being opened. */
class HeldFile {
  #file: FileHandle | undefined;
  #isClosed = false;

  async replace(file: FileHandle): Promise<void> {
    if (this.#isClosed) {
      await file.close();
      return;
    }
    const before = this.#file;
    this.#file = file;
    await before?.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

async function* bytesOf(
  files: BlobFiles,
  slices: readonly Slice[],
  held: HeldFile,
  cipherOf: CipherOf,
): AsyncGenerator<Buffer> {
  for (const slice of slices) {
    // One after the other: an object may have 10,000 parts, and deriving a key takes its time.
    const cipher = cipherOf(slice.blob);
    const file = await files.openToRead(slice.blob.id);
    await held.replace(file);
    yield* cipher === undefined ? plainBytes(file, slice) : openedBytes(file, slice, cipher);
  }
}

async function* plainBytes(file: FileHandle, { blob, start, end }: Slice): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const chunk = Buffer.allocUnsafe(Math.min(readChunkBytes, end - at));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) throw new Error(`the object file ${blob.id} ends at ${at}, before ${end}`);
    yield chunk.subarray(0, bytesRead);
    at += bytesRead;
  }
}

const chunksAtOnce = readChunkBytes / chunkBytes;

/** Whole chunks are read and opened, some at a time; of the first and the last one only what was asked for is given. */
async function* openedBytes(
  file: FileHandle,
  { blob, start, end }: Slice,
  cipher: BlobCipher,
): AsyncGenerator<Buffer> {
  const lastOfBlob = chunksOf(blob.bytes) - 1;
  const behind = chunksOf(end);
  for (let first = Math.floor(start / chunkBytes); first < behind; first += chunksAtOnce) {
    const next = Math.min(first + chunksAtOnce, behind);
    const sealed = await readWhole(file, first * sealedChunkBytes, sealedEnd(next, blob.bytes));
    const opened: Buffer[] = [];
    for (let number = first; number < next; number++) {
      const at = (number - first) * sealedChunkBytes;
      opened.push(cipher.open(sealed.subarray(at, at + sealedChunkBytes), number, number === lastOfBlob));
    }
    const from = first * chunkBytes;
    const bytes = opened.length === 1 ? (opened[0] as Buffer) : Buffer.concat(opened);
    yield bytes.subarray(Math.max(start - from, 0), end - from);
  }
}

/** Where the chunks before number `next` end in the file. */
function sealedEnd(next: number, blobBytes: number): number {
  return Math.min(next * sealedChunkBytes, blobBytes + chunksOf(blobBytes) * tagBytes);
}

async function readWhole(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start);
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
    if (bytesRead === 0) throw damaged();
    at += bytesRead;
  }
  return bytes;
}
