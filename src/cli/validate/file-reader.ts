// SPDX-License-Identifier: Apache-2.0

/** A file as it lies somewhere. */
export interface FileBytes {
  readonly bytes: Uint8Array;
  /** User metadata, names in lower case without `x-amz-meta-`. Null where the place keeps none. */
  readonly metadata: Readonly<Record<string, string>> | null;
}

/** Where a file lies: on disk an absolute path and no bucket. */
export interface FilePlace {
  readonly bucket?: string;
  readonly path: string;
  /** As listed; undefined where nobody told. */
  readonly sizeBytes?: number;
}

export interface FileReader {
  /** Throws FileMissingError, FileUnreadableError. */
  read(place: FilePlace): Promise<FileBytes>;
  close(): void;
}

/** There is no such file, and whoever said so could have known. */
export class FileMissingError extends Error {
  override readonly name = 'FileMissingError';
}

/** Nobody knows: no permission, no connection, a disk that fails. */
export class FileUnreadableError extends Error {
  override readonly name = 'FileUnreadableError';
}

/**
 * Files are read whole: CloudTrail cuts them at about 50 MB. What is larger than this cannot be one of them, and is not
 * read at all.
 */
export const fileBytesMax = 512 * 1024 ** 2;
