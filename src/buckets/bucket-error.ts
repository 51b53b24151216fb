// SPDX-License-Identifier: Apache-2.0

/**
 * A bucket rule was broken. `code` is S3's own word for it ("Error responses" in the S3 API reference); the S3
 * service gives it its status. Other services name what they refuse in their own words.
 */
export class BucketError extends Error {
  override readonly name = 'BucketError';
  constructor(
    readonly code: string,
    message: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
