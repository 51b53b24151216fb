// SPDX-License-Identifier: Apache-2.0
import {
  type SealedSegmentKey,
  SegmentKeyError,
  type SegmentKeys,
  type SegmentSealing,
} from '../../../ports/event-segments.js';
import type { BookedFile } from './books.js';
import type { WriterTask } from './writer-protocol.js';

export interface FileToRead {
  readonly path: string;
  readonly key?: SealedSegmentKey;
}

export interface TaskKeys {
  /** For the writer alone. */
  readonly forTask: Pick<WriterTask, 'keys'>;
  /** For the books. */
  readonly ofFile: Pick<BookedFile, 'key'>;
}

/** The keys that a task needs: of the files that it reads, and a new one for what it writes. */
export class FileKeys {
  readonly #keys: SegmentKeys;

  constructor(keys: SegmentKeys = noKeys) {
    this.#keys = keys;
  }

  /**
   * @param sealing of the new file; absent: it is not encrypted, whatever is read
   * Rejects with SegmentKeyError when a file cannot be read.
   */
  async of(
    path: string,
    sealing: SegmentSealing | undefined,
    reads: readonly FileToRead[],
  ): Promise<TaskKeys> {
    const keys = new Map<string, string>();
    for (const file of reads)
      if (file.key !== undefined) keys.set(file.path, base64(await this.#keys.open(file.key)));
    let ofFile: TaskKeys['ofFile'] = {};
    if (sealing !== undefined) {
      const { plaintext, sealed } = await this.#keys.create(sealing);
      keys.set(path, base64(plaintext));
      ofFile = { key: sealed };
    }
    return { forTask: keys.size === 0 ? {} : { keys: Object.fromEntries(keys) }, ofFile };
  }

  async canRead(files: readonly Pick<FileToRead, 'key'>[]): Promise<boolean> {
    try {
      for (const { key } of files) if (key !== undefined) await this.#keys.open(key);
      return true;
    } catch (error) {
      if (error instanceof SegmentKeyError) return false;
      throw error;
    }
  }
}

/** Under which key the files of a stream are to be: that of its newest encrypted one, which never changes. */
export function sealingOfFiles(files: readonly Pick<BookedFile, 'key'>[]): SegmentSealing | undefined {
  const key = files.findLast((file) => file.key !== undefined)?.key;
  return key && { kmsKeyArn: key.kmsKeyArn, ownerArn: key.ownerArn };
}

/** A file that came before its stream's key could be used, or before there was one. */
export function isToBeSealed({ key, mayRepeat }: Pick<BookedFile, 'key' | 'mayRepeat'>): boolean {
  return key === undefined || key.isProvisional === true || mayRepeat === true;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

const noKeys: SegmentKeys = {
  create: () => Promise.reject(missing()),
  open: () => Promise.reject(missing()),
};

function missing(): SegmentKeyError {
  return new SegmentKeyError('NotFoundException', 'there are no KMS keys here');
}
