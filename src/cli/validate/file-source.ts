// SPDX-License-Identifier: Apache-2.0
import type { AwsConnection } from './aws-requests.js';

export interface ListedFile {
  /** An object's key, or an absolute path. Parts are divided by `/`. */
  readonly path: string;
  readonly sizeBytes?: number;
  /** Changes whenever the content does, as far as the store tells the truth. A disk has none: times there are set by anybody. */
  readonly mark?: string;
  readonly modifiedMs?: number;
}

/** Where digests and log files are looked for: a prefix of a bucket, or a folder. */
export interface FileSource {
  /** As the user gave it, for people. */
  readonly label: string;
  /** Names the place in a state file. */
  readonly id: string;
  readonly bucket: string | undefined;
  /** Undefined on a disk. */
  readonly connection: AwsConnection | undefined;
  /** All files below. Throws CommandError (exit code 2) when that is impossible. */
  list(take: (file: ListedFile) => void): Promise<void>;
  /** Whether a path lies where this source was told to look. */
  contains(path: string): boolean;
  placeOf(path: string, bucket?: string): string;
}
