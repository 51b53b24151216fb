// SPDX-License-Identifier: Apache-2.0

export interface S3Address {
  readonly bucket: string;
  readonly prefix: string;
}

/** `s3://bucket/prefix`; undefined for anything else. */
export function parseS3Address(text: string): S3Address | undefined {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(text);
  return match === null ? undefined : { bucket: match[1]!, prefix: match[2]! };
}
