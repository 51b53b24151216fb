// SPDX-License-Identifier: Apache-2.0

/** A bucket that files are imported from. Both reject with ImportSourceError. */
export interface ImportBucket {
  /** Keys behind `after`, in byte order; `isEnd` when there are no more. */
  list(prefix: string, after: string | undefined): Promise<ListedKeys>;
  /** A whole object, of at most `fileBytesMax`. */
  get(key: string): Promise<Uint8Array>;
}

export interface ListedKeys {
  readonly keys: readonly string[];
  readonly isEnd: boolean;
}

/** Keys that a list gives at a time, and that are worked through before the import's progress is written down. */
export const keysPerPage = 200;

/** Why a bucket or an object cannot be read: for whoever has asked for the import. */
export class ImportSourceError extends Error {
  override readonly name = 'ImportSourceError';
  /** @param errorType S3's or KMS's code: `AccessDenied`, `NoSuchBucket` */
  constructor(
    readonly errorType: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
