// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BlobFiles } from './blob-files.js';
import { readChunkBytes } from './object-limits.js';
import type { BlobRef } from './object-row.js';

/** A part of one blob: from `start` up to, not including, `end`. */
interface Slice {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** Which parts of which blobs hold the bytes from `start` up to, not including, `end`. */
export function slicesOf(blobs: readonly BlobRef[], start: number, end: number): Slice[] {
  const slices: Slice[] = [];
  let at = 0;
  for (const { id, bytes } of blobs) {
    const slice = { id, start: Math.max(start - at, 0), end: Math.min(end - at, bytes) };
    if (slice.start < slice.end) slices.push(slice);
    at += bytes;
  }
  return slices;
}

/**
 * A stream of these slices. The blobs are pinned until it closes, and the first file is open before it is handed out,
 * so that a missing file is an error of the call and not of the stream.
 */
export async function readSlices(files: BlobFiles, slices: readonly Slice[]): Promise<Readable> {
  const ids = slices.map(({ id }) => id);
  files.pin(ids);
  let first: FileHandle | undefined;
  try {
    first = slices[0] === undefined ? undefined : await files.openToRead(slices[0].id);
  } catch (error) {
    files.unpin(ids);
    throw error;
  }
  const held = new HeldFile(first);
  const body = Readable.from(bytesOf(files, slices, held), {
    objectMode: false,
    highWaterMark: readChunkBytes,
  });
  body.once('close', () => {
    // Nobody is left to hear of a failure to close.
    void held.close().then(
      () => files.unpin(ids),
      () => files.unpin(ids),
    );
  });
  return body;
}

/** The one file that a stream has open. A stream that is destroyed before it began never runs its generator. */
class HeldFile {
  #file: FileHandle | undefined;

  constructor(file: FileHandle | undefined) {
    this.#file = file;
  }

  get(): FileHandle | undefined {
    return this.#file;
  }

  async replace(file: FileHandle): Promise<void> {
    const before = this.#file;
    this.#file = file;
    await before?.close();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

async function* bytesOf(files: BlobFiles, slices: readonly Slice[], held: HeldFile): AsyncGenerator<Buffer> {
  for (const [i, slice] of slices.entries()) {
    if (i > 0) await held.replace(await files.openToRead(slice.id));
    const file = held.get();
    if (file === undefined) return;
    yield* bytesOfSlice(file, slice);
  }
}

async function* bytesOfSlice(file: FileHandle, { id, start, end }: Slice): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const chunk = Buffer.allocUnsafe(Math.min(readChunkBytes, end - at));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) throw new Error(`the object file ${id} ends at ${at}, before ${end}`);
    yield chunk.subarray(0, bytesRead);
    at += bytesRead;
  }
}
