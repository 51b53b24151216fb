// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { BlobFiles } from './blob-files.js';
import type { BlobRef, BodyRef } from './object-row.js';
import { readSlices } from './read-body.js';
import type { ReceivedBody } from './receive-body.js';

export interface ComposedBody extends ReceivedBody {
  readonly blobs: readonly BlobRef[];
}

/**
 * One body of several. Files are taken over as they are; what lies in the index (small objects) is written to files,
 * a run of neighbours to one. The bytes are read once, for the checksums.
 *
 * The caller has pinned the blobs of `bodies`, and pins each id that `newBlobId` gives.
 */
export async function composeBody(
  bodies: readonly BodyRef[],
  files: BlobFiles,
  readInline: (id: string) => Buffer,
  newBlobId: () => string,
): Promise<ComposedBody> {
  const blobs: BlobRef[] = [];
  let run: Buffer[] = [];
  const endRun = async (): Promise<void> => {
    if (run.length > 0) blobs.push(await writeRun(run, files, newBlobId()));
    run = [];
  };
  for (const body of bodies) {
    if (body === null) continue;
    if ('inline' in body) run.push(readInline(body.inline));
    else {
      await endRun();
      blobs.push(...body.blobs);
    }
  }
  await endRun();
  return { ...(await hashBlobs(blobs, files)), inline: undefined, isFile: true, blobs };
}

async function writeRun(run: readonly Buffer[], files: BlobFiles, id: string): Promise<BlobRef> {
  const file: FileHandle = await files.create(id);
  let bytes = 0;
  try {
    for (const part of run) {
      await file.writeFile(part);
      bytes += part.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await files.finish(id);
  return { id, bytes };
}

async function hashBlobs(blobs: readonly BlobRef[], files: BlobFiles) {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  let size = 0;
  for await (const chunk of await readSlices(
    files,
    blobs.map(({ id, bytes }) => ({ id, start: 0, end: bytes })),
  )) {
    md5.update(chunk as Buffer);
    sha256.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { size, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
}
