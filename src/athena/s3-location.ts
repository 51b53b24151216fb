// SPDX-License-Identifier: Apache-2.0

export interface S3Location {
  readonly bucket: string;
  /** What keys begin with: without a slash in front. */
  readonly prefix: string;
}

/** `s3://bucket/prefix` (also `s3a:`, `s3n:`, which Hive's tools write); undefined for anything else. */
export function parseS3Location(text: string): S3Location | undefined {
  const match = /^s3[an]?:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/is.exec(text);
  if (match === null) return undefined;
  return { bucket: (match[1] as string).toLowerCase(), prefix: match[2] ?? '' };
}

/** The prefix of a folder: a slash at its end, but for the whole bucket. */
export function folderPrefix({ prefix }: S3Location): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}
