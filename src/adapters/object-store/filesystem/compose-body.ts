// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { BlobFiles } from './blob-files.js';
import type { BlobKeys } from './blob-keys.js';
import { BlobWriter } from './blob-writer.js';
import type { BlobRef, BodyRef, InlineRef } from './object-row.js';
import { type CipherOf, readSlices } from './read-body.js';
import type { ReceivedBody } from './receive-body.js';

export interface ComposedBody extends ReceivedBody {
  readonly blobs: readonly BlobRef[];
}

export interface ComposeTools {
  readonly files: BlobFiles;
  readonly keys: BlobKeys;
  /** What the whole is to be encrypted under, and what sources under such a key are read with. */
  readonly dataKey: Uint8Array | undefined;
  readonly readInline: (ref: InlineRef) => Buffer;
  readonly cipherOf: CipherOf;
  readonly newBlobId: () => string;
}

/**
 * One body of several. Files that are encrypted as the whole is to be are taken over as they are; what lies in the
 * index (small objects), and files from before there was encryption or under another kind of key, are written anew, a
 * run of neighbours to one file. The bytes are read once, for the checksums.
 *
 * The caller has pinned the blobs of `bodies`, and pins each id that `newBlobId` gives.
 */
export async function composeBody(bodies: readonly BodyRef[], tools: ComposeTools): Promise<ComposedBody> {
  const blobs: BlobRef[] = [];
  const run = new Run(tools);
  try {
    for (const body of bodies) {
      if (body === null) continue;
      if ('inline' in body) await run.add(tools.readInline(body));
      else {
        for (const blob of body.blobs) {
          if (isSealedAlike(blob, tools.dataKey)) blobs.push(...(await run.end()), blob);
          else for await (const chunk of await wholeBlob(blob, tools)) await run.add(chunk as Buffer);
        }
      }
    }
    blobs.push(...(await run.end()));
  } finally {
    await run.close();
  }
  return { ...(await hashBlobs(blobs, tools)), inline: undefined, isFile: true, blobs };
}

function isSealedAlike({ sealed }: BlobRef, dataKey: Uint8Array | undefined): boolean {
  return sealed !== undefined && (dataKey === undefined ? 'wrappedKey' in sealed : 'keyCheck' in sealed);
}

/** Neighbours that are written to one new file. */
class Run {
  readonly #tools: ComposeTools;
  #blob: BlobRef | undefined;
  #writer: BlobWriter | undefined;

  constructor(tools: ComposeTools) {
    this.#tools = tools;
  }

  async add(bytes: Buffer): Promise<void> {
    const { files, keys, dataKey, newBlobId } = this.#tools;
    if (this.#blob === undefined) {
      const id = newBlobId();
      const { cipher, sealing } = keys.begin(id, dataKey);
      this.#blob = { id, bytes: 0, sealed: sealing };
      this.#writer = await BlobWriter.create(files, id, cipher);
    }
    await this.#writer?.write(bytes);
    this.#blob = { ...this.#blob, bytes: this.#blob.bytes + bytes.length };
  }

  /** The new file, durable and in its place; none when nothing was added. */
  async end(): Promise<readonly BlobRef[]> {
    const blob = this.#blob;
    if (blob === undefined) return [];
    await this.#writer?.end();
    await this.close();
    await this.#tools.files.finish(blob.id);
    this.#blob = undefined;
    return [blob];
  }

  async close(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.close();
  }
}

function wholeBlob(blob: BlobRef, { files, cipherOf }: ComposeTools) {
  return readSlices(files, [{ blob, start: 0, end: blob.bytes }], cipherOf);
}

async function hashBlobs(blobs: readonly BlobRef[], { files, cipherOf }: ComposeTools) {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  let size = 0;
  const slices = blobs.map((blob) => ({ blob, start: 0, end: blob.bytes }));
  for await (const chunk of await readSlices(files, slices, cipherOf)) {
    md5.update(chunk as Buffer);
    sha256.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { size, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
}
