// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/**
 * The SDK's client for S3, loaded when a bucket outside of Cairn is first used: most servers never do. By `require`, for
 * `import` takes twice as long (it searches the text of a CommonJS module for the names of its exports) and a failure of
 * its own is remembered.
 */
export function s3Sdk(): typeof import('@aws-sdk/client-s3') {
  return load('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3');
}
